"""What a workload's scorecards say about a topic: one outcome, and why, for a condition."""

import re
from collections.abc import Iterable

from readiness.engine.conditions import Condition
from readiness.engine.scorecard import Scorecard
from readiness.model import Outcome, Topic
from readiness.model.reasons import Reason
from readiness.model.records import dataclass

_ORDER = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS, Outcome.WAIVED, Outcome.NOT_APPLICABLE)
_STATUS = {
    Outcome.FAIL: ("False", Reason.REQUIREMENTS_FAILED),
    Outcome.UNKNOWN: ("Unknown", Reason.EVIDENCE_MISSING),
    Outcome.PASS: ("True", Reason.REQUIREMENTS_MET),
    Outcome.WAIVED: ("True", Reason.REQUIREMENTS_MET),
    Outcome.NOT_APPLICABLE: ("True", Reason.REQUIREMENTS_MET),
}
TELLING = (Outcome.FAIL, Outcome.UNKNOWN)
_PODS = re.compile(r" \(\d+ of \d+ pods?\)$")  # moves with every pod: a condition would churn, the finding has it


@dataclass(frozen=True, slots=True)
class TopicStanding:
    """The outcome for a topic (fail, unknown, pass, waived, notApplicable), and the first message behind it."""

    outcome: Outcome
    message: str = ""

    def condition(self, topic: Topic, message: str | None = None, generation: int | None = None) -> Condition:
        """It as a condition, with another message if given."""
        status, reason = _STATUS[self.outcome]
        return Condition(topic, status, reason, self.message if message is None else message, generation)


def topic_standing(topic: Topic, scorecards: Iterable[Scorecard]) -> TopicStanding | None:
    """What scorecards say about a topic; None where no requirement of theirs is of it."""
    results = [card.results[number] for card in scorecards for number in card.policy.topics.get(topic, ())]
    outcomes = [result.topic(topic) for result in results]
    for outcome in _ORDER:
        if outcome in outcomes:
            told = (
                result.topic_message(topic)
                for result, given in zip(results, outcomes, strict=True)
                if given is outcome and outcome in TELLING
            )
            return TopicStanding(outcome, _PODS.sub("", next(filter(None, told), "")))
    return None
