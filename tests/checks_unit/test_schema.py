"""JSON Schemas of policies: which are taken, and what they find."""

import json
from typing import Any

import pytest

from readiness.checks.parameters.schema import faults, is_json_schema


@pytest.mark.parametrize(
    "schema",
    [True, {}, {"type": ["string", "null"]}, {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "x"},
     {"anyOf": [{"const": 1}, False]}, {"properties": {"a": {"items": {"maxLength": 3}}}}],
)  # fmt: skip
def test_a_schema_in_known_words_is_taken(schema: object) -> None:
    assert is_json_schema(json.dumps(schema))


@pytest.mark.parametrize(
    "text",
    ["", "{", "5", "[]", "null", '{"type": "text"}', '{"type": []}', '{"$ref": "#/$defs/a"}', '{"minLength": -1}',
     '{"minimum": "1"}', '{"enum": 1}', '{"required": [1]}', '{"pattern": "("}', '{"properties": []}',
     '{"allOf": {}}', '{"not": {}}', '{"items": ' * 40 + "{}" + "}" * 40, "[" * 100_000],
    ids=range(18),
)  # fmt: skip
def test_what_is_no_schema_in_known_words_is_refused(text: str) -> None:
    assert not is_json_schema(text)


WHOLE = {"type": "integer"}


@pytest.mark.parametrize(
    "schema, document, found",
    [
        (True, 1, []),
        (False, 1, ["the document may not be there"]),
        ({"type": "object"}, [], ["the document is no object"]),
        ({"type": ["string", "null"]}, 1, ["the document is no string or null"]),
        (WHOLE, 1.0, []),
        (WHOLE, True, ["the document is no integer"]),
        (WHOLE, float("inf"), ["the document is no integer"]),
        ({"type": "number"}, 1.5, []),
        ({"type": "boolean"}, False, []),
        ({"const": 1}, True, ["the document is not one of the allowed values"]),
        ({"enum": ["a", 1]}, 1, []),
        ({"exclusiveMinimum": 1}, 1, ["the document is not above 1"]),
        ({"exclusiveMaximum": 1}, 1, ["the document is not below 1"]),
        ({"minimum": 1, "maximum": 2}, "0", []),
        ({"minimum": 1}, 0, ["the document is below 1"]),
        ({"minLength": 2}, "a", ["the document is shorter than 2"]),
        ({"maxLength": 2}, "abc", ["the document is longer than 2"]),
        ({"minItems": 1}, [], ["the document has fewer than 1 items"]),
        ({"maxItems": 1}, [1, 2], ["the document has more than 1 items"]),
        ({"properties": {"a": {"properties": {"b": WHOLE}}}}, {"a": {"b": "x"}}, ["a.b is no integer"]),
        ({"properties": {"a": {"required": ["b"]}}}, {"a": {}}, ["a.b is missing"]),
        ({"items": {"items": WHOLE}}, [[1], ["x"]], ["[1][0] is no integer"]),
        ({"additionalProperties": WHOLE}, {"a": "x"}, ["a is no integer"]),
        ({"allOf": [WHOLE, {"minimum": 5}]}, 1, ["the document is below 5"]),
        ({"anyOf": [WHOLE, {"type": "null"}]}, None, []),
        ({"anyOf": [WHOLE, {"type": "null"}]}, "x", ["the document satisfies none of anyOf"]),
    ],
)
def test_what_breaks_a_schema_is_told_by_its_place(schema: object, document: Any, found: list[str]) -> None:
    assert is_json_schema(json.dumps(schema))
    assert list(faults(json.dumps(schema), document)) == found
