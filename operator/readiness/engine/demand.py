"""Which endpoints must be asked, for whom, and how often: the union of what the policies of a workload demand."""

from readiness.engine.applicability import misfit
from readiness.engine.guard import declares
from readiness.model import Demand, Probing, Question, Workload
from readiness.model.records import dataclass
from readiness.policy.compiled import Ask, Policy


@dataclass(frozen=True, slots=True)
class Plan:
    """
    One question to a workload's pods, shared by all policies that want it.

    The shortest interval, the most pods and the highest threshold win; `timeout` is the longest that somebody waits
    for. All times are in seconds.
    """

    question: Question
    container: str
    patience: int
    interval: float
    timeout: float
    pods: int
    failure_threshold: int


def plans(workload: Workload, policies: list[Policy]) -> list[Plan]:
    """What to ask the pods of a workload: nothing where nobody wants to know, and no port that they do not declare."""
    found: dict[tuple[Question, str], Plan] = {}
    for policy in policies:
        if not policy.probing.enabled or policy.suspended:
            continue
        view = workload.without(policy.ignored)
        for requirement in policy.requirements:
            if requirement.applies is not None and misfit(requirement.applies, workload):
                continue
            for ask in requirement.asks:
                for demand in _demands(ask, view):
                    key = (demand.question, demand.container)
                    found[key] = _joined(found.get(key), demand, policy.probing)
    return list(found.values())


def _demands(ask: Ask, view: Workload) -> list[Demand]:
    if ask.check.demands is None:
        return []
    try:
        found = list(ask.check.demands(view, ask.parameters))
    except Exception:  # noqa: BLE001 - then there is no evidence, which the check will say; the others go on
        return []
    return [demand for demand in found if declares(view.pod, demand.question)]


def _joined(plan: Plan | None, demand: Demand, probing: Probing) -> Plan:
    timeout = min(demand.timeout, probing.timeout)
    if plan is None:
        return Plan(
            demand.question,
            demand.container,
            demand.patience,
            probing.interval,
            timeout,
            probing.pods,
            probing.failure_threshold,
        )
    return Plan(
        demand.question,
        demand.container,
        max(plan.patience, demand.patience),
        min(plan.interval, probing.interval),
        max(plan.timeout, timeout),
        max(plan.pods, probing.pods),
        max(plan.failure_threshold, probing.failure_threshold),
    )
