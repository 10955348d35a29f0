"""What to look at again: keys wait once, run one at a time, and run again if touched meanwhile."""

import asyncio
import heapq
import itertools
import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from readiness.runtime.backoff import Backoff

Key = TypeVar("Key", bound=Hashable)

_SLACK = 64  # outdated turns that are not worth tidying up


@dataclass(slots=True)
class WorkQueueStats:
    """Totals since the start; times in seconds, waiting counted from when a key was due."""

    adds: int = 0
    retries: int = 0
    taken: int = 0
    finished: int = 0
    wait_seconds: float = 0.0
    work_seconds: float = 0.0


class WorkQueue(Generic[Key]):
    """A queue of keys for any number of workers on one event loop.

    `clock` must be monotonic, in seconds, and advance as the event loop's timers do; with another one
    only `get_nowait` is of use.
    """

    def __init__(
        self,
        *,
        backoff: Backoff | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stats = WorkQueueStats()
        self._backoff = backoff or Backoff(first=0.5, limit=300.0)
        self._clock = clock
        self._due: dict[Key, float] = {}  # every waiting key, also those that wait for their own run to end
        self._order: list[tuple[float, int, Key]] = []  # heap; an entry counts while it agrees with _due
        self._ticket = itertools.count()  # first come, first served among equals; keys need no order
        self._running: dict[Key, float] = {}
        self._failures: dict[Key, int] = {}
        self._idle: deque[asyncio.Future[None]] = deque()
        self._alarm: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        """How many keys wait, due or not; a key that runs and was touched meanwhile waits too."""
        return len(self._due)

    @property
    def running(self) -> int:
        """How many keys are being worked on."""
        return len(self._running)

    def lag(self) -> float:
        """For how many seconds the most overdue key has waited; 0.0 when nothing is overdue."""
        self._drop_outdated()
        return max(0.0, self._clock() - self._order[0][0]) if self._order else 0.0

    def add(self, key: Key, delay: float = 0.0) -> None:
        """Have the key looked at after `delay` seconds; a key that waits already keeps the earlier time."""
        self.stats.adds += 1
        due = self._clock() + delay
        if due >= self._due.get(key, float("inf")):
            return
        self._due[key] = due
        if key not in self._running:
            self._line_up(key)

    async def get(self) -> Key:
        """Take the key that is due the longest, waiting until there is one; every get ends with a `done`."""
        while (key := self.get_nowait()) is None:
            idle = asyncio.get_running_loop().create_future()
            self._idle.append(idle)
            self._rouse()
            try:
                await idle
            except asyncio.CancelledError:
                self._rouse()  # the call that came too late for this worker goes to the next one
                raise
        self._rouse()
        return key

    def get_nowait(self) -> Key | None:
        """Take the key that is due the longest; None when none is due."""
        self._drop_outdated()
        now = self._clock()
        if not self._order or self._order[0][0] > now:
            return None
        due, _, key = heapq.heappop(self._order)
        del self._due[key]
        self._running[key] = now
        self.stats.taken += 1
        self.stats.wait_seconds += now - due
        return key

    def done(self, key: Key) -> None:
        """End a run; a key that was touched meanwhile gets its turn again."""
        self.stats.finished += 1
        self.stats.work_seconds += self._clock() - self._running.pop(key)
        if key in self._due:
            self._line_up(key)

    def retry(self, key: Key) -> float:
        """Have a key that failed looked at after its next, longer delay; return that delay in seconds."""
        self.stats.retries += 1
        self._failures[key] = failures = self.failures(key) + 1
        delay = self._backoff.delay(failures)
        self.add(key, delay)
        return delay

    def failures(self, key: Key) -> int:
        """How often the key failed in a row."""
        return self._failures.get(key, 0)

    def forget(self, key: Key) -> None:
        """Count the key's failures from zero again: it worked, or it is gone."""
        self._failures.pop(key, None)

    def _line_up(self, key: Key) -> None:
        heapq.heappush(self._order, (self._due[key], next(self._ticket), key))
        if len(self._order) > 2 * len(self._due) + _SLACK:  # keys often called earlier leave their later turns behind
            self._order = [turn for turn in self._order if self._due.get(turn[2]) == turn[0]]
            heapq.heapify(self._order)
        self._rouse()

    def _drop_outdated(self) -> None:
        while self._order and (
            self._order[0][2] in self._running or self._due.get(self._order[0][2]) != self._order[0][0]
        ):
            heapq.heappop(self._order)

    def _rouse(self) -> None:
        """Wake one idle worker if a key is due (it passes the call on), else set the alarm for the next."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        while self._idle and self._idle[0].done():
            self._idle.popleft()
        self._drop_outdated()
        if not self._idle or not self._order:
            return
        delay = self._order[0][0] - self._clock()
        if delay <= 0:
            self._idle.popleft().set_result(None)
        else:
            self._alarm = asyncio.get_running_loop().call_later(delay, self._rouse)
