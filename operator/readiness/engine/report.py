"""A workload's evaluation as a ReadinessReport: bounded, and equal where nothing changed."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from readiness.engine.conditions import Condition, listed, merged
from readiness.engine.evaluate import Evaluation
from readiness.engine.published import NOTHING, VERDICT_LABEL, Published
from readiness.engine.reported import leaves_out, reported
from readiness.engine.scorecard import UNCLEAR, RequirementResult, Scorecard
from readiness.engine.topics import topic_standing
from readiness.model import Outcome, Ref, Topic, Verdict, Workload
from readiness.model.reasons import ConditionType, Reason
from readiness.model.ref import CORE_GROUPS
from readiness.policy.names import API_VERSION

_MAX_NAME, _MAX_SCORECARDS = 253, 16
_MAX_BYTES = 512 * 1024  # of all scorecards; etcd refuses objects above 1.5 MiB
_LISTED = 10  # requirements that one condition names

Raw = dict[str, Any]


def report_name(ref: Ref) -> str:
    """The report's name: `<kind>-<name>`, with a hash of the group outside Kubernetes' own, cut and hashed if long."""
    name = f"{ref.kind.lower()}-{ref.name}"
    if ref.group not in CORE_GROUPS:
        name += f"-{_hash(ref.group)[:6]}"
    if len(name) > _MAX_NAME:
        name = f"{name[: _MAX_NAME - 9].rstrip('.-')}-{_hash(name)[:8]}"
    return name


def _hash(text: str) -> str:
    from hashlib import sha256  # noqa: PLC0415 - it loads OpenSSL, 3 ms that most audits do without

    return sha256(text.encode()).hexdigest()


def report(
    evaluation: Evaluation, now: datetime, before: Published = NOTHING, *, full: bool = False, placed: bool = False
) -> Raw:
    """
    The report to publish. `before` is what is published now: times move only where something else does.

    `placed` tells where each requirement belongs, and what stages, categories and gates come to; `full` that, and what
    passed and what does not apply as well.
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
        "status": _status(evaluation, now, before, full=full, placed=placed),
    }


def is_shortened(evaluation: Evaluation, raw: Raw) -> bool:
    """Whether a report says less than was found: too many policies, or too many findings."""
    told = {(card["policyRef"]["kind"], card["policyRef"]["name"]): card for card in raw["status"]["scorecards"]}
    cards = [(card, told.get((card.policy.ref.kind, card.policy.ref.name))) for card in evaluation.scorecards]
    return any(shown is None or leaves_out(card, shown) for card, shown in cards)


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


def _status(evaluation: Evaluation, now: datetime, before: Published, *, full: bool, placed: bool) -> Raw:
    cards = evaluation.scorecards
    worst = max(cards, key=lambda card: (card.verdict.rank, -card.score), default=None)
    shown = sorted(cards, key=lambda card: (-card.verdict.rank, card.policy.ref))[:_MAX_SCORECARDS]
    status: Raw = {
        "verdict": str(_worst(cards)),
        "score": min((card.score for card in cards), default=100),
        "items": worst.items if worst else "0/0",
        "blockersTotal": sum(len(card.by_outcome[Outcome.FAIL]) for card in cards),
        "policies": len(cards),
        "scorecards": [
            reported(card, before, now, _MAX_BYTES // len(shown), full=full, placed=placed)
            for card in sorted(shown, key=lambda card: card.policy.ref)
        ],
        "conditions": merged(before.conditions, _conditions(cards), now),
    }
    if worst is not None and worst.stage:
        status["stage"] = worst.stage
    if evaluation.workload.generation:
        status["workloadGeneration"] = evaluation.workload.generation
    return status


def _worst(cards: Iterable[Scorecard]) -> Verdict:
    return max((card.verdict for card in cards), key=lambda verdict: verdict.rank, default=Verdict.UNKNOWN)


def _conditions(cards: tuple[Scorecard, ...]) -> Iterator[Condition]:
    yield _compliant(cards)
    for topic in Topic:
        found = topic_standing(topic, cards)
        if found is not None:
            yield found.condition(topic)
    missing = _names(r for card in cards for r in card.results if _lacks_evidence(r))
    if missing:
        yield Condition(ConditionType.EVIDENCE_CURRENT, "False", Reason.EVIDENCE_MISSING, missing)
    else:
        yield Condition(ConditionType.EVIDENCE_CURRENT, "True", Reason.AS_EXPECTED)


def _lacks_evidence(result: RequirementResult) -> bool:
    if result.outcome is Outcome.PASS and len(result.answers) == 1:  # what most do, at a tenth of the cost
        return False
    return any(item.outcome is Outcome.UNKNOWN or item.reason == Reason.NOT_EVALUATED for item in result.answers)


def _compliant(cards: tuple[Scorecard, ...]) -> Condition:
    verdict = _worst(cards)
    if verdict is Verdict.NO_GO:
        names = _names(result for card in cards for result in card.blockers)
        return Condition(ConditionType.COMPLIANT, "False", Reason.VIOLATIONS_FOUND, f"open blockers: {names}")
    if verdict is Verdict.UNKNOWN:
        unclear = (r for card in cards for r in card.results if r.outcome in UNCLEAR and r.blocking)
        message = f"not known: {_names(unclear)}"
        return Condition(ConditionType.COMPLIANT, "Unknown", Reason.EVALUATION_INCOMPLETE, message)
    return Condition(ConditionType.COMPLIANT, "True", Reason.NO_OPEN_BLOCKERS)


def _names(results: Iterable[RequirementResult]) -> str:
    names = dict.fromkeys(result.requirement.name for result in results)
    return listed(names, len(names), most=_LISTED)
