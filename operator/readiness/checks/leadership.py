"""Leaders: that of several replicas one at a time does what only one may do."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.parameters.duration import Duration, seconds
from readiness.checks.parameters.limits import Len, doc
from readiness.model import (
    SETTLING,
    Category,
    Fail,
    Finding,
    HorizontalPodAutoscaler,
    Lease,
    Pod,
    Recheck,
    Severity,
    Skip,
    Snapshot,
    Unknown,
    Workload,
)
from readiness.model.records import dataclass

_READING = timedelta(minutes=1)  # between two readings of Leases


@dataclass(frozen=True, slots=True)
class LeaderParameters:
    """Which Lease it is, and how often it must be renewed."""

    lease_name: Annotated[Annotated[str, Len(1, 253)] | None, doc("Name of the Lease; any that a pod holds.")] = None
    max_age: Annotated[Duration | None, doc("The greatest age of a renewal; twice what the Lease lasts.")] = None


@check(
    "Replicas elect a leader",
    severity=Severity.HIGH,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(Pod, Lease, HorizontalPodAutoscaler),
    live=True,
    remedy="Elect a leader by a Lease, with the pod's name in the holder's identity.",
)
def leader_election(workload: Workload, cluster: Snapshot, parameters: LeaderParameters) -> Iterator[Finding]:
    """
    Two replicas that both think to be the only one send every message twice, and overwrite each other's work.

    Rule: with more than one replica a Lease of the namespace has a holder whose identity contains the name of one of
    the pods, and was renewed within maxAge; a minute is added, since Leases are read once a minute. Fails only when no
    pod changed for two minutes.
    """
    replicas = cluster.replicas_of(workload)
    if workload.batch or not workload.wants_pods or replicas is None or replicas.most < 2:  # noqa: PLR2004 - several
        yield Skip("it does not run with several replicas")
        return
    yield Recheck(cluster.now + _READING)
    names = [pod.ref.name for pod in cluster.pods_of(workload)]
    leases = [
        item for item in cluster.leases_in(workload.ref.namespace) if parameters.lease_name in (None, item.ref.name)
    ]
    held = [item for item in leases if any(_names(item.holder, name) for name in names)]
    moved = cluster.moved_at(workload)
    if any(_is_fresh(item, cluster, parameters.max_age) for item in held):
        return
    if moved is not None and cluster.now < moved + SETTLING:
        yield Unknown("its pods have changed a moment ago")
    elif held:
        yield Fail("", f"{held[0].ref} is held by one of its pods, and is not renewed")
    else:
        yield Fail("", f"no Lease {parameters.lease_name or 'of its namespace'} is held by one of its pods")


def _is_fresh(lease: Lease, cluster: Snapshot, max_age: str | None) -> bool:
    bound = timedelta(seconds=seconds(max_age) if max_age is not None else 2 * lease.seconds)
    return lease.renewed is not None and cluster.now - lease.renewed <= bound + _READING


def _names(holder: str, pod: str) -> bool:
    """Whether the identity of a holder contains the name of a pod, as in cart-1_0a1b2c."""
    return re.search(rf"(?<![A-Za-z0-9.-]){re.escape(pod)}(?![A-Za-z0-9])", holder) is not None
