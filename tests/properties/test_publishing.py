"""What is published twice is written once, and what is read back is what was written."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.builders import NOW, workload
from tests.properties.strategies import answers_to, card_of, policies, scorecards

from readiness.engine.changes import changes
from readiness.engine.conditions import Condition, merged, timestamp
from readiness.engine.evaluate import Evaluation
from readiness.engine.published import Published, digests
from readiness.engine.report import report
from readiness.engine.scorecard import Scorecard
from readiness.model import Outcome

LATER = NOW + timedelta(minutes=5)
TYPES = ["Ready", "Compliant", "Degraded"]

conditions = st.lists(
    st.builds(
        Condition,
        st.sampled_from(TYPES),
        st.sampled_from(["True", "False", "Unknown"]),
        st.sampled_from(["EvaluationSucceeded", "Suspended"]),
        st.text(max_size=5),
        st.none() | st.integers(1, 3),
    ),
    unique_by=lambda condition: condition.type,
)


def _report(card: Scorecard, now: Any, **fields: Any) -> dict[str, Any]:
    return report(Evaluation(workload(uid="u-1", generation=7), (card,)), now, **fields)


@given(desired=conditions)
def test_to_merge_the_same_conditions_twice_changes_nothing(desired: list[Condition]) -> None:
    once = merged([], desired, NOW)
    assert merged(once, desired, LATER) == once


@given(before=conditions, after=conditions)
def test_the_time_of_a_condition_moves_with_its_status_only(before: list[Condition], after: list[Condition]) -> None:
    statuses = {condition.type: condition.status for condition in before}
    for condition in merged(merged([], before, NOW), after, LATER):
        same = statuses.get(condition["type"]) == condition["status"]
        assert condition["lastTransitionTime"] == timestamp(NOW if same else LATER)


@given(card=scorecards())
def test_what_is_published_twice_is_written_once(card: Scorecard) -> None:
    first = _report(card, NOW)
    again = _report(card, LATER, before=Published.of(first))
    assert digests(again) == digests(first)


@given(data=st.data())
def test_times_move_only_where_something_else_does(data: st.DataObject) -> None:
    asked = data.draw(policies())
    old, new = (card_of(asked, data.draw(answers_to(asked))) for _ in range(2))
    before = Published.of(_report(old, NOW))
    after = Published.of(_report(new, LATER, before=before))
    for key, seen in after.live.items():
        same = key in before.live and before.live[key].outcome is seen.outcome
        assert seen.time == timestamp(NOW if same else LATER)


@given(card=scorecards())
def test_a_published_card_is_read_back_as_it_was(card: Scorecard) -> None:
    ref = card.policy.ref
    published = Published.of(_report(card, NOW))
    assert published.cards[ref].verdict is card.verdict
    assert published.cards[ref].outcomes == {r.requirement.name: r.outcome for r in card.results}
    live = {
        (ref, ask.check.id, ask.name): answer
        for result in card.results
        for ask, answer in zip(result.requirement.asks, result.answers, strict=True)
        if ask.check.live and answer.outcome in (Outcome.PASS, Outcome.FAIL)
    }
    assert {key: seen.outcome for key, seen in published.live.items()} == {k: a.outcome for k, a in live.items()}
    for key, carried in published.carried.items():
        assert carried == live[key]


@given(card=scorecards())
def test_every_failure_that_counts_is_carried_over(card: Scorecard) -> None:
    published = Published.of(_report(card, NOW))
    told = {line.requirement.name for line in card.results if line.outcome in (Outcome.FAIL, Outcome.WARN)}
    for result in card.results:
        for ask, answer in zip(result.requirement.asks, result.answers, strict=True):
            if ask.check.live and answer.outcome is Outcome.FAIL and result.requirement.name in told:
                assert (card.policy.ref, ask.check.id, ask.name) in published.carried


@given(card=scorecards())
def test_what_did_not_change_is_no_event(card: Scorecard) -> None:
    assert changes(Published.of(_report(card, NOW)), (card,), NOW) == []
