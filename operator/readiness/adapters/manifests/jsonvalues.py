"""Reads JSON that is not YAML: several values in a row, as jq writes them, and what libyaml refuses."""

import json
import re
from collections.abc import Iterator
from typing import Any

from yaml.error import YAMLError

from readiness.adapters.manifests.builder import Builder, Built
from readiness.adapters.manifests.scalars import resolve

_SPACE = re.compile(r"[ \t\r\n]*")


def json_values(builder: Builder, data: bytes) -> list[tuple[int, Built]]:
    """Each value with its first line from 0; [] if the data is no JSON that begins with `{`.

    Kubernetes hands such data to a JSON parser, which takes surrogate escapes, keys of more than 1,024
    characters and values without a separator. A value goes through YAML all the same, for the lines of its
    fields; only if YAML refuses it, it knows no line but its own.
    """
    if not data.lstrip().startswith(b"{"):
        return []
    try:
        return list(_values(builder, data.decode()))
    except (ValueError, RecursionError):
        return []


def _values(builder: Builder, text: str) -> Iterator[tuple[int, Built]]:
    line = 0
    end = 0
    while True:
        start = _after_space(text, end)
        line += text.count("\n", end, start)
        if start == len(text):
            return
        value, end = _DECODER.raw_decode(text, start)
        part = text[start:end]
        try:
            yield line, next(builder.documents(part.encode()))
        except YAMLError:
            builder.anchors.forgive()
            json.dumps(value, ensure_ascii=False).encode()  # raises for half a surrogate pair
            yield line, Built(value, [0], ())
        line += part.count("\n")


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_float=resolve, parse_constant=_refuse)
