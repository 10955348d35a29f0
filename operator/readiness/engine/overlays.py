"""
Who sees whom when one workload is defined in several places, as in rendered overlays.

Two definitions of a workload part the tree where their paths part: what lies on one side does not exist for the
other. Everything outside of such sides is shared. A file counts as the innermost folder.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
Path = tuple[str, ...]
Side = tuple[tuple[Path, Path], ...]
"""Where a place stands at each parting on its way down: the folder that parts, and the child taken there."""


class Partings:
    """The folders below which definitions of one workload part."""

    def __init__(self, definitions: Iterable[Iterable[str]]) -> None:
        """`definitions` are the files of each workload that is defined."""
        self._children: dict[Path, set[Path]] = defaultdict(set)
        for files in definitions:
            self._part({_path(file) for file in files}, 0)

    def side(self, file: str) -> Side:
        """The side on which a file stands, wherever it takes one."""
        path = _path(file)
        return tuple([
            (folder, path[depth : depth + 1])
            for depth in range(len(path) + 1)
            if (folder := path[:depth]) in self._children and path[depth : depth + 1] in self._children[folder]
        ])  # fmt: skip

    def _part(self, paths: set[Path], depth: int) -> None:
        if len(paths) < 2:  # noqa: PLR2004 - one place does not part
            return
        children: dict[Path, set[Path]] = defaultdict(set)
        for path in paths:
            children[path[depth : depth + 1]].add(path)
        if len(children) > 1:
            self._children[next(iter(paths))[:depth]] |= children.keys()
        for below in children.values():
            self._part(below, depth + 1)


class Sides(Generic[T]):
    """Things by the side on which they stand; what a viewer sees costs as much as it is, not as all there is."""

    def __init__(self) -> None:
        self.here: list[T] = []
        self.below: dict[Path, dict[Path, Sides[T]]] = {}

    def put(self, side: Side, thing: T) -> None:
        """Put something on a side."""
        place = self
        for folder, child in side:
            place = place.below.setdefault(folder, {}).setdefault(child, Sides())
        place.here.append(thing)

    def seen_from(self, side: Side) -> Iterator[T]:
        """What exists for a viewer: what took the same way wherever they both parted."""
        yield from self.here
        for folder, children in self.below.items():
            if side and side[0][0] == folder:
                if side[0][1] in children:
                    yield from children[side[0][1]].seen_from(side[1:])
            else:  # elsewhere: no folder further down is on the viewer's way
                for child in children.values():
                    yield from child.seen_from(())


def _path(file: str) -> Path:
    return tuple(part for part in file.split("/") if part not in ("", "."))
