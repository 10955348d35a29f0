"""Pods as a prober meets them: real servers on loopback, most of them ill-behaved."""

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import h2.config
import h2.connection
import h2.events

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@asynccontextmanager
async def pod(talk: Talk, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> AsyncIterator[int]:
    """Serve connections, each by one talk; gives the port. Talks that still go on at the end are cut off."""
    talks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await talk(reader, writer)
        finally:
            talks.discard(task)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    server = await asyncio.start_server(serve, host, 0, ssl=tls, backlog=1024)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(talks):
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await server.wait_closed()


def answering(*answers: bytes) -> Talk:
    """Read the request's head, then send the answers one by one: one per connection, the last one from then on."""
    left = list(answers)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(left.pop(0) if len(left) > 1 else left[0])
        await writer.drain()

    return talk


def recording(heads: list[str], answer: bytes = OK) -> Talk:
    """As `answering`, and keep what was asked."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(answer)
        await writer.drain()

    return talk


def dripping(head: bytes, drop: bytes, seconds: float) -> Talk:
    """Send the start of an answer, and then a drop again and again."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head)
        while True:
            await asyncio.sleep(seconds)
            writer.write(drop)
            await writer.drain()

    return talk


def flooding(sent: list[int], head: bytes, wave: bytes) -> Talk:
    """Send the start of an answer, and then as much as the other side takes; counts the bytes."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head)
        while True:
            writer.write(wave)
            await writer.drain()
            sent.append(len(wave))

    return talk


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take everything and say nothing."""
    while await reader.read(65536):
        pass


async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close at once."""


def health(statuses: dict[str, int], *, message: bytes | None = None, trailer: str = "0") -> Talk:
    """A gRPC health server: a status per service, another is NOT_FOUND; `message` replaces the framed response."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        http = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        http.initiate_connection()
        body = b""
        while data := await reader.read(65536):
            for event in http.receive_data(data):
                match event:
                    case h2.events.RequestReceived():
                        headers = dict(event.headers)
                        assert headers[b":path"] == b"/grpc.health.v1.Health/Check"
                        assert headers[b"content-type"] == b"application/grpc"
                    case h2.events.DataReceived():
                        body += event.data
                    case h2.events.StreamEnded():
                        _answer(http, event.stream_id, statuses.get(_service(body)), message, trailer)
            writer.write(http.data_to_send())
            await writer.drain()

    return talk


def acting(act: Callable[[h2.connection.H2Connection], None]) -> Talk:
    """An HTTP/2 server that does something odd once it has been asked, and then falls silent."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        http = h2.connection.H2Connection(
            h2.config.H2Configuration(
                client_side=False, validate_outbound_headers=False, normalize_outbound_headers=False
            )
        )
        http.initiate_connection()
        events: list[h2.events.Event] = []
        while not any(isinstance(event, h2.events.StreamEnded) for event in events):
            events += http.receive_data(await reader.read(65536))
        act(http)
        writer.write(http.data_to_send())
        await silent(reader, writer)

    return talk


def _service(body: bytes) -> str:
    """The service's name in a framed HealthCheckRequest (of less than 128 bytes)."""
    assert int.from_bytes(body[1:5], "big") == len(body) - 5
    assert not body[5:] or (body[5] == 0x0A and body[6] == len(body) - 7)
    return body[7:].decode()


def _answer(
    http: h2.connection.H2Connection, stream: int, status: int | None, message: bytes | None, trailer: str
) -> None:
    head = [(":status", "200"), ("content-type", "application/grpc")]
    if status is None:
        http.send_headers(stream, [*head, ("grpc-status", "5"), ("grpc-message", "unknown service")], end_stream=True)
        return
    http.send_headers(stream, head)
    body = bytes([0x08, status]) if status else b""
    http.send_data(stream, b"\0" + len(body).to_bytes(4, "big") + body if message is None else message)
    http.send_headers(stream, [("grpc-status", trailer)], end_stream=True)


def reset(writer: asyncio.StreamWriter) -> None:
    """Close with a reset."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
