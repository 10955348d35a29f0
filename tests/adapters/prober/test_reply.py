"""What the ways to fail say: about the way when nothing was heard, about the pod when something was."""

import errno
import ssl

import pytest

from readiness.adapters.prober.reply import Garbled, of_failure
from readiness.model import Answer


def tls(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, reason)
    error.reason = reason
    return error


@pytest.mark.parametrize(
    "error, detail",
    [
        (TimeoutError(), "no answer within 2 s"),
        (OSError(errno.ETIMEDOUT, ""), "no answer within 2 s"),
        (OSError(errno.ECONNREFUSED, ""), "connection refused"),
        (OSError(errno.ECONNRESET, ""), "connection reset"),
        (OSError(errno.ECONNABORTED, ""), "connection reset"),
        (OSError(errno.EPIPE, ""), "connection reset"),
        (OSError(errno.EHOSTUNREACH, ""), "no route"),
        (OSError(errno.ENETUNREACH, ""), "no route"),
        (OSError(errno.EMFILE, ""), "cannot connect"),
        (OSError(errno.EPERM, ""), "cannot connect"),
        (Garbled("no valid HTTP answer"), "closed without an answer"),
        (ssl.SSLEOFError(8, "EOF"), "closed without an answer"),
        (ssl.SSLZeroReturnError(6, "closed"), "closed without an answer"),
        (tls("TLSV13_ALERT_CERTIFICATE_REQUIRED"), "TLS refused"),
        (tls("SSLV3_ALERT_HANDSHAKE_FAILURE"), "TLS refused"),
        (KeyError("surprise"), "cannot be asked"),
    ],
)
def test_nothing_was_heard(error: Exception, detail: str) -> None:
    reply = of_failure(error, 2.0, heard=False)
    assert (reply.answer, reply.detail, reply.status) == (Answer.UNREACHABLE, detail, None)


@pytest.mark.parametrize(
    "error, detail",
    [
        (TimeoutError(), "no complete answer within 2.5 s"),
        (OSError(errno.ECONNRESET, ""), "answer broke off"),
        (Garbled("no valid HTTP answer"), "no valid HTTP answer"),
        (tls("WRONG_VERSION_NUMBER"), "no valid TLS answer"),
        (tls("TLSV1_ALERT_INTERNAL_ERROR"), "no valid TLS answer"),
        (ssl.SSLEOFError(8, "EOF"), "no valid TLS answer"),
        (KeyError("surprise"), "no valid answer"),
    ],
)
def test_something_was_heard(error: Exception, detail: str) -> None:
    reply = of_failure(error, 2.5, heard=True)
    assert (reply.answer, reply.detail, reply.status) == (Answer.FAILURE, detail, None)


def test_what_is_no_tls_is_an_answer_before_any_byte_of_the_application() -> None:
    reply = of_failure(tls("WRONG_VERSION_NUMBER"), 2.0, heard=False)
    assert (reply.answer, reply.detail) == (Answer.FAILURE, "no valid TLS answer")
