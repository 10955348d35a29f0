"""Regions: what outlives the loss of one."""

from collections.abc import Iterator
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.evidence.absence import attested_or
from readiness.checks.live import BATCH, IDLE
from readiness.checks.parameters.limits import Ge, doc
from readiness.model import (
    SETTLING,
    Category,
    Fail,
    Finding,
    Pod,
    Recheck,
    Severity,
    Skip,
    Snapshot,
    Unknown,
    Workload,
)
from readiness.model.records import dataclass


@dataclass(frozen=True, slots=True)
class RegionParameters:
    """How many regions are enough."""

    min_regions: Annotated[int, Ge(2), doc("The least number of regions with a ready pod.")] = 2


@check(
    "It runs in more than one region",
    severity=Severity.LOW,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(Pod,),
    live=True,
    remedy="Spread the pods over topology.kubernetes.io/region, or attest that another cluster runs them elsewhere.",
)
def multi_region(workload: Workload, cluster: Snapshot, parameters: RegionParameters) -> Iterator[Finding]:
    """
    A region fails as a whole, seldom and for hours: who is in one only waits.

    Rule: the ready pods carry minRegions different labels topology.kubernetes.io/region, which Kubernetes copies from
    their nodes (since 1.35). Fewer count after two minutes without a change. Pods of other clusters are not seen: an
    attestation of the check makes up for them.
    """
    if workload.batch or not workload.wants_pods:
        yield Skip(BATCH if workload.batch else IDLE)
        return
    pods = [pod for pod in cluster.pods_of(workload) if pod.ready and pod.running]
    regions = {pod.region for pod in pods if pod.region}
    moved = cluster.moved_at(workload)
    if len(regions) >= parameters.min_regions:
        return
    if not regions:
        yield Unknown("its pods do not say in which region they are" if pods else "no pod is ready yet")
    elif moved is not None and cluster.now < moved + SETTLING:
        yield Recheck(moved + SETTLING)
        if cluster.starting(workload):
            yield Unknown("it was created less than two minutes ago, and its pods are not all ready yet")
    else:
        told = f"{len(regions)} regions" if len(regions) > 1 else "1 region"
        missing = Fail("", f"its ready pods are in {told}, fewer than {parameters.min_regions}")
        yield from attested_or("multi-region", missing, workload, cluster)
