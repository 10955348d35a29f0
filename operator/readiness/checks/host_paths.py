"""Host paths: which parts of its node a pod may see where it needs a hostPath at all."""

from collections.abc import Iterator
from typing import Annotated

from readiness.checks.check import NoParameters, check
from readiness.checks.fix import put
from readiness.checks.parameters.limits import Len, doc
from readiness.model import Category, Fail, Finding, PodSpec, Severity, Skip, Snapshot, Volume, Workload
from readiness.model.records import dataclass

Parts = tuple[str, ...]

_SOCKETS = (
    "/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/k3s/containerd/containerd.sock",
    "/run/crio/crio.sock",
    "/run/cri-dockerd.sock",
    "/run/podman/podman.sock",
)


@check(
    "No container reaches the container runtime",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    remedy="Remove the hostPath volume of the runtime's socket; build images with a builder that needs no daemon.",
)
def no_runtime_socket(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    Who may talk to the runtime starts privileged containers at will, past every policy: he is root on the node.

    Rule: no hostPath is the socket of Docker, containerd, CRI-O, cri-dockerd or Podman, or a folder that it lies in.
    /var/run is /run. Mounting it read-only does not help: a socket is written to all the same.
    """
    pod = workload.pod
    for volume in _host_paths(pod):
        reached = next((socket for socket in _SOCKETS if _is_inside(_parts(socket), _parts(volume.host_path))), None)
        if reached is not None:
            message = f"volume {volume.name} is {volume.host_path} of the node, where {reached} is"
            yield Fail(_path(pod, volume), message)


@dataclass(frozen=True, slots=True)
class SensitiveParameters:
    """Which parts of a node nobody needs to see."""

    paths: Annotated[
        tuple[Annotated[str, Len(1, 4096)], ...],
        Len(1, 64),
        doc("Folders of the node that are sensitive, what lies in them too."),
    ] = (
        "/boot",
        "/dev",
        "/etc",
        "/lib",
        "/proc",
        "/root",
        "/sys",
        "/usr",
        "/var/lib/kubelet",
    )


@check(
    "No sensitive path of the node is mounted",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    remedy="Mount only the one folder that the pod needs, outside of the node's system folders.",
)
def no_sensitive_host_paths(
    workload: Workload, _cluster: Snapshot, parameters: SensitiveParameters
) -> Iterator[Finding]:
    """
    The node's /etc, /proc or kubelet folder hold the keys of the node and the Secrets of every pod on it.

    Rule: no hostPath is one of paths, lies in one, or contains one, as / does.
    """
    pod = workload.pod
    found = list(_host_paths(pod))
    if not found:
        yield Skip("it has no hostPath volume")
    for volume in found:
        parts = _parts(volume.host_path)
        for path in parameters.paths:
            inside = _is_inside(parts, _parts(path))
            if inside or _is_inside(_parts(path), parts):
                how = "in" if inside and parts != _parts(path) else "around" if not inside else "at"
                yield Fail(_path(pod, volume), f"volume {volume.name} is {volume.host_path} of the node, {how} {path}")
                break


@check(
    "Paths of the node are mounted read-only",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    remedy="Set readOnly: true on each volumeMount of a hostPath volume.",
    fix=put(value=True, risk="programs that write to the node's files"),
)
def host_paths_read_only(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    Who may write to the node's files may plant one that the node runs, and leaves behind what nobody cleans up.

    Rule: every volumeMount of a hostPath volume, init containers' included, has readOnly true.
    """
    names = {volume.name: volume.host_path for volume in _host_paths(workload.pod)}
    if not names:
        yield Skip("it has no hostPath volume")
    for container in workload.pod.containers:
        for mount in container.mounts:
            if mount.volume in names and not mount.read_only:
                message = f"container {container.name} may write to {names[mount.volume]} of the node"
                yield Fail(f"{container.path}.volumeMounts[{mount.path}].readOnly", message)


def _host_paths(pod: PodSpec) -> Iterator[Volume]:
    return (volume for volume in pod.volumes if volume.kind == "hostPath")


def _path(pod: PodSpec, volume: Volume) -> str:
    return f"{pod.path}.volumes[{volume.name}].hostPath.path"


def _parts(path: str) -> Parts:
    """The folders of an absolute path; /var/run is a link to /run. The API server refuses `..`."""
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    return parts[1:] if parts[:2] == ("var", "run") else parts


def _is_inside(inner: Parts, outer: Parts) -> bool:
    """Whether a path is another, or lies in it."""
    return inner[: len(outer)] == outer
