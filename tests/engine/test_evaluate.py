"""One workload, some policies: what is asked, of whom, how often, and what becomes of a check that breaks down."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.builders import NOW, check, container, policy, requirement, snapshot, workload

from readiness.engine.evaluate import Evaluation, evaluate
from readiness.engine.scorecard import Answer
from readiness.model import Fail, Outcome, Pod, Probing, Recheck, Service, Skip, Snapshot, Unknown, Workload
from readiness.policy.compile import compile_profile
from readiness.policy.compiled import Ask, Policy

MISSING = Unknown("no pod could be asked yet")


@dataclass(frozen=True)
class Least:
    least: int = 1


class Recorder:
    """A judge that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Workload, Probing, Any]] = []

    def __call__(self, judged: Workload, cluster: Snapshot, parameters: Any) -> Iterator[Fail]:
        self.asked.append((judged, cluster.probing, parameters))
        yield Fail("spec", "it is wrong")


def _outcomes(evaluation: Evaluation) -> list[list[Outcome]]:
    return [[result.outcome for result in card.results] for card in evaluation.scorecards]


def _answer(*findings: Any, **fields: Any) -> Answer:
    asked = policy(requirement("a", check("a", *findings)))
    return evaluate(workload(), [asked], snapshot(**fields)).scorecards[0].results[0].answers[0]


def test_nothing_found_is_a_pass_and_the_worst_of_several_findings_decides() -> None:
    failure, gap, skip = Fail("spec", "wrong"), Unknown("not known", "NotAskable"), Skip("does not apply")
    assert _answer() == Answer(Outcome.PASS)
    assert _answer(skip) == Answer(Outcome.NOT_APPLICABLE, (skip,))
    assert _answer(skip, gap, MISSING) == Answer(Outcome.UNKNOWN, (gap, MISSING), "NotAskable")
    assert _answer(gap, failure, skip) == Answer(Outcome.FAIL, (failure,))


def test_the_same_question_of_several_policies_is_asked_once() -> None:
    recorder = Recorder()
    line = requirement("a", check("a", judge=recorder))
    evaluation = evaluate(workload(), [policy(line), policy(line, namespace="")], snapshot())
    assert len(recorder.asked) == 1
    assert _outcomes(evaluation) == [[Outcome.FAIL], [Outcome.FAIL]]


def test_other_parameters_are_another_question() -> None:
    recorder = Recorder()
    asked = check("a", judge=recorder, parameters=Least)
    lines = [requirement(f"r{least}", Ask(asked, "a", Least(least))) for least in (1, 2, 1)]
    evaluate(workload(), [policy(*lines)], snapshot())
    assert [parameters.least for _, _, parameters in recorder.asked] == [1, 2]


def test_only_live_checks_are_asked_again_for_other_probing_settings() -> None:
    static, live = Recorder(), Recorder()
    line = requirement("a", check("a", judge=static), check("b", judge=live, live=True))
    strict = Probing(failure_threshold=1)
    evaluate(workload(), [policy(line), policy(line, namespace="", probing=strict)], snapshot())
    assert len(static.asked) == 1
    assert [probing for _, probing, _ in live.asked] == [Probing(), strict]


def test_ignored_containers_are_not_judged() -> None:
    recorder = Recorder()
    line = requirement("a", check("a", judge=recorder))
    judged = workload("cart", container("app"), container("istio-proxy"))
    lenient, strict = policy(line), policy(line, namespace="", ignored=frozenset())
    evaluate(judged, [lenient, strict], snapshot())
    seen = [[c.name for c in asked.pod.containers] for asked, _, _ in recorder.asked]
    assert seen == [["app"], ["app", "istio-proxy"]]


def test_other_ignored_containers_are_the_same_question_to_who_has_none_of_them() -> None:
    recorder = Recorder()
    line = requirement("a", check("a", judge=recorder))
    evaluate(workload(), [policy(line), policy(line, namespace="", ignored=frozenset({"x"}))], snapshot())
    assert len(recorder.asked) == 1


def _breaks(_workload: Workload, _cluster: Snapshot, _parameters: Any) -> Iterator[Fail]:
    yield Fail("spec", "found before it broke")
    raise ValueError("password=hunter2")


def test_a_check_that_breaks_down_is_an_error_without_values_and_the_others_go_on() -> None:
    asked = policy(requirement("a", check("a", judge=_breaks)), requirement("b"))
    broken, fine = evaluate(workload(), [asked], snapshot()).scorecards[0].results
    assert broken.outcome is Outcome.ERROR
    assert broken.answers == (Answer(Outcome.ERROR, (Unknown("the check broke down: ValueError"),), "CheckFailed"),)
    assert fine.outcome is Outcome.PASS


def test_what_needs_a_kind_that_may_not_be_read_is_unknown() -> None:
    hidden = check("a", reads=(frozenset({Service, Pod})))
    asked = policy(requirement("a", hidden), requirement("b"))
    cluster = snapshot(unreadable=frozenset({Service}))
    denied, fine = evaluate(workload(), [asked], cluster).scorecards[0].results
    assert denied.answers == (
        Answer(Outcome.UNKNOWN, (Unknown("the operator may not read Service"),), "PermissionDenied"),
    )
    assert fine.outcome is Outcome.PASS


def test_what_needs_a_kind_that_is_not_listed_yet_has_no_evidence() -> None:
    asked = policy(requirement("a", check("a", reads=frozenset({Service, Pod}))))
    (waiting,) = evaluate(workload(), [asked], snapshot(unread=frozenset({Service}))).scorecards[0].results
    assert waiting.answers == (Answer(Outcome.UNKNOWN, (Unknown("not read yet: Service"),), "EvidenceMissing"),)


def test_without_a_cluster_live_checks_leave_the_total() -> None:
    asked = policy(requirement("a", check("a", Fail("", "down"), live=True)), requirement("b"))
    card = evaluate(workload(), [asked], snapshot(live=False)).scorecards[0]
    assert card.items == "1/1"
    assert [result.not_evaluated for result in card.results] == [True, False]
    assert card.results[0].answers[0].reason == "NotEvaluated"


def _carrying(asked: Policy, check_id: str = "a", name: str = "a") -> Any:
    return {(asked.ref, check_id, name): Answer(Outcome.PASS)}


def test_a_carried_answer_stands_in_for_missing_evidence_under_its_own_name_and_policy() -> None:
    asked = policy(requirement("a", check("a", MISSING, live=True)))

    def outcome(carried: Any) -> Outcome:
        return evaluate(workload(), [asked], snapshot(), carried).scorecards[0].results[0].outcome

    assert outcome(None) is Outcome.UNKNOWN
    assert outcome(_carrying(asked)) is Outcome.PASS
    assert outcome(_carrying(asked, name="other")) is Outcome.UNKNOWN
    assert outcome(_carrying(policy(name="another"))) is Outcome.UNKNOWN


def test_a_carried_answer_stands_in_for_nothing_else() -> None:
    for found in (check("a", Fail("", "down"), live=True), check("a", Unknown("x", "NotAskable"), live=True)):
        asked = policy(requirement("a", found))
        result = evaluate(workload(), [asked], snapshot(), _carrying(asked)).scorecards[0].results[0]
        assert result.outcome is not Outcome.PASS
    static = policy(requirement("a", check("a", MISSING)))
    assert _outcomes(evaluate(workload(), [static], snapshot(), _carrying(static))) == [[Outcome.UNKNOWN]]


def test_the_earliest_moment_that_lies_ahead_is_when_to_look_again() -> None:
    def at(seconds: int) -> Recheck:
        return Recheck(NOW + timedelta(seconds=seconds))

    asked = policy(requirement("a", check("a", at(-5), at(0), at(90))), requirement("b", check("b", at(30), at(60))))
    assert evaluate(workload(), [asked], snapshot()).recheck_at == NOW + timedelta(seconds=30)
    assert evaluate(workload(), [policy()], snapshot()).recheck_at is None


def test_the_whole_catalogue_has_an_answer_for_a_bare_workload() -> None:
    evaluation = evaluate(workload(), [compile_profile("recommended")], snapshot())
    (card,) = evaluation.scorecards
    assert len(card.results) == len(compile_profile("recommended").requirements)
    assert card.counts[Outcome.ERROR] == 0
