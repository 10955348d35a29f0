"""Logs: one JSON object a line, or text, with what the call gave besides."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from readiness.adapters.logs import configure
from readiness.runtime.operator import correlation

log = logging.getLogger("readiness.test")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:], root.level = before
    logging.captureWarnings(capture=False)
    for name in ("kopf", "kopf.objects", "asyncio", "httpx"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def _fail(message: str) -> None:
    error = ValueError(message)
    log.error("failed", exc_info=error)


def test_a_line_is_a_json_object(stream: io.StringIO) -> None:
    configure("info", "json", stream)
    token = correlation.set("abcd1234")
    try:
        log.info("wrote %d", 3, extra={"report": "deployment-cart", "at": object})
    finally:
        correlation.reset(token)
    told = json.loads(stream.getvalue())
    assert told.pop("time").endswith("Z")
    assert told == {
        "level": "info", "logger": "readiness.test", "message": "wrote 3", "correlation": "abcd1234",
        "report": "deployment-cart", "at": "<class 'object'>",
    }  # fmt: skip


def test_an_exception_stays_on_its_line(stream: io.StringIO) -> None:
    configure("info", "json", stream)
    _fail("no\nway")
    (line,) = stream.getvalue().splitlines()
    assert "ValueError: no\nway" in json.loads(line)["exception"]


def test_text_is_for_people(stream: io.StringIO) -> None:
    configure("info", "text", stream)
    log.warning("slow", extra={"seconds": 3})
    assert stream.getvalue().endswith(" WARNING readiness.test: slow seconds=3\n")
    _fail("no")
    assert "readiness.test: failed\nValueError: no\n" in stream.getvalue()


def test_what_is_below_the_level_and_kopf_s_chatter_stay_out(stream: io.StringIO) -> None:
    configure("info", "json", stream)
    log.debug("detail")
    logging.getLogger("kopf.objects").info("Handler 'x' succeeded.")
    logging.getLogger("kopf").info("Initial authentication has been initiated.")
    assert stream.getvalue() == ""
