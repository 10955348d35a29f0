"""Durations as Go writes them, such as 90s or 1m30s."""

import re
from datetime import timedelta
from functools import lru_cache
from typing import Annotated

from readiness.checks.parameters.limits import Len, Predicate

_DURATION = re.compile(r"([0-9]{1,6}(ms|s|m|h)){1,4}")
_PART = re.compile(r"([0-9]+)(ms|s|m|h)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def is_duration(text: str) -> bool:
    """Whether it is such a duration (the name stands in the error that a policy's author sees)."""
    return _DURATION.fullmatch(text) is not None


Duration = Annotated[str, Len(2, 24), Predicate(is_duration)]


@lru_cache(maxsize=256)
def seconds(text: str) -> float:
    """The length of a duration; of what is none, 0."""
    return sum(int(number) * _SECONDS[unit] for number, unit in _PART.findall(text))


def in_words(span: timedelta) -> str:
    """A length of time in the greatest unit that it is a multiple of, and more than one of."""
    total = int(span.total_seconds())
    for name, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if total % length == 0 and total >= 2 * length:
            return f"{total // length} {name}"
    return f"{total} seconds"
