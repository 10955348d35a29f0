"""The way to a pod for one question, by httpx, and whether an answer has begun."""

import logging
import socket
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx

from readiness.model import Scheme

MAX_BODY = 10 * 1024  # as much as kubelet reads
Fields = Sequence[tuple[bytes, bytes]]

_ONE_QUESTION_EACH = httpx.Limits(max_connections=None, max_keepalive_connections=0)
_HEARD = (
    "http11.receive_response_headers.complete",
    "http2.receive_remote_settings.complete",
    "http2.receive_response_headers.complete",
)

for name in ("httpcore", "hpack"):  # on DEBUG both tell headers, which may be secret
    logging.getLogger(name).setLevel(logging.WARNING)


class Line:
    """
    A transport of httpx for one question; every request goes out on a connection of its own.

    Without a client around it there are no cookies, no proxies, no unpacking, no headers but ours. `heard` says
    whether an answer has begun, on this connection or on one before it: with the end of its head, or over HTTP/2 with
    the settings that come first. What httpx does not tell counts as silence.
    """

    def __init__(self, address: str, port: int, scheme: Scheme, tls: ssl.SSLContext) -> None:
        self.address = address
        self.port = port
        self.scheme = "https" if scheme is Scheme.HTTPS else "http"
        self.heard = False
        self._streams: list[Any] = []
        grpc = scheme is Scheme.GRPC
        self._transport = httpx.AsyncHTTPTransport(
            verify=tls, trust_env=False, http1=not grpc, http2=grpc, limits=_ONE_QUESTION_EACH
        )

    @property
    def authority(self) -> str:
        """Address and port as URLs have them, IPv6 in brackets."""
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"

    @asynccontextmanager
    async def request(
        self, method: str, target: str, fields: Fields, body: bytes = b""
    ) -> AsyncIterator[httpx.Response]:
        """Send exactly this; gives the response with its body still to come. Raises httpx.HTTPError and OSError."""
        # A name is no address, hence an OSError: nothing that is asked may depend on a name server.
        socket.inet_pton(socket.AF_INET6 if ":" in self.address else socket.AF_INET, self.address)
        request = httpx.Request(
            method,
            f"{self.scheme}://{self.authority}",
            headers=fields,
            stream=httpx.ByteStream(body),
            extensions={"target": target.encode("ascii"), "trace": self._notice},
        )
        response = await self._transport.handle_async_request(request)
        try:
            yield response
        finally:
            await response.aclose()

    async def close(self) -> None:
        """
        Hang up at once, wherever the conversation was broken off.

        The connections are closed one by one, since the transport forgets the one on which it is still shaking hands.
        There is no SO_LINGER: a lingering close of a non-blocking socket still blocks the whole process, for a second
        per pod that is gone (measured on Linux).
        """
        while self._streams:
            await self._streams.pop().aclose()

    async def _notice(self, event: str, info: Mapping[str, Any]) -> None:
        """Take note of what httpx tells on the way (its `trace` extension)."""
        if event == "connection.connect_tcp.complete":
            self._streams.append(info["return_value"])
        self.heard = self.heard or event in _HEARD


async def read(response: httpx.Response) -> bytes:
    """The start of a response's body, with MAX_BODY bytes or a few more if it is longer. Raises httpx.HTTPError."""
    found = bytearray()
    async for data in response.aiter_raw():
        found += data
        if len(found) >= MAX_BODY:
            break
    return bytes(found)
