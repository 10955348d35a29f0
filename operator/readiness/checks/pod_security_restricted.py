"""The restricted level of the Pod Security Standards: what hardened pods do. One check per control of its own."""

from collections.abc import Iterator

from readiness.checks.check import check
from readiness.checks.fix import Edit, Fix, remove
from readiness.checks.hardening import AS_ROOT, CAPABILITY_RISK, CONFINED, NO_ESCALATION, NON_ROOT, without_capabilities
from readiness.checks.pod_security import (
    DEFAULT_CAPABILITIES,
    USER_NAMESPACE,
    WINDOWS,
    PodSecurityParameters,
    capabilities_added,
    containers,
    contexts,
    in_user_namespace,
    masks_lifted,
    not_before,
    on_windows,
    seccomp_missing,
    seccomp_refused,
)
from readiness.model import Category, Fail, Finding, Severity, Skip, Snapshot, Workload

_VOLUMES = frozenset(
    {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    }
)
_ESCALATION_SINCE = 8
_CAPABILITIES_SINCE = 22
_USER_SINCE = 23


@check(
    "Volumes are of harmless kinds (Pod Security Standards: restricted)",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    remedy="Replace the volumes that are named here by a PersistentVolumeClaim or a csi volume.",
)
def pss_restricted_volumes(
    workload: Workload, _cluster: Snapshot, _parameters: PodSecurityParameters
) -> Iterator[Finding]:
    """
    Inline volumes of old kinds reach the node's disks, or storage on the network, past every StorageClass and quota.

    Rule: each volume of the pod is a configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim,
    projected or secret; one that names no source is an emptyDir, as the API server makes it one. Control
    restrictedVolumes, since v1.0, in place of the baseline's hostPathVolumes.
    """
    for volume in workload.pod.volumes:
        if _VOLUMES.isdisjoint((volume.kind, *volume.more_kinds)):
            path = f"{workload.pod.path}.volumes[{volume.name}].{volume.kind}"
            yield Fail(path, f"volume {volume.name} is of the kind {volume.kind}")


@check(
    "No process can gain privileges (Pod Security Standards: restricted)",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    remedy="Set securityContext.allowPrivilegeEscalation: false on each container.",
    fix=NO_ESCALATION,
)
def pss_privilege_escalation(
    workload: Workload, _cluster: Snapshot, parameters: PodSecurityParameters
) -> Iterator[Finding]:
    """
    One setuid binary in the image is enough to become root in a container that started as somebody else.

    Rule: securityContext.allowPrivilegeEscalation of each init, app and ephemeral container is false; absent means
    true. Since v1.25 pods with os.name windows are exempt. Control allowPrivilegeEscalation, since v1.8.
    """
    if not parameters.since(_ESCALATION_SINCE):
        yield not_before(_ESCALATION_SINCE)
        return
    if on_windows(workload.pod, parameters):
        yield Skip(WINDOWS)
        return
    for context in containers(workload.pod):
        allowed = context.security.allow_privilege_escalation
        if allowed is not False:
            state = "true" if allowed else "not set"
            message = f"allowPrivilegeEscalation of {context.owner} is {state}"
            yield Fail(f"{context.path}.allowPrivilegeEscalation", message)


@check(
    "Containers have to run as non-root (Pod Security Standards: restricted)",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    remedy="Set securityContext.runAsNonRoot: true on the pod, and remove it from its containers.",
    fix=NON_ROOT,
)
def pss_run_as_non_root(workload: Workload, _cluster: Snapshot, parameters: PodSecurityParameters) -> Iterator[Finding]:
    """
    A process that is root in its container is root on the node as soon as one bug lets it out.

    Rule: runAsNonRoot is true for the pod, or for each init, app and ephemeral container; false is refused wherever it
    stands, for the pod even when each container says true. A runAsUser does not count. Since v1.35 pods with hostUsers
    false are exempt. Control runAsNonRoot, since v1.0.
    """
    pod = workload.pod
    if in_user_namespace(pod, parameters):
        yield Skip(USER_NAMESPACE)
        return
    for context in contexts(pod):
        if context.security.run_as_non_root is False:
            yield Fail(f"{context.path}.runAsNonRoot", f"runAsNonRoot of {context.owner} is false")
    if pod.security.run_as_non_root is None:
        for context in containers(pod):
            if context.security.run_as_non_root is None:
                message = f"runAsNonRoot of {context.owner} is not set, nor is the pod's"
                yield Fail(f"{context.path}.runAsNonRoot", message)


@check(
    "No user is root by its number (Pod Security Standards: restricted)",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    remedy="Set securityContext.runAsUser to a number above 0, or remove it.",
    fix=remove(risk=AS_ROOT),
)
def pss_run_as_user(workload: Workload, _cluster: Snapshot, parameters: PodSecurityParameters) -> Iterator[Finding]:
    """
    User 0 is root, in the container and on the node.

    Rule: runAsUser of the pod and of each init, app and ephemeral container is not 0, for the pod even when each
    container says otherwise. Since v1.35 pods with hostUsers false are exempt. Control runAsUser, since v1.23.
    """
    if not parameters.since(_USER_SINCE):
        yield not_before(_USER_SINCE)
        return
    if in_user_namespace(workload.pod, parameters):
        yield Skip(USER_NAMESPACE)
        return
    for context in contexts(workload.pod):
        if context.security.run_as_user == 0:
            yield Fail(f"{context.path}.runAsUser", f"runAsUser of {context.owner} is 0")


@check(
    "A seccomp profile is set (Pod Security Standards: restricted)",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    remedy="Set securityContext.seccompProfile.type: RuntimeDefault on the pod.",
    fix=CONFINED,
)
def pss_seccomp_restricted(
    workload: Workload, _cluster: Snapshot, parameters: PodSecurityParameters
) -> Iterator[Finding]:
    """
    Without a profile every system call of the kernel is open to the container, the rarely tested ones included.

    Rule: seccompProfile.type is RuntimeDefault or Localhost for the pod, or for each init, app and ephemeral container;
    another one is refused wherever it stands. Since v1.25 pods with os.name windows are exempt. Control
    seccompProfile_restricted, since v1.19, in place of seccompProfile_baseline, which is what is judged before.
    """
    pod = workload.pod
    if on_windows(pod, parameters):
        yield Skip(WINDOWS)
        return
    yield from seccomp_refused(pod, parameters)
    yield from seccomp_missing(pod, parameters)


def _dropped(workload: Workload, fail: Fail, parameters: PodSecurityParameters) -> Iterator[Edit]:
    allowed = ("NET_BIND_SERVICE",) if parameters.since(_CAPABILITIES_SINCE) else DEFAULT_CAPABILITIES
    return without_capabilities(workload, fail, allowed)


@check(
    "All capabilities are dropped (Pod Security Standards: restricted)",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    remedy="Set securityContext.capabilities.drop: [ALL] on each container, and add back NET_BIND_SERVICE at most.",
    fix=Fix(_dropped, CAPABILITY_RISK),
)
def pss_capabilities_restricted(
    workload: Workload, _cluster: Snapshot, parameters: PodSecurityParameters
) -> Iterator[Finding]:
    """
    A container starts with a dozen pieces of root's power, raw sockets among them, that hardly any service needs.

    Rule: securityContext.capabilities of each init, app and ephemeral container drop ALL, named exactly so, and add
    nothing but NET_BIND_SERVICE. Since v1.25 pods with os.name windows are exempt. Control capabilities_restricted,
    since v1.22, in place of capabilities_baseline, which is what is judged before.
    """
    pod = workload.pod
    if not parameters.since(_CAPABILITIES_SINCE):
        yield from capabilities_added(pod)
        return
    if on_windows(pod, parameters):
        yield Skip(WINDOWS)
        return
    for context in containers(pod):
        if "ALL" not in context.security.drop:
            yield Fail(f"{context.path}.capabilities.drop", f"{context.owner} does not drop ALL")
    yield from capabilities_added(pod, ("NET_BIND_SERVICE",))


@check(
    "No container sees what is masked in /proc (Pod Security Standards: restricted)",
    severity=Severity.CRITICAL,
    category=Category.SECURITY,
    remedy="Remove securityContext.procMount from each container.",
    fix=remove(risk="programs that make containers themselves"),
)
def pss_proc_mount_restricted(
    workload: Workload, _cluster: Snapshot, _parameters: PodSecurityParameters
) -> Iterator[Finding]:
    """
    Unmasked, /proc tells of the node's kernel; a user namespace is no reason to look at it.

    Rule: securityContext.procMount of each init, app and ephemeral container is Default or not set, whatever hostUsers
    says. Control procMount_restricted, since v1.35, in place of the baseline's procMount, which asked the same before.
    """
    yield from masks_lifted(workload.pod)
