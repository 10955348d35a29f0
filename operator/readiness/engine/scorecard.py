"""
From answers to requirements to a scorecard: every count computed, every percentage rounded down.

Score = passed / (total - not applicable - waived). What is unknown counts in the total and not as passed. A failure
of a blocking requirement is `fail`, another one `warn`, and so is one that a passing requirement compensates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from readiness.engine.sections import UNCOUNTED, percent, stage_reached
from readiness.model import Fail, Outcome, Skip, Topic, Unknown, Verdict
from readiness.model.claims import Waiver
from readiness.model.reasons import Reason
from readiness.model.records import dataclass
from readiness.policy.compiled import Ask, Policy, Requirement

UNCLEAR = (Outcome.UNKNOWN, Outcome.ERROR)
_OPEN = (Outcome.FAIL, Outcome.WARN, *UNCLEAR)
_WORST_FIRST = (Outcome.FAIL, Outcome.ERROR, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE)
_PLAINLY = {Outcome.WARN: Outcome.FAIL, Outcome.ERROR: Outcome.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What a check came to. `reason` says why there is no answer.

    `waivers` cover findings of it; `exempt` are these, each with the waiver by whose leave it does not count for
    longest. They are in `findings` only where nothing else was found. `attested`: it is somebody's word, and nothing
    that was seen.
    """

    outcome: Outcome
    findings: tuple[Fail | Skip | Unknown, ...] = ()
    reason: str = ""
    exempt: tuple[tuple[Fail | Skip | Unknown, Waiver], ...] = ()
    waivers: frozenset[Waiver] = frozenset()
    attested: bool = False

    @property
    def waiver(self) -> Waiver | None:
        """The first to end of those by whose leave findings do not count."""
        return min((waiver for _, waiver in self.exempt), key=Waiver.order, default=None)


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """
    A requirement and what became of it; `answers` go with the requirement's `asks`.

    `compensated_by` names the requirement whose passing makes up for what is open here.
    """

    requirement: Requirement
    outcome: Outcome
    answers: tuple[Answer, ...]
    compensated_by: str = ""

    @classmethod
    def of(cls, requirement: Requirement, answers: tuple[Answer, ...]) -> "RequirementResult":
        """Combine the answers of a requirement's checks."""
        outcome = _combined(answers, match_any=requirement.match_any)
        if requirement.match_any and outcome in (Outcome.FAIL, Outcome.UNKNOWN) and _unasked(answers):
            outcome = Outcome.NOT_APPLICABLE  # what needs a cluster may be what meets it there
        if outcome is Outcome.FAIL and not requirement.blocking:
            outcome = Outcome.WARN
        return cls(requirement, outcome, answers)

    @property
    def blocking(self) -> bool:
        """Whether a failure makes, or would make, the verdict NoGo."""
        return self.requirement.blocking and not self.compensated_by

    @property
    def failing(self) -> list[tuple[Ask, Answer]]:
        """The checks that failed."""
        pairs = zip(self.requirement.asks, self.answers, strict=True)
        return [(ask, answer) for ask, answer in pairs if answer.outcome is Outcome.FAIL]

    @property
    def waiver(self) -> Waiver | None:
        """The first to end of the waivers that keep it, or some of what was found, from counting."""
        found = [answer.waiver for answer in self.answers if answer.waiver is not None]
        return min(found, key=Waiver.order) if found and self.outcome in (*_OPEN, Outcome.WAIVED) else None

    @property
    def message(self) -> str:
        """The first of the worst that was found, in words; empty when nothing was."""
        return _message(self.answers)

    @property
    def not_evaluated(self) -> bool:
        """Whether it left the total only because there is no cluster to ask."""
        return self.outcome is Outcome.NOT_APPLICABLE and _unasked(self.answers)

    def topic(self, topic: Topic) -> Outcome | None:
        """
        What its checks of a topic say: fail, unknown, pass, not applicable; None where it has none.

        What nobody could be asked leaves the total, yet who waits for the topic to be True must not be told that it is.
        """
        answers = self._about(topic)
        if not answers:
            return None
        outcome = self.outcome if self.requirement.match_any else _combined(answers, match_any=False)
        met_by_another = self.requirement.match_any and outcome is Outcome.PASS
        if outcome is not Outcome.FAIL and not met_by_another and _unasked(answers):
            return Outcome.UNKNOWN
        return _PLAINLY.get(outcome, outcome)

    def topic_message(self, topic: Topic) -> str:
        """The first of the worst that checks of this topic found, in words; else that any of its checks found."""
        return _message(self._about(topic)) or self.message

    def _about(self, topic: Topic) -> tuple[Answer, ...]:
        asks = self.requirement.asks
        if len(asks) == 1:  # as of most lines
            return self.answers if asks[0].check.topic is topic else ()
        return tuple([answer for ask, answer in zip(asks, self.answers, strict=True) if ask.check.topic is topic])


def _message(answers: tuple[Answer, ...]) -> str:
    for outcome in _WORST_FIRST:
        for answer in answers:
            if answer.outcome is outcome and answer.findings:
                return answer.findings[0].message
    return ""


def _unasked(answers: tuple[Answer, ...]) -> bool:
    """Whether one of them needs a cluster, and there is none."""
    return Reason.NOT_EVALUATED in [answer.reason for answer in answers]


def _combined(answers: tuple[Answer, ...], *, match_any: bool) -> Outcome:
    if len(answers) == 1:
        return answers[0].outcome
    outcomes = {answer.outcome for answer in answers}
    order = (
        (Outcome.PASS, Outcome.ERROR, Outcome.UNKNOWN, Outcome.FAIL, Outcome.WAIVED)
        if match_any
        else (Outcome.FAIL, Outcome.ERROR, Outcome.UNKNOWN, Outcome.WAIVED, Outcome.PASS)
    )
    return next((outcome for outcome in order if outcome in outcomes), Outcome.NOT_APPLICABLE)


def compensated(policy: Policy, results: Sequence[RequirementResult]) -> tuple[RequirementResult, ...]:
    """
    The results of a policy's requirements, in their order, with what is compensated marked as that.

    Only a pass compensates: neither what does not apply, nor what is waived or compensated itself.
    """
    marked = list(results)
    if policy.compensable:
        passed = {result.requirement.name for result in results if result.outcome is Outcome.PASS}
        for number in policy.compensable:
            marked[number] = _compensated(results[number], passed)
    return tuple(marked)


def _compensated(result: RequirementResult, passed: set[str]) -> RequirementResult:
    by = next((name for name in result.requirement.compensated_by if name in passed), "")
    if not by or result.outcome not in _OPEN:
        return result
    outcome = Outcome.WARN if result.outcome is Outcome.FAIL else result.outcome
    return replace(result, outcome=outcome, compensated_by=by)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A workload's answer to a policy."""

    policy: Policy
    results: tuple[RequirementResult, ...]
    by_outcome: Mapping[Outcome, list[RequirementResult]] = field(init=False, compare=False)
    verdict: Verdict = field(init=False)

    def __post_init__(self) -> None:
        """Sort once: many ask for the few that are open."""
        by_outcome: dict[Outcome, list[RequirementResult]] = {outcome: [] for outcome in Outcome}
        for result in self.results:
            by_outcome[result.outcome].append(result)
        object.__setattr__(self, "by_outcome", by_outcome)
        object.__setattr__(self, "verdict", _verdict(by_outcome))

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many requirements have each outcome."""
        return {outcome: len(results) for outcome, results in self.by_outcome.items()}

    @property
    def passed(self) -> int:
        """How many requirements are met."""
        return len(self.by_outcome[Outcome.PASS])

    @property
    def total(self) -> int:
        """How many requirements count."""
        return len(self.results) - sum([len(self.by_outcome[outcome]) for outcome in UNCOUNTED])

    @property
    def score(self) -> int:
        """The share that is met, in percent, rounded down."""
        return percent(self.passed, self.total)

    @property
    def items(self) -> str:
        """The same as a fraction: `19/33`."""
        return f"{self.passed}/{self.total}"

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes by the number of the requirement."""
        return tuple([result.outcome for result in self.results])

    @property
    def stage(self) -> str:
        """The highest stage reached; empty where there is none."""
        return stage_reached(self.policy, self.outcomes) if self.policy.stages else ""

    @property
    def blockers(self) -> list[RequirementResult]:
        """The open blockers, the worst severity first."""
        return sorted(self.by_outcome[Outcome.FAIL], key=lambda result: result.requirement.severity.rank)

    @property
    def not_evaluated(self) -> list[RequirementResult]:
        """Those that left the total only because there is no cluster to ask."""
        return [result for result in self.by_outcome[Outcome.NOT_APPLICABLE] if result.not_evaluated]


def _verdict(found: Mapping[Outcome, list[RequirementResult]]) -> Verdict:
    if found[Outcome.FAIL]:
        return Verdict.NO_GO
    unclear = [result for outcome in UNCLEAR for result in found[outcome]]
    if any(result.blocking for result in unclear):
        return Verdict.UNKNOWN
    return Verdict.GO_WITH_CONDITIONS if unclear or found[Outcome.WARN] else Verdict.GO
