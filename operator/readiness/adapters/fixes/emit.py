"""New values as text: in lines of their own, or within brackets, as the text around them has it."""

import json
import re
from collections.abc import Iterator
from typing import Any

from readiness.checks.fix import Octal
from readiness.model.records import dataclass

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*|[0-9]+[KMGTP]i")  # words, and amounts such as 1Gi
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})  # that YAML takes for no strings


@dataclass(frozen=True, slots=True)
class Layout:
    """How mappings are indented in mappings, and the dashes of lists below their key; `json`: keys are quoted."""

    step: int = 2
    offset: int = 0
    json: bool = False


def inline(value: Any, layout: Layout) -> str:
    """A value on one line."""
    if layout.json:
        return json.dumps(value)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_word(key)}: {inline(item, layout)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(inline(item, layout) for item in value)}]"
    return _scalar(value)


def pair(key: str, value: Any, indent: int, layout: Layout) -> Iterator[str]:
    """The lines of a key and its value in a mapping that is indented so far."""
    head = f"{' ' * indent}{_word(key)}:"
    if isinstance(value, dict) and value:
        yield head
        for inner, item in value.items():
            yield from pair(inner, item, indent + layout.step, layout)
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        yield head
        for item in value:
            yield from dashed(item, indent + layout.offset, layout)
    else:
        yield f"{head} {inline(value, layout)}"


def dashed(value: Any, indent: int, layout: Layout) -> Iterator[str]:
    """The lines of an item of a list whose dashes are indented so far."""
    pad = " " * indent
    if isinstance(value, dict) and value:
        lines = [line for key, item in value.items() for line in pair(key, item, indent + 2, layout)]
        yield f"{pad}- {lines[0].lstrip()}"
        yield from lines[1:]
    else:
        yield f"{pad}- {inline(value, layout)}"


def _scalar(value: Any) -> str:
    if isinstance(value, Octal):
        return f"0{value:03o}"
    return _word(value) if isinstance(value, str) else json.dumps(value)


def _word(text: str) -> str:
    """A string, without quotes where it is one to everybody."""
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if is_plain else json.dumps(text, ensure_ascii=False)
