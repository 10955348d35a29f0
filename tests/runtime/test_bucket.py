"""A bucket lets through its burst, then its rate, in the order of asking."""

import asyncio

import pytest
from tests.fakeapi import virtual_time
from tests.fakeapi.virtual_time import clock

from readiness.runtime.bucket import TokenBucket


def test_a_burst_and_then_the_rate() -> None:
    now = [0.0]
    bucket = TokenBucket(2.0, 3, clock=lambda: now[0])
    assert [bucket.try_acquire() for _ in range(4)] == [True, True, True, False]
    now[0] = 0.5
    assert [bucket.try_acquire() for _ in range(2)] == [True, False]
    now[0] = 1000.0
    assert [bucket.try_acquire() for _ in range(4)] == [True, True, True, False]


def test_who_waits_is_served_in_order_and_at_the_rate() -> None:
    async def scenario() -> None:
        bucket = TokenBucket(10.0, 2, clock=clock)
        began = clock()
        served: list[tuple[int, int]] = []

        async def take(number: int) -> None:
            await bucket.acquire()
            served.append((number, round((clock() - began) * 10)))

        await asyncio.gather(*(take(number) for number in range(6)))
        assert served == [(0, 0), (1, 0), (2, 1), (3, 2), (4, 3), (5, 4)]

    virtual_time.run(scenario())


def test_nobody_overtakes_who_waits() -> None:
    async def scenario() -> None:
        bucket = TokenBucket(1.0, 1, clock=clock)
        await bucket.acquire()
        waiting = asyncio.create_task(bucket.acquire())
        await asyncio.sleep(0.5)
        assert not bucket.try_acquire()
        await waiting

    virtual_time.run(scenario())


def test_who_gives_up_waiting_gives_back_the_token() -> None:
    async def scenario() -> None:
        bucket = TokenBucket(1.0, 1, clock=clock)
        await bucket.acquire()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await bucket.acquire()
        began = clock()
        await bucket.acquire()
        assert clock() - began < 0.95  # and not 1.5

    virtual_time.run(scenario())


@pytest.mark.parametrize("rate, burst", [(0.0, 1), (-1.0, 1), (1.0, 0.5)])
def test_a_bucket_that_could_never_serve_is_refused(rate: float, burst: float) -> None:
    with pytest.raises(ValueError, match="positive rate"):
        TokenBucket(rate, burst)
