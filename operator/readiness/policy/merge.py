"""A policy's checklist over its profile's, as both are written: by name, field by field; a list replaces."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from readiness.model.reasons import Reason
from readiness.model.records import dataclass
from readiness.policy.problem import InvalidPolicyError, Problem, nearest
from readiness.policy.profiles import profile
from readiness.policy.profiles.own import Find

Raw = Mapping[str, Any]
_MAX_REQUIREMENTS = 256  # what a report has room for
_OWN_KINDS = (  # of workloads, without a group
    "CronJob", "DaemonSet", "Deployment", "Job", "Pod", "ReplicaSet", "ReplicationController", "StatefulSet",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A requirement as it is written, and where: `own` are the fields that stand there, the others `above`."""

    raw: Raw
    path: str
    above: str = ""
    own: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The name of the requirement."""
        return str(self.raw["name"])

    def at(self, field: str) -> str:
        """Where a field is written."""
        return f"{self.above if self.above and field not in self.own else self.path}.{field}"


@dataclass(frozen=True, slots=True)
class Part:
    """Another list of a checklist, and where it is written."""

    items: tuple[Raw, ...]
    path: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """Everything that a policy asks: its own words, and its profile's where it has none. `hints`: likely mistakes."""

    lines: tuple[Line, ...]
    disabled: frozenset[str]
    stages: Part
    categories: Part
    gates: Part
    blocking: tuple[str, ...] | None
    hints: tuple[Problem, ...] = ()


def checklist(spec: Raw, find: Find = profile) -> Checklist:
    """
    The checklist of a policy's validated spec, camelCase and without what is absent; `find` knows the profiles.

    Raises InvalidPolicyError: UnknownProfile, or InvalidSpec where nothing or too much is left.
    """
    name = spec["profile"]["name"] if "profile" in spec else ""
    below: Raw = find(name) if name else {}
    where = f"profile {name}: "
    lines = {raw["name"]: Line(raw, f"{where}{raw['name']}") for raw in below.get("requirements", ())}
    own = spec.get("requirements", ())
    hints = (*(_idle(own, name, tuple(lines)) if name else ()), *_strange_kinds(spec, own))
    _merge(lines, own)

    def part(field: str) -> Part:
        here = field in spec
        return Part(tuple((spec if here else below).get(field, ())), f"spec.{field}" if here else f"{where}{field}")

    return Checklist(
        lines=_enabled(lines),
        disabled=frozenset(line.name for line in lines.values() if line.raw.get("disabled")),
        stages=part("stages"),
        categories=part("categories"),
        gates=part("gates"),
        blocking=spec.get("blockingSeverities", below.get("blockingSeverities")),
        hints=hints,
    )


def _idle(items: Iterable[Raw], profile_name: str, known: tuple[str, ...]) -> Iterator[Problem]:
    """What is disabled and is not there; a line with checks of its own is somebody's, put aside for now."""
    for number, own in enumerate(items):
        if own.get("disabled") and "checks" not in own and own["name"] not in known:
            message = f'the profile {profile_name} has no requirement "{own["name"]}" to disable'
            yield Problem(f"spec.requirements[{number}].name", f"{message}{nearest(own['name'], known)}")


def _strange_kinds(spec: Raw, items: Iterable[Raw]) -> Iterator[Problem]:
    """Kinds without a group that no workload is of: they select nothing."""
    written = [("spec.kinds", spec.get("kinds", ()))]
    for number, own in enumerate(items):
        written.append((f"spec.requirements[{number}].appliesWhen.kinds", own.get("appliesWhen", {}).get("kinds", ())))
    for path, kinds in written:
        for number, kind in enumerate(kinds):
            if "." not in kind and kind not in _OWN_KINDS:
                message = f'no workload of Kubernetes itself is a "{kind}", and others are named as Kind.group'
                yield Problem(f"{path}[{number}]", f"{message}{nearest(kind, _OWN_KINDS)}")


def _merge(lines: dict[str, Line], items: Iterable[Raw]) -> None:
    """Put requirements over those that there are; new ones come after them."""
    for number, own in enumerate(items):
        path, inherited = f"spec.requirements[{number}]", lines.get(own["name"])
        lines[own["name"]] = (
            Line(own, path)
            if inherited is None
            else Line({**inherited.raw, **own}, path, above=inherited.path, own=frozenset(own))
        )


def _enabled(lines: Mapping[str, Line]) -> tuple[Line, ...]:
    left = tuple(line for line in lines.values() if not line.raw.get("disabled"))
    if not left:
        raise _refused("all are disabled: at least one must be left")
    if len(left) > _MAX_REQUIREMENTS:
        raise _refused(f"with the profile's there are {len(left)}, more than {_MAX_REQUIREMENTS}")
    return left


def _refused(message: str) -> InvalidPolicyError:
    return InvalidPolicyError(Reason.INVALID_SPEC, [Problem("spec.requirements", message)])
