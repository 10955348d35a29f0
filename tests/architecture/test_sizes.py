"""Small is readable: bounds of files, functions and parameters, and what a module says of itself."""

import ast
from functools import cache
from pathlib import Path

from tests.architecture.sources import PACKAGE, Function, functions, python_files, shown, tree

_MOST_LINES_OF_A_FILE = 400
_MOST_LINES_OF_A_FUNCTION = 40  # without its documentation
_MOST_PARAMETERS = 6  # one more when some of them are keyword-only

_DECLARATIONS = frozenset({"check"})  # the decorator whose arguments are the fields of what it declares
_COMMANDS = PACKAGE / "cli"  # a command has as many parameters as options


def _lines(function: Function) -> int:
    """Lines from `def` to the end, without the docstring."""
    first = function.body[0]
    documented = ast.get_docstring(function, clean=False) is not None
    documentation = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - documentation


def _excess(function: Function) -> int:
    """How many parameters there are too many; `self` and `cls` are none."""
    arguments = function.args
    positional = [item for item in arguments.posonlyargs + arguments.args if item.arg not in ("self", "cls")]
    allowed = _MOST_PARAMETERS + (1 if arguments.kwonlyargs else 0)
    return len(positional) + len(arguments.kwonlyargs) - allowed


@cache
def _length(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_a_file_is_small() -> None:
    assert not {shown(path): _length(path) for path in python_files() if _length(path) > _MOST_LINES_OF_A_FILE}


def test_a_function_is_small_and_has_few_parameters() -> None:
    large, wide = set(), set()
    for path in python_files():
        ours = path.is_relative_to(PACKAGE) and not path.is_relative_to(_COMMANDS)
        for item in functions(path):
            if _lines(item) > _MOST_LINES_OF_A_FUNCTION:
                large.add((shown(path), item.name, _lines(item)))
            if ours and _excess(item) > 0 and item.name not in _DECLARATIONS:
                wide.add((shown(path), item.name))
    assert not large
    assert not wide


def test_a_module_says_what_it_is_for() -> None:
    assert not [shown(path) for path in python_files() if not ast.get_docstring(tree(path))]


def test_half_of_the_package_is_on_two_screens() -> None:
    sizes = sorted(_length(path) for path in python_files() if path.is_relative_to(PACKAGE))
    assert sizes[len(sizes) // 2] <= 130
