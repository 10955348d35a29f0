"""Asking a pod over HTTP, and what it said."""

from tests.adapters.prober.pods import Talk, pod

from readiness.adapters.prober import EndpointProber
from readiness.model import Answer, Question, Reading, Scheme

HEAD = b"HTTP/1.1 200 OK\r\n"


def get(port: int, path: str = "/healthz", *headers: tuple[str, str], scheme: Scheme = Scheme.HTTP) -> Question:
    return Question(scheme, port, path, headers)


async def hear(prober: EndpointProber, talk: Talk, *, timeout: float = 15.0) -> Reading:  # noqa: ASYNC109
    async with pod(talk) as port:
        return await prober.ask("127.0.0.1", get(port), timeout)


def said(reading: Reading) -> tuple[Answer, str, int | None]:
    return reading.answer, reading.detail, reading.status


def response(status: str, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", "Content-Length: 0", *headers, "", ""]).encode()
