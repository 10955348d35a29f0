"""
The gRPC health check, without TLS and without a gRPC library: one unary call over HTTP/2.

Source: grpc/grpc doc/health-checking.md and doc/PROTOCOL-HTTP2.md; kubelet takes SERVING, and nothing else, as success.
"""

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions

from readiness.adapters.prober.line import Line
from readiness.adapters.prober.reply import Garbled, Reply
from readiness.model import Answer

_SERVING = 1
_STATUSES = {0: "UNKNOWN", _SERVING: "SERVING", 2: "NOT_SERVING", 3: "SERVICE_UNKNOWN"}
_CODES = {b"5": "NOT_FOUND", b"7": "PERMISSION_DENIED", b"12": "UNIMPLEMENTED", b"14": "UNAVAILABLE"}
_PREFIX = 5  # bytes before a message: whether it is compressed, and its length
_MAX_ANSWER = 10 * 1024
_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5

_GARBLED = "no valid gRPC answer"


async def check(line: Line, service: str, agent: str) -> Reply:
    """Ask whether a service (empty: the whole server) is being served. Raises Garbled and OSError."""
    call = _Call()
    await line.open()
    await line.send(call.request(line.authority, service, agent))
    while True:
        data = await line.receive()
        if not data:
            raise Garbled(_GARBLED)
        reaction = call.take(data)
        if call.ended:
            return call.reply()
        await line.send(reaction)


class _Call:
    """One call: bytes to send, bytes taken in, and what they came to."""

    def __init__(self) -> None:
        self.ended = False
        self._http = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding=None))
        self._headers: dict[bytes, bytes] = {}
        self._message = b""

    def request(self, authority: str, service: str, agent: str) -> bytes:
        """What to send first."""
        stream = self._http.get_next_available_stream_id()
        self._http.initiate_connection()
        self._http.send_headers(
            stream,
            [
                (":method", "POST"),
                (":scheme", "http"),
                (":path", "/grpc.health.v1.Health/Check"),
                (":authority", authority),
                ("content-type", "application/grpc"),
                ("te", "trailers"),
                ("user-agent", agent),
            ],
        )
        self._http.send_data(stream, _framed(service.encode()), end_stream=True)
        return self._http.data_to_send()

    def take(self, data: bytes) -> bytes:
        """Take bytes in; what to send in turn. Raises Garbled."""
        try:
            for event in self._http.receive_data(data):
                self._see(event)
        except h2.exceptions.H2Error as error:
            raise Garbled(_GARBLED) from error
        return self._http.data_to_send()

    def _see(self, event: h2.events.Event) -> None:
        match event:
            case h2.events.ResponseReceived() | h2.events.TrailersReceived():
                self._headers.update(event.headers or ())
            case h2.events.DataReceived():
                # Nothing is acknowledged, so that HTTP/2 itself stops a peer that sends on and on.
                self._message += event.data or b""
                if len(self._message) > _MAX_ANSWER:
                    raise Garbled(_GARBLED)
            case h2.events.StreamEnded():
                self.ended = True
            case h2.events.StreamReset() | h2.events.ConnectionTerminated() if not self.ended:
                if event.error_code != h2.errors.ErrorCodes.NO_ERROR or isinstance(event, h2.events.StreamReset):
                    raise Garbled("call was reset")

    def reply(self) -> Reply:
        """What the call came to. Raises Garbled."""
        status, code = self._headers.get(b":status", b""), self._headers.get(b"grpc-status", b"")
        if status != b"200":
            raise Garbled(f"HTTP {status.decode()}" if _is_number(status) else _GARBLED)
        if not _is_number(code):
            raise Garbled(_GARBLED)
        if code != b"0":
            return Reply(Answer.FAILURE, _CODES.get(code, f"gRPC status {code.decode()}"))
        serving = _status(_unframed(self._message))
        answer = Answer.SUCCESS if serving == _SERVING else Answer.FAILURE
        return Reply(answer, _STATUSES.get(serving, "UNKNOWN"))


def _is_number(value: bytes) -> bool:
    """Whether it is a status that may be told: what else a pod says stays where it is."""
    return value.isdigit() and len(value) <= len("999")


def _framed(service: bytes) -> bytes:
    """A HealthCheckRequest (field 1: the service's name) with its prefix."""
    message = bytes([1 << 3 | _LENGTH]) + _varint(len(service)) + service if service else b""
    return b"\0" + len(message).to_bytes(4, "big") + message


def _varint(number: int) -> bytes:
    encoded = bytearray()
    while number > 0x7F:  # noqa: PLR2004 - seven bits at a time
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*encoded, number])


def _unframed(data: bytes) -> bytes:
    if len(data) < _PREFIX or data[0] or len(data) != _PREFIX + int.from_bytes(data[1:_PREFIX], "big"):
        raise Garbled(_GARBLED)
    return data[_PREFIX:]


def _status(message: bytes) -> int:
    """Field 1 of a HealthCheckResponse, by default 0; fields that are not known are passed over."""
    position, status = 0, 0
    while position < len(message):
        tag, position = _read_varint(message, position)
        match tag & 7:
            case kind if kind == _VARINT:
                value, position = _read_varint(message, position)
                status = value if tag >> 3 == 1 else status
            case kind if kind == _LENGTH:
                size, position = _read_varint(message, position)
                position += size
            case kind if kind in (_FIXED64, _FIXED32):
                position += 8 if kind == _FIXED64 else 4
            case _:
                raise Garbled(_GARBLED)
    if position != len(message):
        raise Garbled(_GARBLED)
    return status


def _read_varint(message: bytes, position: int) -> tuple[int, int]:
    """A number and the position after it."""
    number = shift = 0
    for position, byte in enumerate(message[position : position + 10], position + 1):  # noqa: B020, PLR1704
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte <= 0x7F:  # noqa: PLR2004
            return number, position
    raise Garbled(_GARBLED)
