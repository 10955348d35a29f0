"""
Label selectors with upstream semantics.

A selector that is absent selects nothing, an empty one everything: callers say which by holding `None` or a `Selector`.
Source: k8s.io/apimachinery `LabelSelectorAsSelector` and `labels.Requirement.Matches`.
"""

from collections.abc import Mapping
from dataclasses import field

from readiness.model.records import dataclass

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Expression:
    """One `matchExpressions` entry; `operator` is In, NotIn, Exists or DoesNotExist."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Labels) -> bool:
        """
        Whether labels satisfy it. NotIn and DoesNotExist hold for a missing key.

        What upstream refuses never holds: an unknown operator, In or NotIn without values, the others with values.
        """
        match self.operator:
            case "In":
                return labels.get(self.key) in self.values
            case "NotIn":
                return bool(self.values) and labels.get(self.key) not in self.values
            case "Exists":
                return not self.values and self.key in labels
            case "DoesNotExist":
                return not self.values and self.key not in labels
            case _:
                return False

    def __str__(self) -> str:
        """As kubectl takes it, such as `tier in (web,api)`."""
        match self.operator:
            case "Exists":
                return self.key
            case "DoesNotExist":
                return f"!{self.key}"
            case _:
                return f"{self.key} {self.operator.lower()} ({','.join(self.values)})"


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

    def __str__(self) -> str:
        """As kubectl takes it, such as `app=cart,!legacy`."""
        return ",".join([*(f"{key}={value}" for key, value in self.pairs), *map(str, self.expressions)])

    @property
    def anchor(self) -> tuple[str, str] | None:
        """One label pair that everything selected must carry, for indexes; None when there is none."""
        return self.pairs[0] if self.pairs else None


EVERYTHING = Selector()
