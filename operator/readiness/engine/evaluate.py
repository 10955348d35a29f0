"""Judging one workload by the policies that select it: each (check, parameters) once, a crash contained."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from readiness.checks import Check
from readiness.engine.applicability import bar
from readiness.engine.scorecard import Answer, RequirementResult, Scorecard, compensated
from readiness.engine.waiving import Allowances, Effect
from readiness.model import Fail, Finding, Outcome, Probing, Recheck, Ref, Skip, Snapshot, Unknown, Workload
from readiness.model.reasons import Reason
from readiness.model.records import dataclass
from readiness.policy.compiled import Applies, Ask, Policy, PolicyRef, Requirement

_PASSED = Answer(Outcome.PASS)
_NOT_EVALUATED = Answer(Outcome.NOT_APPLICABLE, (Skip("needs a cluster"),), reason=Reason.NOT_EVALUATED)

Carried = Mapping[tuple[PolicyRef, str, str], Answer]
"""Answers of live checks by policy, id and the name they have there, as another process last published them."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """
    The scorecards of a workload, one for each policy, and when time alone may change them.

    `claims` says what became of each waiver and attestation about it.
    """

    workload: Workload
    scorecards: tuple[Scorecard, ...]
    recheck_at: datetime | None = None
    claims: Mapping[Ref, Effect] = field(default_factory=dict)


def evaluate(
    workload: Workload, policies: list[Policy], cluster: Snapshot, carried: Carried | None = None
) -> Evaluation:
    """
    Judge a workload by each of these policies.

    `carried` stands in for live checks that have no evidence yet, as after a change of leaders.
    """
    allowances = Allowances.of(workload, cluster)
    remembers = len(policies) > 1 or any(policy.repeats for policy in policies)
    judge = _Judge(workload, cluster, carried or {}, allowances, remembers, allowances.recheck_at)
    scorecards = tuple(judge.scorecard(policy) for policy in policies)
    return Evaluation(workload, scorecards, judge.recheck_at, dict(allowances.standings()))


@dataclass(frozen=True, slots=True)
class _Side:
    """One policy's side of the matter: who is judged, less ignored containers, and the cluster by its settings."""

    policy: Policy
    workload: Workload
    cluster: Snapshot


@dataclass(slots=True)
class _Judge:
    workload: Workload
    cluster: Snapshot
    carried: Carried
    allowances: Allowances
    remembers: bool
    recheck_at: datetime | None = None
    _answers: dict[Any, Answer] = field(default_factory=dict)
    _bars: dict[Applies, Answer | None] = field(default_factory=dict)
    _views: dict[frozenset[str], Workload] = field(default_factory=dict)

    def scorecard(self, policy: Policy) -> Scorecard:
        side = _Side(policy, self._view(policy.ignored), self.cluster.asked_by(policy.probing))
        results = [
            RequirementResult.of(requirement, self._answers_to(requirement, side))
            for requirement in policy.requirements
        ]
        return Scorecard(policy, compensated(policy, results))

    def _answers_to(self, requirement: Requirement, side: _Side) -> tuple[Answer, ...]:
        barred = None if requirement.applies is None else self._bar(requirement.applies)
        answers = tuple([barred or self._answer(ask, side) for ask in requirement.asks])
        return self.allowances.settle(side.policy, requirement, answers)

    def _bar(self, applies: Applies) -> Answer | None:
        if applies not in self._bars:
            self._bars[applies] = bar(applies, self.workload, self.cluster)
        return self._bars[applies]

    def _view(self, ignored: frozenset[str]) -> Workload:
        view = self._views.get(ignored)
        if view is None:
            view = self._views[ignored] = self.workload.without(ignored)
        return view

    def _answer(self, ask: Ask, side: _Side) -> Answer:
        check = ask.check
        if not check.live:
            return self._asked(ask, side, None)
        if not side.cluster.live:
            return _NOT_EVALUATED
        answer = self._asked(ask, side, side.policy.probing)
        if answer.outcome is Outcome.UNKNOWN and answer.reason == Reason.EVIDENCE_MISSING:
            return self.carried.get((side.policy.ref, check.id, ask.name), answer)
        return answer

    def _asked(self, ask: Ask, side: _Side, probing: Probing | None) -> Answer:
        """
        The answer, from memory where the same was asked before: of the same containers, by the same thresholds.

        One policy rarely asks the same twice: where it does not, to remember would cost a tenth of asking.
        """
        if not self.remembers:
            return self._ask(ask.check, ask.parameters, side.workload, side.cluster)
        key = (ask.check, ask.parameters, id(side.workload), probing)
        answer = self._answers.get(key)
        if answer is None:
            answer = self._answers[key] = self._ask(ask.check, ask.parameters, side.workload, side.cluster)
        return answer

    def _ask(self, check: Check, parameters: Any, workload: Workload, cluster: Snapshot) -> Answer:
        if cluster.unreadable and (hidden := check.reads & cluster.unreadable):
            kinds = ", ".join(sorted(kind.__name__ for kind in hidden))
            return Answer(Outcome.UNKNOWN, (Unknown(f"the operator may not read {kinds}"),), Reason.PERMISSION_DENIED)
        if cluster.unread and (unread := check.reads & cluster.unread):
            kinds = ", ".join(sorted(kind.__name__ for kind in unread))
            return Answer(Outcome.UNKNOWN, (Unknown(f"not read yet: {kinds}"),), Reason.EVIDENCE_MISSING)
        try:
            findings = list(check(workload, cluster, parameters))
        except Exception as error:  # noqa: BLE001 - one check that breaks down must not take the others along
            return Answer(
                Outcome.ERROR, (Unknown(f"the check broke down: {type(error).__name__}"),), Reason.CHECK_FAILED
            )
        return self._answer_of(findings) if findings else _PASSED

    def _answer_of(self, findings: list[Finding]) -> Answer:
        """One word for what was found: a failure outweighs missing evidence, that outweighs what does not apply."""
        failures = tuple([item for item in findings if isinstance(item, Fail)])
        gaps = tuple([item for item in findings if isinstance(item, Unknown)])
        skips = tuple([item for item in findings if isinstance(item, Skip)])
        for item in findings:
            if isinstance(item, Recheck):
                self._look_again(item.at)
        if failures:
            return Answer(Outcome.FAIL, failures)
        if gaps:
            offline = all(gap.reason == Reason.NOT_EVALUATED for gap in gaps)
            return Answer(Outcome.NOT_APPLICABLE if offline else Outcome.UNKNOWN, gaps, gaps[0].reason)
        return Answer(Outcome.NOT_APPLICABLE, skips) if skips else _PASSED

    def _look_again(self, at: datetime) -> None:
        if at > self.cluster.now and (self.recheck_at is None or at < self.recheck_at):
            self.recheck_at = at
