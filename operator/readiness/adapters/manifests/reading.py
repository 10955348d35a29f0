"""Reads manifests: from paths to objects and problems."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from readiness.adapters.manifests.document import Document, Problem
from readiness.adapters.manifests.objects import objects
from readiness.adapters.manifests.sources import MAX_BYTES, Source, discover, read_bytes
from readiness.adapters.manifests.stream import documents


def read(
    paths: Sequence[str], stdin: BinaryIO | None = None, *, limit: int = MAX_BYTES
) -> Iterator[Document | Problem]:
    """The objects behind files, folders and `-`, and what is wrong with them, file by file in a stable order.

    Nothing broken ends it: what cannot be read is a Problem, and everything else still comes.
    Whoever reads much should call `gc.disable()` before: with millions of values alive, the collector's walks
    cost more than the parsing.
    """
    for source in discover(paths):
        if isinstance(source, Problem):
            yield source
        else:
            yield from read_source(source, stdin, limit=limit)


def read_source(source: Source, stdin: BinaryIO | None = None, *, limit: int = MAX_BYTES) -> list[Document | Problem]:
    """The objects and problems of one file; sources are independent, so a pool of workers can share them."""
    data = read_bytes(source, stdin, limit=limit)
    if isinstance(data, Problem):
        return [data]
    return parse_bytes(data, source.name, explicit=source.explicit)


def parse_bytes(data: bytes, name: str, *, explicit: bool = True) -> list[Document | Problem]:
    """The objects and problems in the bytes of a file of that name.

    `explicit` is False for a file that was only found in a folder, where much is no manifest.
    """
    return list(objects(documents(data), name, explicit=explicit))
