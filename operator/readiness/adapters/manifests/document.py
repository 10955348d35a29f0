"""What reading manifests gives: objects that know their lines, and problems that say where they are."""

import marshal
from collections.abc import Callable, Sequence
from dataclasses import field
from typing import Any, Literal, TypeAlias

from readiness.model.records import dataclass

Level: TypeAlias = Literal["error", "warning", "info"]
Step: TypeAlias = str | int
Marks: TypeAlias = list["Entry"]
"""Where a container and its children are: its own position, then one entry for each key or item in order.

A scalar's entry is its position, a container's is its own list. A position packs line and column, both from
0, into one integer (`line << COLUMN_BITS | column`): a file has hundreds of thousands of them, so they are the
cheapest thing that is still a tree. Marks run parallel to the values, so objects stay plain dicts.
"""
Entry: TypeAlias = int | Marks

COLUMN_BITS = 32
_COLUMN = (1 << COLUMN_BITS) - 1


def line_of(at: int) -> int:
    """The line of a position, from 0."""
    return at >> COLUMN_BITS


def column_of(at: int) -> int:
    """The column of a position, from 0."""
    return at & _COLUMN


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a path, a file or one document of it.

    `error`: something the user asked for was not judged; `warning`: judged, but doubtful; `info`: skipped as
    it is no manifest. Line and column count from 1 and are None when the whole file is meant.
    """

    path: str
    line: int | None
    column: int | None
    level: Level
    message: str

    def __str__(self) -> str:
        """`file:line:column: what`, as compilers say it and editors understand it."""
        where = [self.path, *(str(number) for number in (self.line, self.column) if number is not None)]
        return f"{':'.join(where)}: {self.message}"


@dataclass(frozen=True, slots=True)
class Document:
    """One Kubernetes object, and where it was read.

    `obj` is to be read only: YAML aliases share their value, and `locate` relies on the order of the keys.
    `source` is the file as it was named, `index` the number of the document in the file from 0, and `within`
    the path to the object inside that document: empty, or like `("items", 3)` for an item of a List.
    """

    obj: dict[str, Any]
    source: str
    index: int
    within: tuple[Step, ...] = ()
    marks: Marks = field(default_factory=lambda: [0], repr=False, compare=False)
    first_line: int = field(default=0, repr=False, compare=False)

    @property
    def line(self) -> int:
        """The first line of the object, from 1."""
        return self.locate(())[0]

    def locate(self, path: Sequence[Step]) -> tuple[int, int]:
        """Line and column, from 1, of a field or item, or of its nearest ancestor that exists.

        A field is where its key is, an item where it begins, and what an alias brings where it was written.
        """
        at = own_position(nearest(self.obj, self.marks, path))
        return self.first_line + line_of(at) + 1, column_of(at) + 1

    def __reduce__(self) -> tuple[Callable[..., "Sealed"], tuple[str, bytes]]:
        """What is sent to another process arrives there sealed."""
        values = (self.obj, self.source, self.index, self.within, self.marks, self.first_line)
        return Sealed, (self.source, marshal.dumps(values))


class Sealed:
    """A Document from another process: bytes until somebody looks into it, for most are never looked into.

    Of 40,000 objects that saves a second and 200 MB.
    """

    __slots__ = ("_content", "_opened", "source")

    def __init__(self, source: str, content: bytes) -> None:
        self.source = source
        self._content = content
        self._opened: Document | None = None

    @property
    def obj(self) -> dict[str, Any]:
        """As of a Document."""
        return self._document.obj

    @property
    def index(self) -> int:
        """As of a Document."""
        return self._document.index

    @property
    def within(self) -> tuple[Step, ...]:
        """As of a Document."""
        return self._document.within

    def locate(self, path: Sequence[Step]) -> tuple[int, int]:
        """As of a Document."""
        return self._document.locate(path)

    @property
    def _document(self) -> Document:
        if self._opened is None:
            self._opened = Document(*marshal.loads(self._content))  # noqa: S302 - our own process wrote it
        return self._opened


def own_position(entry: Entry) -> int:
    """The position of what an entry stands for."""
    while isinstance(entry, list):
        entry = entry[0]
    return entry


def nearest(node: Any, marks: Marks, path: Sequence[Step]) -> Entry:
    """The entry for a path into a value, or for its longest part that exists."""
    entry: Entry = marks
    for step in path:
        slot = _slot(node, step)
        if slot is None or isinstance(entry, int) or slot >= len(entry):
            break
        node, entry = node[step], entry[slot]
    return entry


def _slot(node: object, step: Step) -> int | None:
    """The place of a child's entry in the marks of its container, None for a child that does not exist."""
    if isinstance(node, dict):
        return list(node).index(step) + 1 if step in node else None
    if isinstance(node, list) and isinstance(step, int) and 0 <= step < len(node):
        return step + 1
    return None
