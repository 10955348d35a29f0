"""
HTTP as kubelet asks it: one GET on a connection of its own, and every status from 200 to 399 is a success.

Source: kubernetes/kubernetes, pkg/probe/http/{http,request}.go.
"""

from collections.abc import Sequence
from urllib.parse import quote, urljoin, urlsplit

import h11

from readiness.adapters.prober.line import Line
from readiness.adapters.prober.reply import Garbled, Reply
from readiness.model import Answer

REQUESTS = 10  # as many as Go's client makes for one question, redirects followed included
MAX_BODY = 10 * 1024
_MAX_HEAD = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OURS = frozenset({"host", "connection", "content-length", "transfer-encoding", "trailer"})
_SAFE = "/%?:@!$&'()*+,;=~"  # the rest is not allowed in a request target, or starts a fragment

Headers = Sequence[tuple[str, str]]


async def get(line: Line, path: str, headers: Headers, agent: str) -> Reply:
    """
    Ask for a path, and follow redirects to this very port of this address.

    Any other redirect is not followed and counts as the success that its status is: nobody has checked that we may
    ask there. Raises Garbled and OSError.
    """
    target = _target(path)
    host = _declared(headers, "host") or line.authority
    for _ in range(REQUESTS):
        try:
            request = h11.Request(method="GET", target=target, headers=_fields(headers, host, agent))
        except h11.LocalProtocolError:
            return Reply(Answer.UNREACHABLE, "header cannot be sent")
        exchange = _Exchange(line)
        response = await exchange.begin(request)
        location = _location(response)
        onward = _onward(line, target, location) if location else None
        if onward is None:
            return await exchange.finish(response.status_code)
        target = onward
        if urlsplit(location).scheme:  # as Go does: a declared Host outlives relative redirects only
            host = line.authority
    return Reply(Answer.FAILURE, f"more than {REQUESTS - 1} redirects")


class _Exchange:
    """One request and its response, on a connection of its own."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD)

    async def begin(self, request: h11.Request) -> h11.Response:
        """Send a request; the response's status and headers."""
        await self._line.open()
        await self._line.send(self._http.send(request) + self._http.send(h11.EndOfMessage()))
        while not isinstance(event := await self._event("no valid HTTP answer"), h11.Response):
            pass  # 1xx: the answer follows
        return event

    async def finish(self, status: int) -> Reply:
        """The reply to a status; a success only counts once its body came, of which nobody keeps anything."""
        if not 200 <= status < 400:  # noqa: PLR2004 - kubelet's rule
            return Reply(Answer.FAILURE, str(status), status)
        size = 0
        while size < MAX_BODY and isinstance(event := await self._event("answer broke off"), h11.Data):
            size += len(event.data)
        return Reply(Answer.SUCCESS, str(status), status)

    async def _event(self, problem: str) -> h11.Event:
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                self._http.receive_data(await self._line.receive())
        except h11.RemoteProtocolError as error:
            raise Garbled(problem) from error
        if not isinstance(event, h11.Event):  # PAUSED: it wants to speak something else from here on
            raise Garbled(problem)
        return event


def _fields(declared: Headers, host: str, agent: str) -> list[tuple[bytes, bytes]]:
    """Kubelet's headers under the declared ones; one that is declared empty is not sent."""
    names = {name.lower() for name, _ in declared}
    fields = [("Host", host), ("Connection", "close")]
    fields += [each for each in (("User-Agent", agent), ("Accept", "*/*")) if each[0].lower() not in names]
    for name, value in declared:
        empty = not value.strip() and name.lower() in ("user-agent", "accept")
        if name.lower() not in _OURS and not empty:
            fields.append((name, value))
    return [(name.encode(), value.strip().encode()) for name, value in fields]


def _declared(headers: Headers, wanted: str) -> str:
    return next((value for name, value in headers if name.lower() == wanted), "")


def _target(path: str) -> str:
    path = quote(path.partition("#")[0], safe=_SAFE)
    return path if path.startswith("/") else f"/{path}"


def _location(response: h11.Response) -> str:
    if response.status_code not in _REDIRECTS:
        return ""
    return next((value.decode("latin-1") for name, value in response.headers if name == b"location"), "")


def _onward(line: Line, target: str, location: str) -> str | None:
    """The target of a redirect to where we are already; None when it leads elsewhere. Raises Garbled."""
    try:
        url = urlsplit(urljoin(f"{line.scheme}://{line.authority}{target}", location))
        port = url.port or {"http": 80, "https": 443}.get(url.scheme)
    except ValueError as error:
        raise Garbled("no valid redirect") from error
    if (url.scheme, url.hostname, port) != (line.scheme, line.address.lower(), line.port):
        return None
    return _target(f"{url.path}?{url.query}" if url.query else url.path)
