"""Logs on standard error: a JSON object a line for machines, or text for people, with what the call gave as `extra`."""

import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal, TextIO

import orjson

from readiness.runtime.operator import correlation

_OWN = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime", "taskName"}
# kopf tells of every event that it hands on; what matters of it, our own handlers say.
_QUIET = {
    "kopf": logging.WARNING,
    "kopf.objects": logging.WARNING,
    "asyncio": logging.WARNING,
    "httpx": logging.WARNING,
}


class JsonFormatter(logging.Formatter):
    """A record as one JSON object: time, level, logger, message, correlation, what the call added, exception."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        told |= dict(_extras(record))
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(told, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


class TextFormatter(logging.Formatter):
    """A record for people: time, level, message, and the rest as key=value."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and a traceback below it."""
        rest = "".join(f" {key}={value}" for key, value in _extras(record))
        line = f"{_time(record)} {record.levelname:<7} {record.name}: {record.getMessage()}{rest}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def configure(level: str, form: Literal["json", "text"], stream: TextIO | None = None) -> None:
    """Log from this level on, to standard error; replaces what was configured before."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(max(least, logging.getLogger().level))
    logging.captureWarnings(capture=True)


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _extras(record: logging.LogRecord) -> Iterator[tuple[str, object]]:
    if reconcile := correlation.get():
        yield "correlation", reconcile
    for key, value in vars(record).items():
        if key not in _OWN and not key.startswith("_"):
            yield key, value
