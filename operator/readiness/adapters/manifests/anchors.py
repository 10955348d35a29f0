"""Keeps the anchors of a document and bounds what its aliases expand to.

Aliases share their value, so a few lines cost no memory here however often they are multiplied; but whoever
walks the object pays for every copy. Counting nodes alone is not enough: 10,000 aliases of one string of
100 kB are few nodes and a gigabyte of text, which takes every reader that counts nodes only to several GiB.
"""

from typing import Any, Final

from readiness.adapters.manifests.document import Marks
from readiness.adapters.manifests.faults import BrokenDocumentError
from readiness.model.records import dataclass

MAX_DEPTH: Final = 1_000
"""Levels of nesting, aliases included. Manifests have about 20, and libyaml is quadratic in flow depth."""
MAX_EXPANDED_NODES: Final = 1_000_000
"""Nodes that the aliases of one file may add: ten times what the largest real manifest has at all."""
MAX_EXPANDED_TEXT: Final = 64 * 1024 * 1024
"""Characters of YAML that the aliases of one file may add: as much as a file itself may have."""


@dataclass(slots=True)
class Anchor:
    """An anchored value with its marks, and what one more use of it adds: nodes, text, levels of nesting."""

    value: Any
    marks: Marks
    nodes: int
    text: int
    height: int
    complete: bool = True


@dataclass(slots=True)
class _Opening:
    """The state when an anchored container began, for the difference when it ends."""

    anchor: Anchor
    nodes: int
    text: int
    depth: int
    deepest: int


class Anchors:
    """The anchors of the document being read, and what the aliases of the file have cost so far.

    The builder keeps `seen` (nodes met) and `deepest` (the deepest level reached) current for it.
    """

    __slots__ = ("_before", "_by_name", "deepest", "nodes", "openings", "seen", "text")

    def __init__(self) -> None:
        self.nodes = self.text = self.seen = self.deepest = 0
        self._before = (0, 0)
        self._by_name: dict[str, Anchor] = {}
        self.openings: list[_Opening] = []

    def begin_document(self) -> None:
        """Forget the anchors of the document before; the costs go on."""
        self._by_name.clear()
        self.openings.clear()
        self.deepest = 0
        self._before = self.nodes, self.text

    def forgive(self) -> None:
        """Take back the costs of a document that was refused, so that its neighbours can still be read."""
        self.nodes, self.text = self._before

    def add_scalar(self, name: str, value: object, at: int, text: int) -> None:
        """Name a scalar at a position, with the length of its text."""
        self._by_name[name] = Anchor(value, [at], nodes=1, text=text, height=0)

    def open(self, name: str, value: object, marks: Marks, depth: int, index: int) -> None:
        """Name a container that begins at a depth and at an index in the text."""
        anchor = Anchor(value, marks, nodes=0, text=0, height=0, complete=False)
        self._by_name[name] = anchor
        self.openings.append(_Opening(anchor, self.nodes + self.seen, self.text + index, depth, self.deepest))
        self.deepest = depth

    def close(self, value: object, index: int) -> None:
        """Note what a container costs that ends at an index, if it is the anchored one opened last."""
        if not self.openings or self.openings[-1].anchor.value is not value:
            return
        opening = self.openings.pop()
        anchor = opening.anchor
        anchor.nodes = self.nodes + self.seen - opening.nodes
        anchor.text = self.text + index - opening.text
        anchor.height = self.deepest - opening.depth + 1
        anchor.complete = True
        self.deepest = max(self.deepest, opening.deepest)

    def use(self, name: str, at: int, depth: int) -> Anchor:
        """The value behind an alias at a depth; raises BrokenDocumentError if it is unknown or too much."""
        anchor = self._by_name.get(name)
        if anchor is None:
            raise BrokenDocumentError(f"unknown anchor {name!r}", at)
        if not anchor.complete:
            raise BrokenDocumentError(f"anchor {name!r} contains itself", at)
        self.reach(depth + anchor.height, at)
        self.spend(anchor.nodes, anchor.text, at)
        return anchor

    def reach(self, depth: int, at: int) -> None:
        """Note a level of nesting; raises BrokenDocumentError beyond the bound."""
        if depth > MAX_DEPTH:
            raise BrokenDocumentError(f"nested deeper than {MAX_DEPTH:,} levels", at)
        self.deepest = max(self.deepest, depth)

    def spend(self, nodes: int, text: int, at: int) -> None:
        """Count what an alias or a merge adds; raises BrokenDocumentError beyond the bounds."""
        self.nodes += nodes
        self.text += text
        if self.nodes > MAX_EXPANDED_NODES:
            raise BrokenDocumentError(f"aliases expand to more than {MAX_EXPANDED_NODES:,} nodes", at)
        if self.text > MAX_EXPANDED_TEXT:
            raise BrokenDocumentError(f"aliases expand to more than {MAX_EXPANDED_TEXT >> 20} MiB", at)
