"""No check raises, whatever a manifest says: the cases of all checks, with odd values put in odd places."""

from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from functools import cache
from itertools import product
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from tests import cases

from readiness.checks import CATALOGUE, Check
from readiness.model import Snapshot
from readiness.model.inventory import Inventory
from readiness.model.parse import Raw
from readiness.policy.claims import InvalidClaimError
from readiness.policy.parameters import parameters_of

# Empty, negative, huge, of the wrong type, with signs that quantities, patterns and paths give a meaning to.
_ODD: list[Any] = [
    None, True, False, 0, -1, 1 << 70, 0.5, float("inf"), float("nan"), "", " ", "%", "-1%", "9" * 400, "1e400", "0x1F",
    "\x00", "\u202e", "{{", "(" * 40, "/../..", "::", "2026-13-45T00:00:00Z", "9999-12-31T23:59:59Z", [], [None], [[]],
    ["a", 1, {}], {}, {"": ""}, {1: 2}, {"name": None}, {"matchLabels": {"a": None}}, [{"name": 5}, {"name": "app"}],
]  # fmt: skip


@cache
def _corpus() -> list[list[Raw]]:
    """The objects of every case."""
    return [case.objects for case, _ in _cases()]


@cache
def _questions() -> list[tuple[Check, Any]]:
    """Every check with every set of parameters that a case has."""
    asked = {(case.check.id, repr(given)): (case.check, given) for case, given in _cases()}
    return [(check, parameters_of(check, given)) for check, given in asked.values()]


def _cases() -> Iterator[tuple[cases.Case, dict[str, Any]]]:
    for path in cases.paths():
        case = cases.read(path)
        yield case, case.header.get("parameters", {})


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value below this one."""
    inner: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(value, dict):
        inner = iter(value.items())
    elif isinstance(value, list):
        inner = iter(enumerate(value))
    for key, item in inner:
        yield (*path, key)
        yield from _places(item, (*path, key))


def _put(objects: list[Raw], place: tuple[Any, ...], value: Any) -> None:
    target: Any = objects
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = value


@st.composite
def odd_objects(draw: st.DrawFn) -> list[Raw]:
    """The objects of a case, a few of their values replaced."""
    objects = deepcopy(draw(st.sampled_from(_corpus())))
    for _ in range(draw(st.integers(1, 4))):
        places = [place for place in _places(objects) if len(place) > 1 and place[-1] not in ("kind", "apiVersion")]
        _put(objects, draw(st.sampled_from(places)), deepcopy(draw(st.sampled_from(_ODD))))
    return objects


def _inventory(objects: list[Raw]) -> Inventory:
    inventory = Inventory()
    for raw in objects:
        with suppress(InvalidClaimError):
            inventory.put(cases.record_of(raw))
    return inventory


@given(odd_objects())
@example([{"apiVersion": "v1", "kind": "Pod"}])
@example([{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": None, "spec": None}])
def test_no_check_raises(objects: list[Raw]) -> None:
    inventory = _inventory(objects)
    roots = [found for ref in inventory.roots() if (found := inventory.workload(ref))]
    for root, live in product(roots, (True, False)):
        cluster = Snapshot(inventory, cases.NOW, live=live)
        for check, parameters in _questions():
            list(check(root, cluster, parameters))


def test_every_check_is_asked() -> None:
    assert {check.id for check, _ in _questions()} == {check.id for check in CATALOGUE if check.implemented}
