"""Secret references: whether the Secrets exist that pods need, told by kubelet, or by the metadata of Secrets."""

import re
from collections.abc import Iterator, Sequence

from readiness.checks.check import Kind, NoParameters, check
from readiness.model import (
    SETTLING,
    Category,
    ContainerState,
    Fail,
    Finding,
    Pod,
    Recheck,
    Secret,
    Severity,
    Skip,
    Snapshot,
    Topic,
    Unknown,
    Workload,
)
from readiness.model.container import Reference
from readiness.model.reasons import Reason

# Source: kubelet's makeEnvironmentVariables and the secret manager's NotFound error.
_NO_SECRET = re.compile(r'secrets? "([^"]{1,253})" not found')
_NO_KEY = re.compile(r"couldn't find key (\S{1,253}) in Secret [^/\s]{1,253}/(\S{1,253})")


@check(
    "Referenced Secrets and keys exist",
    severity=Severity.CRITICAL,
    category=Category.SECRETS,
    kind=Kind.SECRET,
    topic=Topic.SECRETS,
    reads=(Pod, Secret),
    remedy="Create the Secret with the named key in the workload's namespace, or correct the reference.",
)
def secret_references_resolve(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A pod whose Secret or key is missing does not start: the next rollout, or the next restart of a node, stops there.

    Rule: where the operator reads the metadata of Secrets, each Secret that the pods refer to by env, envFrom, volume
    or imagePullSecrets is there, and has the keys; a workload whose pods came or changed within two minutes has time.
    Of manifests that holds for the Secrets among them. Elsewhere, and where the metadata does not tell the keys: no
    container of a pod older than two minutes waits for a Secret or a key that kubelet cannot find, and that all are
    there is proved by the containers that need them having started. Optional references do not count.
    """
    needed = [reference for reference in workload.pod.references("Secret") if not reference.to.optional]
    known = cluster.serves(Secret)
    if not needed and not (known and cluster.live and workload.pod.image_pull_secrets):
        yield Skip("no Secret is needed: none is referred to, or only as optional")
    elif not known and not cluster.live:
        yield Unknown("no Secret is among the manifests", Reason.NOT_EVALUATED)
    elif not known:
        yield from _told_by_kubelet(workload, cluster, needed)
    elif not cluster.live:
        yield from _among_manifests(workload, cluster, needed)
    else:
        yield from _told_by_metadata(workload, cluster, needed)


def _told_by_metadata(workload: Workload, cluster: Snapshot, needed: Sequence[Reference]) -> Iterator[Finding]:
    faults = [fault for reference in needed for fault in _faults_of_reference(workload, cluster, reference)]
    faults += [
        Fail(f"{workload.pod.path}.imagePullSecrets[{name}]", f"Secret {name} does not exist")
        for name in workload.pod.image_pull_secrets
        if cluster.secret(workload.ref.namespace, name) is None
    ]
    moved = cluster.moved_at(workload)
    settled = moved + SETTLING if moved is not None else cluster.now
    if faults and cluster.now < settled:
        if workload.created is None or cluster.now < workload.created + SETTLING:
            yield Unknown("it was created a moment ago, and a Secret or key that it needs is not there yet")
        yield Recheck(settled)
        return
    yield from faults
    untold = [reference for reference in needed if _is_untold(workload, cluster, reference)]
    if untold:
        yield from _told_by_kubelet(workload, cluster, untold)


def _among_manifests(workload: Workload, cluster: Snapshot, needed: Sequence[Reference]) -> Iterator[Finding]:
    for reference in needed:
        if cluster.secret(workload.ref.namespace, reference.to.name) is None:
            message = f"Secret {reference.to.name} is not among the manifests"
            yield Unknown(message, Reason.NOT_EVALUATED)
        else:
            yield from _faults_of_reference(workload, cluster, reference)


def _faults_of_reference(workload: Workload, cluster: Snapshot, reference: Reference) -> Iterator[Fail]:
    """What metadata says against a reference."""
    name = reference.to.name
    found = cluster.secret(workload.ref.namespace, name)
    if found is None:
        yield Fail(reference.path, f"Secret {name} does not exist")
    elif found.keys is not None:
        for key in reference.keys:
            if key not in found.keys:
                yield Fail(reference.path, f"Secret {name} has no key {key}")


def _is_untold(workload: Workload, cluster: Snapshot, reference: Reference) -> bool:
    """Whether metadata leaves open which keys there are that a reference needs."""
    found = cluster.secret(workload.ref.namespace, reference.to.name)
    return found is not None and found.keys is None and bool(reference.keys)


def _told_by_kubelet(workload: Workload, cluster: Snapshot, needed: Sequence[Reference]) -> Iterator[Finding]:
    if not workload.wants_pods:
        yield Skip("nothing is meant to run")
        return
    pods = [pod for pod in cluster.pods_of(workload) if not pod.deleted]
    waiting = [pod for pod in pods if not pod.ended and not _proves(pod, needed)]
    young = [pod for pod in waiting if pod.created is not None and cluster.now < pod.created + SETTLING]
    old = [pod for pod in waiting if pod not in young]
    faults = dict.fromkeys(fault for pod in old for fault in _faults(pod, needed))
    yield from faults
    if old and not faults:
        yield Unknown("a pod has not started yet: it may wait for a Secret")
    elif not faults and not any(_proves(pod, needed) for pod in pods):
        yield Unknown("no pod has started yet that needs the Secrets")
    if young:
        yield Recheck(min(pod.created for pod in young if pod.created is not None) + SETTLING)


def _proves(pod: Pod, needed: Sequence[Reference]) -> bool:
    """Whether containers of the pod have started that could not have without these references."""
    if next(_faults(pod, needed), None) is not None:
        return False
    started = {state.name for state in pod.containers if _has_run(state)}
    # All volumes are mounted before the first container starts; env is resolved when its own container does.
    return all(reference.container in started if reference.container else started for reference in needed)


def _has_run(state: ContainerState) -> bool:
    return state.running_since is not None or state.terminated is not None or state.last_terminated is not None


def _faults(pod: Pod, needed: Sequence[Reference]) -> Iterator[Fail]:
    for state in pod.containers:
        if state.waiting_reason == "CreateContainerConfigError":
            yield from _faults_of(state, [reference for reference in needed if reference.container == state.name])


def _faults_of(state: ContainerState, needed: Sequence[Reference]) -> Iterator[Fail]:
    if found := _NO_SECRET.search(state.waiting_message):
        name, key = found[1], ""
        message = f"container {state.name} cannot start: Secret {name} does not exist"
    elif found := _NO_KEY.search(state.waiting_message):
        key, name = found[1], found[2]
        message = f"container {state.name} cannot start: Secret {name} has no key {key}"
    else:
        return
    meant = [reference for reference in needed if reference.to.name == name and (not key or reference.to.key == key)]
    if meant:  # else an older template's: what the present one refers to is another question
        yield Fail(meant[0].path, message)
