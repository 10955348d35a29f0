"""The project's own files: what the architecture tests look at."""

import ast
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "operator/readiness"
_MADE_HERE = frozenset({".build", ".venv", "__pycache__", "dist"})  # besides the tools' caches, which start with a dot
_FOLDERS_OF_OURS = frozenset({".ci", ".github"})

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files() -> tuple[Path, ...]:
    """All files that belong to the repository, committed or not yet."""
    return tuple(sorted(_below(ROOT)))


def _below(top: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name not in _MADE_HERE and _ours(name)]
        yield from (Path(folder) / name for name in names if not name.startswith(".coverage"))


def _ours(folder: str) -> bool:
    return not folder.startswith(".") or folder in _FOLDERS_OF_OURS


def python_files() -> list[Path]:
    """Those in Python."""
    return [path for path in files() if path.suffix == ".py"]


def text_files() -> Iterator[tuple[Path, str]]:
    """Those that are text, with their text."""
    for path in files():
        try:
            yield path, path.read_text()
        except UnicodeDecodeError:
            continue


@cache
def tree(path: Path) -> ast.Module:
    """A Python file, parsed."""
    return ast.parse(path.read_text())


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a Python file."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def shown(path: Path) -> str:
    """A path as messages name it."""
    return path.relative_to(ROOT).as_posix()
