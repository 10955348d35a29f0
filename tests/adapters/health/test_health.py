"""The operator's own health over HTTP."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest

from readiness.adapters.health import HealthServer, LoopLag


class Told:
    """What the functions behind the server say."""

    def __init__(self) -> None:
        self.problems: dict[str, str] = {}
        self.threads: list[threading.Thread] = []

    def metrics(self) -> Callable[[], tuple[bytes, str]]:
        self.threads.append(threading.current_thread())

        def render() -> tuple[bytes, str]:
            self.threads.append(threading.current_thread())
            return b"up 1\n", "text/plain; version=1.0.0"

        return render


@asynccontextmanager
async def serving(told: Told, lag: LoopLag) -> AsyncIterator[str]:
    server = HealthServer(lambda: told.problems, lambda: {"leading": True}, told.metrics, lag)
    port = await server.start("127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await server.stop()


async def get(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.text()


async def test_readyz_says_why_not() -> None:
    told = Told()
    async with serving(told, LoopLag()) as url:
        code, text = await get(f"{url}/readyz")
        assert (code, json.loads(text)) == (200, {"ok": True, "leading": True, "problems": {}})
        told.problems["crds"] = "not installed"
        code, text = await get(f"{url}/readyz")
        assert code == 503
        assert json.loads(text) == {"ok": False, "leading": True, "problems": {"crds": "not installed"}}


async def test_livez_fails_when_the_loop_is_late() -> None:
    lag = LoopLag()
    beats = asyncio.create_task(lag.run())
    async with serving(Told(), lag) as url:
        assert (await get(f"{url}/livez"))[0] == 200
        time.sleep(0.7)  # noqa: ASYNC251 - this is the point
        assert lag.seconds >= 0.15
        lag._lags.append(6.0)
        assert (await get(f"{url}/livez"))[0] == 503
    beats.cancel()
    await asyncio.gather(beats, return_exceptions=True)


async def test_figures_are_read_on_the_loop_and_rendered_in_a_thread() -> None:
    told = Told()
    async with (
        serving(told, LoopLag()) as url,
        aiohttp.ClientSession() as session,
        session.get(f"{url}/metrics") as response,
    ):
        assert await response.text() == "up 1\n"
        assert response.headers["Content-Type"] == "text/plain; version=1.0.0"
    reading, rendering = told.threads
    assert reading is threading.main_thread()
    assert rendering is not reading


async def test_it_can_be_stopped_without_having_been_started() -> None:
    await HealthServer(dict, dict, Told().metrics, LoopLag()).stop()


async def test_a_taken_port_is_an_error() -> None:
    told = Told()
    async with serving(told, LoopLag()) as url:
        port = int(url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            await HealthServer(dict, dict, told.metrics, LoopLag()).start("127.0.0.1", port)
