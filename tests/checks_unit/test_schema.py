"""JSON Schemas of policies: which are taken, and what they find."""

import json
from typing import Any

import pytest

from readiness.checks.parameters.schema import faults, is_json_schema


@pytest.mark.parametrize(
    "schema",
    [True, {}, {"type": ["string", "null"]}, {"$schema": "http://json-schema.org/draft-07/schema#", "title": "x"},
     {"anyOf": [{"const": 1}, False]}, {"oneOf": [{"not": {}}]}, {"properties": {"pattern": {"maxLength": 3}}}],
)  # fmt: skip
def test_a_schema_is_taken(schema: object) -> None:
    assert is_json_schema(json.dumps(schema))


@pytest.mark.parametrize(
    "text",
    ["", "{", "5", "[]", "null", '{"type": "text"}', '{"type": []}', '{"$ref": "#/$defs/a"}', '{"minLength": -1}',
     '{"minimum": "1"}', '{"enum": 1}', '{"required": [1]}', '{"pattern": "("}', '{"properties": []}',
     '{"anyOf": [{"patternProperties": {"(a+)+$": {}}}]}', '{"allOf": {}}', "[" * 100_000],
    ids=range(17),
)  # fmt: skip
def test_what_is_no_schema_or_could_be_endless_is_refused(text: str) -> None:
    assert not is_json_schema(text)


WHOLE = {"type": "integer"}


@pytest.mark.parametrize(
    "schema, document, found",
    [
        (True, 1, []),
        (False, 1, ["the document may not be there"]),
        ({"type": "object"}, [], ['the document does not satisfy type "object"']),
        (WHOLE, 1.0, []),
        (WHOLE, True, ['the document does not satisfy type "integer"']),
        ({"const": 1}, True, ["the document does not satisfy const 1"]),
        ({"enum": ["a", 1]}, 1, []),
        ({"enum": ["word" * 20]}, 1, ["the document does not satisfy enum"]),
        ({"exclusiveMinimum": 1}, 1, ["the document does not satisfy exclusiveMinimum 1"]),
        ({"minimum": 1, "maximum": 2}, "0", []),
        ({"pattern": "^[a-z]+$"}, "Ab", ['the document does not satisfy pattern "^[a-z]+$"']),
        ({"pattern": "^[a-z]+$"}, 5, []),
        ({"properties": {"a": {"properties": {"b": WHOLE}}}}, {"a": {"b": "x"}},
         ['a.b does not satisfy type "integer"']),
        ({"properties": {"a": {"required": ["b"]}}}, {"a": {}}, ["a: 'b' is a required property"]),
        ({"items": {"items": WHOLE}}, [[1], ["x"]], ['[1][0] does not satisfy type "integer"']),
        ({"oneOf": [{"minimum": 1}, {"minimum": 5}]}, 7,
         ['the document does not satisfy oneOf [{"minimum": 1}, {"minimum": 5}]']),
    ],
)  # fmt: skip
def test_what_breaks_a_schema_is_told_by_its_place(schema: object, document: Any, found: list[str]) -> None:
    assert is_json_schema(json.dumps(schema))
    assert list(faults(json.dumps(schema), document)) == found


def test_a_name_that_may_not_be_there_is_told_and_no_value() -> None:
    schema = json.dumps({"additionalProperties": False, "properties": {"a": {"enum": ["x"]}}})
    assert is_json_schema(schema)
    told = "\n".join(faults(schema, {"a": "s3cret", "b": "s3cret"}))
    assert "'b' was unexpected" in told
    assert "s3cret" not in told


def test_a_document_that_is_nested_too_deep_is_told() -> None:
    deep: object = 1
    for _ in range(5000):
        deep = [deep]
    schema = json.dumps({"uniqueItems": True})
    assert list(faults(schema, [deep, [deep]])) == ["the document is nested too deep"]
