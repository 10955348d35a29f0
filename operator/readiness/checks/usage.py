"""What containers use of what they may use."""

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.evidence.absence import absence
from readiness.checks.parameters.limits import Ge, Le, doc
from readiness.model import (
    Category,
    Container,
    Fail,
    Finding,
    Pod,
    PodMetrics,
    Recheck,
    Severity,
    Skip,
    Snapshot,
    Unknown,
    VerticalPodAutoscaler,
    Workload,
)
from readiness.model.quantity import quantity
from readiness.model.records import dataclass

_RESOURCES = ("cpu", "memory")
_PACE = timedelta(minutes=5)
_LEAST, _MOST = Fraction(7, 10), Fraction(13, 10)  # of a recommendation, to what is requested


@dataclass(frozen=True, slots=True)
class HeadroomParameters:
    """How much room there must be."""

    max_usage_percent: Annotated[int, Ge(1), Le(100), doc("The most that a container may use of a limit.")] = 80


@check(
    "Usage stays under the limits",
    severity=Severity.MEDIUM,
    category=Category.PERFORMANCE,
    kind=Kind.RELATION,
    reads=(Pod, PodMetrics, VerticalPodAutoscaler),
    live=True,
    remedy="Raise the limit, or find out what the container needs so much for.",
)
def resource_headroom(workload: Workload, cluster: Snapshot, parameters: HeadroomParameters) -> Iterator[Finding]:
    """
    A container near its memory limit is killed by the next big request; one at its CPU limit makes everybody wait.

    Rule: no container of a pod uses more than maxUsagePercent of its cpu or memory limit, by the metrics API, which is
    read every minute and judged every five. What a VerticalPodAutoscaler recommends is within 30 % of what is
    requested.
    """
    if workload.batch or not workload.wants_pods:
        yield Skip("its pods run to completion" if workload.batch else "nothing of it is meant to run")
        return
    yield Recheck(cluster.now + _PACE)
    for container in workload.pod.app_containers:
        yield from _unfit(container, workload, cluster)
    limited = [item for item in workload.pod.app_containers if any(name in item.limits for name in _RESOURCES)]
    measured = [found for pod in cluster.pods_of(workload) if pod.running and (found := cluster.metrics_of(pod))]
    if not limited:
        yield Skip("no container has a limit")
    elif not measured and not cluster.serves(PodMetrics):
        yield from absence("resource-headroom", "the metrics API", workload, cluster)
    elif not measured:
        yield Unknown("its pods have not been measured yet")
    for container in limited:
        yield from _crowded(container, measured, parameters.max_usage_percent)


def _crowded(container: Container, measured: list[PodMetrics], most: int) -> Iterator[Fail]:
    for resource in _RESOURCES:
        limit = quantity(container.limits.get(resource))
        found = [quantity(pod.usage.get(container.name, {}).get(resource)) for pod in measured]
        if limit and any(used is not None and used * 100 > limit * most for used in found):
            path = f"{container.path}.resources.limits.{resource}"
            yield Fail(path, f"container {container.name} uses more than {most} % of its {resource} limit")


def _unfit(container: Container, workload: Workload, cluster: Snapshot) -> Iterator[Fail]:
    """Where a VerticalPodAutoscaler recommends something else than is requested."""
    for scaler in cluster.about(workload, VerticalPodAutoscaler):
        for item in scaler.recommendations:
            for resource in _RESOURCES if item.container == container.name else ():
                asked, wanted = quantity(container.requests.get(resource)), quantity(item.target.get(resource))
                if asked and wanted is not None and not asked * _LEAST <= wanted <= asked * _MOST:
                    far = "more" if wanted > asked else "less"
                    message = f"{scaler.ref} recommends far {far} {resource} for container {container.name}"
                    yield Fail(f"{container.path}.resources.requests.{resource}", message)
