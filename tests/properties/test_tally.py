"""Figures that are kept by what changes are those that counting everything anew gives."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.builders import NOW
from tests.properties.strategies import answers_to, card_of, policies, refs

from readiness.engine.scorecard import Answer, Scorecard
from readiness.engine.sections import UNCOUNTED
from readiness.engine.status import status_of
from readiness.engine.tally import Standing, Tally
from readiness.model import Outcome, Ref, Verdict
from readiness.policy.compiled import Policy
from readiness.policy.v1alpha1 import PolicyStatus


@given(data=st.data(), namespace=st.sampled_from(["shop", ""]))
def test_counters_say_what_counting_anew_says(data: st.DataObject, namespace: str) -> None:
    asked = data.draw(policies(namespace))
    kept, known = Tally(asked), dict[Ref, Standing]()
    for ref in data.draw(st.lists(refs, max_size=25)):
        gone = data.draw(st.integers(0, 3)) == 0
        standing = None if gone else Standing.of(card_of(asked, data.draw(answers_to(asked))))
        changed = kept.put(ref, standing)
        assert changed == (known.get(ref) != standing)
        known.pop(ref, None)
        if standing is not None:
            known[ref] = standing
        if data.draw(st.booleans()):  # who reads in between sees nothing else later
            status_of(kept, {}, NOW)
    anew = Tally(asked)
    for ref in sorted(known):
        anew.put(ref, known[ref])
    _are_equal(kept, anew)
    PolicyStatus.model_validate(status_of(kept, {}, NOW))


def _are_equal(kept: Tally, anew: Tally) -> None:
    assert status_of(kept, {}, NOW) == status_of(anew, {}, NOW)
    assert kept.verdicts == anew.verdicts
    assert kept.outcomes == anew.outcomes
    assert kept.namespaces == anew.namespaces
    assert len(kept) == len(anew)
    for key in {*kept.offenders, *anew.offenders}:
        assert len(kept.offenders[key]) == len(anew.offenders[key])
        assert kept.offenders[key].first == anew.offenders[key].first


@given(data=st.data())
def test_the_figures_of_a_status_agree(data: st.DataObject) -> None:
    asked = data.draw(policies())
    tally = Tally(asked)
    for ref in data.draw(st.lists(refs, min_size=1, max_size=10)):
        tally.put(ref, Standing.of(card_of(asked, data.draw(answers_to(asked)))))
    status = status_of(tally, {}, NOW)
    workloads, requirements = status["summary"]["workloads"], status["summary"]["requirements"]
    assert sum(workloads[word] for word in ("go", "goWithConditions", "noGo", "unknown")) == workloads["total"]
    assert workloads["percent"] == 100 * workloads["go"] // workloads["total"]
    assert sum(requirements.values()) == len(asked.requirements)
    counted = sum(requirements.values()) - requirements["notApplicable"] - requirements["waived"]
    assert status["items"] == f"{requirements['passed']}/{counted}"
    assert sum(item["total"] for item in status["categories"]) == counted
    assert sum(item["passed"] for item in status["categories"]) == requirements["passed"]
    assert [item["name"] for item in status.get("stages", ()) if item["reached"]][-1:] == _present(status, "stage")
    assert requirements["failed"] <= status["blockersTotal"]
    assert (status["verdict"] == Verdict.NO_GO) == (status["blockersTotal"] > 0) == (workloads["noGo"] > 0)
    assert (status["score"] == 100) == (tally.passed_pairs == tally.counted_pairs)
    uncounted = (Outcome.NOT_APPLICABLE, Outcome.WAIVED)
    pairs = sum(counts.total() - sum(counts[outcome] for outcome in uncounted) for counts in tally.outcomes)
    assert tally.counted_pairs == pairs


@given(data=st.data())
def test_a_status_counts_what_the_scorecards_of_its_workloads_count(data: st.DataObject) -> None:
    asked = data.draw(policies())
    cards = data.draw(st.dictionaries(refs, answers_to(asked).map(lambda given: card_of(asked, given)), min_size=1))
    status = status_of(_tally(asked, cards), {}, NOW)
    passed, total = (sum(getattr(card, figure) for card in cards.values()) for figure in ("passed", "total"))
    assert status["score"] == (100 * passed // total if total else 100)
    assert status["verdict"] == max((card.verdict for card in cards.values()), key=lambda verdict: verdict.rank)
    workloads = status["summary"]["workloads"]
    assert workloads["total"] == len(cards)
    assert workloads["noGo"] == sum(card.verdict is Verdict.NO_GO for card in cards.values())
    columns = [set(column) - set(UNCOUNTED) for column in zip(*(card.outcomes for card in cards.values()), strict=True)]
    held = sum(column == {Outcome.PASS} for column in columns)
    assert status["items"] == f"{held}/{sum(map(bool, columns))}"
    for item in status["blockers"]:
        number = [line.name for line in asked.requirements].index(item["requirement"])
        assert item["workloads"] == sum(card.outcomes[number] is Outcome.FAIL for card in cards.values())


@given(data=st.data())
def test_to_mend_one_workload_lowers_no_figure_of_the_policy(data: st.DataObject) -> None:
    asked = data.draw(policies())
    answers = data.draw(st.dictionaries(refs, answers_to(asked), min_size=1, max_size=6))
    ref = data.draw(st.sampled_from(sorted(answers)))
    line = data.draw(st.integers(0, len(asked.requirements) - 1))
    mended = list(answers[ref])
    mended[line] = tuple(Answer(Outcome.PASS) for _ in mended[line])
    tally = _tally(asked, {each: card_of(asked, given) for each, given in answers.items()})
    before = status_of(tally, {}, NOW)
    tally.put(ref, Standing.of(card_of(asked, tuple(mended))))
    after = status_of(tally, {}, NOW)
    assert after["score"] >= before["score"]
    assert Verdict(after["verdict"]).rank <= Verdict(before["verdict"]).rank
    assert after["blockersTotal"] <= before["blockersTotal"]
    assert asked.stages.index(after["stage"]) >= asked.stages.index(before["stage"]) if "stage" in before else True
    for was, now in zip(before["categories"], after["categories"], strict=True):
        assert now["percent"] >= was["percent"]


def _tally(asked: Policy, cards: Mapping[Ref, Scorecard]) -> Tally:
    tally = Tally(asked)
    for ref, card in cards.items():
        tally.put(ref, Standing.of(card))
    return tally


@given(data=st.data())
def test_a_status_of_the_same_figures_is_written_once(data: st.DataObject) -> None:
    asked = data.draw(policies())
    tally = Tally(asked)
    for ref in data.draw(st.lists(refs, max_size=6)):
        tally.put(ref, Standing.of(card_of(asked, data.draw(answers_to(asked)))))
    first = status_of(tally, {}, NOW)
    assert status_of(tally, first, NOW + timedelta(minutes=5)) == first


def _present(status: dict[str, Any], key: str) -> list[Any]:
    return [status[key]] if key in status else []


@given(data=st.data())
def test_a_workload_that_meets_one_check_more_lowers_no_figure(data: st.DataObject) -> None:
    asked = data.draw(policies())
    tally = Tally(asked)
    fleet = {ref: data.draw(answers_to(asked)) for ref in data.draw(st.sets(refs, min_size=1, max_size=4))}
    for ref, found in fleet.items():
        tally.put(ref, Standing.of(card_of(asked, found)))
    before = status_of(tally, {}, NOW)
    ref = data.draw(st.sampled_from(sorted(fleet)))
    line = data.draw(st.integers(0, len(asked.requirements) - 1))
    mended = tuple((Answer(Outcome.PASS),) * len(found) if line == n else found for n, found in enumerate(fleet[ref]))
    tally.put(ref, Standing.of(card_of(asked, mended)))
    after = status_of(tally, before, NOW)
    assert after["score"] >= before["score"]
    assert (after["score"] == before["score"]) == ("previousScore" not in after)
    stages = ("", *asked.stages)
    assert stages.index(after.get("stage", "")) >= stages.index(before.get("stage", ""))
    for part in ("stages", "categories"):
        for was, now in zip(before.get(part, ()), after.get(part, ()), strict=True):
            assert now["percent"] >= was["percent"]
