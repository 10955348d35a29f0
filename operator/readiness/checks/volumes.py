"""Volumes: whether what pods write is bounded, and what they are given stays current."""

from collections.abc import Iterator
from typing import Annotated

from readiness.checks.check import NoParameters, check
from readiness.checks.fix import Edit, Fix
from readiness.checks.parameters.limits import doc
from readiness.checks.resources import Quantity
from readiness.model import Category, Container, Fail, Finding, PodSpec, Severity, Skip, Snapshot, Volume, Workload
from readiness.model.quantity import quantity
from readiness.model.records import dataclass

_UPDATED = frozenset({"secret", "configMap", "projected", "downwardAPI"})  # what kubelet writes anew when it changes
_FULL = "programs that write more than that"


@dataclass(frozen=True, slots=True)
class SizeParameters:
    """How large a bound may be."""

    max_size_limit: Annotated[Quantity | None, doc("The largest sizeLimit that still counts, such as 1Gi.")] = None


def _bounded(workload: Workload, fail: Fail, parameters: SizeParameters) -> Iterator[Edit]:
    """The policy's bound, where it has one and the memory of who mounts the volume is above it."""
    pod, most = workload.pod, parameters.max_size_limit
    for volume in _empty_dirs(pod):
        fits = most is not None and not (volume.medium and any(_outgrown(pod, volume, most)))
        if fits and fail.path == _size_path(pod, volume):
            yield Edit(fail.path, most or "")


@check(
    "Scratch volumes have a size limit",
    severity=Severity.LOW,
    category=Category.RELIABILITY,
    remedy="Set emptyDir.sizeLimit on each scratch volume.",
    fix=Fix(_bounded, risk=_FULL),
)
def empty_dir_size_limit(workload: Workload, _cluster: Snapshot, parameters: SizeParameters) -> Iterator[Finding]:
    """
    An emptyDir grows until the node's disk is full, and kubelet then evicts whoever it likes least.

    Rule: each emptyDir on disk has a sizeLimit above zero, with maxSizeLimit none above that.
    """
    found = [volume for volume in _empty_dirs(workload.pod) if not volume.medium]
    if not found:
        yield Skip("it has no emptyDir on disk")
    for volume in found:
        yield from _unbounded(workload.pod, volume, parameters.max_size_limit)


@check(
    "Volumes in memory have a size limit",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    remedy="Set emptyDir.sizeLimit on each volume of medium Memory, below the memory limits of who mounts it.",
    fix=Fix(_bounded, risk=_FULL),
)
def memory_volume_size_limit(workload: Workload, _cluster: Snapshot, parameters: SizeParameters) -> Iterator[Finding]:
    """
    Files in memory count as memory of the container that wrote them: what fills up is not the volume but the limit.

    Rule: each emptyDir of medium Memory has a sizeLimit above zero, with maxSizeLimit none above that, and below the
    memory limit of every container that mounts it, as far as these have one.
    """
    pod = workload.pod
    found = [volume for volume in _empty_dirs(pod) if volume.medium == "Memory"]
    if not found:
        yield Skip("it has no volume in memory")
    for volume in found:
        yield from _unbounded(pod, volume, parameters.max_size_limit)
        for container in _outgrown(pod, volume, volume.size_limit):
            told = f"which has a memory limit of {container.limits['memory']}"
            message = f"emptyDir {volume.name} of {volume.size_limit} is mounted by container {container.name}, {told}"
            yield Fail(_size_path(pod, volume), message)


def _outgrown(pod: PodSpec, volume: Volume, size: str) -> Iterator[Container]:
    """The containers that mount a volume which, with this size, takes all the memory that they may have."""
    for container in pod.declared_containers:
        limit = quantity(container.limits.get("memory", "")) or 0
        if 0 < limit <= (quantity(size) or 0) and any(mount.volume == volume.name for mount in container.mounts):
            yield container


def _empty_dirs(pod: PodSpec) -> Iterator[Volume]:
    return (volume for volume in pod.volumes if volume.kind == "emptyDir")


def _unbounded(pod: PodSpec, volume: Volume, most: str | None) -> Iterator[Finding]:
    size = quantity(volume.size_limit) or 0
    if size <= 0:
        yield Fail(_size_path(pod, volume), f"emptyDir {volume.name} has no sizeLimit")
    elif most is not None and size > (quantity(most) or 0):
        message = f"emptyDir {volume.name} has a sizeLimit of {volume.size_limit}, above {most}"
        yield Fail(_size_path(pod, volume), message)


def _size_path(pod: PodSpec, volume: Volume) -> str:
    return f"{pod.path}.volumes[{volume.name}].emptyDir.sizeLimit"


@check(
    "Mounted Secrets and ConfigMaps follow their updates",
    severity=Severity.LOW,
    category=Category.RELIABILITY,
    remedy="Mount the whole volume at a folder of its own, without subPath.",
)
def mounts_follow_updates(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A file mounted by subPath stays what it was when the pod started: a rotated certificate expires in there unseen.

    Rule: no container mounts a secret, configMap, projected or downwardAPI volume with subPath or subPathExpr.
    """
    pod = workload.pod
    given = {volume.name for volume in pod.volumes if volume.kind in _UPDATED}
    if not given:
        yield Skip("it mounts no Secrets or ConfigMaps")
    for container in pod.declared_containers:
        for mount in container.mounts:
            if mount.volume in given and mount.sub_path:
                message = f"container {container.name} mounts volume {mount.volume} by subPath, which is never updated"
                yield Fail(f"{container.path}.volumeMounts[{mount.path}]", message)
