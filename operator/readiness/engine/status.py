"""A policy's status from its tally: small, bounded, and equal where nothing changed."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from readiness.engine.conditions import Condition, listed, merged, shortened, timestamp
from readiness.engine.scorecard import UNCLEAR
from readiness.engine.sections import UNCOUNTED, percent, sections, stage_reached
from readiness.engine.tally import Tally
from readiness.engine.topics import TopicStanding
from readiness.engine.trend import trend
from readiness.model import Outcome, Ref, Topic, Verdict
from readiness.model.claims import Waiver
from readiness.model.reasons import ConditionType, Reason
from readiness.model.records import dataclass
from readiness.policy.compiled import Policy
from readiness.policy.problem import InvalidPolicyError

Raw = dict[str, Any]
_MAX_BLOCKERS, _MAX_STEPS, _MAX_NAMESPACES, _MAX_WAIVERS, _MAX_TEXT, _MAX_REMEDY = 20, 10, 20, 20, 512, 256
_LASTING = frozenset({*ConditionType, *Topic}) - {ConditionType.READY, ConditionType.RECONCILING, ConditionType.STALLED}
_PREDICATES = ("accepts ", "does ", "has ", "is ", "may ", "takes ")


@dataclass(frozen=True, slots=True)
class Blindness:
    """A blind spot of the evaluation: why the policy is degraded."""

    reason: Reason
    message: str


def status_of(tally: Tally, before: Mapping[str, Any], now: datetime, blind: Blindness | None = None) -> Raw:
    """The status of a policy whose workloads have all been judged; `before` is the published one."""
    policy = tally.policy
    worst = [_worst(counts) for counts in tally.outcomes]
    status: Raw = {"observedGeneration": policy.generation, "verdict": str(_verdict(tally))}
    if len(tally):
        status["score"] = percent(tally.passed_pairs, tally.counted_pairs)
        status["items"] = _items(worst)
        stage = stage_reached(policy, worst)
        status |= ({"stage": stage} if stage else {}) | dict(sections(policy, worst))
    status |= trend(status, before, now)
    status["summary"] = {"workloads": _workloads(tally), "requirements": _requirements(worst)}
    if policy.ref.kind == "ClusterReadinessPolicy":
        status["namespaces"] = _namespaces(tally)
    blockers = sorted(_failing(tally, Outcome.FAIL), key=lambda number: _urgency(tally, number))
    status["blockers"] = [_blocker(tally, number) for number in blockers[:_MAX_BLOCKERS]]
    status["blockersTotal"] = len(blockers)
    steps = sorted(_failing(tally, Outcome.FAIL, Outcome.WARN), key=lambda number: _place(tally, number))
    status["nextSteps"] = [_next_step(tally, number) for number in steps[:_MAX_STEPS]]
    status["activeWaivers"] = _active_waivers(tally)
    status["activeWaiversTotal"] = len(tally.waivers)
    status["conditions"] = merged(before.get("conditions", ()), _conditions(tally, blind), now)
    return status


def pending_status(
    policy: Policy, before: Mapping[str, Any], now: datetime, left: int, *, retrying: bool = False
) -> Raw:
    """
    The status while workloads are still being judged for a new generation; the rest stays as it was.

    `retrying` says that judging one of them failed and is tried again.
    """
    reason = Reason.INITIAL_EVALUATION if before.get("verdict") is None else Reason.NEW_GENERATION
    reason = Reason.PROGRESSING_WITH_RETRY if retrying else reason
    message = f"{_plural(left)} still to be judged"
    return _kept(policy.generation, before, now, [
        Condition(ConditionType.READY, "Unknown", Reason.EVALUATION_PENDING, message, policy.generation),
        Condition(ConditionType.RECONCILING, "True", reason, message, policy.generation),
    ])  # fmt: skip


def suspended_status(policy: Policy, before: Mapping[str, Any], now: datetime) -> Raw:
    """The status of a suspended policy: everything else stays frozen."""
    ready = Condition(ConditionType.READY, "True", Reason.SUSPENDED, "evaluation is suspended", policy.generation)
    return _kept(policy.generation, before, now, [ready])


def stalled_status(generation: int, error: InvalidPolicyError, before: Mapping[str, Any], now: datetime) -> Raw:
    """The status of a policy that cannot be used: what it said for an older generation stays, with that generation."""
    return _kept(generation, before, now, [
        Condition(ConditionType.READY, "False", Reason.INVALID_SPEC, str(error), generation),
        Condition(ConditionType.STALLED, "True", error.reason, str(error), generation),
    ])  # fmt: skip


def denied_status(policy: Policy, before: Mapping[str, Any], now: datetime, kinds: Iterable[str]) -> Raw:
    """The status of a policy that selects a kind which we may not read."""
    message = f"the operator may not read {', '.join(kinds)}"
    return _stuck(policy, before, now, Reason.PERMISSION_DENIED, message)


def failed_status(policy: Policy, before: Mapping[str, Any], now: datetime, broken: Mapping[Ref, str]) -> Raw:
    """The status of a policy that selects workloads whose evaluation breaks down, with the exceptions' names."""
    told = (f"{ref} ({broken[ref]})" for ref in sorted(broken))
    message = f"{_plural(len(broken))} cannot be judged: {listed(told, len(broken))}"
    return _stuck(policy, before, now, Reason.EVALUATION_FAILED, message)


def _stuck(policy: Policy, before: Mapping[str, Any], now: datetime, reason: Reason, message: str) -> Raw:
    return _kept(policy.generation, before, now, [
        Condition(ConditionType.READY, "False", Reason.EVALUATION_FAILED, message, policy.generation),
        Condition(ConditionType.STALLED, "True", reason, message, policy.generation),
    ])  # fmt: skip


def _kept(generation: int, before: Mapping[str, Any], now: datetime, fresh: list[Condition]) -> Raw:
    """The status as it was, but for the observed generation and these conditions; others' conditions stay theirs."""
    frozen = [dict(item) for item in before.get("conditions", ()) if item.get("type") in _LASTING]
    conditions = merged(before.get("conditions", ()), fresh, now) + frozen
    return {**before, "observedGeneration": generation, "conditions": conditions}


def _verdict(tally: Tally) -> Verdict:
    if not len(tally):
        return Verdict.UNKNOWN
    return max((verdict for verdict, count in tally.verdicts.items() if count), key=lambda verdict: verdict.rank)


def _workloads(tally: Tally) -> Raw:
    counts = tally.verdicts
    return {
        "total": len(tally),
        "go": counts[Verdict.GO],
        "goWithConditions": counts[Verdict.GO_WITH_CONDITIONS],
        "noGo": counts[Verdict.NO_GO],
        "unknown": counts[Verdict.UNKNOWN],
        "percent": 100 * counts[Verdict.GO] // len(tally) if len(tally) else 0,
    }


def _worst(counts: Mapping[Outcome, int]) -> Outcome:
    """The worst outcome that a workload has for a requirement; not applicable where none counts."""
    order = (Outcome.FAIL, Outcome.ERROR, Outcome.UNKNOWN, Outcome.WARN, Outcome.PASS, Outcome.WAIVED)
    return next((outcome for outcome in order if counts[outcome]), Outcome.NOT_APPLICABLE)


def _requirements(worst: list[Outcome]) -> Raw:
    return {
        "passed": worst.count(Outcome.PASS),
        "warned": worst.count(Outcome.WARN),
        "failed": worst.count(Outcome.FAIL),
        "unknown": sum(worst.count(outcome) for outcome in UNCLEAR),
        "notApplicable": worst.count(Outcome.NOT_APPLICABLE),
        "waived": worst.count(Outcome.WAIVED),
    }


def _items(worst: list[Outcome]) -> str:
    return f"{worst.count(Outcome.PASS)}/{sum(outcome not in UNCOUNTED for outcome in worst)}"


def _namespaces(tally: Tally) -> list[Raw]:
    worst = sorted(tally.namespaces.items(), key=lambda item: (-item[1][Verdict.NO_GO], item[0]))
    return [
        {"name": name, "total": counts.total(), "noGo": counts[Verdict.NO_GO]}
        for name, counts in worst[:_MAX_NAMESPACES]
    ]


def _failing(tally: Tally, *outcomes: Outcome) -> list[int]:
    """The requirements that some workload fails in one of these ways."""
    return [number for number, counts in enumerate(tally.outcomes) if any(counts[outcome] for outcome in outcomes)]


def _urgency(tally: Tally, number: int) -> tuple[bool, int, int, int]:
    requirement, counts = tally.policy.requirements[number], tally.outcomes[number]
    return not requirement.blocking, requirement.severity.rank, -counts[Outcome.FAIL] - counts[Outcome.WARN], number


def _place(tally: Tally, number: int) -> tuple[int, tuple[bool, int, int, int]]:
    """Where a requirement comes among the next steps: stage by stage, those without one last."""
    stages, stage = tally.policy.stages, tally.policy.requirements[number].stage
    return stages.index(stage) if stage else len(stages), _urgency(tally, number)


def _blocker(tally: Tally, number: int) -> Raw:
    requirement, offenders = tally.policy.requirements[number], tally.offenders[number, Outcome.FAIL]
    first = offenders.first[0]
    return {
        "requirement": requirement.name,
        "severity": str(requirement.severity),
        "workloads": len(offenders),
        "workloadRef": {"namespace": first.namespace, "kind": first.kind, "name": first.name},
        "message": shortened(offenders[first].message, _MAX_TEXT),
    }


def _next_step(tally: Tally, number: int) -> Raw:
    requirement = tally.policy.requirements[number]
    outcome = Outcome.FAIL if tally.outcomes[number][Outcome.FAIL] else Outcome.WARN
    offenders = tally.offenders[number, outcome]
    step = {
        "requirement": requirement.name,
        "severity": str(requirement.severity),
        "remedy": shortened(offenders[offenders.first[0]].remedy, _MAX_REMEDY),
    }
    return step | ({"stage": requirement.stage} if requirement.stage else {})


def _active_waivers(tally: Tally) -> list[Raw]:
    """The waivers that waive something of this policy, those that end soonest."""
    return [
        {"namespace": waiver.ref.namespace, "name": waiver.ref.name, "expirationTime": timestamp(end)}
        for waiver in sorted(tally.waivers, key=Waiver.order)[:_MAX_WAIVERS]
        if (end := waiver.validity.end) is not None
    ]


def _conditions(tally: Tally, blind: Blindness | None) -> Iterator[Condition]:
    generation, total = tally.policy.generation, len(tally)
    ready = f"{_plural(total)} evaluated"
    yield Condition(ConditionType.READY, "True", Reason.EVALUATION_SUCCEEDED, ready, generation)
    yield _compliant(tally)
    if blind is None:
        yield Condition(ConditionType.DEGRADED, "False", Reason.AS_EXPECTED, "", generation)
    else:
        yield Condition(ConditionType.DEGRADED, "True", blind.reason, blind.message, generation)
    for topic in Topic:
        if topic in tally.policy.topics:
            yield _topic(tally, topic)


def _compliant(tally: Tally) -> Condition:
    total, generation = len(tally), tally.policy.generation
    for verdict, status, reason in (
        (Verdict.NO_GO, "False", Reason.VIOLATIONS_FOUND),
        (Verdict.UNKNOWN, "Unknown", Reason.EVALUATION_INCOMPLETE),
    ):
        count = tally.verdicts[verdict]
        if count:
            message = f"{count} of {_plural(total)} {'is' if count == 1 else 'are'} {verdict}: "
            message += listed([_name(tally, ref) for ref in tally.by_verdict[verdict].first], count)
            return Condition(ConditionType.COMPLIANT, status, reason, message, generation)
    if not total:
        message = "no workload in scope is selected"
        return Condition(ConditionType.COMPLIANT, "Unknown", Reason.NO_WORKLOADS_MATCHED, message, generation)
    return Condition(ConditionType.COMPLIANT, "True", Reason.NO_OPEN_BLOCKERS, "", generation)


def _topic(tally: Tally, topic: Topic) -> Condition:
    generation = tally.policy.generation
    for outcome in (Outcome.FAIL, Outcome.UNKNOWN):
        marks = tally.topics.get((topic, outcome))
        if marks:
            told = [f"{_name(tally, ref)}{_inline(marks[ref])}" for ref in marks.first]
            message = f"{len(marks)} of {_plural(len(tally))}: {listed(told, len(marks))}"
            return TopicStanding(outcome).condition(topic, message, generation)
    if not len(tally):
        return Condition(topic, "Unknown", Reason.EVIDENCE_MISSING, "no workload in scope is selected", generation)
    return TopicStanding(Outcome.PASS).condition(topic, "", generation)


def _inline(message: str) -> str:
    """A finding's message after a workload's name: a predicate follows it directly, anything else after a colon."""
    return f" {message}" if message.startswith(_PREDICATES) else f": {message}" if message else ""


def _plural(total: int) -> str:
    return f"{total} workload{'' if total == 1 else 's'}"


def _name(tally: Tally, ref: Ref) -> str:
    """A workload's name as its policy's readers tell it apart: cluster policies have workloads of many namespaces."""
    return f"{ref.namespace}/{ref}" if tally.policy.ref.kind == "ClusterReadinessPolicy" else str(ref)
