"""Judging one workload by the policies that select it: each (check, parameters) once, a crash contained."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from readiness.checks import Check
from readiness.engine.scorecard import Answer, RequirementResult, Scorecard
from readiness.model import Fail, Outcome, Recheck, Skip, Snapshot, Unknown, Workload
from readiness.model.reasons import Reason
from readiness.policy.compiled import Ask, Policy, Requirement

_PASSED = Answer(Outcome.PASS)
_NOT_EVALUATED = Answer(Outcome.NOT_APPLICABLE, (Skip("needs a cluster"),), reason=Reason.NOT_EVALUATED)
_MAX_FINDINGS = 50

Carried = Mapping[str, Answer]
"""Answers of live checks by check id, as another process last published them."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The scorecards of a workload, one for each policy, and when time alone may change them."""

    workload: Workload
    scorecards: tuple[Scorecard, ...]
    recheck_at: datetime | None = None


def evaluate(
    workload: Workload, policies: list[Policy], cluster: Snapshot, carried: Carried | None = None
) -> Evaluation:
    """
    Judge a workload by each of these policies.

    `carried` stands in for live checks that have no evidence yet, as after a change of leaders.
    """
    judge = _Judge(workload, cluster, carried or {})
    scorecards = tuple(judge.scorecard(policy) for policy in policies)
    return Evaluation(workload, scorecards, judge.recheck_at)


@dataclass(slots=True)
class _Judge:
    workload: Workload
    cluster: Snapshot
    carried: Carried
    recheck_at: datetime | None = None
    _answers: dict[Any, Answer] = field(default_factory=dict)
    _views: dict[frozenset[str], Workload] = field(default_factory=dict)

    def scorecard(self, policy: Policy) -> Scorecard:
        cluster = self.cluster.asked_by(policy.probing)
        results = tuple(self._result(requirement, policy, cluster) for requirement in policy.requirements)
        return Scorecard(policy, results)

    def _result(self, requirement: Requirement, policy: Policy, cluster: Snapshot) -> RequirementResult:
        answers = tuple(self._answer(ask, policy, cluster) for ask in requirement.asks)
        return RequirementResult.of(requirement, answers)

    def _answer(self, ask: Ask, policy: Policy, cluster: Snapshot) -> Answer:
        check = ask.check
        if check.live and not cluster.live:
            return _NOT_EVALUATED
        key = (check.id, ask.parameters, policy.ignored, policy.probing if check.live else None)
        answer = self._answers.get(key)
        if answer is None:
            answer = self._answers[key] = self._ask(check, ask.parameters, self._view(policy.ignored), cluster)
        return answer

    def _view(self, ignored: frozenset[str]) -> Workload:
        view = self._views.get(ignored)
        if view is None:
            view = self._views[ignored] = self.workload.without(ignored)
        return view

    def _ask(self, check: Check, parameters: Any, workload: Workload, cluster: Snapshot) -> Answer:
        hidden = check.reads & cluster.unreadable
        if hidden:
            kinds = ", ".join(sorted(kind.__name__ for kind in hidden))
            return Answer(Outcome.UNKNOWN, (Unknown(f"the operator may not read {kinds}"),), Reason.PERMISSION_DENIED)
        findings: list[Fail | Skip | Unknown] = []
        try:
            for finding in check(workload, cluster, parameters):
                if isinstance(finding, Recheck):
                    self._look_again(finding.at)
                else:
                    findings.append(finding)
        except Exception as error:  # noqa: BLE001 - one check that breaks down must not take the others along
            return Answer(
                Outcome.ERROR, (Unknown(f"the check broke down: {type(error).__name__}"),), Reason.CHECK_FAILED
            )
        answer = _answer_of(findings)
        if answer.outcome is Outcome.UNKNOWN and answer.reason == Reason.EVIDENCE_MISSING and check.live:
            return self.carried.get(check.id, answer)
        return answer

    def _look_again(self, at: datetime) -> None:
        if at > self.cluster.now and (self.recheck_at is None or at < self.recheck_at):
            self.recheck_at = at


def _answer_of(findings: list[Fail | Skip | Unknown]) -> Answer:
    """One word for what was found: a failure outweighs missing evidence, that outweighs what does not apply."""
    if not findings:
        return _PASSED
    for kind, outcome in ((Fail, Outcome.FAIL), (Unknown, Outcome.UNKNOWN), (Skip, Outcome.NOT_APPLICABLE)):
        telling = tuple(item for item in findings if isinstance(item, kind))
        if telling:
            reason = next((item.reason for item in telling if isinstance(item, Unknown)), "")
            return Answer(outcome, telling[:_MAX_FINDINGS], reason)
    raise AssertionError(findings)
