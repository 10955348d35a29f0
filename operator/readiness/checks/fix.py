"""
What mends a finding, as data: fields of the workload's manifest to set or to take away.

Offered where the remedy is mechanical: the finding, the policy's parameters and the manifest say all there is to know.
What takes knowledge (how much memory, which path, whose group) is left to people.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, Final, Literal

from readiness.model import Container, Fail, Workload
from readiness.model.records import dataclass


class _Removal(Enum):
    REMOVED = "removed"


REMOVED: Final = _Removal.REMOVED


class Octal(int):
    """A number that people write, and YAML reads, in octal: a file mode."""

    __slots__ = ()


Scalar = bool | int | str
Value = Scalar | Sequence[Any] | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Edit:
    """
    A field to set to a value, or to take away.

    `path` is spelled as in findings: `spec.template.spec.containers[app].securityContext.privileged`. What is not
    there on the way to it is made: mappings, and items of lists by their name. `list[+]` is one item more.
    """

    path: str
    value: Value | Literal[_Removal.REMOVED]


Edits = Callable[[Workload, Fail, Any], Iterable[Edit]]


@dataclass(frozen=True, slots=True)
class Fix:
    """
    What mends the findings of a check: none for those that take knowledge, and none by halves.

    `risk` says which programs may notice, to stand after "it may stop"; empty where no program does.
    """

    edits: Edits
    risk: str = ""


def put(value: Value, *, risk: str = "") -> Fix:
    """Set what the finding points at."""
    return Fix(lambda _workload, fail, _parameters: (Edit(fail.path, value),), risk)


def put_parameter(name: str, *, risk: str = "") -> Fix:
    """Set what the finding points at to a parameter of the check."""
    return Fix(lambda _workload, fail, parameters: (Edit(fail.path, getattr(parameters, name)),), risk)


def remove(*, risk: str = "") -> Fix:
    """Take away what the finding points at."""
    return Fix(lambda _workload, fail, _parameters: (Edit(fail.path, REMOVED),), risk)


def container_at(workload: Workload, path: str) -> Container | None:
    """The container that a path leads to, or into."""
    return next((c for c in workload.pod.containers if f"{path}.".startswith(f"{c.path}.")), None)
