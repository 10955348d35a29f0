"""What a conversation with a pod comes to, and what the ways to fail say about the pod or about the way to it."""

import errno
import ssl
from dataclasses import dataclass

from readiness.model import Answer

_NO_ROUTE = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN)


@dataclass(frozen=True, slots=True)
class Reply:
    """A reading less its times."""

    answer: Answer
    detail: str
    status: int | None = None


class Garbled(Exception):  # noqa: N818 - a state of the answer; it never leaves this package
    """What came, or that nothing came, is no answer in the protocol that was spoken; str() is the detail."""


def of_failure(error: Exception, timeout: float, *, heard: bool) -> Reply:
    """The reply that an error stands for; `heard` is whether a byte of an answer had arrived before it."""
    match error:
        case Garbled() if heard:
            return Reply(Answer.FAILURE, str(error))
        case Garbled():
            return Reply(Answer.UNREACHABLE, "closed without an answer")
        case TimeoutError() if heard:
            return Reply(Answer.FAILURE, f"no complete answer within {timeout:g} s")
        case TimeoutError():
            return Reply(Answer.UNREACHABLE, f"no answer within {timeout:g} s")
        case ssl.SSLError() if heard:
            return Reply(Answer.FAILURE, "no valid TLS answer")
        case ssl.SSLError():
            return _of_handshake(error)
        case OSError() if heard:
            return Reply(Answer.FAILURE, "answer broke off")
        case OSError():
            return Reply(Answer.UNREACHABLE, _of_connection(error))
        case _ if heard:
            return Reply(Answer.FAILURE, "no valid answer")
        case _:
            return Reply(Answer.UNREACHABLE, "cannot be asked")


def _of_handshake(error: ssl.SSLError) -> Reply:
    """An alert refuses us (a mesh that wants to see a certificate); anything else that is no TLS is an answer."""
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Reply(Answer.UNREACHABLE, "closed without an answer")
    if "ALERT" in (getattr(error, "reason", None) or ""):  # asyncio raises some that lack it
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
