"""Reasons are an API: each is declared in one place, used, and never written out elsewhere."""

import ast
from collections import Counter
from collections.abc import Iterator

import pytest
from tests.architecture.sources import PACKAGE, python_files, shown, tree

from readiness.model.reasons import ConditionType, EventReason, Reason

_DECLARATION = PACKAGE / "model/reasons.py"
_DOCUMENTED = PACKAGE / "gen/docs/conditions.py"  # explains every word, which is no use of it
_USERS = [path for path in python_files() if path.is_relative_to(PACKAGE) and path not in (_DECLARATION, _DOCUMENTED)]
_OTHER_MEANINGS = {
    ("operator/readiness/gen/crds.py", "Active"),  # the headings of columns
    ("operator/readiness/gen/crds.py", "Suspended"),
    ("operator/readiness/policy/v1alpha1/policy.py", "Forbidden"),  # what a policy says
}


def _members() -> Iterator[tuple[str, str]]:
    for path in _USERS:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                yield node.value.id, node.attr


@pytest.fixture(scope="module")
def used() -> Counter[tuple[str, str]]:
    return Counter(_members())


@pytest.mark.parametrize(
    "word", [*Reason, *EventReason, *ConditionType], ids=lambda word: f"{type(word).__name__}.{word.name}"
)
def test_a_declared_word_is_used(word: Reason | EventReason | ConditionType, used: Counter[tuple[str, str]]) -> None:
    assert used[type(word).__name__, word.name]


def test_no_reason_is_written_out_elsewhere() -> None:
    words = {word.value for word in (*Reason, *EventReason)}
    written = {
        (shown(path), node.value)
        for path in _USERS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in words
    }
    assert written <= _OTHER_MEANINGS


def test_every_exception_from_that_rule_is_needed() -> None:
    texts = {shown(path): path.read_text() for path in _USERS}
    assert all(f'"{word}"' in texts[path] for path, word in _OTHER_MEANINGS)
