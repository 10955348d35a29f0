"""A key is never lost and never run twice at once; the earliest goes first."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.fakeapi import virtual_time
from tests.fakeapi.virtual_time import clock

from readiness.runtime.backoff import Backoff
from readiness.runtime.workqueue import WorkQueue

KEYS = st.sampled_from("abcde")


class Model(RuleBasedStateMachine):
    """The queue against the plainest description of it: a due time per waiting key and a set that runs."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.queue: WorkQueue[str] = WorkQueue(clock=lambda: self.now, backoff=Backoff(first=1, limit=4))
        self.waiting: dict[str, float] = {}
        self.running: set[str] = set()

    @rule(key=KEYS, delay=st.sampled_from([0.0, 0.5, 1.0, 5.0]))
    def add(self, key: str, delay: float) -> None:
        self.queue.add(key, delay)
        self.waiting[key] = min(self.waiting.get(key, float("inf")), self.now + delay)

    @rule(seconds=st.sampled_from([0.1, 0.5, 3.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def take(self) -> None:
        free = {key: due for key, due in self.waiting.items() if key not in self.running and due <= self.now}
        key = self.queue.get_nowait()
        if key is None:
            assert not free
            return
        assert free[key] == min(free.values())
        del self.waiting[key]
        self.running.add(key)

    @precondition(lambda self: self.running)
    @rule(data=st.data(), failed=st.booleans())
    def finish(self, data: st.DataObject, failed: bool) -> None:  # noqa: FBT001
        key = data.draw(st.sampled_from(sorted(self.running)))
        if failed:
            delay = self.queue.retry(key)
            assert 0.5 <= delay <= 4
            self.waiting[key] = min(self.waiting.get(key, float("inf")), self.now + delay)
        else:
            self.queue.forget(key)
            assert self.queue.failures(key) == 0
        self.queue.done(key)
        self.running.discard(key)

    @invariant()
    def counts(self) -> None:
        assert len(self.queue) == len(self.waiting)
        assert self.queue.running == len(self.running)
        due = [due for key, due in self.waiting.items() if key not in self.running]
        assert self.queue.lag() == max([self.now - each for each in due if each < self.now], default=0.0)


Model.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestModel = Model.TestCase


@given(
    st.lists(st.tuples(KEYS, st.sampled_from([0.0, 0.0, 0.2, 2.0]), st.sampled_from([0.0, 0.1, 1.0])), max_size=30),
    st.integers(1, 4),
)
@settings(max_examples=30, deadline=None)
def test_workers_see_every_touch_and_no_key_twice_at_once(
    touches: list[tuple[str, float, float]], workers: int
) -> None:
    async def scenario() -> None:
        queue: WorkQueue[str] = WorkQueue(clock=clock)
        busy: set[str] = set()
        seen: dict[str, float] = {}  # when the last run of the key began

        async def work() -> None:
            while True:
                key = await queue.get()
                assert key not in busy
                busy.add(key)
                seen[key] = clock()
                await asyncio.sleep(0.3)
                busy.remove(key)
                queue.done(key)

        tasks = [asyncio.create_task(work()) for _ in range(workers)]
        touched: dict[str, float] = {}
        for key, delay, pause in touches:
            queue.add(key, delay)
            touched[key] = clock()
            await asyncio.sleep(pause)
        await asyncio.sleep(60)
        assert seen.keys() == touched.keys()
        assert all(seen[key] >= touched[key] for key in touched)
        assert len(queue) == queue.running == 0
        for task in tasks:
            task.cancel()
        assert all(isinstance(r, asyncio.CancelledError) for r in await asyncio.gather(*tasks, return_exceptions=True))

    virtual_time.run(scenario())


def test_many_touches_while_it_waits_are_one_run() -> None:
    async def scenario() -> None:
        queue: WorkQueue[str] = WorkQueue(clock=clock)
        began = clock()
        for _ in range(100):
            queue.add("cart", 0.2)
        assert await queue.get() == "cart"
        assert 0.2 <= clock() - began < 5
        assert len(queue) == 0
        assert (queue.stats.adds, queue.stats.taken) == (100, 1)

    virtual_time.run(scenario())


def test_an_earlier_touch_brings_a_key_forward_and_a_later_one_does_not_defer_it() -> None:
    async def scenario() -> None:
        queue: WorkQueue[str] = WorkQueue(clock=clock)
        began = clock()
        queue.add("cart", 100)
        getting = asyncio.create_task(queue.get())
        await asyncio.sleep(1)
        queue.add("cart", 1)
        queue.add("cart", 50)
        await getting
        assert 2 <= clock() - began < 2.1

    virtual_time.run(scenario())


def test_a_call_for_a_worker_that_was_cancelled_reaches_the_next_one() -> None:
    async def scenario() -> None:
        queue: WorkQueue[str] = WorkQueue(clock=clock)
        first, second = asyncio.create_task(queue.get()), asyncio.create_task(queue.get())
        await asyncio.sleep(0)
        queue.add("cart")
        first.cancel()
        async with asyncio.timeout(1):
            assert await second == "cart"

    virtual_time.run(scenario())


def test_delays_of_a_key_that_fails_grow_until_it_works() -> None:
    queue: WorkQueue[str] = WorkQueue(clock=lambda: 0.0, backoff=Backoff(first=1.0, limit=8.0))
    delays = [queue.retry("cart") for _ in range(6)]
    assert all(full / 2 <= delay <= full for delay, full in zip(delays, [1, 2, 4, 8, 8, 8], strict=True))
    assert queue.failures("cart") == queue.stats.retries == 6
    queue.forget("cart")
    assert queue.retry("cart") <= 1.0


def test_times_are_counted_from_when_a_key_was_due() -> None:
    now = [0.0]
    queue: WorkQueue[str] = WorkQueue(clock=lambda: now[0])
    queue.add("cart", 10.0)
    now[0] = 13.0
    assert queue.lag() == 3.0
    assert queue.get_nowait() == "cart"
    now[0] = 15.0
    queue.done("cart")
    assert queue.stats.wait_seconds == pytest.approx(3.0)
    assert queue.stats.work_seconds == pytest.approx(2.0)
    assert queue.stats.finished == 1


def test_turns_that_were_called_off_do_not_pile_up() -> None:
    """A key that is due first keeps the heap's top, behind which nothing outdated would ever be dropped."""
    now = 0.0
    queue: WorkQueue[str] = WorkQueue(clock=lambda: now)
    queue.add("first", 100.0)
    for _ in range(10_000):
        queue.add("busy", 600.0)
        queue.add("busy")
        assert queue.get_nowait() == "busy"
        queue.done("busy")
    assert len(queue._order) < 200
    now = 100.0
    assert queue.get_nowait() == "first"
