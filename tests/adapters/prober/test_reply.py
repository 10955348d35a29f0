"""What the ways to fail say: about the way when no answer had begun, about the pod when one had."""

import errno
import ssl

import httpx
import pytest

from readiness.adapters.prober.reply import Garbled, of_failure
from readiness.model import Answer, Scheme


def tls(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, reason)
    error.reason = reason
    return error


def wrapped(reason: Exception) -> Exception:
    """As errors of the network arrive: httpx's from httpcore's, whose own cause is a context by then."""
    inner, outer = Exception("httpcore"), httpx.ConnectError("httpx")
    inner.__context__, outer.__cause__ = reason, inner
    return outer


NOT_HEARD = [
    (OSError(errno.ETIMEDOUT, ""), "no answer within 2 s"),
    (OSError(errno.ECONNREFUSED, ""), "connection refused"),
    (OSError(errno.ECONNRESET, ""), "connection reset"),
    (OSError(errno.ECONNABORTED, ""), "connection reset"),
    (OSError(errno.EPIPE, ""), "connection reset"),
    (OSError(errno.EHOSTUNREACH, ""), "no route"),
    (OSError(errno.ENETUNREACH, ""), "no route"),
    (OSError(errno.EMFILE, ""), "cannot connect"),
    (OSError(errno.EPERM, ""), "cannot connect"),
    (ssl.SSLEOFError(8, "EOF"), "closed without an answer"),
    (ssl.SSLZeroReturnError(6, "closed"), "closed without an answer"),
    (tls("TLSV13_ALERT_CERTIFICATE_REQUIRED"), "TLS refused"),
    (tls("SSLV3_ALERT_HANDSHAKE_FAILURE"), "TLS refused"),
]


@pytest.mark.parametrize(
    "error, detail",
    [
        *NOT_HEARD,
        *((wrapped(error), detail) for error, detail in NOT_HEARD),
        (TimeoutError(), "no answer within 2 s"),
        (httpx.ReadError(""), "closed without an answer"),
        (httpx.RemoteProtocolError("Server disconnected without sending a response."), "closed without an answer"),
        (httpx.LocalProtocolError("Illegal header name"), "header cannot be sent"),
        (KeyError("surprise"), "cannot be asked"),
    ],
)
def test_nothing_was_heard(error: Exception, detail: str) -> None:
    reply = of_failure(error, Scheme.HTTP, 2.0, heard=False)
    assert (reply.answer, reply.detail, reply.status) == (Answer.UNREACHABLE, detail, None)


@pytest.mark.parametrize(
    "error, detail",
    [
        (TimeoutError(), "no complete answer within 2.5 s"),
        (OSError(errno.ECONNRESET, ""), "answer broke off"),
        (wrapped(OSError(errno.ECONNRESET, "")), "answer broke off"),
        (httpx.ReadError(""), "answer broke off"),
        (httpx.RemoteProtocolError("peer closed connection"), "answer broke off"),
        (Garbled("no valid redirect"), "no valid redirect"),
        (tls("WRONG_VERSION_NUMBER"), "no valid TLS answer"),
        (tls("TLSV1_ALERT_INTERNAL_ERROR"), "no valid TLS answer"),
        (ssl.SSLEOFError(8, "EOF"), "no valid TLS answer"),
        (KeyError("surprise"), "no valid HTTP answer"),
    ],
)
def test_something_was_heard(error: Exception, detail: str) -> None:
    reply = of_failure(error, Scheme.HTTP, 2.5, heard=True)
    assert (reply.answer, reply.detail, reply.status) == (Answer.FAILURE, detail, None)


@pytest.mark.parametrize(
    "error, scheme, detail",
    [
        (tls("WRONG_VERSION_NUMBER"), Scheme.HTTPS, "no valid TLS answer"),
        (wrapped(tls("WRONG_VERSION_NUMBER")), Scheme.HTTPS, "no valid TLS answer"),
        (httpx.RemoteProtocolError("illegal status line"), Scheme.HTTP, "no valid HTTP answer"),
        (httpx.LocalProtocolError("Invalid HTTP/2 preamble"), Scheme.GRPC, "no valid gRPC answer"),
    ],
)
def test_rubbish_is_an_answer(error: Exception, scheme: Scheme, detail: str) -> None:
    reply = of_failure(error, scheme, 2.0, heard=False)
    assert (reply.answer, reply.detail) == (Answer.FAILURE, detail)


def test_our_own_time_is_over_whatever_was_going_on() -> None:
    error = TimeoutError()
    error.__context__ = ssl.SSLWantReadError(2, "The operation did not complete")
    reply = of_failure(error, Scheme.HTTPS, 2.0, heard=False)
    assert (reply.answer, reply.detail) == (Answer.UNREACHABLE, "no answer within 2 s")
