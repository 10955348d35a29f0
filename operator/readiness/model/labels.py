"""
Label selectors with upstream semantics.

A selector that is absent selects nothing, an empty one everything: callers say which by holding `None` or a `Selector`.
Source: k8s.io/apimachinery `LabelSelectorAsSelector` and `labels.Requirement.Matches`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Expression:
    """One `matchExpressions` entry; `operator` is In, NotIn, Exists or DoesNotExist."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Labels) -> bool:
        """Whether labels satisfy it. NotIn and DoesNotExist hold for a missing key; an unknown operator never holds."""
        value = labels.get(self.key)
        match self.operator:
            case "In":
                return value is not None and value in self.values
            case "NotIn":
                return value is None or value not in self.values
            case "Exists":
                return value is not None
            case "DoesNotExist":
                return value is None
            case _:
                return False


@dataclass(frozen=True, slots=True)
class Selector:
    """A LabelSelector: all pairs and all expressions must hold."""

    pairs: tuple[tuple[str, str], ...] = ()
    expressions: tuple[Expression, ...] = field(default=())

    def matches(self, labels: Labels) -> bool:
        """Whether it selects something with these labels; the empty selector selects everything."""
        return all(labels.get(key) == value for key, value in self.pairs) and all(
            expression.matches(labels) for expression in self.expressions
        )

    @property
    def anchor(self) -> tuple[str, str] | None:
        """One label pair that everything selected must carry, for indexes; None when there is none."""
        return self.pairs[0] if self.pairs else None


EVERYTHING = Selector()
