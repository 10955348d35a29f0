"""Reading fields of raw objects of any shape: what has the wrong type counts as absent, nothing ever raises."""

from collections.abc import Iterator
from datetime import UTC, datetime
from sys import intern
from typing import Any, NamedTuple

from readiness.model.labels import Expression, Selector
from readiness.model.ref import Owner

Raw = dict[Any, Any]  # YAML has keys of every type
_NOTHING: Raw = {}
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"  # the whole object once more


def mapping(raw: Raw, key: str) -> Raw:
    """The mapping at `key`, or an empty one."""
    value = raw.get(key)
    return value if isinstance(value, dict) else _NOTHING


def items(raw: Raw, key: str) -> Iterator[Raw]:
    """The mappings in the list at `key`."""
    value = raw.get(key)
    if isinstance(value, list):
        for item in value:
            if isinstance(item, dict):
                yield item


def texts(raw: Raw, key: str) -> tuple[str, ...]:
    """The strings in the list at `key`."""
    value = raw.get(key)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def text(raw: Raw, key: str, default: str = "") -> str:
    """The string at `key`."""
    value = raw.get(key)
    return value if isinstance(value, str) else default


def optional_text(raw: Raw, key: str) -> str | None:
    """The string at `key`, which may be empty; None when it is not set."""
    value = raw.get(key)
    return value if isinstance(value, str) else None


def number(raw: Raw, key: str) -> int | None:
    """The integer at `key`; a float with an integral value counts, as JSON has but one kind of number."""
    return _whole(raw.get(key))


def _whole(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, float) and value.is_integer() else None


def whole_numbers(raw: Raw, key: str) -> tuple[int, ...]:
    """The integers in the list at `key`."""
    value = raw.get(key)
    found = (_whole(item) for item in value) if isinstance(value, list) else ()
    return tuple(item for item in found if item is not None)


def count(raw: Raw, key: str, default: int) -> int:
    """The integer at `key`, or the default that the API server fills in."""
    value = number(raw, key)
    return default if value is None else value


def flag(raw: Raw, key: str) -> bool | None:
    """The boolean at `key`; None when it is not set."""
    value = raw.get(key)
    return value if isinstance(value, bool) else None


def int_or_text(raw: Raw, key: str) -> int | str | None:
    """The IntOrString at `key`."""
    value = number(raw, key)
    return value if value is not None else text(raw, key) or None


def strings(raw: Raw, key: str) -> dict[str, str]:
    """The string-to-string mapping at `key` (labels, resource lists), keys interned; numbers become text."""
    return {
        intern(name): value if isinstance(value, str) else str(value)
        for name, value in mapping(raw, key).items()
        if isinstance(name, str) and isinstance(value, str | int | float) and not isinstance(value, bool)
    }


def labels(raw: Raw, key: str = "labels") -> dict[str, str]:
    """Labels or annotations; both keys and values repeat all over a cluster, so both are interned."""
    return {
        intern(name): intern(value)
        for name, value in mapping(raw, key).items()
        if isinstance(name, str) and isinstance(value, str)
    }


def annotations(metadata: Raw) -> dict[str, str]:
    """Annotations, but for what kubectl keeps there."""
    return {key: value for key, value in labels(metadata, "annotations").items() if key != _LAST_APPLIED}


def time(raw: Raw, key: str) -> datetime | None:
    """The RFC 3339 time at `key`, in UTC."""
    value = raw.get(key)
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def selector(raw: Raw, key: str) -> Selector | None:
    """The LabelSelector at `key`; None when absent (selects nothing), which differs from empty (everything)."""
    if not isinstance(raw.get(key), dict):
        return None
    inside = mapping(raw, key)
    return Selector(
        pairs=tuple(sorted(labels(inside, "matchLabels").items())),
        expressions=tuple(
            Expression(text(item, "key"), text(item, "operator"), texts(item, "values"))
            for item in items(inside, "matchExpressions")
        ),
    )


def controller(metadata: Raw) -> Owner | None:
    """The owner reference that controls the object."""
    for item in items(metadata, "ownerReferences"):
        if item.get("controller") is True:
            return Owner(
                kind=intern(text(item, "kind")),
                name=intern(text(item, "name")),
                uid=intern(text(item, "uid")),
                api_version=intern(text(item, "apiVersion")),
            )
    return None


class Said(NamedTuple):
    """A condition of a status: whether it holds (None: not known), why, and since when."""

    holds: bool | None = None
    reason: str = ""
    since: datetime | None = None


def said(status: Raw, *types: str) -> Said:
    """The first of these conditions that a status has."""
    for wanted in types:
        for item in items(status, "conditions"):
            if item.get("type") == wanted:
                holds = {"True": True, "False": False}.get(text(item, "status"))
                return Said(holds, text(item, "reason"), time(item, "lastTransitionTime"))
    return Said()
