"""How a policy's figures move: the score before, and when the verdict, the stage or the score became what it is."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from readiness.engine.conditions import timestamp

Raw = dict[str, Any]
_MAX_ENTRIES = 10
_PACE = timedelta(hours=1)  # between two entries that differ in the score alone: a rollout moves it many times
_SIGNS = ("verdict", "stage")


def trend(status: Mapping[str, Any], before: Mapping[str, Any], now: datetime) -> Raw:
    """
    The previous score and the history, newest first, for a new status after the published one.

    The previous score is the one before the last change. A verdict and a stage are noted when they change, a score
    that differs from the one last noted once that is an hour old.
    """
    score, known, previous = status.get("score"), before.get("score"), before.get("previousScore")
    if known is not None and score != known:
        previous = known
    history = list(before.get("history", ()))
    if _is_news(status, history, now):
        told = {key: status[key] for key in ("verdict", "score", "stage") if key in status}
        history = [{"time": timestamp(now), **told}, *history][:_MAX_ENTRIES]
    return ({} if previous is None else {"previousScore": previous}) | {"history": history}


def _is_news(status: Mapping[str, Any], history: list[Raw], now: datetime) -> bool:
    if not history or any(status.get(key) != history[0].get(key) for key in _SIGNS):
        return True
    old = now - datetime.fromisoformat(history[0]["time"]) >= _PACE
    return old and status.get("score") != history[0].get("score")
