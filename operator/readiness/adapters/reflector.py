"""Follow all objects of one kind for ever: list in pages, watch, list again when the server has forgotten."""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from readiness.runtime.api import METADATA_LIST, METADATA_STREAM, PAGE_SIZE, Api, ApiError, list_pages
from readiness.runtime.backoff import Backoff
from readiness.runtime.mirror import Convert, Mirror, Sink
from readiness.runtime.outlook import Gate

Record = TypeVar("Record")

_BACKOFF = Backoff(first=1.0, limit=30.0)
_TURN = 50  # objects between two turns of the event loop: about a millisecond
_SETTLED_SECONDS = 10.0  # what held for so long was no failure of the attempt
_LONGEST_RETRY_AFTER = 60.0

log = logging.getLogger(__name__)


class State(StrEnum):
    """How a reflector is doing."""

    LISTING = "listing"
    WATCHING = "watching"
    NOT_SERVED = "not served"
    RESTING = "not asked for, or not there"
    FORBIDDEN = "forbidden"
    FAILING = "failing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Which objects to follow.

    What is not `required` counts as synced, and empty, where it is not served or not ours to read. What has a number
    of seconds in `every` is listed so often, and not watched.
    """

    kind: str
    path: str
    required: bool = True
    metadata_only: bool = False
    label_selector: str = ""
    field_selector: str = ""
    page_size: int = PAGE_SIZE
    every: float = 0.0

    def selectors(self) -> dict[str, str]:
        """Return the query parameters that choose among the objects of the path."""
        named = {"labelSelector": self.label_selector, "fieldSelector": self.field_selector}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """All in seconds.

    How long streams last (drawn between the two, so that they do not all end at once), how long to wait
    after failures, and how often to ask for an optional kind that is not served.
    """

    stream: tuple[int, int] = (240, 360)
    backoff: Backoff = _BACKOFF
    absent: float = 60.0


@dataclass(slots=True)
class ReflectorStats:
    """Totals since the start; `gone` counts the times the server had forgotten our place (410)."""

    lists: int = 0
    watches: int = 0
    events: int = 0
    bookmarks: int = 0
    gone: int = 0
    errors: int = 0


class Reflector(Generic[Record]):
    """Mirrors one `Source`: `convert` and `sink` as `Mirror` has them.

    `synced` is set after the first complete list. `last_activity` is when the server last said something
    about the kind, by `clock`; bookmarks keep it moving for a quiet one. `state` and `error` say what is
    wrong; after a failure they keep saying so until the server is heard again. With a `gate` the kind is read
    only while that is open, from where it says, and `synced` waits for no more than a first try; `listed` says
    whether there is a complete list of what is behind it.
    """

    def __init__(
        self,
        api: Api,
        source: Source,
        convert: Convert[Record],
        sink: Sink[Record],
        *,
        pace: Pace = Pace(),
        clock: Callable[[], float] = time.monotonic,
        gate: Gate | None = None,
    ) -> None:
        self.source = source
        self.mirror = Mirror(source.kind, convert, sink)
        self.synced = asyncio.Event()
        self.state = State.LISTING
        self.error = ""
        self.stats = ReflectorStats()
        self.last_activity = clock()
        self._api = api
        self._pace = pace
        self._clock = clock
        self.listed = False
        self._gate = gate
        self._path = source.path
        self._version = ""  # of the collection, where the next watch goes on; empty: list first

    @property
    def on_demand(self) -> bool:
        """Whether it is read only while there is something, and somebody asks."""
        return self._gate is not None

    async def run(self) -> None:
        """Follow the source until cancelled; no answer of the server, and no lack of one, ends it."""
        failures = 0
        while True:
            began = self._clock()
            try:
                if not self._version:
                    await self._enter()
                    await self._list()
                await (self._rest() if self.source.every else self._watch())
            except Exception as error:  # noqa: BLE001 - a reflector that ends is a cluster unseen
                failures = 1 if self._clock() - began >= _SETTLED_SECONDS else failures + 1
                await asyncio.sleep(self._after(error, failures))
            else:
                failures = 0

    async def _enter(self) -> None:
        """Wait until there is something to read, where that is not always so."""
        if self._gate is None:
            return
        path = await self._gate.path()
        if path is None:
            self._forget()
            self.listed, self.state, self.error = False, State.RESTING, ""
            path = await self._gate.opened()
            self.state = State.LISTING
        self._path = path

    async def _rest(self) -> None:
        """Let what was read be, and read it anew."""
        await asyncio.sleep(self.source.every * random.uniform(0.9, 1.0))  # noqa: S311 - spreads load
        self._version = ""

    async def _list(self) -> None:
        self.stats.lists += 1
        self.mirror.begin_list()
        version = ""
        async for page in list_pages(
            self._api,
            self._path,
            params=self.source.selectors(),
            accept=METADATA_LIST if self.source.metadata_only else None,
            page_size=self.source.page_size,
        ):
            version = page["metadata"]["resourceVersion"] if not self.source.every else "any"
            await self._take_in(page["items"] or [])
        self.mirror.end_list()
        self._version = version
        self.listed = True
        self.synced.set()
        self._heard()

    async def _take_in(self, items: list[dict[str, Any]]) -> None:
        """Empty the page as it is converted, so that few objects exist twice."""
        self.last_activity = self._clock()
        items.reverse()
        while items:
            self.mirror.put(items.pop())
            if len(items) % _TURN == 0:
                await asyncio.sleep(0)

    async def _watch(self) -> None:
        self.stats.watches += 1
        params = {
            **self.source.selectors(),
            "watch": "1",
            "allowWatchBookmarks": "true",
            "resourceVersion": self._version,
            "timeoutSeconds": str(random.randint(*self._pace.stream)),  # noqa: S311 - spreads load
        }
        accept = METADATA_STREAM if self.source.metadata_only else None
        began, lines = self._clock(), 0
        try:
            async with aclosing(self._api.stream(self._path, params, accept=accept)) as events:
                async for event in events:
                    self._apply(event)
                    lines += 1
                    if lines % _TURN == 0:
                        await asyncio.sleep(0)
        except ApiError as error:
            if error.is_silence and self._clock() - began >= _SETTLED_SECONDS:
                return  # a kind in which nothing happens may get no bookmarks at first; a new stream tells
            raise
        if not lines and self._clock() - began < 1.0:
            raise ApiError(0, "ClosedEarly", "the server ended the stream at once")
        self._heard()

    def _apply(self, event: dict[str, Any]) -> None:
        raw = event["object"]
        match event["type"]:
            case "ADDED" | "MODIFIED":
                self.mirror.put(raw)
            case "DELETED":
                self.mirror.drop(raw)
            case "BOOKMARK":
                self.stats.bookmarks += 1
            case "ERROR":
                raise ApiError.of(raw)
        self.stats.events += 1
        self._version = raw["metadata"]["resourceVersion"]
        self._heard()

    def _heard(self) -> None:
        self.last_activity = self._clock()
        if self.state is not State.WATCHING:
            if self.error:
                log.info("%s: watching again", self.source.kind)
            self.state, self.error = State.WATCHING, ""

    def _after(self, error: Exception, failures: int) -> float:
        """Draw the consequences of a failed list or watch; return how long to wait, in seconds."""
        pause = self._pace.backoff.delay(failures)
        if not isinstance(error, ApiError):
            self._version = ""  # an answer we did not understand: begin from a known place
            self._fail(State.FAILING, f"{type(error).__name__}: {error}")
            return pause
        if error.is_gone:
            self.stats.gone += 1
            self._version = ""
            self.state, self.error = State.LISTING, ""
        elif error.is_not_found:
            self._vanished(error)
            waits = self.source.required or self._gate is not None
            return pause if waits else self._pace.absent * random.uniform(0.8, 1.2)  # noqa: S311
        elif error.is_forbidden:
            self._fail(State.FORBIDDEN, error.message)
            if not self.source.required:
                self.synced.set()
        else:
            if not (error.is_temporary or error.is_unauthorized) or _is_ahead(error):
                self._version = ""  # the server objects to what we ask, and that is all that can be wrong
            self._fail(State.FAILING, str(error))
        return max(pause, min(error.retry_after or 0.0, _LONGEST_RETRY_AFTER))

    def _vanished(self, error: ApiError) -> None:
        """Believe a 404 on a list only: a watch may meet an API server that has not learnt its CRDs yet."""
        if not self._version:
            self._forget()
            self.last_activity = self._clock()
        self._version = ""
        self._fail(State.NOT_SERVED, error.message)

    def _forget(self) -> None:
        """There is nothing of the kind."""
        self.mirror.begin_list()
        self.mirror.end_list()
        if not self.source.required:
            self.synced.set()

    def _fail(self, state: State, message: str) -> None:
        self.stats.errors += 1
        if self._gate is not None:
            self.synced.set()  # nobody waits for long for what may be somebody else's trouble
        if (self.state, self.error) != (state, message):
            level = logging.INFO if state is State.NOT_SERVED and not self.source.required else logging.WARNING
            log.log(level, "%s: %s: %s", self.source.kind, state, message)
        self.state, self.error = state, message


def _is_ahead(error: ApiError) -> bool:
    """Whether our version is from the server's future: etcd was restored, and waiting would not help."""
    return "ResourceVersionTooLarge" in error.causes
