"""JSON Schemas of policies: the part of the standard that bounds settings. What says more than that is refused."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from json import loads
from typing import Annotated, Any

from readiness.checks.parameters.limits import Len, Predicate
from readiness.checks.parameters.pattern import compiled, is_regular_expression

_DEEPEST = 32  # schemas within schemas
_NOTES = frozenset(
    {"$schema", "$id", "$comment", "title", "description", "default", "examples", "format", "deprecated"}
)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))


_TYPES: Mapping[str, Callable[[object], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": _is_number,
    "integer": _is_whole,
}
# What a bound holds, of a value's own amount; and how a value that breaks it is told.
_BOUNDS: Mapping[str, tuple[Callable[[Any, Any], bool], str]] = {
    "minimum": (lambda value, bound: value >= bound, "is below {}"),
    "maximum": (lambda value, bound: value <= bound, "is above {}"),
    "exclusiveMinimum": (lambda value, bound: value > bound, "is not above {}"),
    "exclusiveMaximum": (lambda value, bound: value < bound, "is not below {}"),
}
_LENGTHS: Mapping[str, tuple[type, Callable[[int, int], bool], str]] = {
    "minLength": (str, lambda length, bound: length >= bound, "is shorter than {}"),
    "maxLength": (str, lambda length, bound: length <= bound, "is longer than {}"),
    "minItems": (list, lambda length, bound: length >= bound, "has fewer than {} items"),
    "maxItems": (list, lambda length, bound: length <= bound, "has more than {} items"),
}
_FORMS: Mapping[str, Callable[[Any], bool]] = {
    "type": lambda said: bool(_listed(said)) and all(item in _TYPES for item in _listed(said)),
    "enum": lambda said: isinstance(said, list),
    "const": lambda _said: True,
    "required": lambda said: isinstance(said, list) and all(isinstance(item, str) for item in said),
    "pattern": lambda said: isinstance(said, str) and is_regular_expression(said),
    **dict.fromkeys(_BOUNDS, _is_number),
    **dict.fromkeys(_LENGTHS, lambda said: _is_whole(said) and said >= 0),
}
_INNER: Mapping[str, Callable[[Any], list[Any]]] = {  # the schemas within a schema; None where there should be some
    "properties": lambda said: list(said.values()) if isinstance(said, dict) else [None],
    "additionalProperties": lambda said: [said],
    "items": lambda said: [said],
    "allOf": lambda said: said if isinstance(said, list) else [None],
    "anyOf": lambda said: said if isinstance(said, list) else [None],
}


def _listed(said: object) -> list[Any]:
    return said if isinstance(said, list) else [said]


def is_json_schema(text: str) -> bool:
    """Whether it is a JSON Schema in the words known here (the name stands in the error that an author sees)."""
    try:
        return _is_schema(loads(text), _DEEPEST)
    except (RecursionError, ValueError):
        return False


def _is_schema(schema: object, depth: int) -> bool:
    if isinstance(schema, bool):
        return True
    return isinstance(schema, dict) and depth > 0 and all(_is_known(*item, depth - 1) for item in schema.items())


def _is_known(word: str, said: Any, depth: int) -> bool:
    if word in _INNER:
        return all(_is_schema(inner, depth) for inner in _INNER[word](said))
    return word in _NOTES or (word in _FORMS and _FORMS[word](said))


Schema = Annotated[str, Len(1, 65_536), Predicate(is_json_schema)]


@cache
def _parsed(text: str) -> Any:
    return loads(text)


def faults(text: str, document: object) -> Iterator[str]:
    """What of a document breaks a schema, place by place; values are not told."""
    yield from _faults(_parsed(text), document, "")


def _faults(schema: Any, value: Any, place: str) -> Iterator[str]:
    told = place or "the document"
    if isinstance(schema, bool):
        if not schema:
            yield f"{told} may not be there"
        return
    types = _listed(schema["type"]) if "type" in schema else []
    if types and not any(_TYPES[name](value) for name in types):
        yield f"{told} is no {' or '.join(types)}"
        return
    yield from (f"{told} {fault}" for fault in _of_itself(schema, value))
    if isinstance(value, dict):
        yield from _of_members(schema, value, place)
    if isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            yield from _faults(schema["items"], item, f"{place}[{number}]")
    for inner in schema.get("allOf", ()):
        yield from _faults(inner, value, place)
    if "anyOf" in schema and all(any(_faults(inner, value, place)) for inner in schema["anyOf"]):
        yield f"{told} satisfies none of anyOf"


def _of_itself(schema: dict[str, Any], value: Any) -> Iterator[str]:
    wanted = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if wanted is not None and not any(_is_same(value, item) for item in wanted):
        yield "is not one of the allowed values"
    if isinstance(value, str) and "pattern" in schema and not compiled(schema["pattern"]).search(value):
        yield "does not match the pattern"
    for word, (holds, fault) in _BOUNDS.items():
        if word in schema and _is_number(value) and not holds(value, schema[word]):
            yield fault.format(schema[word])
    for word, (kind, fits, fault) in _LENGTHS.items():
        if word in schema and isinstance(value, kind) and not fits(len(value), int(schema[word])):  # type: ignore[arg-type]
            yield fault.format(schema[word])


def _of_members(schema: dict[str, Any], value: dict[str, Any], place: str) -> Iterator[str]:
    known, before = schema.get("properties", {}), f"{place}." if place else ""
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{before}{name} is missing"
    for name, item in value.items():
        yield from _faults(known.get(name, schema.get("additionalProperties", True)), item, f"{before}{name}")


def _is_same(one: object, other: object) -> bool:
    """Whether two values are equal, as JSON has it: 1 is not true."""
    return one == other and isinstance(one, bool) is isinstance(other, bool)
