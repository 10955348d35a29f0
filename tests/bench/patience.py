"""Waiting for what only repeated asking can tell."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(happened: Callable[[], Awaitable[object]], within: float, pause: float = 0.2) -> None:
    """Ask again and again until the answer is true. Raises TimeoutError."""
    async with asyncio.timeout(within):
        while True:
            if await happened():
                return
            await asyncio.sleep(pause)
