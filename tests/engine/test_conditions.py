"""Conditions: when their time moves, and how their messages are kept short."""

from datetime import timedelta, timezone

from tests.builders import NOW

from readiness.engine.conditions import Condition, by_type, listed, merged, says_the_same, shortened, timestamp

LATER = NOW + timedelta(minutes=5)


def test_a_new_condition_begins_now_and_carries_its_generation() -> None:
    assert merged([], [Condition("Ready", "True", "EvaluationSucceeded", "12 workloads evaluated", 3)], NOW) == [
        {
            "type": "Ready",
            "status": "True",
            "reason": "EvaluationSucceeded",
            "message": "12 workloads evaluated",
            "lastTransitionTime": "2026-11-21T10:00:00Z",
            "observedGeneration": 3,
        }
    ]


def test_the_time_moves_with_the_status_only() -> None:
    before = merged([], [Condition("Ready", "True", "EvaluationSucceeded", "", 3)], NOW)
    (same,) = merged(before, [Condition("Ready", "True", "Suspended", "other words", 4)], LATER)
    assert (same["reason"], same["lastTransitionTime"]) == ("Suspended", timestamp(NOW))
    (changed,) = merged(before, [Condition("Ready", "False", "InvalidSpec", "", 4)], LATER)
    assert changed["lastTransitionTime"] == timestamp(LATER)


def test_a_condition_without_a_time_gets_one_and_what_is_not_wanted_goes() -> None:
    before = [{"type": "Ready", "status": "True"}, {"type": "Stalled", "status": "True"}]
    (ready,) = merged(before, [Condition("Ready", "True", "EvaluationSucceeded")], NOW)
    assert ready["lastTransitionTime"] == timestamp(NOW)
    assert "observedGeneration" not in ready


def test_messages_are_cut_with_an_ellipsis() -> None:
    (long,) = merged([], [Condition("Ready", "True", "EvaluationSucceeded", "m" * 2000)], NOW)
    assert len(long["message"]) == 1024
    assert shortened("12345", 5) == "12345"
    assert shortened("123456", 5) == "1234…"


def test_times_are_whole_seconds_in_utc() -> None:
    there = NOW.replace(microsecond=999_999).astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert timestamp(there) == "2026-11-21T10:00:00Z"


def test_a_list_names_the_first_few_and_counts_the_rest() -> None:
    assert listed(["a", "b"], 2) == "a, b"
    assert listed(["a", "b", "c", "d"], 4) == "a, b, c and 1 more"
    assert listed(["a"], 7) == "a and 6 more"
    assert listed(iter("abcdef"), 6, most=5) == "a, b, c, d, e and 1 more"
    assert listed([], 0) == ""


def test_statuses_say_the_same_whatever_others_add_and_in_whichever_order() -> None:
    ready, compliant = {"type": "Ready", "status": "True"}, {"type": "Compliant", "status": "True"}
    ours = {"Ready", "Compliant"}
    mixed = {"score": 1, "conditions": [compliant, {"type": "Reviewed", "status": "True"}, ready]}
    assert says_the_same({"score": 1, "conditions": [ready, compliant]}, mixed, ours)
    assert not says_the_same({"score": 2, "conditions": [ready, compliant]}, mixed, ours)
    assert not says_the_same({"score": 1, "conditions": [ready]}, mixed, ours)
    assert by_type({}, ours) == {}
