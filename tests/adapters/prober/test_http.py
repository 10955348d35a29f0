"""HTTP endpoints as kubelet judges them, whatever the pod does."""

import asyncio
import logging
from datetime import UTC, datetime

import pytest
from tests.adapters.prober.asking import get, hear, response, said
from tests.adapters.prober.pods import (
    OK,
    answering,
    pod,
    recording,
    silent,
)

from readiness.adapters.prober import EndpointProber
from readiness.model import Answer, Reading


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
    assert 0.1 <= reading.seconds < 5
    assert before <= reading.at <= datetime.now(UTC)


async def test_it_asks_as_kubelet_does(prober: EndpointProber) -> None:
    heads: list[str] = []
    async with pod(recording(heads)) as port:
        await prober.ask("127.0.0.1", get(port, "/healthz?full=1"), 15)
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
        reading = await prober.ask("127.0.0.1", get(port, "/", *declared), 15)
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
        await prober.ask("127.0.0.1", get(port, path), 15)
    assert heads[0].split("\r\n")[0] == f"GET {target} HTTP/1.1"
    assert "X-Key" not in heads[0].partition("\r\n")[2]


@pytest.mark.parametrize("header", [("X-Key", "a\r\nX-Other: b"), ("X Key", "a"), ("", "a")])
async def test_a_header_that_breaks_the_protocol_is_not_sent(prober: EndpointProber, header: tuple[str, str]) -> None:
    heads: list[str] = []
    async with pod(recording(heads)) as port:
        reading = await prober.ask("127.0.0.1", get(port, "/", header), 15)
    assert said(reading) == (Answer.UNREACHABLE, "header cannot be sent", None)
    assert not heads


async def test_nothing_of_one_pod_is_told_to_the_next(prober: EndpointProber, caplog: pytest.LogCaptureFixture) -> None:
    heads: list[str] = []
    caplog.set_level(logging.DEBUG)
    async with pod(recording(heads, response("200 OK", "Set-Cookie: key=secret"))) as port:
        await prober.ask("127.0.0.1", get(port, "/?token=secret"), 15)
        await prober.ask("127.0.0.1", get(port, "/"), 15)
    assert "secret" not in heads[1]
    assert "secret" not in caplog.text


async def test_an_upgrade_that_was_asked_for_is_no_success(prober: EndpointProber) -> None:
    switching = b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
    async with pod(answering(switching)) as port:
        reading = await prober.ask("127.0.0.1", get(port, "/", ("Upgrade", "websocket")), 15)
    assert said(reading) == (Answer.FAILURE, "101", 101)


async def test_what_nobody_thought_of_is_a_reading_too(
    prober: EndpointProber, caplog: pytest.LogCaptureFixture
) -> None:
    reading = await prober.ask("127.0.0.1", get(70_000), 15)
    assert said(reading) == (Answer.UNREACHABLE, "cannot be asked", None)
    assert caplog.messages == ["cannot ask 127.0.0.1 on 70000: ExceptionGroup"]


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
            reading = await prober.ask("127.0.0.1", get(port, "/a", ("Host", "shop.example")), 15)
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


async def test_a_flapping_pod_is_heard_each_time(prober: EndpointProber) -> None:
    async with pod(answering(OK, response("503 No"), OK, response("503 No"))) as port:
        statuses = [(await prober.ask("127.0.0.1", get(port), 15)).status for _ in range(4)]
    assert statuses == [200, 503, 200, 503]


async def test_ipv6_is_written_in_brackets(prober: EndpointProber) -> None:
    heads: list[str] = []
    try:
        async with pod(recording(heads), host="::1") as port:
            reading = await prober.ask("::1", get(port), 15)
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
