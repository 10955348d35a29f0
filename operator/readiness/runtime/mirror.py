"""What we hold of one kind: a slim record per object, and what a list or an event changes about it."""

import logging
import sys
from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

Record = TypeVar("Record")
Convert = Callable[[dict[str, Any], Record | None], Record | None]  # with what the same object was
Sink = Callable[[Record | None, Record | None], None]

log = logging.getLogger(__name__)


class _Held(NamedTuple, Generic[Record]):
    uid: str
    version: str
    record: Record | None


class Mirror(Generic[Record]):
    """Turns objects into records by `convert` and tells `sink(old, new)` of every difference, synchronously.

    `convert` gets an object and its record until now. It must not keep the raw object, and returns None for
    one that does not matter. Both may fail on one object without harm to the others: the failure is counted
    and logged, the record stays as it was.
    An object is known by namespace and name, which only one can have at a time; when another uid turns up
    under them, the sink is told of the old one's end first.
    """

    def __init__(self, kind: str, convert: Convert[Record], sink: Sink[Record]) -> None:
        self.broken = 0  # conversions that failed, since the start
        self._kind = kind
        self._convert = convert
        self._sink = sink
        self._held: dict[tuple[str, str], _Held[Record]] = {}
        self._unseen: set[tuple[str, str]] = set()
        self._complained: set[str] = set()

    def __len__(self) -> int:
        return len(self._held)

    def put(self, raw: dict[str, Any]) -> None:
        """Take in an object as it is now."""
        key, uid, version = _identity(raw)
        self._unseen.discard(key)
        held = self._held.get(key)
        if held is not None and held.uid != uid:
            self._end(key)
            held = None
        if held is None or held.version != version or not version:
            old = held.record if held is not None else None
            self._held[key] = _Held(uid, version, self._replace(old, raw, key, uid))

    def drop(self, raw: Mapping[str, Any]) -> None:
        """Let go of an object that was deleted."""
        key, uid, _ = _identity(raw)
        held = self._held.get(key)
        if held is not None and held.uid == uid:
            self._end(key)

    def begin_list(self) -> None:
        """Expect every object again; one list at a time, a broken one is simply begun anew."""
        self._unseen = set(self._held)

    def end_list(self) -> None:
        """Let go of what the list did not contain: its deletion happened while nobody watched."""
        for key in self._unseen:
            self._end(key)
        self._unseen = set()

    def _replace(self, old: Record | None, raw: dict[str, Any], key: tuple[str, str], uid: str) -> Record | None:
        """Return the record to hold from now on."""
        try:
            new = self._convert(raw, old)
            if new == old:
                return old  # the inventory holds this very object
            self._sink(old, new)
        except Exception:
            self.broken += 1
            if uid not in self._complained:
                self._complained.add(uid)
                log.exception("%s %s/%s cannot be read; going on without it", self._kind, *key)
            return old
        self._complained.discard(uid)
        return new

    def _end(self, key: tuple[str, str]) -> None:
        held = self._held.pop(key)
        self._complained.discard(held.uid)
        if held.record is None:
            return
        try:
            self._sink(held.record, None)
        except Exception:
            self.broken += 1
            log.exception("the end of %s %s/%s cannot be handled", self._kind, *key)


def _identity(raw: Mapping[str, Any]) -> tuple[tuple[str, str], str, str]:
    metadata = raw["metadata"]
    key = (sys.intern(metadata.get("namespace", "")), metadata["name"])
    return key, metadata.get("uid", ""), metadata.get("resourceVersion", "")  # what is computed has neither: metrics
