"""A YAML stream as a tree of nodes that know where they stand in the text."""

from collections.abc import Iterator
from dataclasses import field
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from readiness.adapters.fixes.refusal import RefusedError
from readiness.model.records import dataclass

_Event = Any  # an event with marks, which the stubs make optional


@dataclass(slots=True)
class Node:
    """
    A value: `start` and `end` are the indexes of its first character and of the one after its last.

    `keys` are those of a mapping, in the order of `children`. `flow`: in brackets or braces. `shared`: an alias, or
    what an alias somewhere stands for.
    """

    start: int
    end: int
    column: int
    flow: bool = False
    shared: bool = False
    quoted: bool = False
    keys: list["Node"] | None = None
    children: list["Node"] | None = None
    text: str = ""

    def place(self, key: str) -> int | None:
        """The place of a key among the children; of one that is set twice the last, as it counts."""
        found = [place for place, node in enumerate(self.keys or ()) if node.text == key]
        return found[-1] if found else None

    @property
    def is_block(self) -> bool:
        """Whether it is a mapping or list that is written in lines of its own."""
        return self.children is not None and not self.flow


@dataclass(slots=True)
class Document:
    """A document of a stream: its root, and what the lines of a new mapping or list would look like there."""

    root: Node
    step: int = 2
    offset: int = 0
    anchors: dict[str, Node] = field(default_factory=dict)

    @property
    def is_json(self) -> bool:
        """Whether it is written as JSON."""
        return self.root.flow and bool(self.root.keys) and all(key.quoted for key in self.root.keys or ())


def documents(text: str) -> list[Document]:
    """The documents of a stream; raises RefusedError for what is not YAML."""
    try:
        return list(_documents(text, iter(yaml.parse(text, Loader=yaml.CBaseLoader))))
    except (yaml.YAMLError, RecursionError) as error:
        raise RefusedError("it has a document that cannot be read") from error


def _documents(text: str, events: Iterator[_Event]) -> Iterator[Document]:
    for event in events:
        if isinstance(event, DocumentStartEvent):
            document = Document(Node(0, 0, 0))
            document.root = _node(text, events, next(events), document)
            yield document


def _node(text: str, events: Iterator[_Event], event: _Event, document: Document) -> Node:
    """The node that begins with an event; the reader of manifests bounds how deep they go."""
    start, end = event.start_mark.index, event.end_mark.index
    node = Node(start, end, event.start_mark.column)
    if isinstance(event, AliasEvent):
        node.shared = True
        if (target := document.anchors.get(str(event.anchor))) is not None:
            target.shared = True
        return node
    if event.anchor is not None:
        document.anchors[event.anchor] = node
    if isinstance(event, ScalarEvent):
        node.text, node.quoted = event.value, event.style == '"'
        if event.style in ("|", ">"):
            node.end = _end_of_block(text, start, end)
        return node
    node.flow, node.children = bool(event.flow_style), []
    if isinstance(event, MappingStartEvent):
        node.keys = []
        _pairs(text, events, node, document)
    elif isinstance(event, SequenceStartEvent):
        _items(text, events, node, document)
    return node


def _pairs(text: str, events: Iterator[_Event], node: Node, document: Document) -> None:
    assert node.keys is not None
    assert node.children is not None
    for event in events:
        if isinstance(event, MappingEndEvent):
            break
        key = _node(text, events, event, document)
        value = _node(text, events, next(events), document)
        node.keys.append(key)
        node.children.append(value)
        if value.is_block and value.children and not node.flow:
            if value.keys:
                document.step = value.keys[0].column - key.column
            else:
                document.offset = value.column - key.column
    _close(node, event)
    if node.keys and not node.flow:
        node.column = node.keys[0].column


def _items(text: str, events: Iterator[_Event], node: Node, document: Document) -> None:
    assert node.children is not None
    for event in events:
        if isinstance(event, SequenceEndEvent):
            break
        node.children.append(_node(text, events, event, document))
    _close(node, event)


def _close(node: Node, event: _Event) -> None:
    """A mapping or list in brackets ends there, another one with the last of what it has."""
    node.end = event.end_mark.index if node.flow or not node.children else node.children[-1].end


def _end_of_block(text: str, start: int, end: int) -> int:
    """Where a block scalar ends: before blank lines after it, but for one (`|+`) that they belong to."""
    if "+" in text[start : text.find("\n", start)]:
        return end - 1 if text[end - 1] == "\n" else end
    return start + len(text[start:end].rstrip())
