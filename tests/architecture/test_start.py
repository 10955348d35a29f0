"""What lets `readiness audit` start fast stays so; the figures are in docs/design/0011-an-audit-that-starts-fast.md."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import PACKAGE, python_files, shown, tree

_LAYERS = [PACKAGE / name for name in ("model", "checks", "policy", "engine", "adapters/manifests")]
_FILES = [path for path in python_files() if any(path.is_relative_to(layer) for layer in _LAYERS)]


def _imports(path: Path) -> Iterator[tuple[str | None, str]]:
    for node in tree(path).body:
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module, alias.name) for alias in node.names)


def _declares_records(path: Path) -> bool:
    return "@dataclass(frozen=True, slots=True)" in path.read_text()


def test_records_compile_their_methods_when_they_are_needed() -> None:
    declaring = [path for path in _FILES if _declares_records(path)]
    assert declaring
    assert not [shown(path) for path in declaring if ("readiness.model.records", "dataclass") not in _imports(path)]


def test_parameters_are_bounded_by_notes_of_our_own() -> None:
    checks = [path for path in _FILES if path.is_relative_to(PACKAGE / "checks")]
    assert checks
    assert not [shown(path) for path in checks if "annotated_types" in {module for module, _ in _imports(path)}]
