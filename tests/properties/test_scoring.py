"""Laws of scores and verdicts."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.builders import NOW, workload
from tests.properties.strategies import BLOCKING, answers_to, card_of, policies, scorecards

from readiness.engine.evaluate import Evaluation
from readiness.engine.judged import Judged
from readiness.engine.report import report
from readiness.engine.scorecard import Answer, Scorecard
from readiness.engine.sections import categories, gates, percent, sections, stages
from readiness.engine.summary import summary
from readiness.engine.topics import topic_standing
from readiness.model import Outcome, Severity, Topic, Verdict
from readiness.policy.v1alpha1 import ReadinessReportStatus

COUNTED = (Outcome.PASS, Outcome.FAIL, Outcome.WARN, Outcome.UNKNOWN, Outcome.ERROR)
_UNCOUNTED = ("notApplicable", "waived", "notEvaluated")
_MET = (Outcome.PASS, Outcome.WAIVED, Outcome.NOT_APPLICABLE)


@given(card=scorecards())
def test_every_requirement_is_counted_once(card: Scorecard) -> None:
    status = report(Evaluation(workload(), (card,)), NOW)["status"]
    ReadinessReportStatus.model_validate(status)
    (told,) = status["scorecards"]
    counts = told["summary"]
    assert sum(counts.values()) == len(card.policy.requirements)
    total = sum(counts.values()) - counts["notApplicable"] - counts["waived"]
    assert told["items"] == status["items"] == f"{counts['passed']}/{total}"
    assert told["score"] == status["score"] == (100 * counts["passed"] // total if total else 100)
    names = told["passed"] + told["notApplicable"] + [line["name"] for line in told["requirements"]]
    assert sorted(names) == sorted(line.name for line in card.policy.requirements)
    assert len(told["passed"]) == counts["passed"]
    assert len(told["notApplicable"]) == counts["notApplicable"]
    open_ = counts["failed"] + counts["warned"] + counts["unknown"]
    assert len(told["requirements"]) == open_ + counts["waived"]
    assert told.get("stage", "") == status.get("stage", "") == card.stage
    assert status["blockersTotal"] == counts["failed"]


@given(cards=st.lists(scorecards(), min_size=1, max_size=4))
def test_the_totals_of_an_audit_are_those_of_its_scorecards(cards: list[Scorecard]) -> None:
    reports = [report(Evaluation(workload(), (card,)), NOW) for card in cards]
    totals = summary([Judged(told, None, len(card.blockers), 0) for told, card in zip(reports, cards, strict=True)])
    passed, total = sum(card.passed for card in cards), sum(card.total for card in cards)
    assert totals["score"] == (100 * passed // total if total else 100)
    assert totals["requirements"]["passed"] == passed
    outcomes = totals["requirements"].items()
    assert sum(number for outcome, number in outcomes if outcome not in _UNCOUNTED) == total
    assert totals["workloads"]["total"] == len(cards)
    assert totals["workloads"]["noGo"] == sum(card.verdict is Verdict.NO_GO for card in cards)
    assert totals["blockers"] == sum(card.outcomes.count(Outcome.FAIL) for card in cards)


@given(part=st.integers(0, 10_000), more=st.integers(0, 10_000))
def test_a_percentage_is_rounded_down_and_full_only_when_all_is_met(part: int, more: int) -> None:
    share = percent(part, part + more)
    assert 0 <= share <= 100
    assert (share == 100) == (more == 0)
    if part + more:
        assert share * (part + more) <= 100 * part < (share + 1) * (part + more)


@given(data=st.data())
def test_to_meet_one_check_more_lowers_no_score_and_makes_no_verdict_worse(data: st.DataObject) -> None:
    asked = data.draw(policies())
    given_answers = data.draw(answers_to(asked))
    line = data.draw(st.integers(0, len(given_answers) - 1))
    place = data.draw(st.integers(0, len(given_answers[line]) - 1))
    mended = [list(found) for found in given_answers]
    mended[line][place] = Answer(Outcome.PASS)
    before, after = card_of(asked, given_answers), card_of(asked, tuple(map(tuple, mended)))
    assert after.passed >= before.passed
    assert after.score >= before.score
    assert after.verdict.rank <= before.verdict.rank
    assert _height(after) >= _height(before)
    for was, now in zip(_shares(before), _shares(after), strict=True):
        assert (was["name"], now["percent"] >= was["percent"]) == (now["name"], True)
    for was, now in zip(gates(asked, before.outcomes), gates(asked, after.outcomes), strict=True):
        assert set(now["failing"]) <= set(was["failing"])


@given(data=st.data())
def test_what_is_waived_or_does_not_apply_is_as_if_nobody_had_asked(data: st.DataObject) -> None:
    asked = data.draw(policies())
    given_answers = data.draw(answers_to(asked))
    before = card_of(asked, given_answers)
    counted = [result.outcome in COUNTED for result in before.results]
    kept = [line for line, counts in zip(asked.requirements, counted, strict=True) if counts]
    left = card_of(
        replace(asked, requirements=tuple(kept)),
        tuple(found for found, counts in zip(given_answers, counted, strict=True) if counts),
    )
    assert (left.score, left.items, left.verdict) == (before.score, before.items, before.verdict)
    shares = {item["name"]: item for item in categories(left.policy, left.outcomes)}
    assert shares == {item["name"]: item for item in categories(asked, before.outcomes) if item["total"]}


def _height(card: Scorecard) -> int:
    return ("", *card.policy.stages).index(card.stage)


def _shares(card: Scorecard) -> list[dict[str, Any]]:
    return stages(card.policy, card.outcomes) + categories(card.policy, card.outcomes)


@given(card=scorecards())
def test_sections_add_up_to_the_scorecard(card: Scorecard) -> None:
    by_category = categories(card.policy, card.outcomes)
    assert sum(item["passed"] for item in by_category) == card.passed
    assert sum(item["total"] for item in by_category) == card.total
    for item in by_category:
        assert (item["state"] == "Complete") == (item["percent"] >= item["target"])
        assert item["state"] != "Pending" or item["passed"] == 0
    ladder = stages(card.policy, card.outcomes)
    staged = [result.outcome for result in card.results if result.requirement.stage]
    assert sum(item["total"] for item in ladder) == sum(outcome in COUNTED for outcome in staged)
    reached = [item["name"] for item in ladder if item["reached"]]
    assert reached == list(card.policy.stages[: len(reached)])
    assert card.stage == (reached[-1] if reached else "")
    assert all(item["percent"] == 100 for item in ladder if item["reached"])
    assert all(item["percent"] < 100 for item in ladder[len(reached) : len(reached) + 1])
    for item in _shares(card):
        assert item["percent"] == percent(item["passed"], item["total"])
    unmet = {result.requirement.name for result in card.results if result.outcome not in _MET}
    for gate, told in zip(card.policy.gates, gates(card.policy, card.outcomes), strict=True):
        assert (set(told["failing"]), told["passed"]) == (unmet & set(gate.requirements), not told["failing"])


@given(card=scorecards())
def test_what_is_compensated_is_so_by_a_pass_and_blocks_nothing(card: Scorecard) -> None:
    passed = {result.requirement.name for result in card.results if result.outcome is Outcome.PASS}
    for result in card.results:
        able = passed & set(result.requirement.compensated_by)
        if result.outcome in (Outcome.FAIL, Outcome.WARN, Outcome.UNKNOWN, Outcome.ERROR):
            assert bool(result.compensated_by) == bool(able)
        else:
            assert not result.compensated_by
        assert result.outcome is not Outcome.FAIL or (result.requirement.blocking and not able)


@given(data=st.data())
def test_to_raise_a_severity_makes_no_verdict_better(data: st.DataObject) -> None:
    asked = data.draw(policies())
    given_answers = data.draw(answers_to(asked))
    place = data.draw(st.integers(0, len(asked.requirements) - 1))
    line = asked.requirements[place]
    severity = data.draw(st.sampled_from([item for item in Severity if item.rank <= line.severity.rank]))
    raised = list(asked.requirements)
    raised[place] = replace(line, severity=severity, blocking=severity in BLOCKING)
    before = card_of(asked, given_answers)
    after = card_of(replace(asked, requirements=tuple(raised)), given_answers)
    assert after.verdict.rank >= before.verdict.rank
    assert (after.score, after.items) == (before.score, before.items)


@given(data=st.data())
def test_the_order_of_requirements_and_of_checks_matters_to_no_figure(data: st.DataObject) -> None:
    asked = data.draw(policies())
    given_answers = data.draw(answers_to(asked))
    lines = []
    for line, found in zip(asked.requirements, given_answers, strict=True):
        order = data.draw(st.permutations(range(len(found))))
        asks = tuple(line.asks[place] for place in order)
        lines.append((replace(line, asks=asks), tuple(found[place] for place in order)))
    shuffled = data.draw(st.permutations(lines))
    before = card_of(asked, given_answers)
    turned = replace(asked, requirements=tuple(line for line, _ in shuffled))
    after = card_of(turned, tuple(found for _, found in shuffled))
    assert (after.counts, after.verdict, after.score) == (before.counts, before.verdict, before.score)
    assert [line.requirement.severity for line in after.blockers] == [
        line.requirement.severity for line in before.blockers
    ]
    for topic in Topic:
        assert _outcome(topic, before) == _outcome(topic, after)
    assert _sections(before) == _sections(after)


def _sections(card: Scorecard) -> dict[str, dict[str, Any]]:
    """The sections by name: categories come in the order of their first requirement."""
    return {part: {item["name"]: item for item in told} for part, told in sections(card.policy, card.outcomes)}


def _outcome(topic: Topic, card: Scorecard) -> Outcome | None:
    found = topic_standing(topic, (card,))
    return found.outcome if found else None


@given(card=scorecards())
def test_the_verdict_is_what_is_open(card: Scorecard) -> None:
    blocked = any(result.outcome is Outcome.FAIL for result in card.results)
    assert (card.verdict is Verdict.NO_GO) == blocked == bool(card.blockers)
    assert (card.verdict is Verdict.GO) == (card.passed == card.total)
    unclear = [result for result in card.results if result.outcome in (Outcome.UNKNOWN, Outcome.ERROR)]
    unclear_blocker = any(line.requirement.blocking and not line.compensated_by for line in unclear)
    assert (card.verdict is Verdict.UNKNOWN) == (unclear_blocker and not blocked)


@given(card=scorecards())
def test_a_topic_is_present_exactly_where_it_is_asked_about(card: Scorecard) -> None:
    for topic in Topic:
        assert (topic_standing(topic, (card,)) is not None) == (topic in card.policy.topics)
