"""What is published about waivers and attestations: whether they have any effect, and whether they end soon."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from readiness.checks import CATALOGUE
from readiness.engine.conditions import Condition, merged, timestamp
from readiness.engine.waiving import Effect, Use
from readiness.model import Ref
from readiness.model.claims import Attestation, Claim, Phase, Validity, Waiver
from readiness.model.reasons import ConditionType, EventReason, Reason
from readiness.model.records import dataclass
from readiness.policy.claims import WAIVER, InvalidClaimError
from readiness.policy.compiled import PolicyRef

CONDITIONS = frozenset({ConditionType.ACTIVE, ConditionType.VALID, ConditionType.EXPIRING})
_PLACES = {
    Reason.EXPIRED: "spec.expirationTime",
    Reason.TARGET_NOT_FOUND: "spec.workloadRef",
    Reason.SUBJECT_NOT_FOUND: "spec.workloadRef",
    Reason.IMAGE_MISMATCH: "spec.image",
    Reason.INVALID_VALUE: "spec.value",
}
_SOON, _VERY_SOON = timedelta(days=14), timedelta(days=1)
_ENDING = frozenset({Reason.EXPIRES_SOON, Reason.EXPIRES_WITHIN_A_DAY})

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class View:
    """For which generation and at which moment a status is made, and the published one."""

    generation: int
    now: datetime
    before: Raw

    def status(self, *conditions: Condition, **figures: int) -> dict[str, Any]:
        """A status of these conditions and figures."""
        told = merged(self.before.get("conditions", ()), conditions, self.now)
        return {"observedGeneration": self.generation, **figures, "conditions": told}


def waiver_status(waiver: Waiver, uses: Collection[Use], view: View, *, policy_known: bool) -> dict[str, Any]:
    """The status of a waiver that was used like this for the workloads that it names."""
    reason, message = activity(waiver, uses, view.now, policy_known=policy_known)
    status = "True" if reason is Reason.ACTIVE else "False"
    return view.status(
        Condition(ConditionType.ACTIVE, status, reason, message, view.generation),
        _expiring(waiver.validity, view),
        matchedWorkloads=len(uses),
        waivedFindings=sum(use.waived for use in uses),
    )


def activity(waiver: Waiver, uses: Collection[Use], now: datetime, *, policy_known: bool) -> tuple[Reason, str]:
    """Whether a waiver does anything: Active, or why not; and what there is to say about it."""
    phase, forbidden = waiver.validity.at(now), any(use.forbidden for use in uses)
    if waiver.too_long:
        return Reason.EXPIRATION_TOO_FAR, "it lasts longer than this installation allows, and has no effect"
    if phase is not Phase.DURING:
        return _untimely(waiver.validity, phase)
    if not policy_known:
        return Reason.TARGET_NOT_FOUND, f"there is no {waiver.policy_kind} {waiver.policy_name}"
    if not uses:
        return Reason.TARGET_NOT_FOUND, f"nothing here is {waiver.subject}"
    if any(use.waived for use in uses):
        return Reason.ACTIVE, "some of what it names may not be waived" if forbidden else ""
    if any(use.kept for use in uses):
        return Reason.ACTIVE, "reports still count it, for policies that are suspended or cannot be used"
    if forbidden:
        return Reason.FORBIDDEN, "what it names may not be waived: the policy or the requirement says so"
    if not any(use.asked for use in uses):
        return Reason.UNUSED, "no policy that judges here asks for what it names"
    return Reason.UNUSED, "nothing that it names is open now"


def attestation_status(attestation: Attestation, standings: Collection[Reason], view: View) -> dict[str, Any]:
    """The status of an attestation that stands like this for the workloads that it names."""
    reason, message = credit(attestation, standings, view.now)
    status = "True" if reason is Reason.FRESH else "False"
    return view.status(
        Condition(ConditionType.VALID, status, reason, message, view.generation), _expiring(attestation.validity, view)
    )


def credit(attestation: Attestation, standings: Collection[Reason], now: datetime) -> tuple[Reason, str]:
    """Whether an attestation counts anywhere: Fresh, or why not; and what there is to say about it."""
    phase = attestation.validity.at(now)
    if phase is not Phase.DURING:
        return _untimely(attestation.validity, phase)
    if not standings:
        return Reason.SUBJECT_NOT_FOUND, f"nothing here is {attestation.subject}"
    if Reason.FRESH not in standings:
        return Reason.IMAGE_MISMATCH, f"nothing that it names runs {attestation.image}"
    check = CATALOGUE.get(attestation.claim)
    if check is not None and check.misread is not None and (wrong := list(check.misread(attestation))):
        return Reason.INVALID_VALUE, "; ".join(wrong)
    return Reason.FRESH, ""


def invalid_status(kind: str, error: InvalidClaimError, view: View) -> dict[str, Any]:
    """The status of a claim that cannot be used."""
    about = ConditionType.ACTIVE if kind == WAIVER else ConditionType.VALID
    return view.status(Condition(about, "False", Reason.INVALID_SPEC, str(error), view.generation))


@dataclass(frozen=True, slots=True)
class Idleness:
    """Why a claim has no effect, in words that follow its name, and the path of what is the matter with it."""

    message: str
    path: str


def by_claim(effects: Iterable[Mapping[Ref, Effect]]) -> Mapping[Ref, list[Effect]]:
    """What each claim does, workload by workload, from what all of them do for each workload."""
    found: defaultdict[Ref, list[Effect]] = defaultdict(list)
    for each in effects:
        for ref, effect in each.items():
            found[ref].append(effect)
    return found


def idleness(
    claim: Claim, found: Collection[Effect], policies: Mapping[PolicyRef, bool], now: datetime
) -> Idleness | None:
    """
    Why a claim that does this has no effect where all was judged once; None: it has one, or nobody can say.

    `policies` are those that there are, and whether they judge: what a waiver does under one that does not, nobody
    can say.
    """
    if isinstance(claim, Waiver):
        uses, policy = [each for each in found if isinstance(each, Use)], policy_of(claim)
        reason, message = activity(claim, uses, now, policy_known=policy is None or policy in policies)
        if reason in (Reason.UNUSED, Reason.FORBIDDEN) and _is_for_one_that_rests(claim, policies):
            return None
    else:
        reason, message = credit(claim, [each for each in found if isinstance(each, Reason)], now)
    if reason in (Reason.ACTIVE, Reason.FRESH):
        return None
    return Idleness(f"has no effect ({reason}): {message}", _PLACES.get(reason, ""))


def _is_for_one_that_rests(waiver: Waiver, policies: Mapping[PolicyRef, bool]) -> bool:
    named = policy_of(waiver)
    everyone = waiver.policy_kind, waiver.ref.namespace
    return any(
        not judges and (ref == named if named is not None else (ref.kind, ref.namespace) == everyone)
        for ref, judges in policies.items()
    )


def policy_of(waiver: Waiver) -> PolicyRef | None:
    """The policy that a waiver names; None where it names none."""
    namespace = "" if waiver.policy_kind == "ClusterReadinessPolicy" else waiver.ref.namespace
    return PolicyRef(waiver.policy_kind, namespace, waiver.policy_name) if waiver.policy_name else None


def next_change(validity: Validity, now: datetime) -> datetime | None:
    """When the conditions change by time alone."""
    end = validity.end
    moments = [validity.start, *([end - _SOON, end - _VERY_SOON, end] if end is not None else [])]
    return min((at for at in moments if at is not None and at > now), default=None)


def event_between(kind: str, before: Raw, after: Raw) -> EventReason | None:
    """
    What is worth an event between two statuses of a claim: that it ends soon, very soon, or has ended.

    What was published decides, so that a new leader repeats nothing; nobody is told of a claim that is made so.
    """
    old, new = _reason(before), _reason(after)
    if not old or old == new:
        return None
    if new == Reason.EXPIRED:
        return EventReason.WAIVER_EXPIRED if kind == WAIVER else EventReason.ATTESTATION_EXPIRED
    if new in _ENDING:
        return EventReason.WAIVER_EXPIRING if kind == WAIVER else EventReason.ATTESTATION_EXPIRING
    return None


def _untimely(validity: Validity, phase: Phase) -> tuple[Reason, str]:
    if phase is Phase.BEFORE and validity.start is not None:
        return Reason.NOT_YET_VALID, f"it begins at {timestamp(validity.start)}"
    return Reason.EXPIRED, _ended(validity)


def _expiring(validity: Validity, view: View) -> Condition:
    kind, end = ConditionType.EXPIRING, validity.end
    if end is None or end - view.now > _SOON:
        return Condition(kind, "False", Reason.AS_EXPECTED, "", view.generation)
    if end <= view.now:
        return Condition(kind, "False", Reason.EXPIRED, _ended(validity), view.generation)
    reason = Reason.EXPIRES_WITHIN_A_DAY if end - view.now <= _VERY_SOON else Reason.EXPIRES_SOON
    return Condition(kind, "True", reason, f"it ends at {timestamp(end)}", view.generation)


def _ended(validity: Validity) -> str:
    return f"it ended at {timestamp(validity.end)}" if validity.end is not None else ""


def _reason(status: Raw) -> str:
    found = (item for item in status.get("conditions", ()) if item.get("type") == ConditionType.EXPIRING)
    return next((item.get("reason", "") for item in found), "")
