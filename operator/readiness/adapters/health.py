"""The operator's own health over HTTP: /livez, /readyz and /metrics, on every replica."""

import asyncio
from collections.abc import Callable, Mapping

import orjson
from aiohttp import web

_MAX_LAG = 5.0  # seconds that the event loop may be late before /livez says so
_BEAT = 0.5


class LoopLag:
    """Measures how late the event loop is: the longest lateness of the last few beats, in seconds."""

    def __init__(self) -> None:
        self._lags = [0.0]
        self._due = 0.0

    @property
    def seconds(self) -> float:
        """The lag: of the beats that came, and of the one that is overdue."""
        overdue = asyncio.get_running_loop().time() - self._due if self._due else 0.0
        return max(*self._lags, overdue, 0.0)

    async def run(self) -> None:
        """Beat until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            self._due = loop.time() + _BEAT
            await asyncio.sleep(_BEAT)
            self._lags = [*self._lags[-9:], loop.time() - self._due]


class HealthServer:
    """
    Serves what three functions say.

    `problems` tells why the operator is not ready, by part (empty: it is); `facts` what else /readyz shows; `metrics`
    reads all figures at once and returns what renders them, which is called in a thread since it takes a while.
    """

    def __init__(
        self,
        problems: Callable[[], Mapping[str, str]],
        facts: Callable[[], Mapping[str, object]],
        metrics: Callable[[], Callable[[], tuple[bytes, str]]],
        lag: LoopLag,
    ) -> None:
        self._problems = problems
        self._facts = facts
        self._metrics = metrics
        self._lag = lag
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; returns the port. Raises OSError when the address cannot be had."""
        app = web.Application()
        app.router.add_get("/livez", self._live)
        app.router.add_get("/readyz", self._ready)
        app.router.add_get("/metrics", self._expose)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _live(self, _request: web.Request) -> web.Response:
        lag = self._lag.seconds
        return _answer({"loopLagSeconds": round(lag, 3)}, ok=lag < _MAX_LAG)

    async def _ready(self, _request: web.Request) -> web.Response:
        problems = dict(self._problems())
        return _answer({**self._facts(), "problems": problems}, ok=not problems)

    async def _expose(self, _request: web.Request) -> web.Response:
        text, content_type = await asyncio.to_thread(self._metrics())
        return web.Response(body=text, headers={"Content-Type": content_type})


def _answer(body: Mapping[str, object], *, ok: bool) -> web.Response:
    text = orjson.dumps({"ok": ok, **body}, option=orjson.OPT_INDENT_2)
    return web.Response(body=text, status=200 if ok else 503, content_type="application/json")
