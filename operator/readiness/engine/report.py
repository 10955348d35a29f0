"""A workload's evaluation as a ReadinessReport: bounded, and equal where nothing changed."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

from readiness.engine.conditions import Condition, merged, shortened, timestamp
from readiness.engine.evaluate import Evaluation
from readiness.engine.published import NOTHING, Published
from readiness.engine.scorecard import Answer, RequirementResult, Scorecard
from readiness.engine.topics import standing
from readiness.model import Fail, Outcome, Ref, Skip, Topic, Unknown, Verdict, Workload
from readiness.model.reasons import ConditionType, Reason
from readiness.model.ref import CORE_GROUPS
from readiness.policy.compiled import Ask

API_VERSION = "readiness.dev/v1alpha1"
VERDICT_LABEL = "readiness.dev/verdict"
_MAX_NAME, _MAX_SCORECARDS, _MAX_FINDINGS, _MAX_TEXT = 253, 16, 50, 512
_WORST_FIRST = (Outcome.FAIL, Outcome.ERROR, Outcome.UNKNOWN, Outcome.WARN, Outcome.NOT_APPLICABLE, Outcome.PASS)

Raw = dict[str, Any]


def report_name(ref: Ref) -> str:
    """The report's name: `<kind>-<name>`, with a hash of the group outside Kubernetes' own, cut and hashed if long."""
    name = f"{ref.kind.lower()}-{ref.name}"
    if ref.group not in CORE_GROUPS:
        name += f"-{sha256(ref.group.encode()).hexdigest()[:6]}"
    if len(name) > _MAX_NAME:
        name = f"{name[: _MAX_NAME - 9].rstrip('.-')}-{sha256(name.encode()).hexdigest()[:8]}"
    return name


def report(evaluation: Evaluation, now: datetime, before: Published = NOTHING, *, full: bool = False) -> Raw:
    """
    The report to publish. `before` is what is published now: times move only where something else does.

    `full` spells out what passed and what does not apply as well.
    """
    workload = evaluation.workload
    return {
        "apiVersion": API_VERSION,
        "kind": "ReadinessReport",
        "metadata": _metadata(workload, _worst(evaluation.scorecards)),
        "spec": {
            "workloadRef": {
                "apiVersion": workload.api_version,
                "kind": workload.ref.kind,
                "name": workload.ref.name,
            }
        },
        "status": _status(evaluation, now, before, full=full),
    }


def _metadata(workload: Workload, verdict: Verdict) -> Raw:
    metadata: Raw = {
        "name": report_name(workload.ref),
        "namespace": workload.ref.namespace,
        "labels": {VERDICT_LABEL: str(verdict)},
    }
    if workload.uid:
        owner: Raw = {"apiVersion": workload.api_version, "kind": workload.ref.kind, "name": workload.ref.name}
        owner |= {"uid": workload.uid, "controller": False, "blockOwnerDeletion": False}
        metadata["ownerReferences"] = [owner]
    return metadata


def _status(evaluation: Evaluation, now: datetime, before: Published, *, full: bool) -> Raw:
    cards = evaluation.scorecards
    worst = max(cards, key=lambda card: (card.verdict.rank, -card.score), default=None)
    shown = sorted(cards, key=lambda card: (-card.verdict.rank, card.policy.ref))[:_MAX_SCORECARDS]
    status: Raw = {
        "verdict": str(_worst(cards)),
        "score": min((card.score for card in cards), default=100),
        "items": worst.items if worst else "0/0",
        "blockersTotal": sum(len(card.blockers) for card in cards),
        "policies": len(cards),
        "scorecards": [
            _scorecard(card, before, now, full=full) for card in sorted(shown, key=lambda card: card.policy.ref)
        ],
        "conditions": merged(before.conditions, _conditions(cards), now),
    }
    if evaluation.workload.generation:
        status["workloadGeneration"] = evaluation.workload.generation
    return status


def _worst(cards: Iterable[Scorecard]) -> Verdict:
    return max((card.verdict for card in cards), key=lambda verdict: verdict.rank, default=Verdict.UNKNOWN)


def _scorecard(card: Scorecard, before: Published, now: datetime, *, full: bool) -> Raw:
    counts = card.counts
    shown = [r for r in card.results if full or r.outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE)]
    shown.sort(key=lambda r: (_WORST_FIRST.index(r.outcome), r.requirement.severity.rank))
    return {
        "policyRef": {"kind": card.policy.ref.kind, "name": card.policy.ref.name},
        "verdict": str(card.verdict),
        "score": card.score,
        "items": card.items,
        "summary": {
            "passed": counts[Outcome.PASS],
            "warned": counts[Outcome.WARN],
            "failed": counts[Outcome.FAIL],
            "unknown": counts[Outcome.UNKNOWN] + counts[Outcome.ERROR],
            "notApplicable": counts[Outcome.NOT_APPLICABLE],
        },
        "passed": [r.requirement.name for r in card.results if r.outcome is Outcome.PASS],
        "notApplicable": [r.requirement.name for r in card.results if r.outcome is Outcome.NOT_APPLICABLE],
        "requirements": [_requirement(result) for result in shown],
        "live": list(_live(card, before, now)),
    }


def _requirement(result: RequirementResult) -> Raw:
    requirement = result.requirement
    told: Raw = {
        "name": requirement.name,
        "title": shortened(requirement.title, 128),
        "severity": str(requirement.severity),
        "outcome": str(result.outcome),
        "blocking": requirement.blocking,
    }
    if requirement.plain:
        told |= _answer(result.answers[0])
    else:
        told["checks"] = [
            _check(ask, answer)
            for ask, answer in zip(requirement.asks, result.answers, strict=True)
            if answer.outcome is not Outcome.PASS
        ]
    if result.failing:
        told["remedy"] = shortened(result.failing[0][0].check.remedy, _MAX_TEXT)
    return told


def _check(ask: Ask, answer: Answer) -> Raw:
    told = {"id": ask.check.id, "outcome": str(answer.outcome), **_answer(answer)}
    if ask.name != ask.check.id:
        told["name"] = ask.name
    return told


def _answer(answer: Answer) -> Raw:
    told: Raw = {"findings": [_finding(item) for item in answer.findings[:_MAX_FINDINGS]]}
    if answer.reason:
        told["reason"] = answer.reason
    return told


def _finding(finding: Fail | Skip | Unknown) -> Raw:
    told = {"message": shortened(finding.message, _MAX_TEXT)}
    if isinstance(finding, Fail) and finding.path:
        told["path"] = shortened(finding.path, _MAX_TEXT)
    return told


def _live(card: Scorecard, before: Published, now: datetime) -> Iterator[Raw]:
    """What live checks saw; the time moves only with the outcome."""
    for result in card.results:
        for ask, answer in zip(result.requirement.asks, result.answers, strict=True):
            if ask.check.live and answer.outcome in (Outcome.PASS, Outcome.FAIL):
                seen = before.live.get((card.policy.ref, ask.name))
                same = seen is not None and seen.outcome is answer.outcome
                told: Raw = {
                    "id": ask.check.id,
                    "outcome": str(answer.outcome),
                    "observedTime": seen.time if seen and same else timestamp(now),
                }
                if ask.name != ask.check.id:
                    told["name"] = ask.name
                yield told


def _conditions(cards: tuple[Scorecard, ...]) -> Iterator[Condition]:
    yield _compliant(cards)
    for topic in Topic:
        found = standing(topic, cards)
        if found is not None:
            yield found.condition(topic)
    missing = [r.requirement.name for card in cards for r in card.results if _lacks_evidence(r)]
    if missing:
        yield Condition(
            ConditionType.EVIDENCE_CURRENT, "False", Reason.EVIDENCE_MISSING, ", ".join(dict.fromkeys(missing))
        )
    else:
        yield Condition(ConditionType.EVIDENCE_CURRENT, "True", Reason.AS_EXPECTED)


def _lacks_evidence(result: RequirementResult) -> bool:
    return any(answer.outcome is Outcome.UNKNOWN or answer.reason == Reason.NOT_EVALUATED for answer in result.answers)


def _compliant(cards: tuple[Scorecard, ...]) -> Condition:
    verdict = _worst(cards)
    if verdict is Verdict.NO_GO:
        names = dict.fromkeys(result.requirement.name for card in cards for result in card.blockers)
        return Condition(
            ConditionType.COMPLIANT, "False", Reason.VIOLATIONS_FOUND, f"open blockers: {', '.join(names)}"
        )
    if verdict is Verdict.UNKNOWN:
        return Condition(
            ConditionType.COMPLIANT, "Unknown", Reason.EVALUATION_INCOMPLETE, "a blocking requirement lacks evidence"
        )
    return Condition(ConditionType.COMPLIANT, "True", Reason.NO_OPEN_BLOCKERS)
