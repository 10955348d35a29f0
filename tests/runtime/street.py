"""A patrol on a street of pods that answer as they are told, in virtual time."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.fakeapi import virtual_time

from readiness.engine.demand import Plan
from readiness.model import (
    Answer,
    ContainerState,
    Observation,
    Pod,
    Question,
    Reading,
    Ref,
    Scheme,
)
from readiness.runtime.probing import Patrol

CART = Ref("Deployment", "shop", "cart", "apps")
MENU = Ref("Deployment", "shop", "menu", "apps")
HEALTHZ = Question(Scheme.HTTP, 8080, "/healthz")
READYZ = Question(Scheme.HTTP, 8080, "/readyz")
START = datetime(2026, 5, 4, 12, tzinfo=UTC)


class LoopClock:
    """The time of the virtual loop."""

    def __init__(self) -> None:
        self._zero = virtual_time.clock()

    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return virtual_time.clock() - self._zero


@dataclass
class Street:
    """Pods by address, that answer as they are told after `takes` seconds; keeps who was asked, and when."""

    clock: LoopClock
    takes: float = 0.01
    answers: dict[str, list[Answer | int]] = field(default_factory=dict)  # one by one, the last one from then on
    asked: list[tuple[float, str, Question, float]] = field(default_factory=list)
    busy: int = 0
    busiest: int = 0

    async def ask(self, address: str, question: Question, timeout: float) -> Reading:  # noqa: ASYNC109
        self.asked.append((self.clock.monotonic(), address, question, timeout))
        self.busy += 1
        self.busiest = max(self.busy, self.busiest)
        try:
            await asyncio.sleep(self.takes)
        finally:
            self.busy -= 1
        left = self.answers.get(address, [Answer.SUCCESS])
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, int):
            kind = Answer.SUCCESS if 200 <= answer < 400 else Answer.FAILURE
            return Reading(self.clock.now(), kind, str(answer), self.takes, answer)
        return Reading(self.clock.now(), answer, answer.value, self.takes)

    def times(self, address: str) -> list[float]:
        return [at for at, to, _, _ in self.asked if to == address]

    def addresses(self, since: float = 0.0) -> set[str]:
        return {to for at, to, _, _ in self.asked if at >= since}


@dataclass
class Scene:
    """A patrol on a street, and what it tells."""

    clock: LoopClock
    street: Street
    patrol: Patrol
    news: list[Ref] = field(default_factory=list)
    results: Counter[str] = field(default_factory=Counter)
    verdicts: list[bool] = field(default_factory=list)  # of each answer, whether it was news
    running: asyncio.Task[None] | None = None

    def probed(self, result: str, seconds: float) -> None:
        self.results[result] += 1
        self.verdicts.append(False)

    def changed(self, ref: Ref) -> None:
        self.news.append(ref)
        self.verdicts[-1] = True

    def seen(self, number: int, question: Question = HEALTHZ) -> Observation | None:
        return self.patrol.observe(f"uid-{number}", question)


def play(story: Callable[[Scene], Coroutine[Any, Any, None]], *, limit: int = 64, run: bool = True) -> None:
    """Tell a story in virtual time."""

    async def main() -> None:
        clock = LoopClock()
        street = Street(clock)
        scene = Scene(clock, street, None)  # type: ignore[arg-type]
        scene.patrol = Patrol(
            street,
            clock,
            changed=scene.changed,
            limit=limit,
            on_probe=scene.probed,
        )
        if run:
            scene.running = asyncio.create_task(scene.patrol.run())
        await story(scene)
        if scene.running is not None:
            scene.running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await scene.running

    virtual_time.run(main())


def plan(
    question: Question = HEALTHZ,
    container: str = "app",
    *,
    patience: int = 0,
    interval: float = 60.0,
    timeout: float = 2.0,
    pods: int = 2,
    threshold: int = 3,
) -> Plan:
    return Plan(question, container, patience, interval, timeout, pods, threshold)


def state(
    name: str = "app", *, since: datetime | None = START - timedelta(hours=1), started: bool = True
) -> ContainerState:
    return ContainerState(name, ready=started, started=started, running_since=since)


def pod(number: int, *, ready: bool = True, **changes: Any) -> Pod:
    plain = Pod(
        Ref("Pod", "shop", f"cart-{number}"),
        f"uid-{number}",
        phase="Running",
        ready=ready,
        ip=f"10.0.0.{number}",
        containers=(state(),),
    )
    return replace(plain, **changes)


def pods(count: int) -> list[Pod]:
    return [pod(number) for number in range(1, count + 1)]
