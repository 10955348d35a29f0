"""The gRPC health check against a real HTTP/2 server, and TCP connections."""

import asyncio
from collections.abc import Callable

import h2.connection
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.adapters.prober.conftest import WallClock
from tests.adapters.prober.pods import (
    OK,
    Talk,
    acting,
    answering,
    dripping,
    flooding,
    free_port,
    hangs_up,
    health,
    pod,
    reset,
    silent,
)

from readiness.adapters.prober import EndpointProber
from readiness.adapters.prober.grpc import _framed
from readiness.model import Answer, Question, Reading, Scheme

STATUSES = {"": 1, "cart": 1, "down": 2, "odd": 0, "new": 9, "a" * 100: 1}


async def check(prober: EndpointProber, talk: Talk, service: str = "", *, seconds: float = 15.0) -> Reading:
    async with pod(talk) as port:
        return await prober.ask("127.0.0.1", Question(Scheme.GRPC, port, service), seconds)


def said(reading: Reading) -> tuple[Answer, str]:
    assert reading.status is None
    return reading.answer, reading.detail


@pytest.mark.parametrize(
    "service, answer, detail",
    [
        ("", Answer.SUCCESS, "SERVING"),
        ("cart", Answer.SUCCESS, "SERVING"),
        ("a" * 100, Answer.SUCCESS, "SERVING"),
        ("down", Answer.FAILURE, "NOT_SERVING"),
        ("odd", Answer.FAILURE, "UNKNOWN"),
        ("new", Answer.FAILURE, "UNKNOWN"),
        ("other", Answer.FAILURE, "NOT_FOUND"),
    ],
)
async def test_only_serving_is_a_success(prober: EndpointProber, service: str, answer: Answer, detail: str) -> None:
    assert said(await check(prober, health(STATUSES), service)) == (answer, detail)


@pytest.mark.parametrize(
    "code, detail",
    [("12", "UNIMPLEMENTED"), ("14", "UNAVAILABLE"), ("2", "gRPC status 2"), ("16", "gRPC status 16")],
)
async def test_a_failed_call_says_so_in_its_headers(prober: EndpointProber, code: str, detail: str) -> None:
    head = [(":status", "200"), ("content-type", "application/grpc"), ("grpc-status", code)]
    talk = acting(lambda http: http.send_headers(1, head, end_stream=True))
    assert said(await check(prober, talk)) == (Answer.FAILURE, detail)


async def test_a_failed_call_sends_no_message(prober: EndpointProber) -> None:
    # Its code comes in trailers, which httpx drops: that nothing came before them is enough.
    reading = await check(prober, health(STATUSES, message=b"", trailer="14"))
    assert said(reading) == (Answer.FAILURE, "no valid gRPC answer")


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\0\0\0\0",
        b"\0\0\0\0\x05\x08\x01",  # shorter than it says
        b"\0\0\0\0\x02\x08\x01\x08",  # longer
        b"\x01\0\0\0\x02\x08\x01",  # compressed
        b"\0\0\0\0\x02\x12\0",  # another field first
        b"\0\0\0\0\x02ok",
        b"\0" * 12_000,
    ],
    ids=lambda message: ascii(message[:12]),
)
async def test_another_message_is_no_answer(prober: EndpointProber, message: bytes) -> None:
    reading = await check(prober, health(STATUSES, message=message))
    assert said(reading) == (Answer.FAILURE, "no valid gRPC answer")


async def test_fields_to_come_are_passed_over(prober: EndpointProber) -> None:
    fields = b"\x08\x01" + b"\x12\x02ab"
    talk = health(STATUSES, message=b"\0\0\0\0" + bytes([len(fields)]) + fields)
    assert said(await check(prober, talk)) == (Answer.SUCCESS, "SERVING")


async def test_an_answer_without_end_is_cut_short(prober: EndpointProber) -> None:
    def flood(http: h2.connection.H2Connection) -> None:
        http.send_headers(1, [(":status", "200")])
        http.send_data(1, b"\0" * 16_000)

    assert said(await check(prober, acting(flood))) == (Answer.FAILURE, "no valid gRPC answer")


@pytest.mark.parametrize("length, size", [(0, 0), (1, 3), (127, 129), (128, 131), (300, 303)])
def test_a_name_of_any_length_is_framed(length: int, size: int) -> None:
    framed = _framed(b"a" * length)
    assert int.from_bytes(framed[1:5], "big") == len(framed) - 5 == size


@pytest.mark.parametrize("answer", [OK, b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", b"SSH-2.0\r\n"])
async def test_another_protocol_is_silence(prober: EndpointProber, answer: bytes) -> None:
    # It passes for a frame that has not wholly come, and httpx tells of whole ones only.
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"SM\r\n\r\n")
        writer.write(answer)
        await silent(reader, writer)

    assert said(await check(prober, talk, seconds=0.2)) == (Answer.UNREACHABLE, "no answer within 0.2 s")
    hung_up = await check(prober, answering(answer))
    assert hung_up.answer is Answer.UNREACHABLE
    assert hung_up.detail in ("closed without an answer", "connection reset")


async def test_a_frame_that_breaks_the_protocol_is_an_answer(prober: EndpointProber) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\0\0\x01\x04\0\0\0\0\0x")  # settings of one byte
        await silent(reader, writer)

    assert said(await check(prober, talk)) == (Answer.FAILURE, "no valid gRPC answer")


Frames = list[tuple[int, int, int, bytes]]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 255), st.integers(0, 2), st.binary(max_size=30))))
def test_any_frames_are_a_reading(frames: Frames) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\0\0\0\x04\0\0\0\0\0")
        for kind, flags, stream, payload in frames:
            head = len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big")
            writer.write(head + payload)
        writer.write_eof()
        await silent(reader, writer)

    reading = asyncio.run(check(EndpointProber(WallClock(), "1"), talk))
    assert reading.answer is Answer.FAILURE
    assert reading.seconds < 10


@pytest.mark.parametrize(
    "headers, detail",
    [
        ([(":status", "503")], "HTTP 503"),
        ([(":status", "secret")], "no valid gRPC answer"),
        ([(":status", "200")], "no valid gRPC answer"),
        ([(":status", "200"), ("grpc-status", "secret")], "no valid gRPC answer"),
        ([(":status", "200"), ("grpc-status", "1234")], "no valid gRPC answer"),
        ([(":status", "200"), ("grpc-status", "0")], "no valid gRPC answer"),
    ],
)
async def test_headers_alone_tell_numbers_at_most(
    prober: EndpointProber, headers: list[tuple[str, str]], detail: str
) -> None:
    talk = acting(lambda http: http.send_headers(1, headers, end_stream=True))
    assert said(await check(prober, talk)) == (Answer.FAILURE, detail)


@pytest.mark.parametrize(
    "act",
    [lambda http: http.reset_stream(1, 7), lambda http: http.close_connection(2), lambda http: http.close_connection()],
    ids=["stream", "connection", "connection without an error"],
)
async def test_a_call_that_is_reset(prober: EndpointProber, act: Callable[[h2.connection.H2Connection], None]) -> None:
    assert said(await check(prober, acting(act))) == (Answer.FAILURE, "answer broke off")


async def test_no_answer(prober: EndpointProber) -> None:
    assert said(await check(prober, silent, seconds=0.2)) == (Answer.UNREACHABLE, "no answer within 0.2 s")
    assert (await check(prober, hangs_up)).answer is Answer.UNREACHABLE


async def test_half_an_answer(prober: EndpointProber) -> None:
    settings = b"\0\0\0\x04\0\0\0\0\0"
    reading = await check(prober, dripping(settings, b"", 0.05), seconds=0.2)
    assert said(reading) == (Answer.FAILURE, "no complete answer within 0.2 s")

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(settings)
        await asyncio.sleep(0.05)
        reset(writer)

    assert said(await check(prober, talk)) == (Answer.FAILURE, "answer broke off")


async def test_a_flood_of_pings_ends(prober: EndpointProber) -> None:
    ping = b"\0\0\x08\x06\0\0\0\0\0" + b"\0" * 8
    reading = await check(prober, flooding([], b"\0\0\0\x04\0\0\0\0\0", ping * 500), seconds=0.5)
    assert said(reading) == (Answer.FAILURE, "no complete answer within 0.5 s")
    assert reading.seconds < 5


async def test_a_tcp_connection_is_a_success(prober: EndpointProber) -> None:
    async with pod(silent) as port:
        reading = await prober.ask("127.0.0.1", Question(Scheme.TCP, port), 15)
    assert said(reading) == (Answer.SUCCESS, "connected")


async def test_a_tcp_connection_that_is_closed_at_once_is_one_too(prober: EndpointProber) -> None:
    async with pod(hangs_up) as port:
        reading = await prober.ask("127.0.0.1", Question(Scheme.TCP, port), 15)
    assert said(reading) == (Answer.SUCCESS, "connected")


async def test_a_tcp_connection_that_is_refused(prober: EndpointProber) -> None:
    reading = await prober.ask("127.0.0.1", Question(Scheme.TCP, free_port()), 15)
    assert said(reading) == (Answer.UNREACHABLE, "connection refused")
