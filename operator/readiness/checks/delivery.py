"""Delivery: how a new version takes the place of the old one."""

from collections.abc import Iterator
from typing import Annotated, Literal

from readiness.checks.check import Kind, NoParameters, check
from readiness.checks.disruption import Share, told
from readiness.checks.fix import Edit, Fix
from readiness.checks.parameters.limits import Len, doc
from readiness.model import (
    Category,
    Fail,
    Finding,
    FlaggerCanary,
    HorizontalPodAutoscaler,
    PodDisruptionBudget,
    Severity,
    Skip,
    Snapshot,
    Workload,
)
from readiness.model.quantity import IntOrPercent, scaled
from readiness.model.records import dataclass

Way = Literal["RollingUpdate", "BlueGreen", "Canary", "Recreate", "OnDelete"]


@dataclass(frozen=True, slots=True)
class RolloutParameters:
    """Which ways are good, and how many pods may be missing on the way."""

    allowed: Annotated[tuple[Way, ...], Len(1, 5), doc("The strategies that pass.")] = (
        "RollingUpdate",
        "BlueGreen",
        "Canary",
    )
    max_unavailable: Annotated[
        Share | None, doc("A rolling update may take at most so many pods away: a number or a percentage.")
    ] = None


def _step_by_step(workload: Workload, fail: Fail, parameters: RolloutParameters) -> Iterator[Edit]:
    """One pod after the other. A Deployment with a volume may have been recreated for its sake."""
    limit, is_deployment = parameters.max_unavailable, workload.ref.kind == "Deployment"
    if fail.path.endswith(".type"):
        if "RollingUpdate" in parameters.allowed and not (is_deployment and workload.keeps_state):
            yield Edit(fail.path, "RollingUpdate")
    elif is_deployment:
        yield Edit(fail.path, 0)
        if scaled(workload.strategy.max_surge, 1, up=True) == 0:
            yield Edit(fail.path.replace("maxUnavailable", "maxSurge"), 1)
    elif limit is None or (isinstance(limit, int) and limit > 0):
        yield Edit(fail.path, 1)


@check(
    "Rollouts replace pods step by step",
    severity=Severity.MEDIUM,
    category=Category.DELIVERY,
    kind=Kind.RELATION,
    reads=(HorizontalPodAutoscaler, FlaggerCanary),
    remedy="Use a RollingUpdate with maxUnavailable well below 100%, or an Argo Rollout with blueGreen or canary.",
    fix=Fix(_step_by_step, risk="programs of which two versions cannot run at a time"),
)
def rollout_strategy(workload: Workload, cluster: Snapshot, parameters: RolloutParameters) -> Iterator[Finding]:
    """
    A strategy that stops every old pod before a new one is ready turns each release into an outage.

    Rule: the strategy is one of allowed (a Deployment's, StatefulSet's or DaemonSet's is RollingUpdate unless set; an
    Argo Rollout's is BlueGreen or Canary), and a rolling update never takes all replicas away at once, nor more than
    maxUnavailable. Of what Flagger brings out, the way of its Canary counts where that is allowed. Jobs, bare pods and
    controllers without a known strategy are left out.
    """
    strategy = workload.strategy
    if workload.batch or not strategy.kind:
        yield Skip("its pods run to completion" if workload.batch else "it has no rollout strategy")
        return
    if any(canary.way in parameters.allowed for canary in cluster.about(workload, FlaggerCanary)):
        return
    field = "updateStrategy" if workload.ref.kind in ("StatefulSet", "DaemonSet") else "strategy"
    if strategy.kind not in parameters.allowed:
        yield Fail(f"spec.{field}.type", f"the strategy is {strategy.kind}, not {' or '.join(parameters.allowed)}")
    if strategy.kind == "RollingUpdate":
        path = f"spec.{field}.rollingUpdate.maxUnavailable"
        fault = _drop(workload, _pods(workload, cluster), parameters.max_unavailable)
        if fault is not None:
            yield Fail(path, fault)


def _pods(workload: Workload, cluster: Snapshot) -> int:
    """The number of pods to reckon with: one at least, and two where a single pod cannot be replaced without a gap."""
    replicas = cluster.replicas_of(workload)
    return max(replicas.least if replicas is not None else 0, 1 if workload.ref.kind == "Deployment" else 2)


def _drop(workload: Workload, pods: int, limit: IntOrPercent | None) -> str | None:
    down, most = _unavailable(workload, pods), scaled(limit, pods, up=False)
    if down >= pods:
        return "a rollout may take all pods away at once"
    if most is not None and down > most:
        return f"a rollout may take {down} of {pods} pods away, more than {told(limit, most)}"
    return None


def _unavailable(workload: Workload, pods: int) -> int:
    """
    How many of the pods a rolling update may take away.

    Source: deployment/util.ResolveFenceposts (25% each by default, rounded down and up; never both 0), and
    `maxUnavailable` of StatefulSets and DaemonSets, 1 by default and rounded up.
    """
    strategy = workload.strategy
    if workload.ref.kind != "Deployment":
        down = scaled(strategy.max_unavailable, pods, up=True)
        return 1 if down is None else down
    down = scaled("25%" if strategy.max_unavailable is None else strategy.max_unavailable, pods, up=False) or 0
    surge = scaled("25%" if strategy.max_surge is None else strategy.max_surge, pods, up=True)
    return down if down or surge else 1


@check(
    "Rollouts leave as many pods as the budget",
    severity=Severity.LOW,
    category=Category.DELIVERY,
    kind=Kind.RELATION,
    reads=(PodDisruptionBudget, HorizontalPodAutoscaler),
    remedy="Lower maxUnavailable of the strategy to what the PodDisruptionBudget lets go, or raise the budget.",
)
def rollout_within_budget(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A rollout asks no budget: it takes away what its strategy says, also where fewer pods cannot carry the load.

    Rule: of the least number of replicas, a rolling update of a Deployment or StatefulSet takes away at once
    (maxUnavailable: 25 % rounded down, or 1, unless set) no more than each PodDisruptionBudget that selects the pods
    lets go. A budget that lets none go is for pod-disruption-budget to tell.
    """
    replicas, budgets = cluster.replicas_of(workload), cluster.budgets_for(workload)
    if workload.strategy.kind != "RollingUpdate" or replicas is None or not workload.wants_pods:
        yield Skip("it has no rolling update of a number of replicas")
    elif not budgets:
        yield Skip("no PodDisruptionBudget selects its pods")
    else:
        down = _unavailable(workload, replicas.least)
        for budget in budgets:
            spare = budget.spare(cluster.pods_under(budget) or replicas.least)
            if 0 < spare < down:
                field = "strategy" if workload.ref.kind == "Deployment" else "updateStrategy"
                message = f"a rollout takes {down} of {replicas.least} pods away, and {budget.ref} lets {spare} go"
                yield Fail(f"spec.{field}.rollingUpdate.maxUnavailable", message)
