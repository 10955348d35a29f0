"""Checks that no machine can answer: somebody attests that it is so, with evidence and an end."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from readiness.checks.check import Check, Kind
from readiness.checks.parameters.bounds import Bound, Quantity, denies, told, words
from readiness.checks.parameters.setting import parameters
from readiness.model import Category, Fail, Finding, Pod, Ref, Severity, Snapshot, Unknown, Workload
from readiness.model.claims import Attestation, Subject, Validity
from readiness.model.reasons import Reason
from readiness.model.records import dataclass

StandIn = Callable[[Workload, Snapshot, Any], Sequence[Attestation]]

Compare = Callable[[Attestation, Workload, Any], Iterator[Finding]]

_COUNTS = (
    "an attestation of this claim names the workload and counts: it has begun and not ended, an image that it names "
    "runs, and its value does not say `passed: false`."
)
_ELSE = "The newest one decides. With none the answer is unknown; with none but such as have ended the check fails."


def _alike(_attestation: Attestation, _workload: Workload, _parameters: Any) -> Iterator[Finding]:
    yield from ()


@dataclass(frozen=True, slots=True)
class Claim:
    """
    One line of a table of attested checks.

    `stand_in` finds evidence on the workload or around it, of the kinds `reads`, where nobody attests: without measured
    numbers, which are not asked of it. `compare` holds an attestation against the workload. `note` tells of both.
    """

    id: str
    title: str
    severity: Severity
    why: str
    remedy: str
    bounds: tuple[Bound, ...] = ()
    stand_in: StandIn | None = None
    reads: tuple[type, ...] = ()
    compare: Compare = _alike
    note: str = ""


def attested(category: Category, *claims: Claim, kind: Kind = Kind.ATTESTATION) -> tuple[Check, ...]:
    """The checks of a table."""
    return tuple(_check(category, claim, kind) for claim in claims)


def annotated(workload: Workload, key: str, name: str = "") -> list[Attestation]:
    """
    An annotation of the workload or of its pods, if it is there, as an attestation without end.

    It is the value's `name`, of which ` OR ` parts several; without a name, it is the link.
    """
    said = workload.annotations.get(key) or workload.pod.annotations.get(key)
    if not said:
        return []
    found = Attestation(
        ref=Ref("Annotation", workload.ref.namespace, key),
        claim="",
        subject=Subject(workload.ref.kind, workload.ref.name),
        validity=Validity(None, None),
        value=((name, tuple(said.split(" OR "))),) if name else (),
        evidence_url="" if name else said,
    )
    return [found]


def _check(category: Category, claim: Claim, kind: Kind) -> Check:
    return Check(
        id=claim.id,
        title=claim.title,
        why=claim.why,
        rule=_rule(claim),
        remedy=claim.remedy,
        severity=claim.severity,
        category=category,
        kind=kind,
        judge=partial(_judge, claim),
        parameters=parameters(bound.setting for bound in claim.bounds),
        reads=frozenset({Pod, *claim.reads}),
        misread=partial(_misread, tuple(bound.quantity for bound in claim.bounds if bound.quantity is not None)),
    )


def _misread(quantities: tuple[Quantity, ...], attestation: Attestation) -> list[str]:
    found = (quantity.misread(attestation) for quantity in quantities)
    return list(dict.fromkeys(filter(None, found)))


def _rule(claim: Claim) -> str:
    measured = "; ".join(bound.value_rule for bound in claim.bounds if bound.value_rule)
    value = f"Its value has {measured}." if measured else ""
    others = (bound.rule for bound in claim.bounds)
    return " ".join(part for part in (_COUNTS, value, *others, claim.note, _ELSE) if part)


def _judge(claim: Claim, workload: Workload, cluster: Snapshot, parameters: Any) -> Iterator[Finding]:
    attestations = cluster.attestations_for(workload, claim.id)
    standing = [(item, cluster.standing_of(item, workload)) for item in attestations]
    counting = [item for item, reason in standing if reason is Reason.FRESH]
    found = claim.stand_in(workload, cluster, parameters) if claim.stand_in and not counting else ()
    if not counting and not found:
        yield _gap(claim.id, standing)
        return
    bounds = [bound for bound in claim.bounds if not found or bound.quantity is None]
    asked = [(bound, getattr(parameters, bound.setting.name)) for bound in bounds]
    wanted = {bound.lists: _words(value) for bound, value in asked if bound.lists}
    for item in _speakers(counting or found, wanted):
        if denies(item):
            yield told(item, "failed" if found else "says passed: false")
        for bound, value in asked:
            yield from bound.judge(item, value, cluster.now)
        yield from claim.compare(item, workload, parameters)
    for lists, missing in wanted.items():
        if missing:
            yield Fail("", f"no attestation that counts has {', '.join(sorted(missing))} as {lists[0]}")


def _speakers(counting: Sequence[Attestation], wanted: dict[tuple[str, ...], set[str]]) -> list[Attestation]:
    """The newest attestation, or those that name what is wanted, which is then wanted no more."""
    chosen = []
    for item in counting:
        named = {lists: missing & words(item, lists) for lists, missing in wanted.items()}
        if any(named.values()):
            chosen.append(item)
        for lists, found in named.items():
            wanted[lists] -= found
    return chosen or list(counting[:1])


def _words(asked: str | tuple[str, ...] | None) -> set[str]:
    return set((asked,) if isinstance(asked, str) else asked or ())


def _gap(claim: str, standing: list[tuple[Attestation, Reason]]) -> Finding:
    """What is told where no attestation counts: that one has ended outweighs why others do not count."""
    if not standing:
        return Unknown(f"nobody attests {claim}")
    item, reason = min(standing, key=lambda pair: pair[1] is not Reason.EXPIRED)
    name, validity = item.ref.name, item.validity
    match reason:
        case Reason.EXPIRED:
            return told(item, f"ended on {validity.end:%Y-%m-%d at %H:%M:%S}")
        case Reason.NOT_YET_VALID:
            return Unknown(f"attestation {name} begins on {validity.start:%Y-%m-%d at %H:%M:%S}")
        case _:
            return Unknown(f"attestation {name} is about {item.image}, which does not run")
