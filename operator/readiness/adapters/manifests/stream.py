"""Reads the bytes of one file into documents, and goes on after a broken one."""

import codecs
import re
from collections.abc import Iterator
from typing import TypeAlias

from yaml.error import YAMLError

from readiness.adapters.manifests.builder import Builder, Built
from readiness.adapters.manifests.faults import Fault
from readiness.adapters.manifests.jsonvalues import json_values
from readiness.model.records import dataclass

_SEPARATOR = re.compile(rb"^(?:%[^\n]*\n)*---(?=[ \t\r\n]|\Z)", re.MULTILINE)
"""Where a document begins: at `---` in the first column, or at the directives right before it."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document of a file: its number among them and its first line, both from 0, and its content."""

    index: int
    first_line: int
    built: Built


Reading: TypeAlias = Parsed | Fault


def documents(data: bytes) -> list[Reading]:
    """All documents of a file in order, with a Fault in the place of each that cannot be read.

    The whole stream is parsed at once. Only if that fails is it split at `---`, as kubectl splits it, and
    each part parsed for itself, so that good documents survive before and after a broken one.
    """
    try:
        data = _as_utf8(data)
    except UnicodeDecodeError as error:
        return [Fault(f"not UTF-16: {error.reason}")]
    builder = Builder()
    whole: list[Reading] = []
    try:
        whole.extend(Parsed(index, 0, built) for index, built in enumerate(builder.documents(data)))
    except YAMLError:
        return _one_by_one(data)
    return whole


def _as_utf8(data: bytes) -> bytes:
    """The text in the only encoding that the rest has to know, without the byte order marks of its parts."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16").encode()
    return data.removeprefix(codecs.BOM_UTF8).replace(b"\n" + codecs.BOM_UTF8, b"\n")


def _one_by_one(data: bytes) -> list[Reading]:
    """What can be read of a stream that has a fault; a Helm template is told of once."""
    readings: list[Reading] = []
    builder = Builder()
    index = 0
    template_told = False
    for first_line, part in _parts(data):
        for line, reading in _read_part(builder, part):
            if isinstance(reading, Built):
                readings.append(Parsed(index, first_line + line, reading))
            elif not _is_template(part):
                readings.append(reading.moved(first_line))
            elif not template_told:
                template_told = True
                readings.append(reading.in_template().moved(first_line))
            index += 1
    return readings


def _is_template(part: bytes) -> bool:
    """Whether braces make it one: in a text, that is, for random bytes hold any two as well."""
    if b"{{" not in part:
        return False
    try:
        part.decode()
    except UnicodeDecodeError:
        return False
    return True


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The parts between separators, each with its first line."""
    line = start = 0
    for match in _SEPARATOR.finditer(data):
        if match.start() > start:
            yield line, data[start : match.start()]
            line += data.count(b"\n", start, match.start())
            start = match.start()
    yield line, data[start:]


def _read_part(builder: Builder, part: bytes) -> Iterator[tuple[int, Built | Fault]]:
    """The documents of a part, each with its first line in the part, and the fault that ended them."""
    found: list[tuple[int, Built | Fault]] = []
    try:
        found.extend((0, built) for built in builder.documents(part))
    except YAMLError as error:
        builder.anchors.forgive()
        found.append((0, Fault.of(error, part)))
        return iter(json_values(builder, part) or found)
    return iter(found)
