"""What people claim about workloads, until when: that something was shown to hold, or that it need not hold for now."""

from datetime import datetime
from enum import Enum

from readiness.model.labels import Selector
from readiness.model.records import dataclass
from readiness.model.ref import Ref
from readiness.model.workload import Workload

RUN_LABEL = "readiness.dev/claim"  # of a Job or test run that shows, when it has ended, that a claim holds
Plain = str | int | float | bool | tuple["Plain", ...] | None
"""A JSON value that can be hashed: lists are tuples, objects are tuples of pairs."""


@dataclass(frozen=True, slots=True)
class Subject:
    """
    Whom a claim is about: the workload of this kind and name, or those with the labels of a selector.

    Labels are those of the workload, as a policy's selector sees them. `group` is None where nobody said it: then
    any group will do.
    """

    kind: str = ""
    name: str = ""
    group: str | None = None
    selector: Selector | None = None

    def matches(self, workload: Workload) -> bool:
        """Whether the claim is about this workload of its namespace."""
        if self.selector is not None:
            return self.selector.matches(workload.labels)
        ref = workload.ref
        return (ref.kind, ref.name) == (self.kind, self.name) and self.group in (None, ref.group)

    def __str__(self) -> str:
        """As messages tell it: `Deployment/cart`, or `workloads with tier=backend`."""
        if self.selector is None:
            return f"{self.kind}/{self.name}"
        pairs = ",".join(f"{key}={value}" for key, value in self.selector.pairs)
        return f"workloads with {pairs or 'the labels of its selector'}"


class Phase(Enum):
    """Where a moment lies."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Validity:
    """From `start` until just before `end`; None: always, and without end."""

    start: datetime | None
    end: datetime | None

    def at(self, now: datetime) -> Phase:
        """Where a moment lies: `end` itself is after it, to the second."""
        if self.start is not None and now < self.start:
            return Phase.BEFORE
        return Phase.AFTER if self.end is not None and now >= self.end else Phase.DURING

    def next_change(self, now: datetime) -> datetime | None:
        """When that will be another one; None: never."""
        return next((at for at in (self.start, self.end) if at is not None and at > now), None)


@dataclass(frozen=True, slots=True)
class Attestation:
    """
    Somebody's word, with evidence, that a claim holds for a workload.

    `claim` is the id of a check, `value` what was measured; with an `image` it holds only for workloads that run it.
    """

    ref: Ref
    claim: str
    subject: Subject
    validity: Validity
    value: tuple[tuple[str, Plain], ...] = ()
    image: str = ""
    evidence_url: str = ""
    attested_by: str = ""

    @property
    def selector(self) -> Selector | None:
        """The selector of its subject, which it is found by."""
        return self.subject.selector


@dataclass(frozen=True, slots=True)
class Waiver:
    """
    A decision that what is found need not be mended for now.

    `requirements` and `checks`: what of both is named, an empty set is every one; empty `containers` are all of them
    and the pod as well. `policy_name` is empty for every ReadinessPolicy of the namespace. `too_long`: it is meant to
    last longer than this installation allows, and has no effect.
    """

    ref: Ref
    subject: Subject
    validity: Validity
    requirements: frozenset[str] = frozenset()
    checks: frozenset[str] = frozenset()
    containers: frozenset[str] = frozenset()
    policy_kind: str = "ReadinessPolicy"
    policy_name: str = ""
    reason: str = ""
    too_long: bool = False

    @property
    def selector(self) -> Selector | None:
        """The selector of its subject, which it is found by."""
        return self.subject.selector

    def order(self) -> tuple[bool, datetime | None, Ref]:
        """What sorts waivers by their end, those without one last."""
        return self.validity.end is None, self.validity.end, self.ref

    def covers(self, requirement: str, check: str) -> bool:
        """Whether it names a check of a requirement, by the id of the check."""
        return (not self.requirements or requirement in self.requirements) and (not self.checks or check in self.checks)

    def covers_container(self, name: str) -> bool:
        """Whether it names a container; the empty name stands for the workload as a whole."""
        return not self.containers or name in self.containers


Claim = Attestation | Waiver


def frozen(value: object) -> Plain:
    """A JSON value as one that can be hashed; the names in an object are sorted."""
    if isinstance(value, dict):
        return tuple((str(name), frozen(value[name])) for name in sorted(value, key=str))
    if isinstance(value, list | tuple):
        return tuple(map(frozen, value))
    return value if isinstance(value, str | int | float | bool) else None
