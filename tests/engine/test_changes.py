"""What is worth an event."""

from dataclasses import replace

import pytest
from tests.builders import NOW, answer, check, policy, requirement

from readiness.engine.changes import Change, changes
from readiness.engine.published import NOTHING, Card, Published
from readiness.engine.scorecard import RequirementResult, Scorecard
from readiness.model import Outcome, Ref, Verdict
from readiness.model.reasons import EventReason
from readiness.policy.compiled import PolicyRef

REF = PolicyRef("ReadinessPolicy", "shop", "production")
PASS, FAIL, WARN, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.WARN, Outcome.UNKNOWN


def _before(verdict: Verdict, outcomes: dict[str, Outcome]) -> Published:
    return Published(Ref("ReadinessReport", "shop", "deployment-cart"), cards={REF: Card(verdict, outcomes)})


def _after(outcomes: dict[str, Outcome], *, live: bool = False) -> tuple[Scorecard, ...]:
    lines = [requirement(name, check(name, live=live), blocking=found is not WARN) for name, found in outcomes.items()]
    found = [RequirementResult.of(line, (answer(outcomes[line.name]),)) for line in lines]
    return (Scorecard(policy(*lines), tuple(found)),)


def _told(before: dict[str, Outcome], after: dict[str, Outcome], *, live: bool = False) -> list[tuple[str, bool, str]]:
    cards = _after(after, live=live)
    found = changes(_before(cards[0].verdict, before), cards, NOW)
    return [(change.reason, change.worse, change.note) for change in found]


def test_a_first_verdict_is_no_change() -> None:
    assert changes(NOTHING, _after({"a": FAIL}), NOW) == []


@pytest.mark.parametrize(
    "outcomes, before, worse",
    [({"a": FAIL}, Verdict.GO, True), ({"a": PASS}, Verdict.NO_GO, False), ({"a": UNKNOWN}, Verdict.NO_GO, False)],
)
def test_a_new_verdict_is_told_with_the_old_one(outcomes: dict[str, Outcome], before: Verdict, worse: bool) -> None:  # noqa: FBT001
    cards = _after(outcomes)
    note = f"ReadinessPolicy/production: verdict changed from {before} to {cards[0].verdict}"
    expected = Change(REF, EventReason.VERDICT_CHANGED, "Evaluate", worse, note)
    assert changes(_before(before, outcomes), cards, NOW) == [expected]


def test_one_event_tells_all_requirements_that_fail_now_and_why() -> None:
    told = _told({"a": PASS, "b": UNKNOWN, "c": FAIL}, {"a": FAIL, "b": WARN, "c": FAIL})
    assert told == [("RequirementFailed", True, "ReadinessPolicy/production: a (it is so), b (it is so)")]


def test_one_event_tells_all_requirements_that_are_met_now() -> None:
    told = _told({"a": FAIL, "b": WARN, "c": PASS}, {"a": PASS, "b": PASS, "c": PASS})
    assert told == [("RequirementMet", False, "ReadinessPolicy/production: a, b")]


def test_endpoints_have_reasons_of_their_own() -> None:
    assert [reason for reason, _, _ in _told({"a": PASS}, {"a": FAIL}, live=True)] == ["EndpointFailing"]
    assert [reason for reason, _, _ in _told({"a": FAIL}, {"a": PASS}, live=True)] == ["EndpointRecovered"]


def test_a_requirement_fails_by_the_check_that_fails() -> None:
    line = requirement("a", check("declared"), check("answers", live=True))
    card = Scorecard(policy(line), (RequirementResult.of(line, (answer(FAIL), answer(PASS))),))
    (change,) = changes(_before(card.verdict, {"a": PASS}), (card,), NOW)
    assert (change.reason, change.action) == ("RequirementFailed", "Evaluate")


@pytest.mark.parametrize(
    "before, after",
    [
        ({"a": FAIL}, {"a": WARN}),
        ({"a": FAIL}, {"a": UNKNOWN}),
        ({"a": UNKNOWN}, {"a": PASS}),
        ({}, {"a": FAIL}),
        ({}, {"a": PASS}),
        ({"a": Outcome.NOT_APPLICABLE}, {"a": PASS}),
    ],
)
def test_what_is_no_transition_between_met_and_failed_is_not_told(
    before: dict[str, Outcome], after: dict[str, Outcome]
) -> None:
    assert _told(before, after) == []


def test_what_did_not_apply_or_broke_down_and_now_fails_is_told() -> None:
    before = {"a": Outcome.NOT_APPLICABLE, "b": Outcome.ERROR}
    assert [reason for reason, _, _ in _told(before, {"a": FAIL, "b": FAIL})] == ["RequirementFailed"]


def test_a_note_lists_ten_requirements() -> None:
    names = [f"r{number:02}" for number in range(12)]
    ((_, _, note),) = _told(dict.fromkeys(names, FAIL), dict.fromkeys(names, PASS))
    assert note == f"ReadinessPolicy/production: {', '.join(names[:10])} and 2 more"


def test_a_verdict_that_waited_for_evidence_is_a_first_one() -> None:
    def told(created: str, verdict: Verdict) -> list[str]:
        before = replace(_before(verdict, {"a": UNKNOWN}), created=created)
        return [change.reason for change in changes(before, _after({"a": PASS}), NOW)]

    assert told("2026-11-21T09:58:00Z", Verdict.UNKNOWN) == []
    assert told("2026-11-21T09:00:00Z", Verdict.UNKNOWN) == [EventReason.VERDICT_CHANGED]
    assert told("2026-11-21T09:58:00Z", Verdict.NO_GO) == [EventReason.VERDICT_CHANGED]
