"""Topics: one outcome and one sentence from all that is asked about them."""

from tests.builders import policy, requirement, scorecard

from readiness.engine.conditions import Condition
from readiness.engine.scorecard import Scorecard
from readiness.engine.topics import TopicStanding, topic_standing
from readiness.model import Outcome, Topic

TOPIC = Topic.HEALTH_ENDPOINTS


def _card(**outcomes: Outcome) -> Scorecard:
    return scorecard(outcomes, topic=TOPIC, message="does not answer")


def test_the_worst_of_several_cards_counts() -> None:
    fine, unknown, bad = _card(a=Outcome.PASS), _card(a=Outcome.UNKNOWN), _card(a=Outcome.WARN)
    assert topic_standing(TOPIC, [fine, unknown, bad]) == TopicStanding(Outcome.FAIL, "does not answer")
    assert topic_standing(TOPIC, [fine, unknown]) == TopicStanding(Outcome.UNKNOWN, "does not answer")
    assert topic_standing(TOPIC, [fine, _card(a=Outcome.NOT_APPLICABLE)]) == TopicStanding(Outcome.PASS)
    assert topic_standing(TOPIC, [_card(a=Outcome.NOT_APPLICABLE)]) == TopicStanding(Outcome.NOT_APPLICABLE)


def test_what_nobody_asks_about_has_no_standing() -> None:
    assert topic_standing(Topic.SECRETS, [_card(a=Outcome.FAIL), Scorecard(policy(requirement("b")), ())]) is None


def test_how_many_pods_fail_is_no_part_of_a_condition_since_it_churns() -> None:
    message = "does not answer GET /healthz on 8080 with success: 503 (1 of 2 pods)"
    card = scorecard({"a": Outcome.FAIL}, topic=TOPIC, message=message)
    found = topic_standing(TOPIC, [card])
    assert found == TopicStanding(Outcome.FAIL, "does not answer GET /healthz on 8080 with success: 503")


def test_a_standing_is_a_condition() -> None:
    failed = TopicStanding(Outcome.FAIL, "does not answer")
    assert failed.condition(TOPIC) == Condition(TOPIC, "False", "RequirementsFailed", "does not answer")
    assert failed.condition(TOPIC, "1 of 2 workloads", 3).message == "1 of 2 workloads"
    assert TopicStanding(Outcome.UNKNOWN).condition(TOPIC).status == "Unknown"
    for outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE):
        assert TopicStanding(outcome).condition(TOPIC) == Condition(TOPIC, "True", "RequirementsMet")
