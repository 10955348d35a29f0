"""A token bucket: so many actions a second on average, and short bursts."""

import asyncio
import time
from collections.abc import Callable


class TokenBucket:
    """Refills at `rate` tokens a second up to `burst`; starts full. `clock` must be monotonic, in seconds."""

    def __init__(self, rate: float, burst: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        if rate <= 0 or burst < 1:
            raise ValueError(f"a bucket needs a positive rate and room for one token, not {rate=} {burst=}")
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._tokens = burst
        self._filled_at = clock()

    def try_acquire(self) -> bool:
        """Take a token if there is one, ahead of nobody who waits."""
        self._refill()
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    async def acquire(self) -> None:
        """Take a token, waiting for it when there is none; first come, first served.

        The level goes below zero by what is promised, which makes each caller's wait known at once and
        the order of callers the order of service, without a lock or a queue.
        """
        self._refill()
        self._tokens -= 1
        if self._tokens >= 0:
            return
        try:
            await asyncio.sleep(-self._tokens / self._rate)
        except asyncio.CancelledError:
            self._tokens += 1
            raise

    def _refill(self) -> None:
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now
