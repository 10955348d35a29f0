"""Resources: does a container say what it needs, and can it take more than that?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Len, doc

from readiness.checks.check import check
from readiness.model import Category, Container, Fail, Finding, LimitRange, Severity, Snapshot, Topic, Workload

Resources = Annotated[tuple[str, ...], Len(1, 8), doc("Resources that must be set, such as cpu and memory.")]


@dataclass(frozen=True, slots=True)
class RequestParameters:
    """Which requests must be set."""

    resources: Resources = ("cpu", "memory")


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
    Without requests the scheduler places pods blindly: a full node starves them, and they are the first to be evicted.

    Rule: every container, init containers and sidecars included, has a request for each listed resource. A limit is
    a request too, as Kubernetes fills it in; so are the pod's own requests and a LimitRange's default.
    """
    pod = workload.pod
    provided = {*pod.resource_requests, *pod.resource_limits}
    for limits in cluster.limit_ranges_for(workload):
        provided.update(limits.default_requests)
    for container in pod.declared_containers:
        yield from _missing(container, "requests", parameters.resources, {*container.requests, *container.limits, *provided})


def _missing(container: Container, field: str, wanted: tuple[str, ...], present: set[str]) -> Iterator[Finding]:
    missing = [name for name in wanted if name not in present]
    if missing:
        yield Fail(f"{container.path}.resources.{field}", f"container {container.name} has no {' and '.join(missing)} {field[:-1]}")
