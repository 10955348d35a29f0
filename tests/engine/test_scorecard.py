"""From answers to a requirement, and from requirements to figures and a verdict."""

from itertools import permutations

import pytest
from tests.builders import answer, check, policy, requirement, scorecard

from readiness.engine.scorecard import Answer, RequirementResult, Scorecard
from readiness.engine.sections import percent
from readiness.model import Fail, Outcome, Severity, Skip, Topic, Unknown, Verdict

PASS, FAIL, WARN = Outcome.PASS, Outcome.FAIL, Outcome.WARN
ERROR, UNKNOWN, NOT_APPLICABLE = Outcome.ERROR, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE
NOT_EVALUATED = Answer(NOT_APPLICABLE, (Skip("needs a cluster"),), "NotEvaluated")


def _result(*answers: Answer, match_any: bool = False, blocking: bool = True) -> RequirementResult:
    checks = [check(f"check-{number}") for number in range(len(answers))]
    return RequirementResult.of(requirement("a", *checks, match_any=match_any, blocking=blocking), answers)


@pytest.mark.parametrize(
    "outcomes, every, some",
    [
        ([PASS], PASS, PASS),
        ([FAIL], FAIL, FAIL),
        ([ERROR], ERROR, ERROR),
        ([UNKNOWN], UNKNOWN, UNKNOWN),
        ([NOT_APPLICABLE], NOT_APPLICABLE, NOT_APPLICABLE),
        ([PASS, FAIL], FAIL, PASS),
        ([PASS, ERROR], ERROR, PASS),
        ([PASS, UNKNOWN], UNKNOWN, PASS),
        ([PASS, NOT_APPLICABLE], PASS, PASS),
        ([FAIL, UNKNOWN], FAIL, UNKNOWN),
        ([FAIL, ERROR], FAIL, ERROR),
        ([FAIL, NOT_APPLICABLE], FAIL, FAIL),
        ([UNKNOWN, ERROR], ERROR, ERROR),
        ([UNKNOWN, NOT_APPLICABLE], UNKNOWN, UNKNOWN),
        ([PASS, FAIL, UNKNOWN], FAIL, PASS),
        ([NOT_APPLICABLE, NOT_APPLICABLE], NOT_APPLICABLE, NOT_APPLICABLE),
    ],
)
def test_all_needs_every_check_and_any_needs_one(outcomes: list[Outcome], every: Outcome, some: Outcome) -> None:
    for order in permutations(outcomes):
        answers = tuple(answer(outcome) for outcome in order)
        assert _result(*answers).outcome is every
        assert _result(*answers, match_any=True).outcome is some


def test_a_failure_that_does_not_block_is_a_warning() -> None:
    assert _result(answer(FAIL), blocking=False).outcome is WARN
    assert _result(answer(UNKNOWN), blocking=False).outcome is UNKNOWN


def test_what_any_of_several_checks_may_meet_is_not_failed_where_one_of_them_needs_a_cluster() -> None:
    either = _result(answer(FAIL), NOT_EVALUATED, match_any=True)
    assert either.outcome is NOT_APPLICABLE
    assert either.not_evaluated
    assert _result(answer(PASS), NOT_EVALUATED, match_any=True).outcome is PASS
    assert _result(answer(FAIL), NOT_EVALUATED).outcome is FAIL
    assert not _result(answer(NOT_APPLICABLE)).not_evaluated


def test_the_message_is_of_the_worst_answer() -> None:
    assert _result(answer(UNKNOWN, "not known"), answer(FAIL, "wrong")).message == "wrong"
    assert _result(answer(NOT_APPLICABLE, "not here"), answer(ERROR, "broke")).message == "broke"
    assert _result(answer(PASS)).message == ""


def test_the_failing_checks_are_told_with_their_answers() -> None:
    result = _result(answer(PASS), answer(FAIL), answer(UNKNOWN))
    assert [(ask.check.id, found.outcome) for ask, found in result.failing] == [("check-1", FAIL)]


def _mixed(on_topic: Answer, off_topic: Answer, *, match_any: bool = False) -> RequirementResult:
    checks = (check("other"), check("probe", topic=Topic.HEALTH_ENDPOINTS))
    return RequirementResult.of(requirement("a", *checks, match_any=match_any), (off_topic, on_topic))


@pytest.mark.parametrize(
    "on_topic, off_topic, expected",
    [
        (PASS, FAIL, PASS),
        (FAIL, PASS, FAIL),
        (UNKNOWN, FAIL, UNKNOWN),
        (ERROR, PASS, UNKNOWN),
        (NOT_APPLICABLE, FAIL, NOT_APPLICABLE),
        (PASS, UNKNOWN, PASS),
    ],
)
def test_a_topic_is_what_its_own_checks_say(on_topic: Outcome, off_topic: Outcome, expected: Outcome) -> None:
    result = _mixed(answer(on_topic), answer(off_topic))
    assert result.topic(Topic.HEALTH_ENDPOINTS) is expected
    assert result.topic(Topic.SECRETS) is None


def test_a_requirement_that_any_check_meets_stands_for_its_topic_as_a_whole() -> None:
    assert _mixed(answer(FAIL), answer(PASS), match_any=True).topic(Topic.HEALTH_ENDPOINTS) is PASS
    assert _mixed(answer(FAIL), answer(FAIL), match_any=True).topic(Topic.HEALTH_ENDPOINTS) is FAIL


def test_a_topic_tells_what_its_own_checks_found() -> None:
    found = Answer(UNKNOWN, (Unknown("not asked yet"),), "EvidenceMissing")
    assert _mixed(found, answer(FAIL, "other fault")).topic_message(Topic.HEALTH_ENDPOINTS) == "not asked yet"
    assert _mixed(answer(PASS), answer(FAIL, "other fault")).topic_message(Topic.HEALTH_ENDPOINTS) == "other fault"


def test_percentages_are_rounded_down_and_nothing_asked_is_everything_met() -> None:
    assert [percent(2, 3), percent(199, 200), percent(0, 7), percent(0, 0)] == [66, 99, 0, 100]


def test_what_is_unknown_counts_and_what_does_not_apply_does_not() -> None:
    card = scorecard({"a": PASS, "b": UNKNOWN, "c": ERROR, "d": NOT_APPLICABLE, "e": WARN})
    assert (card.passed, card.total, card.score, card.items) == (1, 4, 25, "1/4")


@pytest.mark.parametrize(
    "outcomes, verdict",
    [
        ([], Verdict.GO),
        ([PASS, NOT_APPLICABLE], Verdict.GO),
        ([PASS, WARN], Verdict.GO_WITH_CONDITIONS),
        ([WARN, UNKNOWN], Verdict.UNKNOWN),
        ([ERROR], Verdict.UNKNOWN),
        ([UNKNOWN, FAIL, PASS], Verdict.NO_GO),
    ],
)
def test_the_verdict_follows_from_what_is_open(outcomes: list[Outcome], verdict: Verdict) -> None:
    assert scorecard({f"r{number}": outcome for number, outcome in enumerate(outcomes)}).verdict is verdict


def test_what_is_unknown_without_blocking_is_a_condition() -> None:
    line = requirement("a", blocking=False)
    card = Scorecard(policy(line), (RequirementResult.of(line, (answer(UNKNOWN),)),))
    assert card.verdict is Verdict.GO_WITH_CONDITIONS


def test_blockers_come_worst_first() -> None:
    lines = [requirement("high"), requirement("critical", severity=Severity.CRITICAL), requirement("met")]
    found = (Answer(FAIL, (Fail("", "wrong"),)), answer(FAIL), answer(PASS))
    results = tuple(RequirementResult.of(line, (one,)) for line, one in zip(lines, found, strict=True))
    assert [r.requirement.name for r in Scorecard(policy(*lines), results).blockers] == ["critical", "high"]
