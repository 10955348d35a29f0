"""
HTTP as kubelet asks it: one GET on a connection of its own, and every status from 200 to 399 is a success.

Source: kubernetes/kubernetes, pkg/probe/http/{http,request}.go.
"""

from collections.abc import Sequence
from urllib.parse import quote, urljoin, urlsplit

import httpx

from readiness.adapters.prober.line import Fields, Line, read
from readiness.adapters.prober.reply import Garbled, Reply
from readiness.model import Answer

REQUESTS = 10  # as many as Go's client makes for one question, redirects followed included
_OURS = frozenset({"host", "connection", "content-length", "transfer-encoding", "trailer"})
_SAFE = "/%?:@!$&'()*+,;=~"  # the rest is not allowed in a request target, or starts a fragment

Headers = Sequence[tuple[str, str]]


async def get(line: Line, path: str, headers: Headers, agent: str) -> Reply:
    """
    Ask for a path, and follow redirects to this very port of this address.

    Any other redirect is not followed and counts as the success that its status is: nobody has checked that we may
    ask there. Raises Garbled, httpx.HTTPError and OSError.
    """
    target = _target(path)
    host = _declared(headers, "host") or line.authority
    for _ in range(REQUESTS):
        async with line.request("GET", target, _fields(headers, host, agent)) as response:
            location = response.headers.get_list("location")[0] if response.has_redirect_location else ""
            onward = _onward(line, target, location) if location else None
            if onward is None:
                return await _judged(response)
        target = onward
        if urlsplit(location).scheme:  # as Go does: a declared Host outlives relative redirects only
            host = line.authority
    return Reply(Answer.FAILURE, f"more than {REQUESTS - 1} redirects")


async def _judged(response: httpx.Response) -> Reply:
    """The reply to a status; a success only counts once its body came, of which nobody keeps anything."""
    status = response.status_code
    if not 200 <= status < 400:  # noqa: PLR2004 - kubelet's rule
        return Reply(Answer.FAILURE, str(status), status)
    await read(response)
    return Reply(Answer.SUCCESS, str(status), status)


def _fields(declared: Headers, host: str, agent: str) -> Fields:
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
