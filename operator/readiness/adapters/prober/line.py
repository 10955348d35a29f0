"""One connection to a pod at a time: bytes out, bytes in, and whether any came."""

import asyncio
import socket
import ssl

from readiness.adapters.prober.reply import Garbled

_BUFFER = 16 * 1024  # bytes taken in before the peer is made to wait
_MAX_ANSWER = 256 * 1024  # bytes that nobody needs to say that he is well


class Line:
    """
    A TCP connection, with TLS where a context is given.

    `heard` says whether a byte of an answer has come (those of the TLS handshake do not count) on this connection or
    on one before it. There is no SO_LINGER: a lingering close of a non-blocking socket still blocks the whole
    process, for a second per pod that is gone (measured on Linux).
    """

    def __init__(self, address: str, port: int, tls: ssl.SSLContext | None = None) -> None:
        self.address = address
        self.port = port
        self.scheme = "https" if tls else "http"
        self.heard = False
        self._tls = tls
        self._received = 0
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    @property
    def authority(self) -> str:
        """Address and port as URLs have them, IPv6 in brackets."""
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"

    async def open(self) -> None:
        """Connect, instead of the connection before, if any. Raises OSError, of which ssl.SSLError is one."""
        self.close()
        self._received = 0
        # Numeric only: nothing that is asked may depend on a name server.
        self._streams = await asyncio.open_connection(
            self.address, self.port, ssl=self._tls, limit=_BUFFER, flags=socket.AI_NUMERICHOST
        )

    async def send(self, data: bytes) -> None:
        """Send bytes. Raises OSError."""
        _, writer = self._connected()
        writer.write(data)
        await writer.drain()

    async def receive(self) -> bytes:
        """The next bytes, empty at the end. Raises OSError, and Garbled when there seems to be no end."""
        reader, _ = self._connected()
        data = await reader.read(_BUFFER)
        self.heard = self.heard or bool(data)
        self._received += len(data)
        if self._received > _MAX_ANSWER:
            raise Garbled("answer without end")
        return data

    def close(self) -> None:
        """Hang up at once: a TLS farewell may take as long as the peer likes."""
        if self._streams is not None:
            self._streams[1].transport.abort()
            self._streams = None

    def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        assert self._streams is not None, "open the line first"
        return self._streams
