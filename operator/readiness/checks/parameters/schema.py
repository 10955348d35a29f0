"""
JSON Schemas of policies, by the jsonschema library: what they may hold, and what of a document breaks one.

The library is loaded when a policy has a schema: no other policy should wait for it.
"""

from collections.abc import Iterator
from functools import cache
from json import dumps, loads
from typing import TYPE_CHECKING, Annotated, Any

from readiness.checks.parameters.limits import Len, Predicate
from readiness.checks.parameters.pattern import compiled, is_regular_expression

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

# References can make a small schema endless, and names by pattern are searched with a library that some patterns stop.
_REFUSED = frozenset({"$ref", "$dynamicRef", "$recursiveRef", "patternProperties"})
_NAMES_ONLY = frozenset({"required", "additionalProperties", "dependentRequired"})  # whose messages tell no value
_LONGEST = 80  # characters of a bound that are told


def is_json_schema(text: str) -> bool:
    """Whether it is a JSON Schema without references (the name stands in the error that an author sees)."""
    from jsonschema import SchemaError  # noqa: PLC0415 - see above

    try:
        schema: Any = loads(text)
        if not isinstance(schema, bool | dict) or not all(_is_allowed(*item) for item in _members(schema)):
            return False
        _class_of(schema).check_schema(schema)  # type: ignore[arg-type] # True and False are schemas too
    except (RecursionError, ValueError, SchemaError):
        return False
    return True


def _members(schema: object) -> Iterator[tuple[str, object]]:
    if isinstance(schema, dict):
        yield from schema.items()
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _members(inner)


def _is_allowed(word: str, said: object) -> bool:
    return word not in _REFUSED and (word != "pattern" or not isinstance(said, str) or is_regular_expression(said))


Schema = Annotated[str, Len(1, 65_536), Predicate(is_json_schema)]


def _class_of(schema: Any) -> "type[Validator]":
    """The validator of the dialect that a schema names, or of the newest; patterns are RE2's."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - see above
    from jsonschema.validators import extend, validator_for  # noqa: PLC0415 - see above

    known: type[Validator] = validator_for(schema, default=Draft202012Validator)
    extended: type[Validator] = extend(known, {"pattern": _pattern})  # type: ignore[no-untyped-call]
    return extended


def _pattern(_validator: Any, pattern: str, value: object, _schema: object) -> "Iterator[ValidationError]":
    from jsonschema import ValidationError  # noqa: PLC0415 - see above

    if isinstance(value, str) and not compiled(pattern).search(value):
        yield ValidationError("")


@cache
def _validator(text: str) -> "Validator":
    schema = loads(text)
    return _class_of(schema)(schema)


def faults(text: str, document: Any) -> Iterator[str]:
    """What of a document breaks a schema, place by place; values are not told."""
    try:
        for error in _validator(text).iter_errors(document):
            yield f"{error.json_path.removeprefix('$').removeprefix('.') or 'the document'}{_told(error)}"
    except RecursionError:
        yield "the document is nested too deep"


def _told(error: "ValidationError") -> str:
    if error.validator is None:
        return " may not be there"
    if error.validator in _NAMES_ONLY:
        return f": {error.message}"
    bound = dumps(error.validator_value, ensure_ascii=False)
    return f" does not satisfy {error.validator}" + (f" {bound}" if len(bound) <= _LONGEST else "")
