"""A scorecard as a report has it: as much of it spelled out as there is room for; counts and names always are."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import orjson

from readiness.engine.conditions import shortened, timestamp
from readiness.engine.published import Published, Seen
from readiness.engine.scorecard import Answer, RequirementResult, Scorecard
from readiness.engine.sections import sections
from readiness.model import Fail, Outcome, Skip, Unknown
from readiness.model.claims import Waiver
from readiness.model.records import dataclass
from readiness.policy.compiled import Requirement

Raw = dict[str, Any]

_MAX_TITLE, _MAX_OTHERS = 128, 8
_NOTABLE = (Outcome.FAIL, Outcome.ERROR, Outcome.UNKNOWN, Outcome.WARN, Outcome.WAIVED)
_WORST_FIRST = (*_NOTABLE, Outcome.NOT_APPLICABLE, Outcome.PASS)


@dataclass(frozen=True, slots=True)
class _Detail:
    """How much is told: findings of one check (0: of checks nothing at all), characters of a text, live outcomes."""

    findings: int
    text: int
    live: int


_MOST, *_LESS, _LEAST = (_Detail(50, 512, 256), _Detail(10, 256, 256), _Detail(2, 128, 64), _Detail(0, 0, 32))


def reported(
    card: Scorecard, before: Published, now: datetime, room: int, *, full: bool = False, placed: bool = False
) -> Raw:
    """
    A scorecard in at most `room` bytes, if leaving out texts can do that.

    `before` is what is published now: times move only where an outcome does. `placed` tells where each requirement
    belongs, and what stages, categories and gates come to; `full` that, and what passed as well.
    """
    tell = partial(_scorecard, card, before, now, full=full, placed=placed or full)
    for detail in (_MOST, *_LESS):
        told = tell(detail)
        if len(orjson.dumps(told)) <= room:
            return told
    return tell(_LEAST)


def leaves_out(card: Scorecard, told: Raw) -> bool:
    """Whether a reported scorecard says less than was found."""
    results = [result for outcome in _NOTABLE for result in card.by_outcome[outcome]]
    found = sum(len(a.findings) for result in results for a in result.answers if a.outcome is not Outcome.PASS)
    answers = [answer for line in told["requirements"] for answer in line.get("checks", [line])]
    return sum(len(answer.get("findings", ())) for answer in answers) < found


def _scorecard(card: Scorecard, before: Published, now: datetime, detail: _Detail, *, full: bool, placed: bool) -> Raw:
    counts = card.counts
    outcomes = _WORST_FIRST if full else _NOTABLE
    shown = [r for o in outcomes for r in sorted(card.by_outcome[o], key=lambda r: r.requirement.severity.rank)]
    told: Raw = {
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
            "waived": counts[Outcome.WAIVED],
        },
        "passed": [r.requirement.name for r in card.by_outcome[Outcome.PASS]],
        "notApplicable": [r.requirement.name for r in card.by_outcome[Outcome.NOT_APPLICABLE]],
        "requirements": [_requirement(result, detail, full=full, placed=placed) for result in shown],
        "live": list(_live(card, before, now))[: detail.live],
    }
    if card.stage:
        told["stage"] = card.stage
    if placed:
        told["notEvaluated"] = [r.requirement.name for r in card.not_evaluated]
        told |= sections(card.policy, card.outcomes)
    return told


def _requirement(result: RequirementResult, detail: _Detail, *, full: bool, placed: bool) -> Raw:
    requirement = result.requirement
    told: Raw = {"name": requirement.name}
    if detail.text:
        told["title"] = shortened(requirement.title, min(_MAX_TITLE, detail.text))
    told |= {
        "severity": str(requirement.severity),
        "outcome": str(result.outcome),
        "blocking": result.blocking,
    }
    told |= _exception(result)
    if placed:
        told |= _place(requirement)
    if not detail.findings:
        return told
    if requirement.plain:
        told |= _answer(result.answers[0], detail, placed=placed)
    else:
        pairs = zip(requirement.asks, result.answers, strict=True)
        told["checks"] = [
            {"id": ask.check.id, "outcome": str(answer.outcome)}
            | _answer(answer, detail, placed=placed)
            | ({"name": ask.name} if ask.name != ask.check.id else {})
            for ask, answer in pairs
            if full or answer.outcome is not Outcome.PASS
        ]
    if result.failing and result.outcome is not Outcome.PASS:
        told["remedy"] = shortened(result.failing[0][0].check.remedy, detail.text)
    return told


def _exception(result: RequirementResult) -> Raw:
    """What keeps a line from counting as it would: another requirement, or a waiver (one without end has none)."""
    told: Raw = {"compensatedBy": result.compensated_by} if result.compensated_by else {}
    if result.waiver is not None:
        told["waiver"] = _waiver(result.waiver)
        covering = {waiver.ref.name for answer in result.answers for waiver in answer.waivers}
        if others := sorted(covering - {result.waiver.ref.name})[:_MAX_OTHERS]:
            told["waiver"]["others"] = others
    return told


def _waiver(waiver: Waiver) -> Raw:
    end = waiver.validity.end
    return {"name": waiver.ref.name} | ({"expirationTime": timestamp(end)} if end is not None else {})


def _place(requirement: Requirement) -> Raw:
    """Where a line belongs: in the scorecard, and in the team's own document."""
    told: Raw = {"category": requirement.category}
    if requirement.stage:
        told["stage"] = requirement.stage
    if requirement.references:
        told["references"] = list(requirement.references)
    return told


def _answer(answer: Answer, detail: _Detail, *, placed: bool) -> Raw:
    """What was found. `placed` tells of what is waived also beside what is not, and by which waiver it is."""
    told: Raw = {}
    if answer.reason:
        told["reason"] = str(answer.reason)
    if answer.findings:
        told["findings"] = list(_findings(answer.findings, detail))
    if placed and answer.exempt:
        waived = list(_findings([finding for finding, _ in answer.exempt], detail))
        for finding, (_, waiver) in zip(waived, answer.exempt, strict=False):
            finding["waiver"] = _waiver(waiver) | ({"reason": waiver.reason} if waiver.reason else {})
        told["findings" if answer.outcome is Outcome.WAIVED else "waived"] = waived
    return told


def _findings(found: Sequence[Fail | Skip | Unknown], detail: _Detail) -> Iterator[Raw]:
    """The findings; where there are too many, the last one told says how many more there are."""
    rest = len(found) - detail.findings
    for finding in found if rest <= 0 else found[: detail.findings - 1]:
        yield _finding(finding, detail.text)
    if rest > 0:
        yield {"message": f"and {rest + 1} more"}


def _finding(finding: Fail | Skip | Unknown, limit: int) -> Raw:
    told = {"message": shortened(finding.message, limit)}
    if isinstance(finding, Fail) and finding.path:
        told["path"] = shortened(finding.path, limit)
    return told


def _live(card: Scorecard, before: Published, now: datetime) -> Iterator[Raw]:
    """What live checks saw, not what people say, once for each name; where two requirements disagree there, nothing."""
    seen: dict[tuple[str, str], Outcome | None] = {}
    for result in map(card.results.__getitem__, card.policy.live):
        for ask, answer in zip(result.requirement.asks, result.answers, strict=True):
            if ask.check.live and answer.outcome in (Outcome.PASS, Outcome.FAIL) and not answer.attested:
                key = (ask.check.id, ask.name)
                seen[key] = answer.outcome if seen.get(key, answer.outcome) is answer.outcome else None
    for (check, name), outcome in seen.items():
        if outcome is not None:
            earlier = before.live.get((card.policy.ref, check, name), Seen(outcome, ""))
            time = earlier.time if earlier.outcome is outcome else ""
            told = {"id": check, "outcome": str(outcome), "observedTime": time or timestamp(now)}
            yield told | ({"name": name} if name != check else {})
