"""Reports as JSON, for programs."""

from collections.abc import Mapping
from typing import Any

import orjson

from readiness.adapters.render.paint import PLAIN, Paint


def to_json(document: Mapping[str, Any] | list[Any], _paint: Paint = PLAIN) -> str:
    """The document, indented, with a line feed at its end."""
    return to_json_bytes(document).decode()


def to_json_bytes(document: Mapping[str, Any] | list[Any]) -> bytes:
    """The same in UTF-8: of a long list the text would be one more copy, and its encoding another."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
