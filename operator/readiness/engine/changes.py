"""What is worth an event: the difference between the published scorecards of a workload and the new ones."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from readiness.checks import Kind
from readiness.engine.conditions import listed
from readiness.engine.published import Card, Published
from readiness.engine.scorecard import RequirementResult, Scorecard
from readiness.model import Outcome, Verdict
from readiness.model.reasons import EventReason
from readiness.model.records import dataclass
from readiness.policy.compiled import PolicyRef

_OPEN = (Outcome.FAIL, Outcome.WARN)
_FIRST_EVIDENCE = timedelta(minutes=5)  # in which a new object's endpoints are asked for the first time
_MOST = 10  # requirements that one note lists


@dataclass(frozen=True, slots=True)
class Change:
    """A transition of a workload under a policy; `worse` makes it a Warning."""

    policy: PolicyRef
    reason: EventReason
    action: str
    worse: bool
    note: str


def changes(before: Published, cards: tuple[Scorecard, ...], now: datetime) -> list[Change]:
    """The transitions since the published report; a first verdict is none, also when it waited for evidence."""
    young = is_first_verdict(Verdict.UNKNOWN, before.created, now)
    return [
        change
        for card in cards
        if (published := before.cards.get(card.policy.ref)) is not None
        for change in _of_card(published, card, young=young)
    ]


def is_first_verdict(before: str, created: str, now: datetime) -> bool:
    """Whether a verdict that follows another is the first that means something: a new object's, after Unknown."""
    return before == Verdict.UNKNOWN and bool(created) and now - datetime.fromisoformat(created) < _FIRST_EVIDENCE


def _of_card(before: Card, card: Scorecard, *, young: bool) -> Iterator[Change]:
    ref = card.policy.ref
    if before.verdict is not card.verdict and not (young and before.verdict is Verdict.UNKNOWN):
        worse = card.verdict.rank > before.verdict.rank
        note = f"{ref}: verdict changed from {before.verdict} to {card.verdict}"
        yield Change(ref, EventReason.VERDICT_CHANGED, "Evaluate", worse, note)
    failed = [r for r in card.results if r.outcome in _OPEN and _was(before, r) not in (*_OPEN, None)]
    met = [r for r in card.results if r.outcome is Outcome.PASS and _was(before, r) in _OPEN]
    for results, endpoint, other, worse in (
        (failed, EventReason.ENDPOINT_FAILING, EventReason.REQUIREMENT_FAILED, True),
        (met, EventReason.ENDPOINT_RECOVERED, EventReason.REQUIREMENT_MET, False),
    ):
        yield from _told(ref, [r for r in results if _probed(r)], endpoint, "Probe", worse=worse)
        yield from _told(ref, [r for r in results if not _probed(r)], other, "Evaluate", worse=worse)


def _was(before: Card, result: RequirementResult) -> Outcome | None:
    return before.outcomes.get(result.requirement.name)


def _probed(result: RequirementResult) -> bool:
    """Whether it is about endpoints: by what fails, if anything does."""
    asks = [ask for ask, _ in result.failing] or result.requirement.asks
    return any(ask.check.kind is Kind.PROBE for ask in asks)


def _told(
    ref: PolicyRef, results: list[RequirementResult], reason: EventReason, action: str, *, worse: bool
) -> Iterator[Change]:
    if results:
        told = [f"{r.requirement.name} ({r.message})" if worse and r.message else r.requirement.name for r in results]
        yield Change(ref, reason, action, worse, f"{ref}: {listed(told, len(told), most=_MOST)}")
