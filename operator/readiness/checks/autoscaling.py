"""Autoscaling: the number of replicas follows the load."""

from collections.abc import Iterator
from typing import Annotated

from readiness.checks.availability import unreplicated
from readiness.checks.check import Kind, check
from readiness.checks.parameters.limits import Ge, Len, doc
from readiness.model import (
    SETTLING,
    Category,
    Fail,
    Finding,
    HorizontalPodAutoscaler,
    Recheck,
    ScaledObject,
    Severity,
    Skip,
    Snapshot,
    Workload,
)
from readiness.model.records import dataclass

_CONDITIONS = ("AbleToScale", "ScalingActive")


@dataclass(frozen=True, slots=True)
class ScalerParameters:
    """Between which bounds, and by what, the workload must be scaled."""

    min_replicas: Annotated[int, Ge(1), doc("The autoscaler's minReplicas must be at least this.")] = 2
    max_replicas: Annotated[Annotated[int, Ge(2)] | None, doc("The autoscaler's maxReplicas must be at most this.")] = (
        None
    )
    metrics: Annotated[
        tuple[Annotated[str, Len(1, 253)], ...], Len(0, 16), doc("Metrics that must steer it, such as cpu.")
    ] = ()


@check(
    "Autoscaling is configured",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(HorizontalPodAutoscaler, ScaledObject),
    remedy="Add one autoscaling/v2 HorizontalPodAutoscaler whose scaleTargetRef names the workload.",
)
def horizontal_pod_autoscaler(workload: Workload, cluster: Snapshot, parameters: ScalerParameters) -> Iterator[Finding]:
    """
    A fixed number of replicas is too few at the peak and too many at night; one person has to notice each time.

    Rule: exactly one HorizontalPodAutoscaler targets the workload, with minReplicas of at least minReplicas,
    maxReplicas above that, and the listed metrics. In a cluster its conditions AbleToScale and ScalingActive have not
    been False for two minutes. KEDA makes one for each ScaledObject: in manifests that itself is judged, with its
    triggers as metrics. DaemonSets, Jobs and bare pods are left out.
    """
    skip = Skip("a bare pod cannot be scaled") if workload.ref.kind == "Pod" else unreplicated(workload)
    if skip is not None:
        yield skip
        return
    scalers = cluster.scalers_of(workload)
    scaled = cluster.about(workload, ScaledObject)
    if len(scalers) == 1:
        yield from _misconfigured(scalers[0], parameters)
        if cluster.live:
            yield from _stuck(scalers[0], cluster)
    elif scalers:
        names = ", ".join(scaler.ref.name for scaler in scalers)
        yield Fail("", f"{len(scalers)} HorizontalPodAutoscalers target it ({names}) and undo each other's work")
    elif scaled:
        yield Fail("", f"KEDA has made no HorizontalPodAutoscaler for {scaled[0].ref}")
    else:
        yield Fail("", "no HorizontalPodAutoscaler targets it")


def _misconfigured(scaler: HorizontalPodAutoscaler, parameters: ScalerParameters) -> Iterator[Fail]:
    least, most = scaler.min_replicas, scaler.max_replicas
    if least < parameters.min_replicas:
        yield Fail("", f"{scaler.ref} has minReplicas {least}, fewer than {parameters.min_replicas}")
    if most <= least:
        yield Fail("", f"{scaler.ref} has no room: minReplicas {least}, maxReplicas {most}")
    if parameters.max_replicas is not None and most > parameters.max_replicas:
        yield Fail("", f"{scaler.ref} has maxReplicas {most}, more than {parameters.max_replicas}")
    missing = [name for name in parameters.metrics if name not in scaler.metrics]
    if missing:
        yield Fail("", f"{scaler.ref} is not steered by {' and '.join(missing)}")


def _stuck(scaler: HorizontalPodAutoscaler, cluster: Snapshot) -> Iterator[Finding]:
    for name in _CONDITIONS:
        condition = scaler.conditions.get(name)
        if condition is None or condition.status != "False":
            continue
        if condition.since is not None and cluster.now < condition.since + SETTLING:
            yield Recheck(condition.since + SETTLING)
        else:
            yield Fail("", f"{scaler.ref} does not scale: {name} is False ({condition.reason or 'without a reason'})")
