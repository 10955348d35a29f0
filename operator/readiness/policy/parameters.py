"""A check's parameters: from what a policy says to the frozen dataclass that the check declares."""

# Pydantic is imported where it is used: a policy without parameters, as the offline audit's default, needs none of it.
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, get_args

from readiness.checks import Check
from readiness.checks.parameters.limits import Meaning
from readiness.model.records import dataclass

if TYPE_CHECKING:
    from pydantic import TypeAdapter


def parameters_of(check: Check, given: Mapping[str, Any]) -> Any:
    """
    The check's parameters, validated; names are camelCase as everywhere in Kubernetes.

    Raises pydantic's ValidationError. With nothing given the defaults are built without pydantic's help.
    """
    if not given and not any(_required(item) for item in fields(check.parameters)):
        return check.parameters()
    return adapter(check.parameters).validate_python(dict(given))


@cache
def adapter(parameters: type) -> "TypeAdapter[Any]":
    """Pydantic's view of a parameters dataclass; unknown names are refused."""
    from pydantic import ConfigDict, TypeAdapter, with_config  # noqa: PLC0415
    from pydantic.alias_generators import to_camel  # noqa: PLC0415

    config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=False)
    for inner in _inside(parameters):
        with_config(config)(inner)
    return TypeAdapter(with_config(config)(parameters))


def _inside(hint: Any) -> Iterator[type]:
    """The dataclasses that stand inside of a type, such as the items of a list."""
    parts = [item.type for item in fields(hint)] if is_dataclass(hint) else get_args(hint)
    for part in parts:
        if isinstance(part, type) and is_dataclass(part):
            yield part
        yield from _inside(part)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter as documentation tells it: JSON Schema of its type, default (None when required), meaning."""

    name: str
    schema: Mapping[str, Any]
    default: Any
    required: bool
    description: str


def described(check: Check) -> list[Parameter]:
    """Every parameter of a check, in the order of declaration."""
    schema = adapter(check.parameters).json_schema(by_alias=True)
    shapes = _spelt_out(schema.get("properties", {}), schema.get("$defs", {}))
    return [
        Parameter(
            name=name,
            schema={key: value for key, value in shape.items() if key not in ("title", "default")},
            default=None if _required(item) else shape.get("default"),
            required=_required(item),
            description=_meaning(item),
        )
        for item, (name, shape) in zip(fields(check.parameters), shapes.items(), strict=True)
    ]


def _spelt_out(schema: Any, definitions: Mapping[str, Any]) -> Any:
    """A schema with the definitions that it refers to in their places."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _spelt_out(definitions[schema["$ref"].rpartition("/")[2]], definitions)
        return {key: _spelt_out(value, definitions) for key, value in schema.items()}
    return [_spelt_out(item, definitions) for item in schema] if isinstance(schema, list) else schema


def _required(item: "Field[Any]") -> bool:
    return item.default is MISSING and item.default_factory is MISSING


def _meaning(item: "Field[Any]") -> str:
    notes = getattr(item.type, "__metadata__", ())
    return next((note.text for note in notes if isinstance(note, Meaning)), "")
