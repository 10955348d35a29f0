"""
What people's decisions and people's word change about a workload's answers: what is waived, and what is attested.

A waiver covers failures, and what is not known, of the checks and containers that it names; a check that broke down
is no finding and stays an error. A requirement is waived when nothing of it is left open. An attestation stands in
where a check of an attestable requirement lacks evidence.
"""

import re
from collections.abc import Iterator
from dataclasses import field, replace
from datetime import datetime

from readiness.engine.scorecard import Answer
from readiness.model import Fail, Outcome, Ref, Snapshot, Workload
from readiness.model.claims import Attestation, Claim, Phase, Waiver
from readiness.model.reasons import Reason
from readiness.model.records import dataclass
from readiness.policy.compiled import Ask, Policy, PolicyRef, Requirement

_CONTAINER = re.compile(r"ontainers\[([^\]]*)\]")  # of every role
_OPEN = (Outcome.FAIL, Outcome.UNKNOWN)


@dataclass(slots=True)
class Use:
    """
    What a waiver does for one workload: findings that it waives in all scorecards, or may not waive.

    `asked`: a requirement asks a check that it names, open or not. `kept`: a scorecard that stays in the report
    although its policy does not judge names it.
    """

    waived: int = 0
    forbidden: int = 0
    asked: bool = False
    kept: bool = False


Effect = Use | Reason
"""What a waiver does for a workload, or whether an attestation counts for it."""


@dataclass(frozen=True, slots=True)
class Allowances:
    """The claims about a workload, and what became of them while it was judged."""

    workload: Workload
    cluster: Snapshot
    waivers: list[Waiver]
    attestations: list[Attestation]
    uses: dict[Ref, Use] = field(default_factory=dict)

    @classmethod
    def of(cls, workload: Workload, cluster: Snapshot) -> "Allowances":
        """What is claimed about a workload at this moment."""
        waivers = cluster.waivers_for(workload)
        attestations = cluster.inventory.attestations_of(workload)
        return cls(workload, cluster, waivers, attestations, {waiver.ref: Use() for waiver in waivers})

    @property
    def recheck_at(self) -> datetime | None:
        """When the next of the claims begins or ends."""
        claims: list[Claim] = [*self.waivers, *self.attestations]
        moments = (claim.validity.next_change(self.cluster.now) for claim in claims)
        return min((at for at in moments if at is not None), default=None)

    def standings(self) -> Iterator[tuple[Ref, Effect]]:
        """What became of each claim: of waivers their use, of attestations whether they count."""
        yield from self.uses.items()
        for item in self.attestations:
            yield item.ref, self.cluster.standing_of(item, self.workload)

    def settle(self, policy: Policy, requirement: Requirement, answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
        """The answers of a requirement's checks, as they stand with what is attested and waived."""
        if self.attestations and requirement.attestable:
            pairs = zip(requirement.asks, answers, strict=True)
            answers = tuple([self._attested(requirement.name, ask, answer) for ask, answer in pairs])
        if not self.waivers:
            return answers
        waivers = [waiver for waiver in self.waivers if _is_meant(waiver, policy.ref) and self._in_force(waiver)]
        for waiver in waivers:
            self.uses[waiver.ref].asked |= any(
                waiver.covers(requirement.name, ask.check.id) for ask in requirement.asks
            )
        if not waivers or not any(answer.outcome in _OPEN for answer in answers):
            return answers
        allowed = policy.waivers_allowed and requirement.waivable
        return tuple([
            self._waive(answer, [w for w in waivers if w.covers(requirement.name, ask.check.id)], allowed=allowed)
            for ask, answer in zip(requirement.asks, answers, strict=True)
        ])  # fmt: skip

    def _in_force(self, waiver: Waiver) -> bool:
        return not waiver.too_long and waiver.validity.at(self.cluster.now) is Phase.DURING

    def _attested(self, requirement: str, ask: Ask, answer: Answer) -> Answer:
        """
        The newest attestation that counts decides; it may say that somebody looked, and it is not so, or not enough.

        Where several requirements ask the same, its value may name those that it answers.
        """
        if answer.outcome is not Outcome.UNKNOWN and answer.reason != Reason.NOT_EVALUATED:
            return answer
        from readiness.checks.parameters.bounds import denies, told, unmet, words  # noqa: PLC0415 - 4 ms, rarely needed

        for item in self.cluster.attestations_for(self.workload, ask.check.id):
            meant = words(item, ("requirement",))
            if (not meant or requirement in meant) and self.cluster.standing_of(item, self.workload) is Reason.FRESH:
                wrong = (told(item, "says passed: false"),) if denies(item) else tuple(unmet(item, ask.parameters))
                return Answer(Outcome.FAIL, wrong, attested=True) if wrong else _ATTESTED
        return answer

    def _waive(self, answer: Answer, waivers: list[Waiver], *, allowed: bool) -> Answer:
        """An answer less what is waived of it; a finding ends to be waived with the last waiver that covers it."""
        if not waivers or answer.outcome not in _OPEN:
            return answer
        left, exempt, used = [], [], set[Waiver]()
        for finding in answer.findings:
            covering = [waiver for waiver in waivers if waiver.covers_container(_container(finding))]
            for waiver in covering:
                use = self.uses[waiver.ref]
                use.waived += allowed
                use.forbidden += not allowed
            if covering and allowed:
                exempt.append((finding, max(covering, key=Waiver.order)))
                used.update(covering)
            else:
                left.append(finding)
        if not exempt:
            return answer
        answer = replace(answer, exempt=tuple(exempt), waivers=frozenset(used))
        return replace(answer, findings=tuple(left)) if left else replace(answer, outcome=Outcome.WAIVED)


_ATTESTED = Answer(Outcome.PASS, attested=True)


def _is_meant(waiver: Waiver, policy: PolicyRef) -> bool:
    """Whether it is for this policy; a profile that somebody judges manifests by stands for a policy of theirs."""
    if waiver.policy_name:
        return (waiver.policy_kind, waiver.policy_name) == (policy.kind, policy.name)
    return waiver.policy_kind in ("", policy.kind) or policy.kind == "Profile"


def _container(finding: object) -> str:
    """The container that a finding is about; empty when it is about the workload."""
    found = _CONTAINER.search(finding.path) if isinstance(finding, Fail) else None
    return found[1] if found else ""
