"""What the checks of the Pod Security Standards share: versions, contexts, and the rules that both levels know."""

import re
from collections.abc import Collection, Iterator
from typing import Annotated

from readiness.checks.parameters.limits import Len, Predicate, doc
from readiness.model import Fail, Finding, PodSpec, Security, Skip
from readiness.model.records import dataclass

_VERSION = re.compile(r"latest|v1\.(0|[1-9][0-9]*)")
_SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
_SECCOMP_BY_FIELDS = 19
_PROFILES = ("RuntimeDefault", "Localhost")
DEFAULT_CAPABILITIES = frozenset(
    {
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    }
)

USER_NAMESPACE = "hostUsers is false: since v1.35 the standards leave pods in a user namespace alone"
WINDOWS = "os.name is windows: since v1.25 the standards leave Windows pods alone"


def is_version(text: str) -> bool:
    """Whether it is `latest` or a minor version (the name stands in the error that a policy's author sees)."""
    return _VERSION.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class PodSecurityParameters:
    """Which edition of the standards is asked for."""

    version: Annotated[
        str,
        Len(4, 8),
        Predicate(is_version),
        doc("The edition of the standards: v1.0 and up, or latest, which is v1.37; what is above it is the same."),
    ] = "latest"

    def since(self, minor: int) -> bool:
        """Whether this edition has what v1.`minor` brought."""
        return self.version == "latest" or int(self.version.removeprefix("v1.")) >= minor


@dataclass(frozen=True, slots=True)
class Context:
    """A securityContext as it is declared, nothing inherited: where it stands, and whose it is in words."""

    path: str
    owner: str
    security: Security


def not_before(minor: int) -> Skip:
    """What is said of a pod when an older edition is asked for than the one that brought the control."""
    return Skip(f"the standards ask this since v1.{minor}")


def containers(pod: PodSpec) -> Iterator[Context]:
    """What the containers declare: init, app and ephemeral ones."""
    for container in pod.containers:
        yield Context(f"{container.path}.securityContext", f"container {container.name}", container.own)


def contexts(pod: PodSpec) -> Iterator[Context]:
    """What the pod declares, then what its containers do."""
    yield Context(f"{pod.path}.securityContext", "the pod", pod.security)
    yield from containers(pod)


def in_user_namespace(pod: PodSpec, parameters: PodSecurityParameters) -> bool:
    """Whether the pod's user namespace frees it from a control."""
    return pod.host_users is False and parameters.since(35)


def on_windows(pod: PodSpec, parameters: PodSecurityParameters) -> bool:
    """Whether the pod's system frees it from a control. Only os.name tells: a nodeSelector does not count."""
    return pod.os == "windows" and parameters.since(25)


def capabilities_added(pod: PodSpec, allowed: Collection[str] = DEFAULT_CAPABILITIES) -> Iterator[Finding]:
    """Capabilities beyond the allowed ones, by default those that container runtimes give, less NET_RAW."""
    for context in containers(pod):
        added = [name for name in context.security.add if name not in allowed]
        if added:
            yield Fail(f"{context.path}.capabilities.add", f"{context.owner} adds {', '.join(added)}")


def masks_lifted(pod: PodSpec) -> Iterator[Finding]:
    """Containers that see more of /proc than the runtime's default."""
    for context in containers(pod):
        mount = context.security.proc_mount
        if mount not in (None, "Default"):
            yield Fail(f"{context.path}.procMount", f'{context.owner} has the procMount "{mount}"')


def seccomp_refused(pod: PodSpec, parameters: PodSecurityParameters) -> Iterator[Finding]:
    """Declared seccomp profiles that neither level admits: by fields, before v1.19 by annotations."""
    if not parameters.since(_SECCOMP_BY_FIELDS):
        yield from _seccomp_annotations(pod)
        return
    for context in contexts(pod):
        profile = context.security.seccomp_type
        if profile is not None and profile not in _PROFILES:
            yield Fail(f"{context.path}.seccompProfile.type", f'{context.owner} has the seccomp profile "{profile}"')


def seccomp_missing(pod: PodSpec, parameters: PodSecurityParameters) -> Iterator[Finding]:
    """Containers with no seccomp profile, their own or their pod's; nothing before v1.19."""
    if pod.security.seccomp_type is not None or not parameters.since(_SECCOMP_BY_FIELDS):
        return
    for context in containers(pod):
        if context.security.seccomp_type is None:
            yield Fail(f"{context.path}.seccompProfile", f"{context.owner} has no seccomp profile, nor has the pod")


def annotations_of(pod: PodSpec) -> str:
    """Where the annotations of a pod stand: beside its spec."""
    return f"{pod.path.removesuffix('spec')}metadata.annotations"


def _seccomp_annotations(pod: PodSpec) -> Iterator[Finding]:
    for key in (_SECCOMP_POD, *(f"{_SECCOMP_CONTAINER}{container.name}" for container in pod.containers)):
        profile = pod.annotations.get(key, "runtime/default")
        if profile not in ("runtime/default", "docker/default") and not profile.startswith("localhost/"):
            yield Fail(f"{annotations_of(pod)}[{key}]", f'annotation {key} is "{profile}"')
