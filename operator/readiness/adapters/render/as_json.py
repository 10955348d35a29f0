"""Reports as JSON, for programs."""

from collections.abc import Mapping
from typing import Any

import orjson

from readiness.adapters.render.paint import PLAIN, Paint


def to_json(document: Mapping[str, Any] | list[Any], _paint: Paint = PLAIN) -> str:
    """The document, indented, with a line feed at its end."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
