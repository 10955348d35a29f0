"""Pods that do not answer, or answer something else, or too much."""

import asyncio
import gzip
import tracemalloc

import pytest
from tests.adapters.prober.asking import HEAD, get, hear, said
from tests.adapters.prober.pods import (
    OK,
    answering,
    dripping,
    flooding,
    free_port,
    hangs_up,
    pod,
    reset,
    silent,
)

from readiness.adapters.prober import EndpointProber
from readiness.model import Answer


class TestNoAnswer:
    """Not one byte: the way may be to blame."""

    async def test_refused(self, prober: EndpointProber) -> None:
        reading = await prober.ask("127.0.0.1", get(free_port()), 15)
        assert said(reading) == (Answer.UNREACHABLE, "connection refused", None)

    @pytest.mark.parametrize("address", ["localhost", "shop.example", ""])
    async def test_names_are_not_resolved(self, prober: EndpointProber, address: str) -> None:
        async with pod(answering(OK)) as port:
            reading = await prober.ask(address, get(port), 15)
        assert said(reading) == (Answer.UNREACHABLE, "cannot connect", None)

    async def test_silence(self, prober: EndpointProber) -> None:
        reading = await hear(prober, silent, timeout=0.2)
        assert said(reading) == (Answer.UNREACHABLE, "no answer within 0.2 s", None)
        assert 0.2 <= reading.seconds < 5

    async def test_hanging_up_before_the_answer(self, prober: EndpointProber) -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")

        assert said(await hear(prober, talk)) == (Answer.UNREACHABLE, "closed without an answer", None)

    async def test_hanging_up_before_the_question(self, prober: EndpointProber) -> None:
        assert (await hear(prober, hangs_up)).answer is Answer.UNREACHABLE

    async def test_a_reset(self, prober: EndpointProber) -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(1)
            await asyncio.sleep(0.05)  # the rest of the question stays unread: that makes it a reset
            reset(writer)

        assert said(await hear(prober, talk)) == (Answer.UNREACHABLE, "connection reset", None)


class TestHalfAHead:
    """What httpx does not tell of: taken for silence, since a pod is not to be blamed for what we cannot hear."""

    @pytest.mark.parametrize("beginning", [b"SSH-2.0-OpenSSH_9.9\r\n", b"-ERR unknown command 'GET'\r\n", HEAD])
    async def test_that_hangs_up(self, prober: EndpointProber, beginning: bytes) -> None:
        reading = await hear(prober, answering(beginning))
        assert said(reading) == (Answer.UNREACHABLE, "closed without an answer", None)

    async def test_that_waits_for_ours(self, prober: EndpointProber) -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"SSH-2.0-OpenSSH_9.9\r\n")
            await silent(reader, writer)

        reading = await hear(prober, talk, timeout=0.2)
        assert said(reading) == (Answer.UNREACHABLE, "no answer within 0.2 s", None)

    async def test_that_drips(self, prober: EndpointProber) -> None:
        reading = await hear(prober, dripping(HEAD, b"x", 0.05), timeout=0.3)
        assert said(reading) == (Answer.UNREACHABLE, "no answer within 0.3 s", None)
        assert reading.seconds < 5


class TestWrongAnswers:
    """Something came, and it is not what was declared."""

    @pytest.mark.parametrize(
        "garbage",
        [
            b"220 mail.shop.example ESMTP\r\n\r\n",
            b"\x15\x03\x01\x00\x02\x02\x50",
            b"HTTP/1.1 abc\r\n\r\n",
            HEAD + b"Content-Length: -1\r\n\r\n",
            HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
            HEAD + b"X-Key: \x00\r\n\r\n",
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
            HEAD + b"X-Key: " + b"a" * 200_000 + b"\r\n\r\n",
            HEAD + b"X-Key: a\r\n" * 50_000,
            b"\n" * 200_000,
        ],
        ids=lambda garbage: ascii(garbage[:24]),
    )
    async def test_garbage(self, prober: EndpointProber, garbage: bytes) -> None:
        assert said(await hear(prober, answering(garbage))) == (Answer.FAILURE, "no valid HTTP answer", None)

    @pytest.mark.parametrize(
        "broken",
        [
            HEAD + b"Content-Length: 9\r\n\r\nok",
            HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
            HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n",
        ],
    )
    async def test_half_a_body(self, prober: EndpointProber, broken: bytes) -> None:
        assert said(await hear(prober, answering(broken))) == (Answer.FAILURE, "answer broke off", None)

    async def test_a_body_that_is_reset(self, prober: EndpointProber) -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(HEAD + b"Content-Length: 9\r\n\r\nok")
            await asyncio.sleep(0.05)
            reset(writer)

        assert said(await hear(prober, talk)) == (Answer.FAILURE, "answer broke off", None)

    @pytest.mark.parametrize("head", [HEAD + b"\r\n", HEAD + b"Content-Length: 100\r\n\r\n"])
    async def test_drops_do_not_stretch_the_time(self, prober: EndpointProber, head: bytes) -> None:
        reading = await hear(prober, dripping(head, b"x", 0.05), timeout=0.3)
        assert said(reading) == (Answer.FAILURE, "no complete answer within 0.3 s", None)
        assert reading.seconds < 5

    async def test_a_failing_status_needs_no_body(self, prober: EndpointProber) -> None:
        reading = await hear(prober, dripping(b"HTTP/1.1 503 No\r\nContent-Length: 100\r\n\r\n", b"x", 0.05))
        assert said(reading) == (Answer.FAILURE, "503", 503)


class TestFloods:
    """More than anybody needs is not taken in."""

    @pytest.mark.parametrize(
        "head, wave",
        [
            (HEAD + b"\r\n", b"x" * 65536),
            (HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"\0" * 50_000_000), b"\0" * 65536),
            (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"x" * 4096 + b"\r\n"),
        ],
        ids=["endless", "gzip bomb", "endless chunks"],
    )
    async def test_a_long_body_is_a_success_and_is_not_kept(
        self, prober: EndpointProber, head: bytes, wave: bytes
    ) -> None:
        sent: list[int] = []
        async with pod(flooding(sent, head, wave)) as port:
            tracemalloc.start()
            try:
                reading = await prober.ask("127.0.0.1", get(port), 15)
                _, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
        assert said(reading) == (Answer.SUCCESS, "200", 200)
        assert peak < 2_000_000  # both sides, the server's waves included

    async def test_interim_answers_without_end_are_silence(self, prober: EndpointProber) -> None:
        reading = await hear(prober, flooding([], b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000), timeout=0.5)
        assert said(reading) == (Answer.UNREACHABLE, "no answer within 0.5 s", None)
        assert reading.seconds < 5

    async def test_garbage_without_end_is_left(self, prober: EndpointProber) -> None:
        reading = await hear(prober, flooding([], b"", b"1\r\nx\r\n;" * 1000))
        assert said(reading) == (Answer.FAILURE, "no valid HTTP answer", None)
