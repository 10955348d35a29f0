"""An event loop whose clock jumps to the next timer when nothing else can happen: minutes in milliseconds.

Sockets stay real. The clock jumps only after a moment of real silence on all of them, which is ample on
loopback, where the kernel hands bytes over at once.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")

_SILENCE = 0.002


class _Selector(selectors.DefaultSelector):
    """Waits in virtual time."""

    def __init__(self, skip: Callable[[float], None]) -> None:
        super().__init__()
        self._skip = skip

    def select(self, timeout: float | None = None) -> Any:
        """Return what is ready after a short real wait; if nothing is, time passes at once."""
        if timeout is None:
            return super().select(None)
        ready = super().select(min(timeout, _SILENCE))
        if not ready and timeout > _SILENCE:
            self._skip(timeout)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """See the module; `time()` starts where the real clock is and never goes back."""

    def __init__(self) -> None:
        self._skipped = 0.0
        super().__init__(_Selector(self._pass))

    def time(self) -> float:
        """Return real time plus all that was skipped."""
        return super().time() + self._skipped

    def _pass(self, seconds: float) -> None:
        self._skipped += seconds


def run(main: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)


def clock() -> float:
    """The running loop's time, for what takes a clock."""
    return asyncio.get_running_loop().time()


async def until(condition: Callable[[], object], *, within: float = 600.0) -> None:
    """Wait for something that has no event, looking less often the longer it takes; virtual seconds."""
    pause = 0.05
    async with asyncio.timeout(within):
        while not condition():
            await asyncio.sleep(pause)
            pause = min(pause * 1.2, 5.0)
