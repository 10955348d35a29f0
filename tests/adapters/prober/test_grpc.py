"""The gRPC health check against a real HTTP/2 server, and TCP connections."""

import asyncio
from contextlib import suppress

import h2.config
import h2.connection
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.adapters.prober.pods import (
    OK,
    Talk,
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
from readiness.adapters.prober.grpc import _Call, _framed, _status, _varint
from readiness.adapters.prober.reply import Garbled
from readiness.model import Answer, Question, Reading, Scheme

STATUSES = {"": 1, "cart": 1, "down": 2, "odd": 0, "new": 9, "a" * 100: 1}


async def check(prober: EndpointProber, talk: Talk, service: str = "", *, seconds: float = 5.0) -> Reading:
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


@pytest.mark.parametrize("trailer, detail", [("12", "UNIMPLEMENTED"), ("14", "UNAVAILABLE"), ("2", "gRPC status 2")])
async def test_a_failed_call_is_no_success_whatever_it_carries(
    prober: EndpointProber, trailer: str, detail: str
) -> None:
    assert said(await check(prober, health(STATUSES, trailer=trailer))) == (Answer.FAILURE, detail)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\0\0\0\0",
        b"\0\0\0\0\x05\x08\x01",  # shorter than it says
        b"\0\0\0\0\x02\x08\x01\x08",  # longer
        b"\x01\0\0\0\x02\x08\x01",  # compressed
        b"\0\0\0\0\x01\x08",  # half a field
        b"\0\0\0\0\x02\x0b\x01",  # a wire type that was given up
        b"\0\0\0\0\x03\x12\x09a",  # a field that does not end
        b"\0\0\0\0\x0b\x08" + b"\xff" * 10,  # a number that does not end
        b"\0" * 12_000,
    ],
    ids=lambda message: ascii(message[:12]),
)
async def test_another_message_is_no_answer(prober: EndpointProber, message: bytes) -> None:
    reading = await check(prober, health(STATUSES, message=message))
    assert said(reading) == (Answer.FAILURE, "no valid gRPC answer")


async def test_unknown_fields_are_passed_over(prober: EndpointProber) -> None:
    fields = b"\x12\x02ab" + b"\x19" + b"\0" * 8 + b"\x25" + b"\0" * 4 + b"\x28\xff\x01" + b"\x08\x01"
    talk = health(STATUSES, message=b"\0\0\0\0" + bytes([len(fields)]) + fields)
    assert said(await check(prober, talk)) == (Answer.SUCCESS, "SERVING")


@given(st.binary(max_size=40))
def test_any_bytes_are_a_status_or_garbled(message: bytes) -> None:
    with suppress(Garbled):
        assert _status(message) >= 0


@given(st.integers(0, 2**63))
def test_numbers_are_read_as_written(number: int) -> None:
    assert _status(b"\x08" + _varint(number)) == number


@pytest.mark.parametrize("length, size", [(0, 0), (1, 3), (127, 129), (128, 131), (300, 303)])
def test_a_name_of_any_length_is_framed(length: int, size: int) -> None:
    framed = _framed(b"a" * length)
    assert int.from_bytes(framed[1:5], "big") == len(framed) - 5 == size


async def test_http_1_is_no_grpc(prober: EndpointProber) -> None:
    reading = await check(prober, answering(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"))
    assert said(reading) == (Answer.FAILURE, "no valid gRPC answer")
    assert said(await check(prober, answering(OK))) == (Answer.FAILURE, "no valid gRPC answer")


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 255), st.integers(0, 2), st.binary(max_size=30))))
def test_any_frames_are_an_answer_or_garbled(frames: list[tuple[int, int, int, bytes]]) -> None:
    call = _Call()
    call.request("10.0.0.1:8080", "", "me")
    with suppress(Garbled):
        call.take(b"\0\0\0\x04\0\0\0\0\0")
        for kind, flags, stream, payload in frames:
            call.take(len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload)
        call.reply()


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
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        http = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, validate_outbound_headers=False))
        http.initiate_connection()
        http.receive_data(await reader.read(65536))
        http.send_headers(1, headers, end_stream=True)
        writer.write(http.data_to_send())
        await silent(reader, writer)

    assert said(await check(prober, talk)) == (Answer.FAILURE, detail)


@pytest.mark.parametrize("how", ["stream", "connection"])
async def test_a_call_that_is_reset(prober: EndpointProber, how: str) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        http = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        http.initiate_connection()
        http.receive_data(await reader.read(65536))
        if how == "stream":
            http.reset_stream(1, 7)
        else:
            http.close_connection(2)
        writer.write(http.data_to_send())
        await silent(reader, writer)

    assert said(await check(prober, talk)) == (Answer.FAILURE, "call was reset")


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
    reading = await check(prober, flooding([], b"\0\0\0\x04\0\0\0\0\0", ping * 500))
    assert said(reading) == (Answer.FAILURE, "answer without end")


async def test_a_tcp_connection_is_a_success(prober: EndpointProber) -> None:
    async with pod(silent) as port:
        reading = await prober.ask("127.0.0.1", Question(Scheme.TCP, port), 5)
    assert said(reading) == (Answer.SUCCESS, "connected")


async def test_a_tcp_connection_that_is_closed_at_once_is_one_too(prober: EndpointProber) -> None:
    async with pod(hangs_up) as port:
        reading = await prober.ask("127.0.0.1", Question(Scheme.TCP, port), 5)
    assert said(reading) == (Answer.SUCCESS, "connected")


async def test_a_tcp_connection_that_is_refused(prober: EndpointProber) -> None:
    reading = await prober.ask("127.0.0.1", Question(Scheme.TCP, free_port()), 5)
    assert said(reading) == (Answer.UNREACHABLE, "connection refused")
