"""How figures moved: the score before, and a short history."""

from datetime import timedelta
from typing import Any

from tests.builders import NOW

from readiness.engine.trend import trend


class _Days:
    """A policy's figures, published one after the other."""

    def __init__(self) -> None:
        self.published: dict[str, Any] = {}

    def publish(self, minutes: int, verdict: str, score: int | None = None, stage: str = "") -> dict[str, Any]:
        status: dict[str, Any] = {"verdict": verdict}
        status |= {} if score is None else {"score": score}
        status |= {"stage": stage} if stage else {}
        self.published = status | trend(status, self.published, NOW + timedelta(minutes=minutes))
        return self.published

    @property
    def told(self) -> list[tuple[str, Any, Any]]:
        return [(item["time"][11:16], item.get("score"), item.get("stage")) for item in self.published["history"]]


def test_the_first_figures_are_noted_and_have_none_before_them() -> None:
    first = _Days().publish(0, "NoGo", 57, "alpha")
    assert first["history"] == [{"time": "2026-11-21T10:00:00Z", "verdict": "NoGo", "score": 57, "stage": "alpha"}]
    assert "previousScore" not in first


def test_the_previous_score_is_the_one_before_the_last_change() -> None:
    days = _Days()
    days.publish(0, "NoGo", 45)
    assert days.publish(1, "NoGo", 57)["previousScore"] == 45
    assert days.publish(2, "Go", 57)["previousScore"] == 45
    assert days.publish(3, "Unknown")["previousScore"] == 57
    assert days.publish(4, "Go", 60)["previousScore"] == 57


def test_a_verdict_and_a_stage_are_noted_at_once_the_newest_first() -> None:
    days = _Days()
    days.publish(0, "NoGo", 57)
    days.publish(1, "Go", 57)
    days.publish(2, "Go", 57, "alpha")
    days.publish(3, "Go", 57)
    assert days.told == [("10:03", 57, None), ("10:02", 57, "alpha"), ("10:01", 57, None), ("10:00", 57, None)]


def test_a_score_alone_is_noted_every_hour_at_most() -> None:
    days = _Days()
    days.publish(0, "NoGo", 50)
    days.publish(30, "NoGo", 51)
    days.publish(59, "NoGo", 52)
    assert days.told == [("10:00", 50, None)]
    days.publish(60, "NoGo", 52)
    assert days.told == [("11:00", 52, None), ("10:00", 50, None)]
    days.publish(600, "NoGo", 52)
    assert len(days.told) == 2


def test_ten_entries_are_kept() -> None:
    days = _Days()
    for minute in range(25):
        days.publish(minute, "Go" if minute % 2 else "NoGo", 57)
    assert [item[0] for item in days.told] == [f"10:{minute}" for minute in range(24, 14, -1)]
