"""
What parameters of checks may be, and what they mean, for `Annotated`.

They become annotated_types' notes of the same names when pydantic asks for them, by the protocol that it has for notes
of others. That package itself would take 9 ms of every start, and most audits validate no parameter.
"""

from collections.abc import Callable, Iterator
from typing import Any

from readiness.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """A note by its name in annotated_types, and its arguments."""

    name: str
    arguments: tuple[Any, ...]
    __is_annotated_types_grouped_metadata__ = True

    def __iter__(self) -> Iterator[object]:
        """The notes that it stands for."""
        import annotated_types  # noqa: PLC0415

        note = getattr(annotated_types, self.name)(*self.arguments)
        yield from note if isinstance(note, annotated_types.GroupedMetadata) else (note,)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a parameter means, in a sentence."""

    text: str


def Ge(least: float) -> Limit:  # noqa: N802 - as in annotated_types
    """A number that is not below this one."""
    return Limit("Ge", (least,))


def Le(most: float) -> Limit:  # noqa: N802
    """A number that is not above this one."""
    return Limit("Le", (most,))


def Len(least: int, most: int | None = None) -> Limit:  # noqa: N802
    """A text or list of a length between these."""
    return Limit("Len", (least, most))


def Predicate(holds: Callable[[Any], bool]) -> Limit:  # noqa: N802
    """A value of which this holds; its name stands in the error that a policy's author sees."""
    return Limit("Predicate", (holds,))


def doc(text: str) -> Meaning:
    """What the parameter means."""
    return Meaning(text)
