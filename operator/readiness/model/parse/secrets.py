"""Secrets: metadata, or a manifest, to a record without values."""

import base64
from collections.abc import Iterator, Mapping
from datetime import datetime
from sys import intern

from readiness.model.parse.fields import Raw, items, mapping, time
from readiness.model.parse.workloads import ref_of
from readiness.model.secrets import Secret
from readiness.model.strength import Strength, strength_of

ROTATED = "readiness.dev/rotated-at"
_FIELDS = ("f:data", "f:stringData")


def secret(raw: Raw) -> Secret:
    """
    A Secret: its keys from what a manifest holds, else from what managedFields say that somebody wrote.

    Of these it also knows when: where nobody is said to have written data, an annotation or the creation tells.
    """
    metadata = mapping(raw, "metadata")
    written = list(_written(metadata))
    held = {key for name in ("data", "stringData") for key, _ in _pairs(raw, name)}
    told = {intern(key) for keys, _ in written for key in keys}
    moments = [at for _, at in written if at is not None]
    return Secret(
        ref=ref_of(raw),
        keys=frozenset(held or told) if held or written else None,
        written=max(moments, default=None)
        or time(mapping(metadata, "annotations"), ROTATED)
        or time(metadata, "creationTimestamp"),
        strengths=strengths(raw) if held else {},
    )


def _written(metadata: Raw) -> Iterator[tuple[list[str], datetime | None]]:
    """The keys of data that each writer owns, and when he last wrote something."""
    for entry in items(metadata, "managedFields"):
        fields = mapping(entry, "fieldsV1")
        if any(name in fields for name in _FIELDS):
            owned = [key for name in _FIELDS for key in mapping(fields, name) if isinstance(key, str)]
            yield [key.removeprefix("f:") for key in owned if key.startswith("f:")], time(entry, "time")


def strengths(raw: Raw) -> Mapping[str, Strength]:
    """How strong the values of a whole Secret are, by key; nothing else of them is kept."""
    found: dict[str, Strength] = {}
    for key, value in _pairs(raw, "data"):
        try:
            found[key] = strength_of(base64.b64decode(value, validate=True))
        except ValueError:
            continue
    for key, value in _pairs(raw, "stringData"):
        found[key] = strength_of(value.encode("utf-8", "surrogatepass"))
    return found


def _pairs(raw: Raw, name: str) -> Iterator[tuple[str, str]]:
    for key, value in mapping(raw, name).items():
        if isinstance(key, str) and isinstance(value, str):
            yield intern(key), value
