"""Any certificate will do; no TLS will not."""

import asyncio
import ssl

import pytest
import trustme
from tests.adapters.prober.asking import HEAD, get, response, said
from tests.adapters.prober.pods import (
    OK,
    Talk,
    answering,
    flooding,
    hangs_up,
    pod,
    silent,
)

from readiness.adapters.prober import EndpointProber
from readiness.model import Answer, Scheme


@pytest.fixture(scope="module")
def tls() -> ssl.SSLContext:
    """A server's side of TLS with a certificate that nobody trusts, for another name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("shop.example").configure_cert(context)
    return context


class TestTls:
    """Any certificate will do; no TLS will not."""

    async def test_a_strange_certificate_is_fine(self, prober: EndpointProber, tls: ssl.SSLContext) -> None:
        async with pod(answering(OK), tls=tls) as port:
            reading = await prober.ask("127.0.0.1", get(port, scheme=Scheme.HTTPS), 15)
        assert said(reading) == (Answer.SUCCESS, "200", 200)

    async def test_redirects_stay_in_tls(self, prober: EndpointProber, tls: ssl.SSLContext) -> None:
        async with pod(answering(response("302 Found", "Location: /b"), response("404 No")), tls=tls) as port:
            reading = await prober.ask("127.0.0.1", get(port, scheme=Scheme.HTTPS), 15)
        assert said(reading) == (Answer.FAILURE, "404", 404)

    async def test_plain_http_on_a_tls_port(self, prober: EndpointProber) -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(100)
            writer.write(response("400 Bad Request"))

        async with pod(talk) as port:
            reading = await prober.ask("127.0.0.1", get(port, scheme=Scheme.HTTPS), 15)
        assert said(reading) == (Answer.FAILURE, "no valid TLS answer", None)

    async def test_tls_on_a_plain_port(self, prober: EndpointProber, tls: ssl.SSLContext) -> None:
        async with pod(answering(OK), tls=tls) as port:
            reading = await prober.ask("127.0.0.1", get(port), 15)
        # OpenSSL hangs up on what is no TLS with or without an alert, as its version likes.
        assert reading.answer in (Answer.FAILURE, Answer.UNREACHABLE)
        assert reading.detail in ("no valid HTTP answer", "closed without an answer", "connection reset")

    async def test_who_asks_for_our_certificate_refuses_us(self, prober: EndpointProber) -> None:
        authority = trustme.CA()
        strict = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("shop.example").configure_cert(strict)
        authority.configure_trust(strict)
        strict.verify_mode = ssl.CERT_REQUIRED
        async with pod(answering(OK), tls=strict) as port:
            reading = await prober.ask("127.0.0.1", get(port, scheme=Scheme.HTTPS), 15)
        assert reading.answer is Answer.UNREACHABLE
        assert reading.detail in ("TLS refused", "connection reset", "closed without an answer")

    @pytest.mark.parametrize("talk", [silent, hangs_up])
    async def test_no_handshake_is_no_answer(self, prober: EndpointProber, talk: Talk) -> None:
        async with pod(talk) as port:
            reading = await prober.ask("127.0.0.1", get(port, scheme=Scheme.HTTPS), 0.3)
        assert reading.answer is Answer.UNREACHABLE

    async def test_a_handshake_that_hangs_is_left_behind(self, prober: EndpointProber) -> None:
        left = asyncio.Event()

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await silent(reader, writer)
            left.set()

        async with pod(talk) as port:
            await prober.ask("127.0.0.1", get(port, scheme=Scheme.HTTPS), 0.2)
            async with asyncio.timeout(2):
                await left.wait()

    async def test_a_peer_that_never_says_goodbye_is_left_at_once(
        self, prober: EndpointProber, tls: ssl.SSLContext
    ) -> None:
        left = asyncio.Event()

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            taken, given = ssl.MemoryBIO(), ssl.MemoryBIO()
            secure = tls.wrap_bio(taken, given, server_side=True)
            while True:
                try:
                    secure.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    writer.write(given.read())
                    taken.write(await reader.read(65536))
            secure.write(OK)
            writer.write(given.read())
            await silent(reader, writer)
            left.set()

        async with pod(talk) as port:
            reading = await prober.ask("127.0.0.1", get(port, scheme=Scheme.HTTPS), 15)
            async with asyncio.timeout(2):
                await left.wait()
        assert said(reading) == (Answer.SUCCESS, "200", 200)

    async def test_an_endless_body_is_cut_short(self, prober: EndpointProber, tls: ssl.SSLContext) -> None:
        async with pod(flooding([], HEAD + b"\r\n", b"x" * 65536), tls=tls) as port:
            reading = await prober.ask("127.0.0.1", get(port, scheme=Scheme.HTTPS), 15)
        assert said(reading) == (Answer.SUCCESS, "200", 200)
        assert reading.seconds < 10
