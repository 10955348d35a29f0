"""What a benchmark says: figures with their aims, as rows of a Markdown table."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

_HEAD = "| what | measured | aim | verdict |\n|---|---|---|---|"


@dataclass(frozen=True)
class Figure:
    """One thing measured, once or several times, in `unit`; the aim is met by a median of no more than it."""

    what: str
    values: tuple[float, ...]
    unit: str = ""
    aim: float | None = None

    @property
    def verdict(self) -> str:
        """Whether the aim is met; empty where there is none."""
        if self.aim is None:
            return ""
        return "met" if median(self.values) <= self.aim else "**missed**"

    def row(self) -> str:
        """The row of the table; repeated measurements as their median and their extremes."""
        measured = self._told(median(self.values))
        if len(self.values) > 1:
            extremes = f"{_number(min(self.values))} to {_number(max(self.values))}"
            measured += f" (median of {len(self.values)}: {extremes})"
        aim = "" if self.aim is None else f"at most {self._told(self.aim)}"
        return f"| {self.what} | {measured} | {aim} | {self.verdict} |"

    def _told(self, value: float) -> str:
        return f"{_number(value)} {self.unit}".strip()

    def as_json(self) -> dict[str, Any]:
        """For another process; `from_json` reads it."""
        return asdict(self)

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> "Figure":
        """What `as_json` wrote."""
        return cls(raw["what"], tuple(raw["values"]), raw["unit"], raw["aim"])


def table(figures: Sequence[Figure]) -> str:
    """A Markdown table."""
    return "\n".join([_HEAD, *(figure.row() for figure in figures)])


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many percent of the values do not pass, by the nearest rank."""
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)  # rounded up
    return ordered[max(int(rank) - 1, 0)]


def _number(value: float) -> str:
    """Three digits that matter; whole numbers whole."""
    if value == int(value):
        return f"{int(value):,}"
    if round(abs(value), 1) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if round(abs(value), 2) >= 10 else f"{value:.2f}"
