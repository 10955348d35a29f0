"""What lets `readiness audit` start fast stays so; the figures are in docs/design/0011-an-audit-that-starts-fast.md."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.architecture.sources import PACKAGE, python_files, shown, tree

_LAYERS = [PACKAGE / name for name in ("model", "checks", "policy", "engine", "adapters/manifests")]
_FILES = [path for path in python_files() if any(path.is_relative_to(layer) for layer in _LAYERS)]


def _imports(path: Path) -> Iterator[tuple[str | None, str]]:
    for node in tree(path).body:
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module, alias.name) for alias in node.names)


def _declares_records(path: Path) -> bool:
    return "@dataclass(frozen=True, slots=True)" in path.read_text()


@pytest.mark.parametrize("path", [path for path in _FILES if _declares_records(path)], ids=shown)
def test_records_compile_their_methods_when_they_are_needed(path: Path) -> None:
    assert ("readiness.model.records", "dataclass") in _imports(path)


@pytest.mark.parametrize("path", [path for path in _FILES if path.parent == PACKAGE / "checks"], ids=shown)
def test_parameters_are_bounded_by_notes_of_our_own(path: Path) -> None:
    assert "annotated_types" not in {module for module, _ in _imports(path)}
