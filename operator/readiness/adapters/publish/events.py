"""
Tells transitions as events.k8s.io/v1 Events: deduplicated into series, limited per object and overall, never waiting.

The libraries' recorders do none of that. Limits are client-go's way (a spam filter per object), tighter: a burst of
5 and one per 5 minutes for each object.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from readiness.policy.names import API_VERSION, GROUP
from readiness.runtime.api import MERGE_PATCH, Api, ApiError
from readiness.runtime.bucket import TokenBucket
from readiness.runtime.ports import Event, Regarding

CONTROLLER = f"{GROUP}/operator"
_MAX_NOTE_BYTES = 1024
_MAX_KNOWN = 4096  # objects and events that are remembered
_SERIES_WINDOW = 360.0  # seconds in which the same event again counts as one of a series

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Told:
    path: str
    count: int
    at: float


class EventRecorder:
    """
    Fulfils `runtime.ports.Events`: `run` sends what `tell` queued.

    `dropped` is told why of each event that is not sent.
    """

    def __init__(
        self,
        api: Api,
        instance: str,
        may_write: Callable[[], bool],
        *,
        about_workloads: bool = True,
        dropped: Callable[[str], None] = lambda _reason: None,
        limit: int = 1000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._instance = instance[:128]
        self._may_write = may_write
        self._about_workloads = about_workloads
        self._dropped = dropped
        self._queue: asyncio.Queue[Event] = asyncio.Queue(limit)
        self._clock = clock
        self._overall = TokenBucket(rate=10.0, burst=100.0, clock=clock)
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()
        self._told: OrderedDict[Event, _Told] = OrderedDict()

    def tell(self, event: Event) -> None:
        """Queue an event; one too many for its object, or for the queue, is dropped and counted."""
        if not self._about_workloads and event.regarding.api_version != API_VERSION:
            return
        if not self._bucket(event.regarding.uid or str(event.regarding)).try_acquire():
            self._dropped("object")
            return
        try:
            self._queue.put_nowait(event)
        except asyncio.QueueFull:
            self._dropped("queue")

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            await self._send_next()

    async def drain(self, within: float = 2.0) -> None:
        """Send what is queued, for at most so many seconds."""
        try:
            async with asyncio.timeout(within):
                while not self._queue.empty():
                    await self._send_next()
        except TimeoutError:
            log.warning("%d events were not sent before the end", self._queue.qsize())

    async def _send_next(self) -> None:
        event = await self._queue.get()
        await self._overall.acquire()
        if not self._may_write():
            self._dropped("not leading")
            return
        try:
            await self._send(event)
        except ApiError as error:
            self._dropped("refused")
            if not (error.is_namespace_terminating or error.is_not_found):
                log.warning("cannot tell %s of %s: %s", event.reason, event.regarding.name, error)

    async def _send(self, event: Event) -> None:
        now = self._clock()
        told = self._told.get(event)
        if told is not None and now - told.at < _SERIES_WINDOW:
            told.count, told.at = told.count + 1, now
            if await self._continue(told):
                return
        manifest = self._manifest(event)
        path = f"/apis/events.k8s.io/v1/namespaces/{manifest['metadata']['namespace']}/events"
        await self._api.request("POST", path, body=manifest)
        _remember(self._told, event, _Told(f"{path}/{manifest['metadata']['name']}", 1, now))

    async def _continue(self, told: _Told) -> bool:
        """Count one more of a series; returns whether its Event is still there."""
        series = {"count": told.count, "lastObservedTime": _micro_time()}
        try:
            await self._api.request("PATCH", told.path, body={"series": series}, content_type=MERGE_PATCH)
        except ApiError as error:
            if error.is_not_found:
                return False
            raise
        return True

    def _manifest(self, event: Event) -> dict[str, Any]:
        moment = _micro_time()
        serial = int(datetime.now(UTC).timestamp() * 1e6)
        manifest: dict[str, Any] = {
            "apiVersion": "events.k8s.io/v1",
            "kind": "Event",
            "metadata": {
                "name": f"{event.regarding.name[:230].rstrip('.-')}.{serial:x}",
                "namespace": event.regarding.namespace or "default",  # events about cluster kinds go there
            },
            "eventTime": moment,
            "type": "Warning" if event.worse else "Normal",
            "reason": event.reason,
            "action": event.action,
            "note": _bytes_shortened(event.note),
            "reportingController": CONTROLLER,
            "reportingInstance": self._instance,
            "regarding": _reference(event.regarding),
        }
        if event.related is not None:
            manifest["related"] = _reference(event.related)
        return manifest

    def _bucket(self, key: str) -> TokenBucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = TokenBucket(rate=1 / 300, burst=5.0, clock=self._clock)
        _remember(self._buckets, key, bucket)
        return bucket


def _remember(memory: "OrderedDict[Any, Any]", key: Any, value: Any) -> None:
    memory[key] = value
    memory.move_to_end(key)
    if len(memory) > _MAX_KNOWN:
        memory.popitem(last=False)


def _reference(regarding: Regarding) -> dict[str, str]:
    reference = {
        "apiVersion": regarding.api_version,
        "kind": regarding.kind,
        "namespace": regarding.namespace,
        "name": regarding.name,
        "uid": regarding.uid,
    }
    return {key: value for key, value in reference.items() if value}


def _bytes_shortened(note: str) -> str:
    """A note within the API's limit, which counts bytes."""
    if len(note.encode()) <= _MAX_NOTE_BYTES:
        return note
    return note.encode()[: _MAX_NOTE_BYTES - 3].decode(errors="ignore") + "…"


def _micro_time() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
