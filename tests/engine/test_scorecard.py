"""From answers to a requirement, and from requirements to figures and a verdict."""

from itertools import permutations

import pytest
from tests.builders import answer, check, policy, requirement, scorecard

from readiness.engine.scorecard import Answer, RequirementResult, Scorecard, compensated
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
    for outcome in (PASS, ERROR, Outcome.WAIVED):
        assert _result(answer(outcome), NOT_EVALUATED, match_any=True).outcome is outcome
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


def test_a_topic_is_not_known_where_nobody_could_be_asked() -> None:
    def topic(*answers: Answer, match_any: bool = False) -> Outcome | None:
        checks = [check(f"check-{number}", topic=Topic.HEALTH_ENDPOINTS) for number, _ in enumerate(answers)]
        asked = requirement("a", *checks, match_any=match_any)
        return RequirementResult.of(asked, answers).topic(Topic.HEALTH_ENDPOINTS)

    for match_any in (False, True):
        assert topic(NOT_EVALUATED, match_any=match_any) is UNKNOWN
        assert topic(NOT_EVALUATED, answer(NOT_APPLICABLE), match_any=match_any) is UNKNOWN
    assert topic(NOT_EVALUATED, answer(PASS)) is UNKNOWN
    assert topic(NOT_EVALUATED, answer(PASS), match_any=True) is PASS
    assert topic(NOT_EVALUATED, answer(FAIL)) is FAIL
    assert topic(NOT_EVALUATED, answer(FAIL), match_any=True) is UNKNOWN


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


def _two(open_: Outcome, other: Outcome, *, blocking: bool = True, by: tuple[str, ...] = ("other",)) -> Scorecard:
    """A requirement that another one may make up for."""
    lines = (
        requirement("open", check("open"), blocking=blocking, compensated_by=by),
        requirement("other", check("other"), blocking=False),
    )
    asked = policy(*lines)
    results = [RequirementResult.of(line, (answer(found),)) for line, found in zip(lines, (open_, other), strict=True)]
    return Scorecard(asked, compensated(asked, results))


def test_a_failure_is_a_warning_where_what_makes_up_for_it_passes() -> None:
    card = _two(FAIL, PASS)
    first, second = card.results
    assert (first.outcome, first.compensated_by, first.blocking) == (WARN, "other", False)
    assert (second.outcome, second.compensated_by) == (PASS, "")
    assert (card.verdict, card.items, card.blockers) == (Verdict.GO_WITH_CONDITIONS, "1/2", [])


@pytest.mark.parametrize("other", [FAIL, UNKNOWN, ERROR, NOT_APPLICABLE, Outcome.WAIVED])
def test_only_a_pass_makes_up_for_anything(other: Outcome) -> None:
    card = _two(FAIL, other)
    assert (card.results[0].outcome, card.results[0].compensated_by, card.verdict) == (FAIL, "", Verdict.NO_GO)


def test_what_is_not_known_does_not_block_either_where_a_failure_would_not() -> None:
    assert _two(UNKNOWN, FAIL).verdict is Verdict.UNKNOWN
    card = _two(UNKNOWN, PASS)
    assert (card.results[0].outcome, card.verdict) == (UNKNOWN, Verdict.GO_WITH_CONDITIONS)
    assert _two(ERROR, PASS).verdict is Verdict.GO_WITH_CONDITIONS


def test_what_is_not_open_needs_nothing_that_makes_up_for_it() -> None:
    for outcome in (PASS, NOT_APPLICABLE):
        assert _two(outcome, PASS).results[0].compensated_by == ""
    assert _two(FAIL, PASS, blocking=False).results[0].compensated_by == "other"


def test_the_first_that_passes_is_named_and_one_that_is_switched_off_never_is() -> None:
    assert _two(FAIL, PASS, by=("gone", "other")).results[0].compensated_by == "other"


def test_what_is_compensated_makes_up_for_nothing() -> None:
    lines = (
        requirement("a", check("a"), compensated_by=("b",)),
        requirement("b", check("b"), compensated_by=("c",)),
        requirement("c", check("c")),
    )
    asked = policy(*lines)
    results = [
        RequirementResult.of(line, (answer(found),)) for line, found in zip(lines, (FAIL, FAIL, PASS), strict=True)
    ]
    assert [item.outcome for item in compensated(asked, results)] == [FAIL, WARN, PASS]


def test_a_scorecard_says_the_stage_that_is_reached() -> None:
    lines = tuple(requirement(name, check(name), stage=stage) for name, stage in (("a", "alpha"), ("b", "beta")))
    asked = policy(*lines, stages=("alpha", "beta"))

    def stage(*outcomes: Outcome) -> str:
        pairs = zip(lines, outcomes, strict=True)
        return Scorecard(asked, tuple(RequirementResult.of(line, (answer(found),)) for line, found in pairs)).stage

    assert [stage(PASS, PASS), stage(PASS, FAIL), stage(FAIL, PASS)] == ["beta", "alpha", ""]
    assert scorecard({"a": PASS}).stage == ""
