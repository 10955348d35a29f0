"""Builds plain values with their positions from libyaml's events, without recursion."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from readiness.adapters.manifests.anchors import Anchors
from readiness.adapters.manifests.document import COLUMN_BITS, Entry, Marks, own_position
from readiness.adapters.manifests.faults import BrokenDocumentError
from readiness.adapters.manifests.scalars import (
    MAY_BE_NO_STRING,
    UnusableScalarError,
    key_of,
    resolve,
    resolve_key,
    resolve_tagged,
)
from readiness.model.records import dataclass

MAX_DUPLICATES: Final = 100
"""Duplicate keys told of in one document; finding the first of a pair takes a search, so more end it."""

_AnyEvent: TypeAlias = Any
"""An event with marks and what its kind has; the stubs make the marks optional, which they never are."""

_NO_KEY: Final = object()
"""The pending key of a list, which has none."""
_NEXT_IS_KEY: Final = object()
"""The pending key of a mapping whose next node is a key."""
_MERGE: Final = object()
"""The pending key `<<`."""
_ENDS: Final = (MappingEndEvent, SequenceEndEvent)
_STARTS: Final = (MappingStartEvent, SequenceStartEvent)
_MERGE_TAG: Final = "tag:yaml.org,2002:merge"
_NO_MERGE: Final = "<< takes a mapping or a list of mappings"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A key that is set twice in one mapping, and the positions of both."""

    key: str
    first: int
    second: int


@dataclass(frozen=True, slots=True)
class Built:
    """The value of one YAML document, its marks, and the keys that were set twice in it."""

    value: Any
    marks: Marks
    duplicates: tuple[Duplicate, ...]


class Builder:
    """Turns the events of a stream into documents, one by one.

    The innermost open container is kept in attributes and the others on a stack, so that nesting costs no
    recursion. In a mapping `_key` is the key that waits for its value, and `_slot` the place of its mark.
    """

    def __init__(self) -> None:
        self.anchors = Anchors()
        self._finished: list[Built] = []
        self._handlers: dict[type[Event], Callable[[_AnyEvent], None]] = {
            ScalarEvent: self._scalar,
            MappingStartEvent: self._mapping_start,
            SequenceStartEvent: self._sequence_start,
            MappingEndEvent: self._end,
            SequenceEndEvent: self._end,
            AliasEvent: self._alias,
            DocumentStartEvent: self._document_start,
            DocumentEndEvent: self._document_end,
            StreamStartEvent: lambda _: None,
            StreamEndEvent: lambda _: None,
        }

    def documents(self, data: bytes) -> Iterator[Built]:
        """The documents of a stream as they end; raises yaml.YAMLError at the first that cannot be read."""
        parser = yaml.CBaseLoader(data)
        self._next_event = next_event = parser.get_event
        handlers, finished = self._handlers, self._finished
        self._begin()
        event: _AnyEvent = next_event()
        try:
            while event is not None:
                if self._key is _NEXT_IS_KEY or self._key is _NO_KEY:
                    event = self._plainly(event)
                handlers[event.__class__](event)
                if finished:
                    yield finished.pop()
                event = next_event()
        except UnusableScalarError as error:
            raise BrokenDocumentError(str(error), _start_of(event)) from None
        finally:
            parser.dispose()

    def _begin(self) -> None:
        """Open the list that receives the value of the document."""
        self._target: Any = []
        self._marks: Marks = [0]
        self._key: Any = _NO_KEY
        self._slot = 0
        self._stack: list[tuple[Any, Marks, Any]] = []
        self._inherited: dict[int, dict[str, int]] = {}
        self._duplicates: list[Duplicate] = []
        self.anchors.begin_document()

    def _document_start(self, event: _AnyEvent) -> None:
        if event.version not in (None, (1, 1)):  # go-yaml v2 knows no other
            version = ".".join(str(number) for number in event.version)
            raise BrokenDocumentError(f"Kubernetes reads YAML 1.1, not {version}", _start_of(event))
        self._begin()

    def _document_end(self, _: _AnyEvent) -> None:
        entry = self._marks[1]
        marks: Marks = entry if isinstance(entry, list) else [entry]
        self._finished.append(Built(self._target[0], marks, tuple(self._duplicates)))

    def _plainly(self, event: _AnyEvent) -> _AnyEvent:
        """Take what has no tag, anchor or merge, and give back the first event that is something else.

        That is nearly all of every manifest. One loop over local variables saves a call for each event: 6 % of reading.
        """
        target, marks, key, stack = self._target, self._marks, self._key, self._stack
        anchors, next_event = self.anchors, self._next_event
        try:
            while True:
                kind = event.__class__
                if kind is ScalarEvent and event.tag is None and event.anchor is None:
                    value = event.value
                    if key is _NEXT_IS_KEY:
                        value = value if event.style else _plain_key(value)
                        if value in target or value is _MERGE:
                            break
                        key = value
                        marks.append(_start_of(event))
                    else:
                        value = resolve(value) if not event.style and value[:1] in MAY_BE_NO_STRING else value
                        if key is _NO_KEY:
                            target.append(value)
                            marks.append(_start_of(event))
                        else:
                            target[key], key = value, _NEXT_IS_KEY
                elif kind in _STARTS and event.anchor is None and key is not _NEXT_IS_KEY:
                    stack.append((target, marks, key))
                    if len(stack) > anchors.deepest:
                        anchors.reach(len(stack), _start_of(event))
                    value, pending = ({}, _NEXT_IS_KEY) if kind is MappingStartEvent else ([], _NO_KEY)
                    marks, key = _put(value, target, marks, key, event), pending
                    target = value
                elif kind in _ENDS and not (anchors.openings or self._inherited or stack[-1][2] is _MERGE):
                    anchors.seen += len(marks)
                    target, marks, key = stack.pop()
                    key = _NO_KEY if key is _NO_KEY else _NEXT_IS_KEY
                else:
                    break
                event = next_event()
        except UnusableScalarError as error:
            raise BrokenDocumentError(str(error), _start_of(event)) from None
        self._target, self._marks, self._key, self._slot = target, marks, key, -1
        return event

    def _scalar(self, event: _AnyEvent) -> None:
        key = self._key
        if key is _NEXT_IS_KEY:
            self._set_key(self._key_of(event), _start_of(event))
            return
        value = self._value_of(event)
        if key is _NO_KEY:
            self._marks.append(_start_of(event))
            self._target.append(value)
        elif key is _MERGE:
            raise UnusableScalarError(_NO_MERGE)
        else:
            self._target[key] = value
            self._key = _NEXT_IS_KEY

    def _value_of(self, event: _AnyEvent) -> Any:
        if event.tag is not None or event.anchor is not None:
            return self._decorated(event)
        value = event.value
        return resolve(value) if not event.style and value[:1] in MAY_BE_NO_STRING else value

    def _decorated(self, event: _AnyEvent) -> Any:
        """The value of a scalar that has a tag or an anchor."""
        value = event.value
        if event.tag is not None:
            value = resolve_tagged(event.tag, value)
        elif not event.style:
            value = resolve(value)
        if event.anchor is not None:
            self.anchors.add_scalar(event.anchor, value, _start_of(event), len(event.value))
        return value

    def _key_of(self, event: _AnyEvent) -> Any:
        if event.tag is None and event.anchor is None:
            return event.value if event.style else _plain_key(event.value)
        value = self._decorated(event)
        if event.value == "<<" and (event.tag == _MERGE_TAG or not (event.tag or event.style)):
            return _MERGE
        return key_of(value)

    def _set_key(self, key: Any, at: int) -> None:
        """Begin a pair: its mark is where its key is."""
        self._key = key
        if key in self._target:
            self._slot = self._slot_of_known(key, at)
            self._marks[self._slot] = at
        elif key is not _MERGE:
            self._slot = -1
            self._marks.append(at)

    def _slot_of_known(self, key: str, at: int) -> int:
        """The place of a key that is there already: merged in, or a duplicate worth telling of."""
        inherited = self._inherited.get(id(self._target))
        if inherited and key in inherited:
            return inherited.pop(key)
        if len(self._duplicates) >= MAX_DUPLICATES:
            raise BrokenDocumentError(f"more than {MAX_DUPLICATES} duplicate keys", at)
        slot = list(self._target).index(key) + 1
        self._duplicates.append(Duplicate(key, own_position(self._marks[slot]), at))
        return slot

    def _mapping_start(self, event: _AnyEvent) -> None:
        self._start({}, _NEXT_IS_KEY, event)

    def _sequence_start(self, event: _AnyEvent) -> None:
        self._start([], _NO_KEY, event)

    def _start(self, value: Any, pending: object, event: _AnyEvent) -> None:
        """Place an empty container in the current one, and make it the current one."""
        at = _start_of(event)
        marks: Marks = [at]
        key = self._key
        if key is _NO_KEY:
            self._target.append(value)
            self._marks.append(marks)
        elif key is _NEXT_IS_KEY:
            raise UnusableScalarError("a mapping or a list cannot be a key")
        elif key is not _MERGE:
            self._place(value, marks)
        stack = self._stack
        stack.append((self._target, self._marks, key))
        depth = len(stack)
        if depth > self.anchors.deepest:
            self.anchors.reach(depth, at)
        if event.anchor is not None:
            self.anchors.open(event.anchor, value, marks, depth, event.start_mark.index)
        self._target, self._marks, self._key = value, marks, pending

    def _place(self, value: Any, marks: Marks) -> None:
        """Set the pending key to a container, whose position is then the key's."""
        slot = self._slot
        marks[0] = own_position(self._marks[slot])
        self._marks[slot] = marks
        self._target[self._key] = value

    def _end(self, event: _AnyEvent) -> None:
        value, marks = self._target, self._marks
        self.anchors.seen += len(marks)
        self.anchors.close(value, event.end_mark.index)
        if self._inherited:
            self._inherited.pop(id(value), None)
        self._target, self._marks, key = self._stack.pop()
        if key is _MERGE:
            self._merge(value, marks, _start_of(event))
        self._key = _NO_KEY if key is _NO_KEY else _NEXT_IS_KEY

    def _alias(self, event: _AnyEvent) -> None:
        at = _start_of(event)
        anchor = self.anchors.use(event.anchor, at, len(self._stack))
        key = self._key
        if key is _NEXT_IS_KEY:
            self._set_key(key_of(anchor.value), at)
            return
        if key is _NO_KEY:
            self._target.append(anchor.value)
            self._marks.append([at, *anchor.marks[1:]])
            return
        if key is _MERGE:
            self._merge_mapping(anchor.value, anchor.marks, at)
        elif isinstance(anchor.value, (dict, list)):
            self._place(anchor.value, anchor.marks.copy())
        else:
            self._target[key] = anchor.value
        self._key = _NEXT_IS_KEY

    def _merge(self, value: Any, marks: Marks, at: int) -> None:
        """Merge a mapping, or the mappings of a list, of which the first take precedence."""
        if isinstance(value, dict):
            self._merge_mapping(value, marks, at)
            return
        for item, entry in zip(reversed(value), reversed(marks[1:]), strict=True):
            self._merge_mapping(item, entry, at)

    def _merge_mapping(self, value: object, entry: Entry, at: int) -> None:
        """Do what go-yaml v2 does at `<<`: set the merged keys now, over what was set before."""
        if not isinstance(value, dict) or not isinstance(entry, list):
            raise BrokenDocumentError(_NO_MERGE, at)
        target, marks = self._target, self._marks
        self.anchors.spend(len(target) + len(value), 0, at)
        slots = {key: slot for slot, key in enumerate(target, 1)}
        for (key, item), item_entry in zip(value.items(), entry[1:], strict=True):
            if key in slots:
                marks[slots[key]] = item_entry
            else:
                slots[key] = len(marks)
                marks.append(item_entry)
            target[key] = item
        inherited = self._inherited.setdefault(id(target), {})
        inherited.update((key, slots[key]) for key in value)


@lru_cache(maxsize=4096)
def _plain_key(text: str) -> Any:
    """The key that a plain scalar stands for; the cache also makes equal keys of all documents one string."""
    return _MERGE if text == "<<" else resolve_key(text)


def _put(value: Any, target: Any, marks: Marks, key: Any, event: _AnyEvent) -> Marks:
    """Put an empty container at the end of another one; returns its marks, that begin where its key is."""
    if key is _NO_KEY:
        inner: Marks = [_start_of(event)]
        target.append(value)
        marks.append(inner)
        return inner
    target[key] = value
    marks[-1] = inner = [marks[-1]]
    return inner


def _start_of(event: _AnyEvent) -> int:
    mark = event.start_mark
    at: int = mark.line << COLUMN_BITS | mark.column
    return at
