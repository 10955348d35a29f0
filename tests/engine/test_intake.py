"""Whatever stands in a manifest: it is judged, or a fault says why not; nothing raises, nothing is lost."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from tests.bench import corpus

from readiness.engine.audit import AuditRequest, audit
from readiness.policy.compile import compile_profile

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
REQUEST = AuditRequest(fallback=compile_profile("recommended"))
OBJECTS: list[dict[str, Any]] = [
    document for text in corpus.files(3).values() for document in yaml.load_all(text, Loader=yaml.CSafeLoader)
]
WORKLOAD = OBJECTS[0]
ODD = [
    None, 0, -1, 1.5, float("inf"), float("nan"), True, "", "x", [], [1], [None], {}, {"a": 1}, {1: 2}, "9" * 400
]  # fmt: skip


@dataclass(frozen=True)
class Written:
    """An object that knows no lines."""

    obj: dict[str, Any]
    source: str = "odd.yaml"
    index: int = 0
    within: tuple[str | int, ...] = ()

    def locate(self, _path: Sequence[str | int]) -> tuple[int, int]:
        return (1, 1)


def _places(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from _places(child, (*path, key))


WHAT_IT_IS = (("kind",), ("apiVersion",))
PLACES = [(number, path) for number, raw in enumerate(OBJECTS) for path in _places(raw) if path not in WHAT_IT_IS]


def _with(number: int, path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    raw = deepcopy(OBJECTS[number])
    node: Any = raw
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = deepcopy(value)
    return raw


@given(place=st.sampled_from(PLACES), value=st.sampled_from(ODD))
@example(place=(0, ("spec", "replicas")), value=float("nan"))
@example(place=(0, ("metadata",)), value=None)
@example(place=(0, ("spec", "template", "spec", "containers")), value={1: 2})
def test_an_odd_value_anywhere_does_no_harm(place: tuple[int, tuple[str | int, ...]], value: Any) -> None:
    number, path = place
    raw = _with(number, path, value)
    result = audit([Written(raw), Written(WORKLOAD, "good.yaml")], NOW, REQUEST)
    assert result.objects == 2
    judged = {item.report["metadata"]["annotations"]["readiness.dev/source"] for item in result.judged}
    assert "good.yaml:1" in judged
    if raw["kind"] == "Deployment":
        assert "odd.yaml:1" in judged or result.faults
