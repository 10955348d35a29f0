"""What a conversation with a pod comes to, and what the ways to fail say about the pod or about the way to it."""

import errno
import ssl
from dataclasses import dataclass

import httpx

from readiness.model import Answer, Scheme

_NO_ROUTE = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN)
_CLOSED = "closed without an answer"


@dataclass(frozen=True, slots=True)
class Reply:
    """A reading less its times."""

    answer: Answer
    detail: str
    status: int | None = None


class Garbled(Exception):  # noqa: N818 - a state of the answer; it never leaves this package
    """What came is no answer in the protocol that was spoken; str() is the detail."""


def of_failure(error: Exception, scheme: Scheme, timeout: float, *, heard: bool) -> Reply:
    """The reply that an error stands for; `heard` is whether an answer had begun before it."""
    reason = _reason(error)
    if isinstance(error, Garbled):
        return Reply(Answer.FAILURE, str(error))
    if isinstance(reason, TimeoutError):
        kind, what = (Answer.FAILURE, "no complete answer") if heard else (Answer.UNREACHABLE, "no answer")
        return Reply(kind, f"{what} within {timeout:g} s")
    return _of_answer(error, reason, scheme) if heard else _of_silence(error, reason, scheme)


def _of_answer(error: Exception, reason: OSError | None, scheme: Scheme) -> Reply:
    """What it means that an answer stopped."""
    if isinstance(reason, ssl.SSLError):
        return Reply(Answer.FAILURE, "no valid TLS answer")
    if reason is not None or isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError):
        return Reply(Answer.FAILURE, "answer broke off")
    return Reply(Answer.FAILURE, _invalid(scheme))


def _of_silence(error: Exception, reason: OSError | None, scheme: Scheme) -> Reply:
    """What it means that none began. Over HTTP/2, httpx takes another protocol for a mistake of our own."""
    match error, reason:
        case _, ssl.SSLError():
            return _of_handshake(reason)
        case _, OSError():
            return Reply(Answer.UNREACHABLE, _of_connection(reason))
        case httpx.NetworkError(), _:
            return Reply(Answer.UNREACHABLE, _CLOSED)
        case httpx.RemoteProtocolError(), _ if str(error).startswith("Server disconnected"):
            return Reply(Answer.UNREACHABLE, _CLOSED)
        case httpx.LocalProtocolError(), _ if scheme is not Scheme.GRPC:
            return Reply(Answer.UNREACHABLE, "header cannot be sent")
        case httpx.ProtocolError(), _:
            return Reply(Answer.FAILURE, _invalid(scheme))
        case _:
            return Reply(Answer.UNREACHABLE, "cannot be asked")


def _invalid(scheme: Scheme) -> str:
    return "no valid gRPC answer" if scheme is Scheme.GRPC else "no valid HTTP answer"


def _reason(error: BaseException) -> OSError | None:
    """The OSError behind an error, which each library on the way has wrapped, with `from` or without."""
    found = None
    behind: BaseException | None = error
    while behind is not None and found is None:
        found = behind if isinstance(behind, OSError) else None
        behind = behind.__cause__ or behind.__context__
    while found is not None and isinstance(found.__cause__, OSError):  # anyio has "all connection attempts failed"
        found = found.__cause__
    return found


def _of_handshake(error: ssl.SSLError) -> Reply:
    """An alert refuses us (a mesh that wants to see a certificate); anything else that is no TLS is an answer."""
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Reply(Answer.UNREACHABLE, _CLOSED)
    if "ALERT" in (error.reason or ""):
        return Reply(Answer.UNREACHABLE, "TLS refused")
    return Reply(Answer.FAILURE, "no valid TLS answer")


def _of_connection(error: OSError) -> str:
    match error:
        case ConnectionRefusedError():
            return "connection refused"
        case ConnectionResetError() | ConnectionAbortedError() | BrokenPipeError():
            return "connection reset"
        case OSError(errno=number) if number in _NO_ROUTE:
            return "no route"
        case _:
            return "cannot connect"
