"""
Schedules as the CronJob controller reads them.

Source: github.com/robfig/cron/v3 `ParseStandard`, which Kubernetes validates with.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

_WORDS = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})
_EVERY = re.compile(r"@every (\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+")
_LAST_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LONGEST = 500  # characters: what somebody writes may not cost more than a glance
_LONGEST_NUMBER = 9


class _Field(NamedTuple):
    noun: str
    low: int
    high: int
    names: Mapping[str, int]


def _numbered(names: str, first: int) -> dict[str, int]:
    return {name: number for number, name in enumerate(names.split(), first)}


_MONTHS = _numbered("jan feb mar apr may jun jul aug sep oct nov dec", 1)
_DAYS = _numbered("sun mon tue wed thu fri sat", 0)
_FIELDS = (
    _Field("minute", 0, 59, {}),
    _Field("hour", 0, 23, {}),
    _Field("day of month", 1, 31, {}),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of week", 0, 6, _DAYS),
)


def fault_of(schedule: str) -> str:
    """What is wrong with a schedule; empty when it comes round."""
    text = schedule.strip()
    if text.startswith(("TZ=", "CRON_TZ=")):
        return "the time zone belongs into spec.timeZone"
    if text.startswith("@"):
        return "" if text in _WORDS or _EVERY.fullmatch(text) else "the schedule is no word that cron knows"
    parts = text.split()
    if len(parts) != len(_FIELDS) or len(text) > _LONGEST:
        return f"the schedule has {len(parts)} fields, not 5"
    values = []
    for part, field in zip(parts, _FIELDS, strict=True):
        found = _values(part, field)
        if found is None:
            return f"the {field.noun} of the schedule is not one that cron knows"
        values.append(found)
    _, _, days, months, _ = values
    by_date = parts[4].startswith(("*", "?"))  # with a day of the week as well, either of them will do
    if by_date and not any(day <= _LAST_DAYS[month - 1] for month in months for day in days):
        return "the schedule names a day that no such month has"
    return ""


def _values(text: str, field: _Field) -> set[int] | None:
    """The numbers that a field stands for; None when it is malformed."""
    found: set[int] = set()
    for part in text.split(","):
        numbers = _range(part, field)
        if numbers is None:
            return None
        found.update(numbers)
    return found


def _range(text: str, field: _Field) -> range | None:
    """`*`, `?`, `5`, `1-5`, each with `/step`; a single number with a step goes on to the end."""
    whole, slash, step_text = text.partition("/")
    first, dash, last = whole.partition("-")
    low = field.low if first in ("*", "?") and not dash else _number(first, field)
    high = _number(last, field) if dash else field.high if slash or first in ("*", "?") else low
    step = _number(step_text, field._replace(names={})) if slash else 1
    if low is None or high is None or not step or not field.low <= low <= high <= field.high:
        return None
    return range(low, high + 1, step)


def _number(text: str, field: _Field) -> int | None:
    named = field.names.get(text.lower())
    digits = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER
    return int(text) if named is None and digits else named
