"""A policy's figures, workload by workload."""

from tests.builders import check, policy, requirement, scorecard

from readiness.engine.marks import Marks
from readiness.engine.scorecard import Scorecard
from readiness.engine.tally import Offence, Standing, Tally
from readiness.engine.topics import TopicStanding
from readiness.model import Outcome, Ref, Topic, Verdict

CART, SEARCH = Ref("Deployment", "shop", "cart", "apps"), Ref("Deployment", "web", "search", "apps")
PASS, FAIL, WARN = Outcome.PASS, Outcome.FAIL, Outcome.WARN
TOPIC = Topic.SECRETS


def _card(**outcomes: Outcome) -> Scorecard:
    return scorecard(outcomes, topic=TOPIC, message="wrong")


def test_a_standing_has_what_is_wrong_and_what_to_do() -> None:
    assert Standing.of(_card(a=PASS, b=FAIL, c=WARN)) == Standing(
        Verdict.NO_GO,
        (PASS, FAIL, WARN),
        {1: Offence("wrong", "Mend b."), 2: Offence("wrong", "Mend c.")},
        {TOPIC: TopicStanding(FAIL, "wrong")},
    )


def test_a_standing_keeps_no_topic_of_which_nothing_is_to_be_told() -> None:
    assert Standing.of(_card(a=PASS)).topics == {}
    assert Standing.of(_card(a=Outcome.NOT_APPLICABLE)).topics == {}
    assert Standing.of(_card(a=Outcome.UNKNOWN)).topics == {TOPIC: TopicStanding(Outcome.UNKNOWN, "wrong")}


def test_workloads_are_counted_while_they_are_there() -> None:
    tally = Tally(policy(requirement("a", check("a"))))
    assert tally.put(CART, Standing.of(_card(a=FAIL)))
    assert tally.put(SEARCH, Standing.of(_card(a=PASS)))
    assert (len(tally), CART in tally) == (2, True)
    assert (tally.passed_pairs, tally.counted_pairs) == (1, 2)
    assert {name: counts.total() for name, counts in tally.namespaces.items()} == {"shop": 1, "web": 1}
    assert tally.offenders[0, FAIL][CART] == Offence("wrong", "Mend a.")
    assert tally.put(CART, None)
    assert (len(tally), CART in tally, len(tally.offenders[0, FAIL])) == (1, False, 0)
    assert list(tally.namespaces) == ["web"]


def test_the_same_standing_again_changes_nothing() -> None:
    tally = Tally(policy(requirement("a")))
    assert not tally.put(CART, None)
    assert tally.put(CART, Standing.of(_card(a=FAIL)))
    assert not tally.put(CART, Standing.of(_card(a=FAIL)))


def test_what_does_not_apply_is_not_counted() -> None:
    tally = Tally(policy(requirement("a"), requirement("b")))
    tally.put(CART, Standing.of(_card(a=PASS, b=Outcome.NOT_APPLICABLE)))
    assert (tally.passed_pairs, tally.counted_pairs) == (1, 1)


def test_the_first_few_by_name_stay_at_hand() -> None:
    marks: Marks[str] = Marks()
    refs = [Ref("Deployment", "shop", name) for name in "abcdef"]
    for ref in reversed(refs):
        marks.put(ref, ref.name)
    assert marks.first == refs[:3]
    marks.put(refs[0], "again")
    assert (marks.first, marks[refs[0]], len(marks)) == (refs[:3], "again", 6)
    marks.drop(refs[4])
    marks.drop(refs[1])
    assert marks.first == [refs[0], refs[2], refs[3]]
    marks.drop(refs[0])
    marks.put(refs[1], "back")
    assert marks.first == [refs[1], refs[2], refs[3]]
