"""
The gRPC health check, without TLS and without a gRPC library: one unary call over HTTP/2.

Source: grpc/grpc doc/health-checking.md and doc/PROTOCOL-HTTP2.md; kubelet takes SERVING, and nothing else, as success.
httpx drops trailers: a call that fails says so in its headers, or else by sending no message.
"""

from readiness.adapters.prober.line import Line, read
from readiness.adapters.prober.reply import Garbled, Reply
from readiness.model import Answer

_CHECK = "/grpc.health.v1.Health/Check"
_SERVING = "SERVING"
_STATUSES = {b"\x08\1": _SERVING, b"\x08\2": "NOT_SERVING", b"\x08\3": "SERVICE_UNKNOWN"}
_FIRST = (b"", b"\x08")  # a message starts with field 1, a number, unless that is 0
_CODES = {"5": "NOT_FOUND", "7": "PERMISSION_DENIED", "12": "UNIMPLEMENTED", "14": "UNAVAILABLE"}
_PREFIX = 5  # bytes before a message: whether it is compressed, and its length
_GARBLED = "no valid gRPC answer"


async def check(line: Line, service: str, agent: str) -> Reply:
    """
    Ask whether a service (empty: the whole server) is being served.

    Raises Garbled, httpx.HTTPError and OSError.
    """
    body = _framed(service.encode())
    fields = [
        (b"host", line.authority.encode()),
        (b"content-type", b"application/grpc"),
        (b"content-length", str(len(body)).encode()),
        (b"te", b"trailers"),
        (b"user-agent", agent.encode()),
    ]
    async with line.request("POST", _CHECK, fields, body) as response:
        if response.status_code != 200:  # noqa: PLR2004
            raise Garbled(f"HTTP {response.status_code}")
        code = response.headers.get("grpc-status", "0")
        if code != "0":
            return Reply(Answer.FAILURE, _failed(code))
        status = _status(await read(response))
    return Reply(Answer.SUCCESS if status == _SERVING else Answer.FAILURE, status)


def _failed(code: str) -> str:
    """What a code tells; what is none stays where it is. Raises Garbled."""
    if not (code.isascii() and code.isdigit() and len(code) <= len("16")):
        raise Garbled(_GARBLED)
    return _CODES.get(code, f"gRPC status {code}")


def _status(data: bytes) -> str:
    """The status in a framed HealthCheckResponse, its first field and the only one as yet. Raises Garbled."""
    message = data[_PREFIX:]
    if data[:_PREFIX] != _prefix(message) or message[:1] not in _FIRST:
        raise Garbled(_GARBLED)
    return _STATUSES.get(message[:2], "UNKNOWN")


def _framed(service: bytes) -> bytes:
    """A HealthCheckRequest (field 1: the service's name) with its prefix."""
    message = b"\x0a" + _varint(len(service)) + service if service else b""
    return _prefix(message) + message


def _prefix(message: bytes) -> bytes:
    return b"\0" + len(message).to_bytes(4, "big")


def _varint(number: int) -> bytes:
    encoded = bytearray()
    while number > 0x7F:  # noqa: PLR2004 - seven bits at a time
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*encoded, number])
