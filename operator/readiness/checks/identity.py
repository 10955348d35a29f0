"""Identity: who a container is on its node, and what it may do there."""

from collections.abc import Iterator
from typing import Annotated, Literal

from readiness.checks.check import NoParameters, check
from readiness.checks.fix import Edit, Fix, container_at, put
from readiness.checks.hardening import (
    AS_ROOT,
    CAPABILITY_RISK,
    CONFINED,
    NO_ESCALATION,
    NO_HOST_PORTS,
    OWN_NAMESPACES,
    UNPRIVILEGED,
    confined,
    without_capabilities,
)
from readiness.checks.parameters.limits import Ge, Le, Len, doc
from readiness.model import Category, Fail, Finding, Role, Security, Severity, Skip, Snapshot, Topic, Workload
from readiness.model.records import dataclass

_ADMINISTRATORS = frozenset({"containeradministrator", "system"})  # Windows accounts, whose case does not matter


@dataclass(frozen=True, slots=True)
class NonRootParameters:
    """Which users count as root, and for which containers."""

    min_uid: Annotated[int, Ge(1), Le(2**31 - 1), doc("The lowest runAsUser that passes where one is set.")] = 1
    init_containers: Annotated[bool, doc("Whether init containers are judged; sidecars always are.")] = True


def _non_root(workload: Workload, fail: Fail, _parameters: NonRootParameters) -> Iterator[Edit]:
    """A container that names no user; one that names root means it, and which other user it could be nobody tells."""
    container = container_at(workload, fail.path)
    if container is not None and container.security.run_as_user is None and not container.security.windows_user:
        yield Edit(f"{fail.path}.runAsNonRoot", value=True)


@check(
    "Containers do not run as root",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    topic=Topic.NON_ROOT,
    remedy="Set securityContext.runAsNonRoot: true on the pod or on each container, and a numeric USER in the image.",
    fix=Fix(_non_root, risk=AS_ROOT),
)
def run_as_non_root(workload: Workload, _cluster: Snapshot, parameters: NonRootParameters) -> Iterator[Finding]:
    """
    A process that is root in its container is root on the node as soon as one bug lets it out.

    Rule: each container's securityContext, its fields over the pod's, has runAsNonRoot true or a runAsUser of at
    least minUid. A runAsUser of 0 fails even beside runAsNonRoot true, as such a container never starts. With
    hostUsers false the check does not apply to pods that would fail: root in them is nobody on the node, as the Pod
    Security Standards have it since 1.35. Windows: runAsNonRoot true, or a runAsUserName that is no administrator.
    """
    pod = workload.pod
    faults = []
    for container in pod.containers:
        if container.role is Role.INIT and not parameters.init_containers:
            continue
        security = container.security
        fault = _administrator(security) if pod.windows else _root(security, parameters.min_uid)
        if fault:
            faults.append(Fail(f"{container.path}.securityContext", f"container {container.name} {fault}"))
    if faults and pod.host_users is False:
        yield Skip("hostUsers is false: whoever is root in these containers is nobody on the node")
    else:
        yield from faults


def _root(security: Security, min_uid: int) -> str:
    """Why a Linux container may be root; empty when it is not."""
    user = security.run_as_user
    match user, security.run_as_non_root:
        case None, True:
            return ""
        case None, False:
            return "may run as root: runAsNonRoot is false and no runAsUser is set"
        case None, _:
            return f"may run as root: neither runAsNonRoot nor a runAsUser above {min_uid - 1} is set"
        case 0, True:
            return "will not start: runAsNonRoot is true, but runAsUser is 0"
        case 0, _:
            return "runs as root: runAsUser is 0"
        case _:
            return f"runs as user {user}, below {min_uid}" if user < min_uid else ""


def _administrator(security: Security) -> str:
    """Why a Windows container may be an administrator; empty when it is not."""
    user = security.windows_user or ""
    if user.rpartition("\\")[2].lower() in _ADMINISTRATORS:
        return f"runs as {user}"
    if user or security.run_as_non_root:
        return ""
    return "may run as ContainerAdministrator: neither runAsNonRoot nor a runAsUserName is set"


@check(
    "No container is privileged",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    remedy="Remove securityContext.privileged, and add the few capabilities that the container needs.",
    fix=UNPRIVILEGED,
)
def no_privileged_containers(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A privileged container has all devices and capabilities of the node: who takes it over has the node.

    Rule: no container has securityContext.privileged true, nor, on Windows, windowsOptions.hostProcess true.
    """
    for container in workload.pod.containers:
        path = f"{container.path}.securityContext"
        if container.security.privileged:
            yield Fail(f"{path}.privileged", f"container {container.name} is privileged")
        if container.security.host_process:
            message = f"container {container.name} is a HostProcess container"
            yield Fail(f"{path}.windowsOptions.hostProcess", message)


@check(
    "No process can gain privileges",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    remedy="Set securityContext.allowPrivilegeEscalation: false on each container.",
    fix=NO_ESCALATION,
)
def no_privilege_escalation(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    One setuid binary in the image is enough to become root in a container that started as somebody else.

    Rule: each container has allowPrivilegeEscalation false; absent means true. Windows has no such setting.
    """
    if workload.pod.windows:
        yield Skip("Windows has no allowPrivilegeEscalation")
        return
    for container in workload.pod.containers:
        allowed = container.security.allow_privilege_escalation
        if allowed is not False:
            state = "true" if allowed else "not set"
            message = f"container {container.name} may gain privileges: allowPrivilegeEscalation is {state}"
            yield Fail(f"{container.path}.securityContext.allowPrivilegeEscalation", message)


@dataclass(frozen=True, slots=True)
class CapabilityParameters:
    """Which capabilities are harmless."""

    allowed_add: Annotated[
        tuple[Annotated[str, Len(1, 64)], ...], Len(0, 64), doc("Capabilities that may be added, named without CAP_.")
    ] = ("NET_BIND_SERVICE",)


@check(
    "All capabilities are dropped",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    remedy="Set securityContext.capabilities.drop: [ALL] on each container, and add back only what is allowed.",
    fix=Fix(lambda workload, fail, asked: without_capabilities(workload, fail, asked.allowed_add), CAPABILITY_RISK),
)
def drop_all_capabilities(
    workload: Workload, _cluster: Snapshot, parameters: CapabilityParameters
) -> Iterator[Finding]:
    """
    A container starts with a dozen pieces of root's power, raw sockets among them, that hardly any service needs.

    Rule: each container drops ALL and adds nothing that allowedAdd does not list. Names are compared exactly, as in
    the Pod Security Standards: runtimes understand `all` too, their admission does not. Windows has no capabilities.
    """
    if workload.pod.windows:
        yield Skip("Windows has no capabilities")
        return
    for container in workload.pod.containers:
        path, security = f"{container.path}.securityContext.capabilities", container.security
        if "ALL" not in security.drop:
            dropped = f"only {', '.join(security.drop)}, not ALL" if security.drop else "no capabilities"
            yield Fail(f"{path}.drop", f"container {container.name} drops {dropped}")
        added = ", ".join(name for name in security.add if name not in parameters.allowed_add)
        if added:
            yield Fail(f"{path}.add", f"container {container.name} adds {added}, which allowedAdd does not list")


@check(
    "The root filesystem is read-only",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    remedy="Set securityContext.readOnlyRootFilesystem: true on each container, and mount an emptyDir where it writes.",
    fix=put(value=True, risk="programs that write to their root filesystem"),
)
def read_only_root_filesystem(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A writable root filesystem lets an intruder keep tools there, and a service keep state that a restart loses.

    Rule: each container has readOnlyRootFilesystem true. Windows cannot do it.
    """
    if workload.pod.windows:
        yield Skip("Windows has no read-only root filesystem")
        return
    for container in workload.pod.containers:
        if not container.security.read_only_root_filesystem:
            message = f"container {container.name} may write to its root filesystem"
            yield Fail(f"{container.path}.securityContext.readOnlyRootFilesystem", message)


@dataclass(frozen=True, slots=True)
class SeccompParameters:
    """Which seccomp profiles will do."""

    types: Annotated[
        tuple[Literal["RuntimeDefault", "Localhost", "Unconfined"], ...],
        Len(1, 3),
        doc("Types of profiles that pass."),
    ] = ("RuntimeDefault", "Localhost")


def _confined(workload: Workload, fail: Fail, parameters: SeccompParameters) -> Iterator[Edit]:
    if "RuntimeDefault" in parameters.types:
        yield from confined(workload, fail, parameters)


@check(
    "A seccomp profile is set",
    severity=Severity.LOW,
    category=Category.SECURITY,
    remedy="Set securityContext.seccompProfile.type: RuntimeDefault on the pod.",
    fix=Fix(_confined, CONFINED.risk),
)
def seccomp_profile(workload: Workload, _cluster: Snapshot, parameters: SeccompParameters) -> Iterator[Finding]:
    """
    Without a profile every system call of the kernel is open to the container, the rarely tested ones included.

    Rule: each container's seccompProfile, or else the pod's, has a listed type. What a kubelet does by default when
    none is set is not seen from here, and differs from node to node. Windows has no seccomp.
    """
    if workload.pod.windows:
        yield Skip("Windows has no seccomp")
        return
    for container in workload.pod.containers:
        profile = container.security.seccomp_type
        if profile not in parameters.types:
            state = f"the seccomp profile {profile}" if profile else "no seccomp profile"
            path = f"{container.path}.securityContext.seccompProfile"
            yield Fail(path, f"container {container.name} has {state}")


@check(
    "Pods do not share the node's namespaces",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    remedy="Remove hostNetwork, hostPID and hostIPC from the pod spec.",
    fix=OWN_NAMESPACES,
)
def no_host_namespaces(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    In the node's namespaces a pod reaches what listens on localhost there, and sees, or ends, everybody's processes.

    Rule: hostNetwork, hostPID and hostIPC are not true.
    """
    pod = workload.pod
    shared = {"hostNetwork": pod.host_network, "hostPID": pod.host_pid, "hostIPC": pod.host_ipc}
    for name, value in shared.items():
        if value:
            yield Fail(f"{pod.path}.{name}", f"{name} is true")


@check(
    "No volume is a path of the node",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    remedy="Replace hostPath volumes by a PersistentVolumeClaim, an emptyDir or a ConfigMap.",
)
def no_host_path_volumes(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A path of the node lets a container out, ties the pod to what happens to lie there, and outlives it.

    Rule: no volume of the pod is a hostPath, read-only mounts included.
    """
    pod = workload.pod
    for volume in pod.volumes:
        if volume.kind == "hostPath":
            message = f"volume {volume.name} is {volume.host_path} of the node"
            yield Fail(f"{pod.path}.volumes[{volume.name}].hostPath", message)


@check(
    "No container takes a port of the node",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    remedy="Remove hostPort, and reach the pods through a Service.",
    fix=NO_HOST_PORTS,
)
def no_host_ports(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A port of the node is open past every Service and many a NetworkPolicy, and only one pod a node can have it.

    Rule: no container port has a hostPort. With hostNetwork every declared port of a container is one, as
    Kubernetes fills it in.
    """
    for container in workload.pod.containers:
        for port in container.ports:
            taken = port.host_port or (port.number if workload.pod.host_network else 0)
            if taken:
                path = f"{container.path}.ports[{port.name or port.number}].hostPort"
                yield Fail(path, f"container {container.name} takes {port.protocol} port {taken} of the node")
