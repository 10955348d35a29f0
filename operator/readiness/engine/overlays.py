"""
Who sees whom when one workload is defined in several places, as in rendered overlays.

Two definitions of a workload part the tree where their paths part: what lies on one side does not exist for the
other. Everything outside of such sides is shared. A file counts as the innermost folder.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

Path = tuple[str, ...]
Side = Mapping[Path, Path]
"""Where a place stands at each parting that concerns it: the folder that parts, and the child taken there."""


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
        return {
            folder: path[depth : depth + 1]
            for depth in range(len(path) + 1)
            if (folder := path[:depth]) in self._children and path[depth : depth + 1] in self._children[folder]
        }

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


def sees(viewer: Side, other: Side) -> bool:
    """Whether what stands on the other side exists for a viewer: they took the same way wherever they parted."""
    return all(other.get(folder, child) == child for folder, child in viewer.items())


def _path(file: str) -> Path:
    return tuple(part for part in file.split("/") if part not in ("", "."))
