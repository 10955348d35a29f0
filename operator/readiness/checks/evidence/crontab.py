"""
Schedules as the CronJob controller reads them.

Source: github.com/robfig/cron/v3 `ParseStandard`, which Kubernetes validates with.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

_EVERY = re.compile(r"@every (\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+")
_LAST_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LONGEST = 500  # characters: what somebody writes may not cost more than a glance
_LONGEST_NUMBER = 9
_SPAN = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_MEANT = {
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
}  # fmt: skip
_DAY = 24 * 60  # minutes
_BEGIN, _YEARS = date(2026, 1, 1), 5 * 366  # days


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
        return "" if text in _MEANT or _EVERY.fullmatch(text) else "the schedule is no word that cron knows"
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
    by_date = _is_star(parts[4])  # with a day of the week as well, either of them will do
    if by_date and not any(day <= _LAST_DAYS[month - 1] for month in months for day in days):
        return "the schedule names a day that no such month has"
    return ""


def _is_star(text: str) -> bool:
    """Whether a field leaves it open: `*/2` does not."""
    return any(part in ("*", "?", "*/1", "?/1") for part in text.split(","))


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


@lru_cache(maxsize=1024)
def longest_gap(schedule: str) -> timedelta | None:
    """
    The longest time between two starts of a schedule, looked for in the years of one leap day; None where it has none.

    A schedule of six fields begins with seconds, as CloudNativePG's. Changes to summer time are not considered.
    """
    text = schedule.strip()
    if every := _EVERY.fullmatch(text):
        spans = _SPAN.findall(every[0])
        return timedelta(seconds=sum(float(amount) * _UNITS[unit] for amount, unit in spans))
    if len(text.split()) == len(_FIELDS) + 1:
        text = text.partition(" ")[2]
    text = _MEANT.get(text, text)
    if fault_of(text):
        return None
    minutes, hours, days, months, weekdays = (
        _values(part, field) or set() for part, field in zip(text.split(), _FIELDS, strict=True)
    )
    either = not any(_is_star(text.split()[place]) for place in (2, 4))  # then one of the two will do
    times = sorted(hour * 60 + minute for hour in hours for minute in minutes)
    starts = [
        day.toordinal() * _DAY
        for day in (_BEGIN + timedelta(days=number) for number in range(_YEARS))
        if day.month in months and _comes_round(day, days, weekdays, either=either)
    ]
    within = max((after - before for before, after in pairwise(times)), default=0)
    between = max((after - before for before, after in pairwise(starts)), default=_YEARS * _DAY)
    return timedelta(minutes=max(within, between - times[-1] + times[0]))


def _comes_round(day: date, days: set[int], weekdays: set[int], *, either: bool) -> bool:
    found = day.day in days, day.isoweekday() % 7 in weekdays
    return any(found) if either else all(found)
