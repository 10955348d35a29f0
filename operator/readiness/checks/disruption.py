"""Disruption: what node drains leave running, and whether they can go on."""

from collections.abc import Iterator
from typing import Annotated, Literal

from readiness.checks.availability import unreplicated
from readiness.checks.check import Kind, NoParameters, check
from readiness.checks.parameters.limits import Ge, Len, Predicate, doc
from readiness.model import (
    SETTLING,
    Category,
    Fail,
    Finding,
    HorizontalPodAutoscaler,
    Pod,
    PodDisruptionBudget,
    Recheck,
    Severity,
    Skip,
    Snapshot,
    Unknown,
    Workload,
)
from readiness.model.quantity import IntOrPercent, scaled
from readiness.model.records import dataclass

_NO_BUDGET = "no PodDisruptionBudget selects its pods"


def is_percentage(text: str) -> bool:
    """Whether it is a percentage such as 25% (the name stands in the error that a policy's author sees)."""
    return text.endswith("%") and text[:-1].isascii() and text[:-1].isdecimal()


Share = Annotated[int, Ge(0)] | Annotated[str, Len(2, 5), Predicate(is_percentage)]


@dataclass(frozen=True, slots=True)
class BudgetParameters:
    """What the budget must say; nothing in particular when both are absent."""

    min_available: Annotated[Share | None, doc("At least so many pods must stay: a number or a percentage.")] = None
    max_unavailable: Annotated[Share | None, doc("At most so many pods may go at once: a number or a percentage.")] = (
        None
    )


@check(
    "Voluntary disruptions are bounded",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(PodDisruptionBudget, HorizontalPodAutoscaler, Pod),
    remedy="Add one PodDisruptionBudget that selects the pods and lets one of them go, such as maxUnavailable: 1.",
)
def pod_disruption_budget(workload: Workload, cluster: Snapshot, parameters: BudgetParameters) -> Iterator[Finding]:
    """
    Without a budget a node drain may evict all replicas at once; with one that lets none go, it never ends.

    Rule: exactly one PodDisruptionBudget selects the pods, and of the least number of replicas it lets at least one go.
    With minAvailable or maxUnavailable, it keeps as many. In a cluster it allows a disruption when all its pods have
    been healthy for two minutes. A single replica needs no budget; DaemonSets and Jobs are left out.
    """
    if (skip := unreplicated(workload)) is not None:
        yield skip
        return
    budgets = cluster.budgets_for(workload)
    if len(budgets) > 1:
        names = ", ".join(budget.ref.name for budget in budgets)
        yield Fail("", f"{len(budgets)} PodDisruptionBudgets select its pods ({names}): evictions are refused")
    elif budgets:
        yield from _judge(workload, budgets[0], cluster, parameters)
    else:
        replicas = cluster.replicas_of(workload)
        if replicas is not None and replicas.most <= 1:
            yield Skip("a single replica: a budget could only block drains")
        else:
            yield Fail("", _NO_BUDGET)


def _judge(
    workload: Workload, budget: PodDisruptionBudget, cluster: Snapshot, parameters: BudgetParameters
) -> Iterator[Finding]:
    pods = cluster.pods_under(budget) or budget.expected
    if not pods:
        yield Unknown(f"nothing says how many pods {budget.ref} counts")
        return
    spare = budget.spare(pods)
    if spare == 0:
        yield Fail("", f"{budget.ref} lets none of {pods} pods go: node drains never end")
    elif cluster.live:
        yield from _held_up(workload, budget, cluster)
    least = scaled(parameters.min_available, pods, up=True)
    if least is not None and pods - spare < least:
        wanted = told(parameters.min_available, least)
        yield Fail("", f"{budget.ref} keeps {pods - spare} of {pods} pods, fewer than {wanted}")
    most = scaled(parameters.max_unavailable, pods, up=True)
    if most is not None and spare > most:
        wanted = told(parameters.max_unavailable, most)
        yield Fail("", f"{budget.ref} lets {spare} of {pods} pods go, more than {wanted}")


def told(share: IntOrPercent | None, pods: int) -> str:
    """A demanded share as messages tell it: `2`, or `2 (50%)`."""
    return str(pods) if share == pods else f"{pods} ({share})"


def _held_up(workload: Workload, budget: PodDisruptionBudget, cluster: Snapshot) -> Iterator[Finding]:
    """What keeps a budget from allowing a disruption that its spec would allow."""
    condition = budget.conditions.get("DisruptionAllowed")
    confused = condition is not None and condition.reason == "SyncFailed"
    healthy, expected = budget.healthy or 0, budget.expected or 0
    if budget.disruptions_allowed != 0 or not (confused or healthy >= expected > 0):
        return
    moments = [cluster.moved_at(workload), condition.since if condition is not None else None]
    since = max((moment for moment in moments if moment is not None), default=None)
    if since is not None and cluster.now < since + SETTLING:
        yield Recheck(since + SETTLING)
    elif confused:
        yield Fail("", f"{budget.ref} allows no disruption: its controller cannot count the pods (SyncFailed)")
    else:
        yield Fail("", f"{budget.ref} allows no disruption although {healthy} of {expected} pods are healthy")


@check(
    "One budget at most counts a pod",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(PodDisruptionBudget,),
    remedy="Delete all PodDisruptionBudgets that select the pods but one, or narrow their selectors.",
)
def one_disruption_budget(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A pod under two budgets cannot be evicted at all: the API answers with an error, and a node drain waits for ever.

    Rule: at most one PodDisruptionBudget selects the pods, of whatever kind their workload is.
    """
    budgets = cluster.budgets_for(workload)
    if not budgets:
        yield Skip(_NO_BUDGET)
    elif len(budgets) > 1:
        names = " and ".join(str(budget.ref) for budget in budgets)
        yield Fail("", f"{names} select its pods at once: evictions are refused")


@dataclass(frozen=True, slots=True)
class EvictionParameters:
    """What may become of pods that are not ready."""

    allowed: Annotated[
        tuple[Literal["AlwaysAllow", "IfHealthyBudget"], ...],
        Len(1, 2),
        doc("The policies that pass, when set; both: the budget says which."),
    ] = ("AlwaysAllow",)


@check(
    "Broken pods do not hold up drains",
    severity=Severity.LOW,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(PodDisruptionBudget,),
    remedy="Set unhealthyPodEvictionPolicy: AlwaysAllow on the PodDisruptionBudget.",
)
def unhealthy_pod_eviction(workload: Workload, cluster: Snapshot, parameters: EvictionParameters) -> Iterator[Finding]:
    """
    Pods that crash anyway count as a disruption by default: a node with one of them is never drained.

    Rule: each PodDisruptionBudget that selects the pods sets unhealthyPodEvictionPolicy to one of allowed. Not set, it
    is IfHealthyBudget. What must not lose the data of a pod that is not ready may want that, and say so.
    """
    budgets = cluster.budgets_for(workload)
    if not budgets:
        yield Skip(_NO_BUDGET)
    for budget in budgets:
        if not budget.unhealthy_eviction:
            yield Fail("", f"{budget.ref} does not set unhealthyPodEvictionPolicy")
        elif budget.unhealthy_eviction not in parameters.allowed:
            told_as = f"{budget.ref} has unhealthyPodEvictionPolicy {budget.unhealthy_eviction}"
            yield Fail("", f"{told_as}, not {' or '.join(parameters.allowed)}")
