"""The baseline level of the Pod Security Standards: no known way from a pod to its node. One check per control."""

from collections.abc import Iterator, Mapping

from readiness.checks.check import check
from readiness.checks.fix import REMOVED, Edit, Fix, remove
from readiness.checks.hardening import (
    CAPABILITY_RISK,
    CONFINED,
    NO_HOST_PORTS,
    OWN_NAMESPACES,
    UNPRIVILEGED,
    without_capabilities,
)
from readiness.checks.pod_security import (
    DEFAULT_CAPABILITIES,
    USER_NAMESPACE,
    PodSecurityParameters,
    annotations_of,
    capabilities_added,
    containers,
    contexts,
    in_user_namespace,
    masks_lifted,
    not_before,
    seccomp_refused,
)
from readiness.model import Category, Fail, Finding, Severity, Skip, Snapshot, Workload

_APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
_HOSTS_SINCE = 34

# Names, and the minor version since when they are allowed.
_SELINUX_TYPES: Mapping[str, int] = {
    "": 0,
    "container_t": 0,
    "container_init_t": 0,
    "container_kvm_t": 0,
    "container_engine_t": 31,
}
_SYSCTLS: Mapping[str, int] = {
    "kernel.shm_rmid_forced": 0,
    "net.ipv4.ip_local_port_range": 0,
    "net.ipv4.tcp_syncookies": 0,
    "net.ipv4.ping_group_range": 0,
    "net.ipv4.ip_unprivileged_port_start": 0,
    "net.ipv4.ip_local_reserved_ports": 27,
    "net.ipv4.tcp_keepalive_time": 29,
    "net.ipv4.tcp_fin_timeout": 29,
    "net.ipv4.tcp_keepalive_intvl": 29,
    "net.ipv4.tcp_keepalive_probes": 29,
    "net.ipv4.tcp_rmem": 32,
    "net.ipv4.tcp_wmem": 32,
    "net.ipv4.tcp_slow_start_after_idle": 37,
    "net.ipv4.tcp_notsent_lowat": 37,
}


@check(
    "Pods stay out of the node's namespaces (Pod Security Standards: baseline)",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    remedy="Remove hostNetwork, hostPID and hostIPC from the pod spec.",
    fix=OWN_NAMESPACES,
)
def pss_host_namespaces(
    workload: Workload, _cluster: Snapshot, _parameters: PodSecurityParameters
) -> Iterator[Finding]:
    """
    In the node's namespaces a pod reaches what listens on localhost there, and sees, or ends, everybody's processes.

    Rule: hostNetwork, hostPID and hostIPC are false or not set. Control hostNamespaces, since v1.0.
    """
    pod = workload.pod
    shared = {"hostNetwork": pod.host_network, "hostPID": pod.host_pid, "hostIPC": pod.host_ipc}
    for name, value in shared.items():
        if value:
            yield Fail(f"{pod.path}.{name}", f"{name} is true")


@check(
    "No container is privileged (Pod Security Standards: baseline)",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    remedy="Remove securityContext.privileged from each container.",
    fix=UNPRIVILEGED,
)
def pss_privileged(workload: Workload, _cluster: Snapshot, _parameters: PodSecurityParameters) -> Iterator[Finding]:
    """
    A privileged container has all devices and capabilities of the node: who takes it over has the node.

    Rule: securityContext.privileged of each init, app and ephemeral container is false or not set. Control
    privileged, since v1.0.
    """
    for context in containers(workload.pod):
        if context.security.privileged:
            yield Fail(f"{context.path}.privileged", f"{context.owner} is privileged")


@check(
    "No capability is added beyond the usual ones (Pod Security Standards: baseline)",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    remedy="Remove what is named here from securityContext.capabilities.add.",
    fix=Fix(lambda workload, fail, _: without_capabilities(workload, fail, DEFAULT_CAPABILITIES), CAPABILITY_RISK),
)
def pss_capabilities_baseline(
    workload: Workload, _cluster: Snapshot, _parameters: PodSecurityParameters
) -> Iterator[Finding]:
    """
    Capabilities such as SYS_ADMIN or NET_RAW are pieces of root's power over the node and over the network.

    Rule: securityContext.capabilities.add of each init, app and ephemeral container has nothing but AUDIT_WRITE, CHOWN,
    DAC_OVERRIDE, FOWNER, FSETID, KILL, MKNOD, NET_BIND_SERVICE, SETFCAP, SETGID, SETPCAP, SETUID and SYS_CHROOT, named
    exactly so. Control capabilities_baseline, since v1.0.
    """
    yield from capabilities_added(workload.pod)


@check(
    "No volume is a path of the node (Pod Security Standards: baseline)",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    remedy="Replace hostPath volumes by a PersistentVolumeClaim, an emptyDir or a ConfigMap.",
)
def pss_host_path_volumes(
    workload: Workload, _cluster: Snapshot, _parameters: PodSecurityParameters
) -> Iterator[Finding]:
    """
    A path of the node, be it mounted read-only, lets a container at the node's files and sockets.

    Rule: no volume of the pod has a hostPath, not even beside another source. Control hostPathVolumes, since v1.0.
    """
    for volume in workload.pod.volumes:
        if "hostPath" in (volume.kind, *volume.more_kinds):
            path = f"{workload.pod.path}.volumes[{volume.name}].hostPath"
            yield Fail(path, f"volume {volume.name} is a hostPath")


@check(
    "No container takes a port of the node (Pod Security Standards: baseline)",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    remedy="Remove hostPort, and reach the pods through a Service.",
    fix=NO_HOST_PORTS,
)
def pss_host_ports(workload: Workload, _cluster: Snapshot, _parameters: PodSecurityParameters) -> Iterator[Finding]:
    """
    A port of the node is open past every Service and many a NetworkPolicy.

    Rule: hostPort of each port of each init, app and ephemeral container is 0 or not set. Control hostPorts, since
    v1.0.
    """
    for container in workload.pod.containers:
        for port in container.ports:
            if port.host_port:
                path = f"{container.path}.ports[{port.name or port.number}].hostPort"
                yield Fail(path, f"container {container.name} takes port {port.host_port} of the node")


@check(
    "Probes and lifecycle hooks ask their own pod (Pod Security Standards: baseline)",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    remedy="Remove host from the httpGet and tcpSocket of probes and lifecycle hooks.",
    fix=remove(risk="probes that ask somebody else for the pod"),
)
def pss_host_probes(workload: Workload, _cluster: Snapshot, parameters: PodSecurityParameters) -> Iterator[Finding]:
    """
    A kubelet asks whatever host a probe names, from the node: past every NetworkPolicy, into the node's network.

    Rule: no livenessProbe, readinessProbe, startupProbe, postStart or preStop of an init, app or ephemeral container
    has a host in its httpGet or tcpSocket; an empty one is none. Control hostProbesAndHostLifecycle, since v1.34.
    """
    if not parameters.since(_HOSTS_SINCE):
        yield not_before(_HOSTS_SINCE)
        return
    for container in workload.pod.containers:
        for field, host in container.hosts:
            asked = field.rpartition(".")[0]
            yield Fail(f"{container.path}.{field}", f"{asked} of container {container.name} asks the host {host}")


def _confined(_workload: Workload, fail: Fail, _parameters: PodSecurityParameters) -> Iterator[Edit]:
    """The runtime's own profile: by the field, or by no older annotation."""
    if ".annotations[" in fail.path:
        yield Edit(fail.path, REMOVED)
    else:
        yield Edit(fail.path.removesuffix(".type"), {"type": "RuntimeDefault"})


@check(
    "No AppArmor profile is weakened (Pod Security Standards: baseline)",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    remedy="Set appArmorProfile.type to RuntimeDefault or Localhost, or remove it, and remove the older annotation.",
    fix=Fix(_confined, risk="programs that write to files of /proc and /sys"),
)
def pss_app_armor(workload: Workload, _cluster: Snapshot, _parameters: PodSecurityParameters) -> Iterator[Finding]:
    """
    Unconfined, a container may write to files of /proc and /sys that the runtime's own profile keeps from it.

    Rule: appArmorProfile.type of the pod and of each init, app and ephemeral container is RuntimeDefault or Localhost
    where an appArmorProfile is set, and each annotation container.apparmor.security.beta.kubernetes.io/* of the pod is
    empty, runtime/default or localhost/*, whether there is such a container or not. Control appArmorProfile, since
    v1.0.
    """
    pod = workload.pod
    for context in contexts(pod):
        profile = context.security.app_armor_type
        if profile not in (None, "RuntimeDefault", "Localhost"):
            yield Fail(f"{context.path}.appArmorProfile.type", f'{context.owner} has the AppArmor profile "{profile}"')
    for key, profile in pod.annotations.items():
        allowed = profile in ("", "runtime/default") or profile.startswith("localhost/")
        if key.startswith(_APP_ARMOR) and not allowed:
            yield Fail(f"{annotations_of(pod)}[{key}]", f'annotation {key} is "{profile}"')


@check(
    "No SELinux label is one of its own making (Pod Security Standards: baseline)",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    remedy="Remove seLinuxOptions.user and role, and take a type that containers have, such as container_t.",
    fix=remove(risk="programs that need the label of a process of the node"),
)
def pss_selinux(workload: Workload, _cluster: Snapshot, parameters: PodSecurityParameters) -> Iterator[Finding]:
    """
    With a label of a process of the node, such as spc_t, SELinux confines a container no longer.

    Rule: seLinuxOptions of the pod and of each init, app and ephemeral container have neither user nor role, and a type
    that is empty, container_t, container_init_t, container_kvm_t or, since v1.31, container_engine_t. Control
    seLinuxOptions, since v1.0.
    """
    allowed = _names(_SELINUX_TYPES, parameters)
    for context in contexts(workload.pod):
        options = context.security.selinux
        if options is None:
            continue
        path = f"{context.path}.seLinuxOptions"
        if options.type not in allowed:
            yield Fail(f"{path}.type", f"{context.owner} has the SELinux type {options.type}")
        if options.user:
            yield Fail(f"{path}.user", f"{context.owner} has the SELinux user {options.user}")
        if options.role:
            yield Fail(f"{path}.role", f"{context.owner} has the SELinux role {options.role}")


@check(
    "No container sees what is masked in /proc (Pod Security Standards: baseline)",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    remedy="Remove securityContext.procMount from each container, or set hostUsers to false.",
    fix=remove(risk="programs that make containers themselves"),
)
def pss_proc_mount(workload: Workload, _cluster: Snapshot, parameters: PodSecurityParameters) -> Iterator[Finding]:
    """
    Unmasked, /proc tells of the node's kernel, and lets root of the node write to it.

    Rule: securityContext.procMount of each init, app and ephemeral container is Default or not set; since v1.35 pods
    with hostUsers false are exempt. Control procMount, since v1.0.
    """
    if in_user_namespace(workload.pod, parameters):
        yield Skip(USER_NAMESPACE)
    else:
        yield from masks_lifted(workload.pod)


@check(
    "No seccomp profile is weakened (Pod Security Standards: baseline)",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    remedy="Set seccompProfile.type to RuntimeDefault or Localhost, or remove it.",
    fix=CONFINED,
)
def pss_seccomp_baseline(
    workload: Workload, _cluster: Snapshot, parameters: PodSecurityParameters
) -> Iterator[Finding]:
    """
    Unconfined, every system call of the kernel is open to the container, the rarely tested ones included.

    Rule: seccompProfile.type of the pod and of each init, app and ephemeral container is RuntimeDefault or Localhost
    where a seccompProfile is set. Before v1.19: the annotations seccomp.security.alpha.kubernetes.io/pod and
    container.seccomp.security.alpha.kubernetes.io/* of the pod's containers are runtime/default, docker/default or
    localhost/*, where they are set. Control seccompProfile_baseline, since v1.0.
    """
    yield from seccomp_refused(workload.pod, parameters)


@check(
    "Only safe sysctls are set (Pod Security Standards: baseline)",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    remedy="Remove what is named here from securityContext.sysctls of the pod.",
    fix=remove(risk="programs that need the kernel set so"),
)
def pss_sysctls(workload: Workload, _cluster: Snapshot, parameters: PodSecurityParameters) -> Iterator[Finding]:
    """
    Sysctls that are not the pod's alone change the node under every other pod, or switch off what protects it.

    Rule: securityContext.sysctls of the pod has nothing but kernel.shm_rmid_forced and, of net.ipv4,
    ip_local_port_range, tcp_syncookies, ping_group_range, ip_unprivileged_port_start; since v1.27
    ip_local_reserved_ports; since v1.29 tcp_keepalive_time, tcp_fin_timeout, tcp_keepalive_intvl, tcp_keepalive_probes;
    since v1.32 tcp_rmem, tcp_wmem; since v1.37 tcp_slow_start_after_idle, tcp_notsent_lowat. Control sysctls, since
    v1.0.
    """
    allowed = _names(_SYSCTLS, parameters)
    pod = workload.pod
    for name in pod.security.sysctls:
        if name not in allowed:
            yield Fail(f"{pod.path}.securityContext.sysctls[{name}]", f'the pod sets the sysctl "{name}"')


@check(
    "Nothing is a HostProcess container (Pod Security Standards: baseline)",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    remedy="Remove windowsOptions.hostProcess from the pod and from each container.",
    fix=UNPRIVILEGED,
)
def pss_windows_host_process(
    workload: Workload, _cluster: Snapshot, _parameters: PodSecurityParameters
) -> Iterator[Finding]:
    """
    A HostProcess container is a process of its Windows node, with all that the node's accounts may do.

    Rule: windowsOptions.hostProcess of the pod and of each init, app and ephemeral container is false or not set.
    Control windowsHostProcess, since v1.0.
    """
    for context in contexts(workload.pod):
        if context.security.host_process:
            yield Fail(f"{context.path}.windowsOptions.hostProcess", f"hostProcess of {context.owner} is true")


def _names(since: Mapping[str, int], parameters: PodSecurityParameters) -> frozenset[str]:
    """What is allowed in an edition of the standards."""
    return frozenset(name for name, minor in since.items() if parameters.since(minor))
