"""A fake API server on loopback that keeps real state, records every request and fails on demand."""

import asyncio
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

import orjson
from aiohttp import web
from tests.fakeapi.faults import Fault, Harm
from tests.fakeapi.store import Object, Refused, Store, Target, selected
from tests.fakeapi.streams import Stream

_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}


@dataclass(frozen=True)
class Request:
    """A request as it came in."""

    verb: str  # list, watch, get, create, update, patch, delete
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass
class FakeApi:
    """Serves any kind under any path, except what is in `absent`; an async context manager.

    Discovery tells of the kinds that there are objects of, and of what is in `installed`.
    `tokens`, when not empty, are the only ones accepted. Without `tls` it speaks plain HTTP.
    """

    tls: ssl.SSLContext | None = None
    store: Store = field(default_factory=Store)
    requests: list[Request] = field(default_factory=list)
    absent: set[str] = field(default_factory=set)
    installed: set[str] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    streams: list[Stream] = field(default_factory=list)
    stream_piece: int = 0
    url: str = ""
    _snapshots: dict[str, tuple[int, list[Object]]] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self.tls, reuse_address=True)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http{'s' if self.tls else ''}://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        for fault in self.faults:
            fault.lift()
        self.cut_streams()
        await self._runner.cleanup()

    # --- what tests say and ask ---

    def refuse(self, status: int, reason: str = "", *, seconds: float | None = None, **fault: Any) -> Fault:
        """Answer requests with a status: the next `times`, for some `seconds`, or until lifted."""
        return self.harm(Harm.REFUSE, seconds=seconds, status=status, reason=reason, **fault)

    def harm(self, harm: Harm, *, seconds: float | None = None, **fault: Any) -> Fault:
        """Do harm to requests; see `Fault`."""
        if seconds is not None:
            fault["until"] = asyncio.get_running_loop().time() + seconds
        self.faults.append(Fault(harm, **fault))
        return self.faults[-1]

    def seen(self, verb: str, path: str = "") -> list[Request]:
        """The requests so far of a verb under a path."""
        return [each for each in self.requests if each.verb == verb and each.path.startswith(path)]

    def writes(self) -> list[Request]:
        """Every request so far that could change something."""
        return [each for each in self.requests if each.verb not in ("get", "list", "watch")]

    def open_streams(self, collection: str = "") -> list[Stream]:
        """The watches that are open now, of one collection or of all."""
        return [each for each in self.streams if collection in ("", each.target.collection)]

    async def bookmark(self, collection: str = "") -> None:
        """Send a bookmark with the current version down the open streams."""
        for stream in self.open_streams(collection):
            await stream.bookmark(self.store.version)

    async def send(self, event: Object, collection: str = "") -> None:
        """Send any event down the open streams, an ERROR for example."""
        for stream in self.open_streams(collection):
            await stream.send(event)

    def cut_streams(self, collection: str = "") -> None:
        """Reset the connections of the open streams in the middle of whatever they do."""
        for stream in self.open_streams(collection):
            stream.transport.abort()

    # --- serving ---

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        query = dict(request.query)
        try:
            target = Target("") if request.path == "/apis" else Target.of(request.path)
            verb = _VERBS.get(request.method) or _reading(target, query)
            document = orjson.loads(body) if body else None
            self.requests.append(Request(verb, request.path, query, dict(request.headers), document))
            fault = next((each for each in self.faults if each.strikes(verb, request.path)), None)
            if fault is not None:
                return await self._suffer(fault, request, target, verb, document)
            return await self._answer(request, target, verb, document)
        except Refused as refusal:
            return web.json_response(refusal.document, status=refusal.status)

    async def _suffer(
        self, fault: Fault, request: web.Request, target: Target, verb: str, document: Any
    ) -> web.StreamResponse:
        match fault.harm:
            case Harm.REFUSE:
                reason = fault.reason or str(fault.status)
                refusal = Refused(fault.status, reason, "as the test wants it", causes=fault.causes)
                return web.json_response(refusal.document, status=fault.status, headers=fault.headers)
            case Harm.DELAY:
                await fault.lifted.wait()
                return await self._answer(request, target, verb, document)
            case Harm.GARBLE:
                return web.Response(body=b"<html>", content_type="application/json")
            case Harm.SWALLOW:
                if verb in _VERBS.values():
                    self._write(target, verb, document)
                await fault.lifted.wait()
            case Harm.HANG:
                await fault.lifted.wait()
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def _answer(self, request: web.Request, target: Target, verb: str, document: Any) -> web.StreamResponse:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.tokens and token not in self.tokens:
            raise Refused(401, "Unauthorized")
        if not target.collection:
            return _json(self._discovery())
        if target.collection in self.absent:
            raise Refused(404, "NotFound", "the server could not find the requested resource")
        if verb == "watch":
            return await self._watch(request, target)
        if verb == "list":
            return _json(self._list(target, dict(request.query), request.headers.get("Accept", "")))
        if verb == "get":
            return _json(self.store.get(target))
        written = self._write(target, verb, document)
        return _json(written, status=201 if verb == "create" else 200)

    def _discovery(self) -> Object:
        """The kinds that are served, as an APIGroupDiscoveryList."""
        groups: dict[str, dict[str, list[Object]]] = {}
        for path in sorted({*self.store.objects, *self.installed} - self.absent):
            root, group, version, plural = path.strip("/").split("/") if path.startswith("/apis/") else ("",) * 4
            if root:
                groups.setdefault(group, {}).setdefault(version, []).append({"resource": plural})
        items = [
            {
                "metadata": {"name": group},
                "versions": [{"version": version, "resources": found} for version, found in versions.items()],
            }
            for group, versions in groups.items()
        ]
        return {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "items": items}

    def _write(self, target: Target, verb: str, document: Any) -> Object:
        match verb:
            case "create":
                return self.store.create(target, document)
            case "update":
                return self.store.replace(target, document)
            case "patch":
                return self.store.apply(target, document)
            case "delete":
                return self.store.delete(target, (document or {}).get("preconditions", {}))
        raise Refused(405, "MethodNotAllowed")

    def _list(self, target: Target, query: dict[str, str], accept: str) -> Object:
        if token := query.get("continue"):
            version, found = self._snapshots[token]
            if version < self.store.compacted:
                raise Refused(410, "Expired", "the provided continue parameter is too old")
        else:
            version, found = self.store.version, self.store.all(target.collection, target.namespace)
            found = selected(found, query.get("labelSelector", ""), query.get("fieldSelector", ""))
        limit = int(query.get("limit") or len(found))
        metadata = {"resourceVersion": str(version)}
        if found[limit:]:
            metadata["continue"] = token = f"{version}+{len(self._snapshots)}=="
            self._snapshots[token] = version, found[limit:]
        shape = _shape(accept)
        items = [shape(each) for each in found[:limit]]
        return {"kind": "List", "apiVersion": "v1", "metadata": metadata, "items": items}

    async def _watch(self, request: web.Request, target: Target) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        assert request.transport is not None
        shape = _shape(request.headers.get("Accept", ""))
        stream = Stream(target, dict(request.query), response, request.transport, shape, piece=self.stream_piece)
        self.streams.append(stream)
        try:
            await stream.follow(self.store)
        except ConnectionError:
            pass  # the client went away, or the test cut the stream
        finally:
            self.streams.remove(stream)
        return response


def _reading(target: Target, query: dict[str, str]) -> str:
    if query.get("watch") in ("1", "true"):
        return "watch"
    return "get" if target.name else "list"


def _shape(accept: str) -> Any:
    if "as=PartialObjectMetadata" not in accept:
        return lambda each: each
    return lambda each: {"kind": "PartialObjectMetadata", "metadata": each["metadata"]}


def _json(document: Object, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(document), status=status, content_type="application/json")


def pods(count: int, namespace: str = "shop") -> Iterator[Object]:
    """Small pods with names in order, for tests that need many."""
    for number in range(count):
        yield {"kind": "Pod", "metadata": {"name": f"pod-{number:05}", "namespace": namespace}, "spec": {}}
