"""
Conditions by the API conventions: `lastTransitionTime` moves only with the status, and each carries its generation.

Source: kubernetes/community, api-conventions, "Typical status properties".
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from readiness.model.records import dataclass

MAX_MESSAGE = 1024


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as it is meant to be; `generation` is the policy's that it was computed for (reports have none)."""

    type: str
    status: str
    reason: str
    message: str = ""
    generation: int | None = None


def merged(previous: Iterable[Mapping[str, Any]], desired: Iterable[Condition], now: datetime) -> list[dict[str, Any]]:
    """The conditions to publish: exactly the desired ones, with the times of the previous ones whose status holds."""
    before = {item.get("type"): item for item in previous}
    moment = timestamp(now)
    return [_published(condition, before.get(condition.type), moment) for condition in desired]


def _published(condition: Condition, before: Mapping[str, Any] | None, moment: str) -> dict[str, Any]:
    same = before is not None and before.get("status") == condition.status
    since = before.get("lastTransitionTime") if before is not None and same else None
    published: dict[str, Any] = {
        "type": str(condition.type),
        "status": condition.status,
        "reason": str(condition.reason),
        "message": shortened(condition.message, MAX_MESSAGE),
        "lastTransitionTime": since or moment,
    }
    if condition.generation is not None:
        published["observedGeneration"] = condition.generation
    return published


def by_type(status: Mapping[str, Any], types: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """The conditions of a status that are of these types; without their order, which the API server chooses."""
    return {item["type"]: item for item in status.get("conditions", ()) if item["type"] in types}


def says_the_same(status: Mapping[str, Any], other: Mapping[str, Any], types: Collection[str]) -> bool:
    """Whether two statuses differ in nothing but the order of their conditions, and those of other types."""
    ours, theirs = ({**item, "conditions": by_type(item, types)} for item in (status, other))
    return ours == theirs


def shortened(text: str, limit: int) -> str:
    """A text of at most `limit` characters, with an ellipsis where it was cut."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


@lru_cache(maxsize=1)
def timestamp(moment: datetime) -> str:
    """A time as the API writes it: RFC 3339 in UTC, whole seconds. An audit writes one, very often."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def listed(names: Iterable[str], total: int, *, most: int = 3) -> str:
    """The first few names, and how many more there are: `a, b, c and 4 more`."""
    shown = [name for name, _ in zip(names, range(most), strict=False)]
    rest = total - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest > 0 else "")
