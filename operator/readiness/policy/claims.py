"""From waivers and attestations as they were written to records; or all that is wrong with one."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from readiness.checks import CATALOGUE
from readiness.errors import ReadinessError
from readiness.model import Ref
from readiness.model.claims import Attestation, Claim, Subject, Validity, Waiver, frozen
from readiness.model.parse import ref_of
from readiness.model.parse.fields import selector
from readiness.policy.depth import is_too_deep
from readiness.policy.names import GROUP
from readiness.policy.problem import Problem, nearest

if TYPE_CHECKING:
    from readiness.policy.v1alpha1 import ReadinessAttestationSpec, ReadinessWaiverSpec
    from readiness.policy.v1alpha1.instant import Instant

WAIVER, ATTESTATION = "ReadinessWaiver", "ReadinessAttestation"
CLAIM_KINDS = frozenset({WAIVER, ATTESTATION})

Raw = Mapping[str, Any]


class InvalidClaimError(ReadinessError):
    """A waiver or an attestation cannot be used; `problems` say why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


def claim_of(raw: Raw, namespace: str = "", longest: timedelta | None = None) -> Claim:
    """
    The record of a waiver or an attestation.

    `namespace` is that of an object which names none; a waiver that is longer than `longest` has no effect. Raises
    InvalidClaimError with every problem found, each at its path.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - the offline audit without claims does without pydantic

    from readiness.policy.problems import problems  # noqa: PLC0415
    from readiness.policy.v1alpha1 import ReadinessAttestationSpec, ReadinessWaiverSpec  # noqa: PLC0415

    named = ref_of(dict(raw))
    ref = Ref(named.kind, named.namespace or namespace, named.name, GROUP)
    model = ReadinessWaiverSpec if ref.kind == WAIVER else ReadinessAttestationSpec
    given = raw.get("spec")
    if is_too_deep(given):
        raise InvalidClaimError([Problem("spec", "is nested too deeply")])
    try:
        spec = model.model_validate(given if given is not None else {})
    except ValidationError as error:
        raise InvalidClaimError(problems(error, model)) from error
    if unknown := list(_unknown(spec)):
        raise InvalidClaimError(unknown)
    subject = _subject(raw["spec"])
    if isinstance(spec, ReadinessWaiverSpec):
        return _waiver(ref, subject, spec, longest)
    return _attestation(ref, subject, spec)


def _unknown(spec: "ReadinessWaiverSpec | ReadinessAttestationSpec") -> Iterator[Problem]:
    claim, checks = getattr(spec, "claim", None), getattr(spec, "checks", ())
    named = {"spec.claim": claim} if claim else {f"spec.checks[{number}]": name for number, name in enumerate(checks)}
    for path, name in named.items():
        if CATALOGUE.get(name) is None:
            yield Problem(path, f'there is no check "{name}"{nearest(name, CATALOGUE.checks)}')


def _subject(spec: dict[str, Any]) -> Subject:
    named = spec.get("workloadRef")
    if named is None:
        return Subject(selector=selector(spec, "selector"))
    group, slash, _ = named.get("apiVersion", "").partition("/")
    return Subject(named["kind"], named["name"], (group if slash else "") if "apiVersion" in named else None)


def _waiver(ref: Ref, subject: Subject, spec: "ReadinessWaiverSpec", longest: timedelta | None) -> Waiver:
    return Waiver(
        ref=ref,
        subject=subject,
        validity=_validity(spec.approved_time, spec.expiration_time),
        requirements=frozenset(spec.requirements),
        checks=frozenset(spec.checks),
        containers=frozenset(spec.containers),
        policy_kind=spec.policy_ref.kind if spec.policy_ref else "ReadinessPolicy",
        policy_name=spec.policy_ref.name if spec.policy_ref else "",
        reason=spec.reason,
        too_long=longest is not None and spec.expiration_time.moment - spec.approved_time.moment > longest,
    )


def _attestation(ref: Ref, subject: Subject, spec: "ReadinessAttestationSpec") -> Attestation:
    value = frozen(spec.value or {})
    assert isinstance(value, tuple), "an object is a tuple of pairs"
    return Attestation(
        ref=ref,
        claim=spec.claim,
        subject=subject,
        validity=_validity(spec.attested_time, spec.expiration_time),
        value=value,  # type: ignore[arg-type] # pairs
        image=spec.image or "",
        evidence_url=spec.evidence_url,
        attested_by=spec.attested_by,
    )


def _validity(start: "Instant", end: "Instant") -> Validity:
    return Validity(start.moment.astimezone(UTC), end.moment.astimezone(UTC))
