"""Users: as whom containers run beyond not being root, and what they share with the node and with each other."""

from collections.abc import Iterator
from typing import Annotated

from readiness.checks.check import Kind, NoParameters, check
from readiness.checks.fix import put, remove
from readiness.checks.parameters.limits import Ge, Le, Len, doc
from readiness.model import Category, Container, Fail, Finding, PodSpec, Severity, Skip, Snapshot, Unknown, Workload
from readiness.model.records import dataclass

_LINUX_ONLY = "Windows has no such ids"
_OWN_IDS = "hostUsers is false: ids in these containers are nobody's on the node"
_REQUIRED_BY = {"hostNetwork": "host_network", "hostPID": "host_pid", "hostIPC": "host_ipc"}


@dataclass(frozen=True, slots=True)
class IdParameters:
    """From where on ids are nobody else's."""

    least: Annotated[int, Ge(1), Le(2**31 - 1), doc("The lowest id that passes.")] = 10_000


def _no_ids(pod: PodSpec) -> Skip | None:
    """Why ids do not matter; None when they do."""
    if pod.windows:
        return Skip(_LINUX_ONLY)
    return Skip(_OWN_IDS) if pod.host_users is False else None


@check(
    "Containers run as a user of their own",
    severity=Severity.LOW,
    category=Category.SECURITY,
    remedy="Set securityContext.runAsUser to an id from 10000 on, on the pod or on each container.",
)
def high_user_id(workload: Workload, _cluster: Snapshot, parameters: IdParameters) -> Iterator[Finding]:
    """
    A low user id belongs to somebody on the node as well: who gets out of the container may do what he may.

    Rule: each container's runAsUser, or else the pod's, is set and at least `least`. Where hostUsers is false, and on
    Windows, ids do not matter.
    """
    if (skip := _no_ids(workload.pod)) is not None:
        yield skip
        return
    for container in workload.pod.containers:
        yield from _below(container, "User", container.security.run_as_user, parameters.least)


@check(
    "Containers run as a group of their own",
    severity=Severity.LOW,
    category=Category.SECURITY,
    remedy="Set securityContext.runAsGroup to an id from 10000 on, on the pod or on each container.",
)
def high_group_id(workload: Workload, _cluster: Snapshot, parameters: IdParameters) -> Iterator[Finding]:
    """
    Files of the node that a group may read are open to a container of the same group id as soon as it gets at them.

    Rule: each container's runAsGroup, or else the pod's, is set and at least `least`. Where hostUsers is false, and on
    Windows, ids do not matter.
    """
    if (skip := _no_ids(workload.pod)) is not None:
        yield skip
        return
    for container in workload.pod.containers:
        yield from _below(container, "Group", container.security.run_as_group, parameters.least)


def _below(container: Container, kind: str, number: int | None, least: int) -> Iterator[Finding]:
    path, noun = f"{container.path}.securityContext.runAs{kind}", kind.lower()
    if number is None:
        yield Fail(path, f"container {container.name} runs as whatever {noun} the image names: no runAs{kind} is set")
    elif number < least:
        yield Fail(path, f"container {container.name} runs as {noun} {number}, below {least}")


@check(
    "No container is in the root group",
    severity=Severity.LOW,
    category=Category.SECURITY,
    remedy="Set securityContext.runAsGroup on the pod, and remove 0 from fsGroup and supplementalGroups.",
)
def no_root_group(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    Group 0 reads, and often writes, what belongs to root: without runAsGroup most images run in it.

    Rule: each container's runAsGroup, or else the pod's, is set and not 0, and neither fsGroup nor supplementalGroups
    has 0. Where hostUsers is false, and on Windows, ids do not matter.
    """
    pod = workload.pod
    if (skip := _no_ids(pod)) is not None:
        yield skip
        return
    for container in pod.containers:
        if not container.security.run_as_group:
            unset = container.security.run_as_group is None
            told = (
                "may be in the root group: no runAsGroup is set" if unset else "is in the root group: runAsGroup is 0"
            )
            yield Fail(f"{container.path}.securityContext.runAsGroup", f"container {container.name} {told}")
    if pod.security.fs_group == 0:
        yield Fail(f"{pod.path}.securityContext.fsGroup", "fsGroup is 0: all containers are in the root group")
    if 0 in pod.security.supplemental_groups:
        message = "supplementalGroups has 0: all containers are in the root group"
        yield Fail(f"{pod.path}.securityContext.supplementalGroups", message)


@check(
    "Pods have a user namespace of their own",
    severity=Severity.INFO,
    category=Category.SECURITY,
    remedy="Set hostUsers: false on the pod; nodes need Linux 6.3 and a runtime that maps ids.",
    fix=put(value=False, risk="programs that share files by numbers of users, and pods whose nodes cannot do it"),
)
def user_namespace(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    In a user namespace root of the container is nobody on the node: most ways out of a container end there.

    Rule: hostUsers is false. Pods in other namespaces of the node cannot have it, and Windows pods neither.
    """
    pod = workload.pod
    shared = next((name for name, field in _REQUIRED_BY.items() if getattr(pod, field)), None)
    if pod.windows or shared is not None:
        yield Skip("Windows has no user namespaces" if pod.windows else f"{shared} is true, which rules it out")
    elif pod.host_users is not False:
        state = "true" if pod.host_users else "not set"
        yield Fail(f"{pod.path}.hostUsers", f"its pods have the node's users: hostUsers is {state}")


@check(
    "Containers do not see each other's processes",
    severity=Severity.LOW,
    category=Category.SECURITY,
    remedy="Remove shareProcessNamespace from the pod spec.",
    fix=remove(risk="containers that look at or signal each other's processes"),
)
def no_shared_process_namespace(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    In one process namespace a broken-into sidecar reads the app's environment and memory, its secrets included.

    Rule: shareProcessNamespace is not true.
    """
    if workload.pod.share_process_namespace:
        message = "its containers see each other's processes: shareProcessNamespace is true"
        yield Fail(f"{workload.pod.path}.shareProcessNamespace", message)


@dataclass(frozen=True, slots=True)
class RuntimeParameters:
    """Which runtimes will do."""

    allowed: Annotated[
        tuple[Annotated[str, Len(1, 253)], ...],
        Len(1, 32),
        doc("The RuntimeClasses that pass, such as gvisor or kata."),
    ]


@check(
    "Pods run under a wanted runtime",
    severity=Severity.INFO,
    category=Category.SECURITY,
    remedy="Set runtimeClassName to one of the RuntimeClasses that the policy allows.",
)
def runtime_class(workload: Workload, _cluster: Snapshot, parameters: RuntimeParameters) -> Iterator[Finding]:
    """
    Code that nobody vouches for belongs under a runtime with a kernel of its own, not beside everybody else's.

    Rule: runtimeClassName is one of allowed.
    """
    pod = workload.pod
    chosen = pod.placement.runtime_class
    if chosen not in parameters.allowed:
        told = f"its runtimeClassName is {chosen}" if chosen else "it has no runtimeClassName"
        yield Fail(f"{pod.path}.runtimeClassName", f"{told}, not {' or '.join(parameters.allowed)}")


@check(
    "The workload has a user of its own",
    severity=Severity.INFO,
    category=Category.SECURITY,
    kind=Kind.RELATION,
    reads=(Workload,),
    remedy="Give each workload of the namespace another runAsUser.",
)
def unique_user_id(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    Who has the same user id on a node is the same user: he may signal its processes, and read its volumes and files.

    Rule: no other workload of the namespace has a container with a runAsUser of this one's. Images' own users are not
    read. Where hostUsers is false, and on Windows, ids do not matter.
    """
    if (skip := _no_ids(workload.pod)) is not None:
        yield skip
        return
    users = workload.pod.users
    if not users:
        yield Unknown("no runAsUser is set, and what its images say is not read")
    for user in sorted(users):
        others = cluster.workloads_as(user, workload.ref.namespace) - {workload.ref}
        if others:
            first = min(others, key=lambda ref: (ref.name, ref.kind))
            more = f" and {len(others) - 1} more" if len(others) > 1 else ""
            yield Fail("", f"{first}{more} of its namespace {'run' if more else 'runs'} as user {user} too")
