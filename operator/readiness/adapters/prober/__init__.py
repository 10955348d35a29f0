"""
Asks pods over the network, and tells what they answered.

httpx's transport speaks HTTP/1.1 and HTTP/2, one connection per question: that is how kubelet asks.

* SUCCESS: the pod answered, and kubelet would be content.
* FAILURE: the pod, or what speaks for it, answered otherwise: another status, another protocol, half an answer.
* UNREACHABLE: no answer began: refused, no route, time-out, closed or reset at once. httpx tells of an answer only
  once its head is complete, so that half a head, or a banner that waits or hangs up, is taken for silence: better to
  call ourselves blind than a pod broken. A TLS alert counts as such too, since it is about us: a mesh that wants to
  see a certificate lets kubelet pass by another way.
"""

import asyncio
import logging
import socket
import ssl

import httpx

from readiness.adapters.prober import grpc, http
from readiness.adapters.prober.line import Line
from readiness.adapters.prober.reply import Garbled, Reply, of_failure
from readiness.model import Answer, Question, Reading, Scheme
from readiness.runtime.ports import Clock

__all__ = ["EndpointProber"]

log = logging.getLogger(__name__)


class EndpointProber:
    """Asks one pod one question; it checks no address: who calls has done that."""

    def __init__(self, clock: Clock, version: str) -> None:
        self._clock = clock
        self._agent = f"readiness-operator/{version}"
        self._tls = _trusting_context()

    async def ask(self, address: str, question: Question, timeout: float) -> Reading:  # noqa: ASYNC109 - total
        """The answer, within `timeout` seconds in all; every way to fail is a Reading too."""
        line = Line(address, question.port, question.scheme, self._tls)
        began = self._clock.monotonic()
        try:
            async with asyncio.timeout(timeout):
                reply = await self._converse(line, question)
        except Exception as error:  # noqa: BLE001 - whatever a pod sends, it must not stop the asking
            reply = of_failure(error, question.scheme, timeout, heard=line.heard)
            if not line.heard and not isinstance(error, Garbled | httpx.HTTPError | OSError):
                # Without traceback: its message may quote what came.
                log.error("cannot ask %s on %d: %s", address, question.port, type(error).__name__)  # noqa: TRY400
        finally:
            await line.close()
        seconds = self._clock.monotonic() - began
        return Reading(self._clock.now(), reply.answer, reply.detail, seconds, reply.status)

    async def _converse(self, line: Line, question: Question) -> Reply:
        match question.scheme:
            case Scheme.HTTP | Scheme.HTTPS:
                return await http.get(line, question.path, question.headers, self._agent)
            case Scheme.GRPC:
                return await grpc.check(line, question.path, self._agent)
            case Scheme.TCP:
                return await _connect(line.address, line.port)


async def _connect(address: str, port: int) -> Reply:
    _, writer = await asyncio.open_connection(address, port, flags=socket.AI_NUMERICHOST)
    writer.transport.abort()
    return Reply(Answer.SUCCESS, "connected")


def _trusting_context() -> ssl.SSLContext:
    """TLS as kubelet speaks it to pods: certificates of any name, issuer, age and strength will do."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context
