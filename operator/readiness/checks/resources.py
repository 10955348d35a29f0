"""Resources: what containers say that they need, and what they can take besides."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Literal

from readiness.checks.check import check
from readiness.checks.fix import Edit, Fix
from readiness.checks.parameters.limits import Len, Predicate, doc
from readiness.model import Category, Container, Fail, Finding, LimitRange, Severity, Snapshot, Topic, Workload
from readiness.model.quantity import quantity
from readiness.model.records import dataclass

Resource = Literal["cpu", "memory", "ephemeral-storage"]
_STORAGE = "ephemeral-storage"


def is_quantity(text: str) -> bool:
    """Whether a policy's text is a quantity above zero, such as `10Gi`."""
    return _positive(text)


Quantity = Annotated[str, Predicate(is_quantity)]


@dataclass(frozen=True, slots=True)
class RequestParameters:
    """Which requests must be set."""

    resources: Annotated[tuple[Resource, ...], Len(1, 3), doc("Resources that need a request.")] = (
        "cpu",
        "memory",
    )


@check(
    "CPU and memory requests are set",
    severity=Severity.HIGH,
    category=Category.RELIABILITY,
    topic=Topic.RESOURCE_LIMITS,
    reads=(LimitRange,),
    remedy="Set resources.requests on each container, or a LimitRange default in the namespace.",
)
def resource_requests(workload: Workload, cluster: Snapshot, parameters: RequestParameters) -> Iterator[Finding]:
    """
    Without requests the scheduler places pods blindly: a full node starves them, and evicts them first.

    Rule: every container, init containers and sidecars included, has a request above zero for each listed resource.
    A limit without a request is the request too, as Kubernetes fills it in; the pod's own requests count for all of
    its containers, and so does what a LimitRange of the namespace gives to new pods.
    """
    pod = workload.pod
    defaults = _merged(limits.default_requests for limits in cluster.limit_ranges_for(workload))
    shared = {**pod.resource_limits, **pod.resource_requests}
    for container in pod.declared_containers:
        own = {**defaults, **container.limits, **container.requests}
        yield from _missing(container, "request", parameters.resources, (own, shared))


@dataclass(frozen=True, slots=True)
class LimitParameters:
    """Which limits must be set."""

    resources: Annotated[
        tuple[Resource, ...],
        Len(1, 3),
        doc("Resources that need a limit. A cpu limit is optional until it is listed: it throttles."),
    ] = ("memory",)


@check(
    "Memory limits are set",
    severity=Severity.HIGH,
    category=Category.RELIABILITY,
    topic=Topic.RESOURCE_LIMITS,
    reads=(LimitRange,),
    remedy="Set resources.limits on each container, or a LimitRange default in the namespace.",
)
def resource_limits(workload: Workload, cluster: Snapshot, parameters: LimitParameters) -> Iterator[Finding]:
    """
    A leak without a memory limit takes the node's memory, and the kernel then kills somebody else's process.

    Rule: every container, init containers and sidecars included, has a limit above zero for each listed resource
    (by default memory; CPU is compressible, and whether to limit it is a choice). The pod's own limits count for all
    of its containers, and so does what a LimitRange of the namespace gives to new pods.
    """
    pod = workload.pod
    defaults = _merged(limits.default_limits for limits in cluster.limit_ranges_for(workload))
    for container in pod.declared_containers:
        own = {**defaults, **container.limits}
        yield from _missing(container, "limit", parameters.resources, (own, pod.resource_limits))


@dataclass(frozen=True, slots=True)
class StorageParameters:
    """How much local disk is too much."""

    max_size_limit: Annotated[
        Quantity | None,
        doc("The largest ephemeral-storage limit or sizeLimit that still counts as a bound, such as 10Gi."),
    ] = None


def _bounded(_workload: Workload, fail: Fail, parameters: StorageParameters) -> Iterator[Edit]:
    """The policy's bound, where it has one."""
    if parameters.max_size_limit is not None:
        path = fail.path if fail.path.endswith(".sizeLimit") else f"{fail.path}.{_STORAGE}"
        yield Edit(path, parameters.max_size_limit)


@check(
    "Local disk use is bounded",
    severity=Severity.LOW,
    category=Category.RELIABILITY,
    reads=(LimitRange,),
    remedy="Set resources.limits.ephemeral-storage on each container, "
    "or readOnlyRootFilesystem with a sizeLimit on each emptyDir volume.",
    fix=Fix(_bounded, risk="programs that write more than that"),
)
def ephemeral_storage_limit(workload: Workload, cluster: Snapshot, parameters: StorageParameters) -> Iterator[Finding]:
    """
    Log files and caches without a bound fill the node's disk, and kubelet then evicts the neighbours too.

    Rule: every container has a limit on ephemeral-storage (a LimitRange's default counts), or nowhere to write
    without bound: a read-only root filesystem, and a sizeLimit on each emptyDir on disk that it mounts writable. A
    zero is no bound, and with maxSizeLimit neither is more than that.
    """
    pod, most = workload.pod, parameters.max_size_limit
    defaults = _merged(limits.default_limits for limits in cluster.limit_ranges_for(workload))
    mounted: set[str] = set()
    for container in pod.declared_containers:
        path = f"{container.path}.resources.limits"
        limit = {**defaults, **container.limits}.get(_STORAGE, "")
        if _positive(limit):
            if _above(limit, most):
                yield Fail(path, f"container {container.name} has an {_STORAGE} limit of {limit}, above {most}")
        elif container.security.read_only_root_filesystem:
            mounted.update(mount.volume for mount in container.mounts if not mount.read_only)
        else:
            message = f"container {container.name} has no {_STORAGE} limit, and its root filesystem is writable"
            yield Fail(path, message)
    for volume in pod.volumes:
        if volume.kind == "emptyDir" and not volume.medium and volume.name in mounted:
            path = f"{pod.path}.volumes[{volume.name}].emptyDir.sizeLimit"
            if not _positive(volume.size_limit):
                yield Fail(path, f"emptyDir {volume.name} has no sizeLimit")
            elif _above(volume.size_limit, most):
                yield Fail(path, f"emptyDir {volume.name} has a sizeLimit of {volume.size_limit}, above {most}")


def _missing(
    container: Container, noun: str, wanted: Iterable[str], given: tuple[Mapping[str, str], ...]
) -> Iterator[Finding]:
    missing = [name for name in wanted if not any(_positive(amounts.get(name, "")) for amounts in given)]
    if missing:
        message = f"container {container.name} has no {' or '.join(missing)} {noun}"
        yield Fail(f"{container.path}.resources.{noun}s", message)


def _merged(defaults: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return {name: amount for some in defaults for name, amount in some.items()}


def _positive(text: str) -> bool:
    return (quantity(text) or 0) > 0


def _above(text: str, most: str | None) -> bool:
    return most is not None and (quantity(text) or 0) > (quantity(most) or 0)
