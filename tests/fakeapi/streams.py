"""The watches of the fake API server: replay, follow, bookmarks, and every way a stream can misbehave."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import orjson
from aiohttp import web
from tests.fakeapi.store import Change, Object, Refused, Store, Target, selected


@dataclass(eq=False)
class Stream:
    """One open watch."""

    target: Target
    query: Mapping[str, str]
    response: web.StreamResponse
    transport: asyncio.Transport
    shape: Callable[[Object], Object]  # what of an object the client asked for
    piece: int = 0  # bytes to send at a time, with a pause in between; 0 for whole lines
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    last: int = 0

    async def follow(self, store: Store) -> None:
        """Send what happened since the asked version, then what happens, until the time is up."""
        changes: asyncio.Queue[Change] = asyncio.Queue()
        store.followers.append(changes)
        try:
            asked = int(self.query.get("resourceVersion") or 0)
            try:
                missed = list(store.since(asked)) if asked else []
            except Refused as refusal:
                await self.send({"type": "ERROR", "object": refusal.document})
                return
            for change in missed:
                await self._tell(change)
            async with asyncio.timeout(int(self.query.get("timeoutSeconds") or 1800)):
                while True:
                    change = await changes.get()
                    if change.version > self.last:
                        await self._tell(change)
        except TimeoutError:
            await self.bookmark(store.version)
        finally:
            store.followers.remove(changes)
            self.ended.set()

    async def bookmark(self, version: int) -> None:
        """Tell how far the stream is."""
        if self.query.get("allowWatchBookmarks") in ("1", "true"):
            document = {"metadata": {"resourceVersion": str(version)}}
            await self.send({"type": "BOOKMARK", "object": document})

    async def send(self, event: Object) -> None:
        """Send one event, whole or in pieces."""
        line = orjson.dumps(event) + b"\n"
        step = self.piece or len(line)
        for start in range(0, len(line), step):
            await self.response.write(line[start : start + step])
            if self.piece:
                await asyncio.sleep(0.001)

    async def _tell(self, change: Change) -> None:
        self.last = change.version
        if change.collection != self.target.collection:
            return
        if self.target.namespace not in ("", change.object["metadata"].get("namespace", "")):
            return
        labels, fields = self.query.get("labelSelector", ""), self.query.get("fieldSelector", "")
        is_in = selected([change.object], labels, fields)
        was_in = change.old is not None and selected([change.old], labels, fields)
        if not is_in and not was_in:
            return
        kind = change.type if is_in and (was_in or change.type == "ADDED") else "ADDED" if is_in else "DELETED"
        await self.send({"type": kind, "object": self.shape(change.object)})
