"""What PyYAML and JSON write reads back equal, at the lines where it is."""

import json
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from readiness.adapters.manifests import Document, parse_bytes
from readiness.adapters.manifests.faults import Fault
from readiness.adapters.manifests.stream import documents

# PyYAML writes some strings plain that YAML 1.2 and Kubernetes take for something else ("y", "1e3", "0o17").
LETTERS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12).map(lambda text: f"s{text}")
# No YAML has the characters left out here: JSON that does is read without the lines of its fields.
NOT_YAML = "\ufeff\ufffe\uffff"
ANYTHING = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=NOT_YAML), max_size=12)
NUMBERS = st.integers(-(1 << 63), (1 << 63) - 1) | st.floats(-1e15, 1e15).map(lambda number: round(number, 3))
LEAVES = st.none() | st.booleans() | NUMBERS | LETTERS | ANYTHING.map(lambda text: f"§{text}")
VALUES = st.recursive(
    LEAVES, lambda children: st.lists(children, max_size=4) | st.dictionaries(LETTERS, children, max_size=4)
)


def value_of(text: str) -> Any:
    [reading] = documents(text.encode())
    assert not isinstance(reading, Fault)
    return reading.built.value


@given(VALUES, st.sampled_from(["block", "flow"]))
def test_what_pyyaml_writes_reads_back_equal(value: Any, style: str) -> None:
    text = yaml.safe_dump({"a": value}, default_flow_style=style == "flow", allow_unicode=True)
    assert value_of(text) == {"a": value}


@given(VALUES, st.sampled_from([None, 2, "\t"]))
def test_what_json_writes_reads_back_equal(value: Any, indent: int | str | None) -> None:
    assert value_of(json.dumps({"a": value}, indent=indent)) == {"a": value}


def paths(value: Any, prefix: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [prefix, *(path for step, child in children for path in paths(child, (*prefix, step)))]


@given(st.dictionaries(LETTERS, VALUES, min_size=1, max_size=4))
def test_every_field_is_on_the_line_on_which_it_was_written(value: dict[str, Any]) -> None:
    obj = {"apiVersion": "v1", "kind": "A", "spec": value}
    text = json.dumps(obj, indent=1, ensure_ascii=False)
    lines = text.split("\n")
    [document] = parse_bytes(text.encode(), "a.json")
    assert isinstance(document, Document)
    for path in paths(obj)[1:]:
        line, column = document.locate(path)
        here = lines[line - 1][column - 1 :]
        node: Any = obj
        for step in path:
            node = node[step]
        expected = json.dumps(path[-1]) + ":" if isinstance(path[-1], str) else json.dumps(node, indent=1)[:1]
        assert here.startswith(expected)


@given(st.binary(max_size=60) | st.text("ab:-[]{}&*<>|'\"!%#? \n\t\0\ufeffé0y", max_size=60).map(str.encode))
def test_no_bytes_raise(data: bytes) -> None:
    parse_bytes(data, "a.yaml")
    parse_bytes(b"kind: A\napiVersion: v1\n---\n" + data, "a.yaml")
