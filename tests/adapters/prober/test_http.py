"""HTTP endpoints as kubelet judges them, whatever the pod does."""

import asyncio
import gzip
import logging
import ssl
import tracemalloc
from datetime import UTC, datetime

import pytest
import trustme
from tests.adapters.prober.pods import (
    OK,
    Talk,
    answering,
    dripping,
    flooding,
    free_port,
    hangs_up,
    pod,
    recording,
    reset,
    silent,
)

from readiness.adapters.prober import EndpointProber
from readiness.model import Answer, Question, Reading, Scheme

HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture(scope="module")
def tls() -> ssl.SSLContext:
    """A server's side of TLS with a certificate that nobody trusts, for another name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("shop.example").configure_cert(context)
    return context


def get(port: int, path: str = "/healthz", *headers: tuple[str, str], scheme: Scheme = Scheme.HTTP) -> Question:
    return Question(scheme, port, path, headers)


async def hear(prober: EndpointProber, talk: Talk, *, timeout: float = 5.0) -> Reading:  # noqa: ASYNC109
    async with pod(talk) as port:
        return await prober.ask("127.0.0.1", get(port), timeout)


def said(reading: Reading) -> tuple[Answer, str, int | None]:
    return reading.answer, reading.detail, reading.status


def response(status: str, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", "Content-Length: 0", *headers, "", ""]).encode()


@pytest.mark.parametrize(
    "status, answer",
    [
        ("200 OK", Answer.SUCCESS),
        ("204 No Content", Answer.SUCCESS),
        ("304 Not Modified", Answer.SUCCESS),
        ("399 Odd", Answer.SUCCESS),
        ("302 Found", Answer.SUCCESS),  # without a Location
        ("400 Bad Request", Answer.FAILURE),
        ("404 Not Found", Answer.FAILURE),
        ("503 Service Unavailable", Answer.FAILURE),
    ],
)
async def test_statuses_from_200_to_399_are_a_success(prober: EndpointProber, status: str, answer: Answer) -> None:
    reading = await hear(prober, answering(response(status)))
    assert said(reading) == (answer, status[:3], int(status[:3]))


async def test_a_reading_has_its_times(prober: EndpointProber) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.1)
        writer.write(OK)

    before = datetime.now(UTC)
    reading = await hear(prober, talk)
    assert 0.1 <= reading.seconds < 2
    assert before <= reading.at <= datetime.now(UTC)


async def test_it_asks_as_kubelet_does(prober: EndpointProber) -> None:
    heads: list[str] = []
    async with pod(recording(heads)) as port:
        await prober.ask("127.0.0.1", get(port, "/healthz?full=1"), 5)
    assert heads[0].lower().split("\r\n")[:-2] == [
        "get /healthz?full=1 http/1.1",
        f"host: 127.0.0.1:{port}",
        "connection: close",
        "user-agent: readiness-operator/1.2.3",
        "accept: */*",
    ]


async def test_declared_headers_win(prober: EndpointProber) -> None:
    heads: list[str] = []
    declared = [
        ("host", "shop.example"), ("user-agent", "me"), ("Accept", ""), ("X-Key", " a "), ("X-Key", "b"),
        ("Connection", "keep-alive"), ("Content-Length", "9"), ("Transfer-Encoding", "chunked"),
    ]  # fmt: skip
    async with pod(recording(heads)) as port:
        reading = await prober.ask("127.0.0.1", get(port, "/", *declared), 5)
    assert reading.answer is Answer.SUCCESS
    assert heads[0].lower().split("\r\n")[1:-2] == [
        "host: shop.example", "connection: close", "user-agent: me", "x-key: a", "x-key: b",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "path, target",
    [
        ("", "/"),
        ("healthz", "/healthz"),
        ("/a b", "/a%20b"),
        ("/größe", "/gr%C3%B6%C3%9Fe"),
        ("/a%20b", "/a%20b"),
        ("/a#top", "/a"),
        ("/a\r\nX-Key: b", "/a%0D%0AX-Key:%20b"),
        ("http://shop.example/", "/http://shop.example/"),
        ("//shop.example/", "//shop.example/"),
    ],
)
async def test_a_path_can_only_be_a_path(prober: EndpointProber, path: str, target: str) -> None:
    heads: list[str] = []
    async with pod(recording(heads)) as port:
        await prober.ask("127.0.0.1", get(port, path), 5)
    assert heads[0].split("\r\n")[0] == f"GET {target} HTTP/1.1"
    assert "X-Key" not in heads[0].partition("\r\n")[2]


@pytest.mark.parametrize("header", [("X-Key", "a\r\nX-Other: b"), ("X Key", "a"), ("", "a")])
async def test_a_header_that_breaks_the_protocol_is_not_sent(prober: EndpointProber, header: tuple[str, str]) -> None:
    heads: list[str] = []
    async with pod(recording(heads)) as port:
        reading = await prober.ask("127.0.0.1", get(port, "/", header), 5)
    assert said(reading) == (Answer.UNREACHABLE, "header cannot be sent", None)
    assert not heads


async def test_nothing_of_one_pod_is_told_to_the_next(prober: EndpointProber, caplog: pytest.LogCaptureFixture) -> None:
    heads: list[str] = []
    caplog.set_level(logging.DEBUG)
    async with pod(recording(heads, response("200 OK", "Set-Cookie: key=secret"))) as port:
        await prober.ask("127.0.0.1", get(port, "/?token=secret"), 5)
        await prober.ask("127.0.0.1", get(port, "/"), 5)
    assert "secret" not in heads[1]
    assert "secret" not in caplog.text


async def test_an_upgrade_that_was_asked_for_is_no_answer(prober: EndpointProber) -> None:
    switching = b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
    async with pod(answering(switching)) as port:
        reading = await prober.ask("127.0.0.1", get(port, "/", ("Upgrade", "websocket")), 5)
    assert said(reading) == (Answer.FAILURE, "no valid HTTP answer", None)


async def test_what_nobody_thought_of_is_a_reading_too(
    prober: EndpointProber, caplog: pytest.LogCaptureFixture
) -> None:
    reading = await prober.ask("127.0.0.1", get(70_000), 5)
    assert said(reading) == (Answer.UNREACHABLE, "cannot be asked", None)
    assert caplog.messages == ["cannot ask 127.0.0.1 on 70000: OverflowError"]


async def test_an_interim_answer_is_passed_over(prober: EndpointProber) -> None:
    reading = await hear(prober, answering(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK))
    assert said(reading) == (Answer.SUCCESS, "200", 200)


class TestRedirects:
    """Followed on this port of this address, and nowhere else."""

    @pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
    async def test_here_is_followed(self, prober: EndpointProber, status: str) -> None:
        reading = await hear(prober, answering(response(status, "Location: /ready"), response("503 Not Yet")))
        assert said(reading) == (Answer.FAILURE, "503", 503)

    async def _redirected(self, prober: EndpointProber, location: str) -> Reading:
        return await hear(prober, answering(response("302 Found", f"Location: {location}")))

    @pytest.mark.parametrize(
        "location",
        ["http://shop.example/", "//shop.example/", "http://169.254.169.254/latest", "http://127.0.0.1/", "https:///"],
    )
    async def test_elsewhere_counts_as_it_stands(self, prober: EndpointProber, location: str) -> None:
        reading = await self._redirected(prober, location)
        assert said(reading) == (Answer.SUCCESS, "302", 302)

    async def test_another_port_of_the_pod_is_elsewhere(self, prober: EndpointProber) -> None:
        heads: list[str] = []
        async with pod(recording(heads)) as other:
            reading = await self._redirected(prober, f"http://127.0.0.1:{other}/")
        assert said(reading) == (Answer.SUCCESS, "302", 302)
        assert not heads

    @pytest.mark.parametrize("location, host", [("/b", "shop.example"), ("http://{here}/b", "{here}")])
    async def test_a_declared_host_outlives_relative_ones(
        self, prober: EndpointProber, location: str, host: str
    ) -> None:
        heads: list[str] = []

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
            here = "{}:{}".format(*writer.get_extra_info("sockname"))
            to = f"Location: {location.format(here=here)}"
            writer.write(OK if len(heads) > 1 else response("302 Found", to))

        async with pod(talk) as port:
            reading = await prober.ask("127.0.0.1", get(port, "/a", ("Host", "shop.example")), 5)
            assert reading.status == 200
            assert heads[1].startswith(f"GET /b HTTP/1.1\r\nHost: {host.format(here=f'127.0.0.1:{port}')}\r\n")

    async def test_nine_are_followed(self, prober: EndpointProber) -> None:
        again = response("302 Found", "Location: /again")
        assert said(await hear(prober, answering(*[again] * 9, OK))) == (Answer.SUCCESS, "200", 200)

    async def test_ten_are_too_many(self, prober: EndpointProber) -> None:
        again = response("302 Found", "Location: /again")
        reading = await hear(prober, answering(*[again] * 10, OK))
        assert said(reading) == (Answer.FAILURE, "more than 9 redirects", None)

    @pytest.mark.parametrize("location", ["http://[", "http://127.0.0.1:port/"])
    async def test_to_nonsense_is_a_failure(self, prober: EndpointProber, location: str) -> None:
        reading = await self._redirected(prober, location)
        assert said(reading) == (Answer.FAILURE, "no valid redirect", None)


class TestNoAnswer:
    """Not one byte: the way may be to blame."""

    async def test_refused(self, prober: EndpointProber) -> None:
        reading = await prober.ask("127.0.0.1", get(free_port()), 5)
        assert said(reading) == (Answer.UNREACHABLE, "connection refused", None)

    @pytest.mark.parametrize("address", ["localhost", "shop.example", ""])
    async def test_names_are_not_resolved(self, prober: EndpointProber, address: str) -> None:
        async with pod(answering(OK)) as port:
            reading = await prober.ask(address, get(port), 5)
        assert said(reading) == (Answer.UNREACHABLE, "cannot connect", None)

    async def test_silence(self, prober: EndpointProber) -> None:
        reading = await hear(prober, silent, timeout=0.2)
        assert said(reading) == (Answer.UNREACHABLE, "no answer within 0.2 s", None)
        assert 0.2 <= reading.seconds < 1

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


class TestWrongAnswers:
    """Something came, and it is not what was declared."""

    @pytest.mark.parametrize(
        "garbage",
        [
            b"SSH-2.0-OpenSSH_9.9\r\n",
            b"220 mail.shop.example ESMTP\r\n\r\n",
            b"\x15\x03\x01\x00\x02\x02\x50",
            b"-ERR unknown command 'GET'\r\n",
            b"HTTP/1.1 2",
            b"HTTP/1.1 abc\r\n\r\n",
            HEAD + b"Content-Length: -1\r\n\r\n",
            HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
            HEAD + b"X-Key: \x00\r\n\r\n",
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
            HEAD + b"X-Key: " + b"a" * 100_000 + b"\r\n\r\n",
            HEAD + b"X-Key: a\r\n" * 50_000,
            b"\n" * 100_000,
        ],
        ids=lambda garbage: ascii(garbage[:24]),
    )
    async def test_garbage(self, prober: EndpointProber, garbage: bytes) -> None:
        assert said(await hear(prober, answering(garbage))) == (Answer.FAILURE, "no valid HTTP answer", None)

    async def test_a_banner_that_waits_for_ours(self, prober: EndpointProber) -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"SSH-2.0-OpenSSH_9.9\r\n")
            await silent(reader, writer)

        reading = await hear(prober, talk, timeout=0.2)
        assert said(reading) == (Answer.FAILURE, "no complete answer within 0.2 s", None)

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

    @pytest.mark.parametrize("head", [HEAD, HEAD + b"\r\n", HEAD + b"Content-Length: 100\r\n\r\n"])
    async def test_drops_do_not_stretch_the_time(self, prober: EndpointProber, head: bytes) -> None:
        reading = await hear(prober, dripping(head, b"x", 0.05), timeout=0.3)
        assert said(reading) == (Answer.FAILURE, "no complete answer within 0.3 s", None)
        assert reading.seconds < 1

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
                reading = await prober.ask("127.0.0.1", get(port), 5)
                _, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
        assert said(reading) == (Answer.SUCCESS, "200", 200)
        assert peak < 2_000_000  # both sides, the server's waves included

    @pytest.mark.parametrize(
        "wave",
        [b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, b"1\r\nx\r\n;"],
        ids=["endless interim answers", "endless garbage"],
    )
    async def test_an_answer_that_never_begins_ends(self, prober: EndpointProber, wave: bytes) -> None:
        reading = await hear(prober, flooding([], b"", wave))
        assert reading.answer is Answer.FAILURE
        assert reading.detail in ("answer without end", "no valid HTTP answer")


class TestTls:
    """Any certificate will do; no TLS will not."""

    async def test_a_strange_certificate_is_fine(self, prober: EndpointProber, tls: ssl.SSLContext) -> None:
        async with pod(answering(OK), tls=tls) as port:
            reading = await prober.ask("127.0.0.1", get(port, scheme=Scheme.HTTPS), 5)
        assert said(reading) == (Answer.SUCCESS, "200", 200)

    async def test_redirects_stay_in_tls(self, prober: EndpointProber, tls: ssl.SSLContext) -> None:
        async with pod(answering(response("302 Found", "Location: /b"), response("404 No")), tls=tls) as port:
            reading = await prober.ask("127.0.0.1", get(port, scheme=Scheme.HTTPS), 5)
        assert said(reading) == (Answer.FAILURE, "404", 404)

    async def test_plain_http_on_a_tls_port(self, prober: EndpointProber) -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(100)
            writer.write(response("400 Bad Request"))

        async with pod(talk) as port:
            reading = await prober.ask("127.0.0.1", get(port, scheme=Scheme.HTTPS), 5)
        assert said(reading) == (Answer.FAILURE, "no valid TLS answer", None)

    async def test_tls_on_a_plain_port(self, prober: EndpointProber, tls: ssl.SSLContext) -> None:
        async with pod(answering(OK), tls=tls) as port:
            reading = await prober.ask("127.0.0.1", get(port), 5)
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
            reading = await prober.ask("127.0.0.1", get(port, scheme=Scheme.HTTPS), 5)
        assert reading.answer is Answer.UNREACHABLE
        assert reading.detail in ("TLS refused", "connection reset", "closed without an answer")

    @pytest.mark.parametrize("talk", [silent, hangs_up])
    async def test_no_handshake_is_no_answer(self, prober: EndpointProber, talk: Talk) -> None:
        async with pod(talk) as port:
            reading = await prober.ask("127.0.0.1", get(port, scheme=Scheme.HTTPS), 0.3)
        assert reading.answer is Answer.UNREACHABLE

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
            reading = await prober.ask("127.0.0.1", get(port, scheme=Scheme.HTTPS), 5)
            async with asyncio.timeout(2):
                await left.wait()
        assert said(reading) == (Answer.SUCCESS, "200", 200)

    async def test_an_endless_body_is_cut_short(self, prober: EndpointProber, tls: ssl.SSLContext) -> None:
        async with pod(flooding([], HEAD + b"\r\n", b"x" * 65536), tls=tls) as port:
            reading = await prober.ask("127.0.0.1", get(port, scheme=Scheme.HTTPS), 5)
        assert said(reading) == (Answer.SUCCESS, "200", 200)
        assert reading.seconds < 2


async def test_a_flapping_pod_is_heard_each_time(prober: EndpointProber) -> None:
    async with pod(answering(OK, response("503 No"), OK, response("503 No"))) as port:
        statuses = [(await prober.ask("127.0.0.1", get(port), 5)).status for _ in range(4)]
    assert statuses == [200, 503, 200, 503]


async def test_ipv6_is_written_in_brackets(prober: EndpointProber) -> None:
    heads: list[str] = []
    try:
        async with pod(recording(heads), host="::1") as port:
            reading = await prober.ask("::1", get(port), 5)
    except OSError:
        pytest.skip("no IPv6 on this machine")
    assert reading.status == 200
    assert f"Host: [::1]:{port}\r\n" in heads[0]


async def test_many_at_once(prober: EndpointProber) -> None:
    async with pod(answering(OK)) as port:
        readings = await asyncio.gather(*(prober.ask("127.0.0.1", get(port), 10) for _ in range(200)))
    assert {reading.status for reading in readings} == {200}


async def test_who_gives_up_waiting_is_let_go(prober: EndpointProber) -> None:
    async with pod(silent) as port:
        asking = asyncio.create_task(prober.ask("127.0.0.1", get(port), 60))
        await asyncio.sleep(0.05)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
