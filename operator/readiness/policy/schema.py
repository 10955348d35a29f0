"""From a pydantic model to the structural schema of a CRD; refuses what a CRD cannot say or should not.

What Kubernetes asks of a structural schema:
https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
"""

from collections.abc import Mapping
from typing import Any, NoReturn

from pydantic import BaseModel

from readiness.errors import UnsupportedSchemaError

Schema = dict[str, Any]

# Keywords that go into the CRD as they are. "title" and "additionalProperties: false" are left out:
# the API server prunes or refuses unknown fields by itself.
_KEPT = (
    "type",
    "description",
    "format",
    "enum",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "x-kubernetes-list-type",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-map-type",
    "x-kubernetes-validations",
)
_TRANSLATED = {"title", "default", "$ref", "anyOf", "items", "properties", "required", "additionalProperties"}


def structural_schema(model: type[BaseModel]) -> Schema:
    """Return the schema of a model, inlined and bounded.

    A default other than None or an empty collection becomes a default of the CRD; lists are atomic
    unless they say otherwise.

    Raises:
        UnsupportedSchemaError: where the model says what a CRD cannot (unions, recursion, ...), lacks a
            bound (the cost of CEL is estimated from bounds), or has a field without a description.

    """
    document = model.model_json_schema(by_alias=True, mode="validation")
    definitions = document.pop("$defs", {})
    return _object_or_value(document, definitions, model.__name__, ())


def _object_or_value(node: Mapping[str, Any], definitions: Schema, at: str, seen: tuple[str, ...]) -> Schema:
    node, seen = _inlined(node, definitions, at, seen)
    node = {"type": "string", **node, "enum": [node["const"]]} if "const" in node else dict(node)
    node.pop("const", None)
    unknown = node.keys() - _TRANSLATED - set(_KEPT)
    if unknown:
        _refuse(at, f"a CRD cannot say {', '.join(sorted(unknown))}")
    if "type" not in node:
        _refuse(at, "every field needs one type")
    schema = {keyword: node[keyword] for keyword in _KEPT if keyword in node}
    if _is_told(node.get("default")):
        schema |= _default(node["default"], node.get("description", ""))
    match node["type"]:
        case "string":
            _bound(at, node, "maxLength", "enum")
        case "array":
            _bound(at, node, "maxItems")
            schema.setdefault("x-kubernetes-list-type", "atomic")
            schema["items"] = _object_or_value(node["items"], definitions, f"{at}[]", seen)
            schema["items"].pop("description", None)  # kubectl explain would print it after the list's own
        case "object":
            schema |= _contents(node, definitions, at, seen)
        case "integer":
            _bound(at, node, "minimum")
        case "boolean":
            pass
        case other:
            _refuse(at, f"a field of type {other} is not for an API")
    return schema


def _inlined(
    node: Mapping[str, Any], definitions: Schema, at: str, seen: tuple[str, ...]
) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Replace references and `X or null` by what they stand for; what is said beside them wins."""
    while "$ref" in node or "anyOf" in node:
        beside = {keyword: value for keyword, value in node.items() if keyword not in ("$ref", "anyOf")}
        if "$ref" in node:
            name = node["$ref"].rsplit("/", 1)[1]
            if name in seen:
                _refuse(at, f"{name} contains itself")
            seen = (*seen, name)
            node = {**definitions[name], **beside}
        else:
            members = [member for member in node["anyOf"] if member.get("type") != "null"]
            if len(members) != 1:
                _refuse(at, "a union is not structural")
            node = {**members[0], **beside}
    return node, seen


def _contents(node: Mapping[str, Any], definitions: Schema, at: str, seen: tuple[str, ...]) -> Schema:
    """Return the part of an object's schema that says what is in it."""
    if "properties" in node:
        properties = {
            name: _object_or_value(field, definitions, f"{at}.{name}", seen)
            for name, field in node["properties"].items()
        }
        for name, field in properties.items():
            if not field.get("description"):
                _refuse(f"{at}.{name}", "every field needs a description")
        return (
            {"required": sorted(node["required"]), "properties": properties}
            if node.get("required")
            else {"properties": properties}
        )
    _bound(at, node, "maxProperties")
    values = node.get("additionalProperties", True)
    if values is True:
        return {"x-kubernetes-preserve-unknown-fields": True}
    return {"additionalProperties": _object_or_value(values, definitions, f"{at}{{}}", seen)}


def _default(default: Any, description: str) -> Schema:
    """Return the default and, since kubectl explain does not show it, a description that names it."""
    if isinstance(default, Mapping):
        return {"default": _without_absent(default)}
    words = ", ".join(default) if isinstance(default, list) else str(default)
    words = words.lower() if isinstance(default, bool) else words
    return {"default": default, "description": f"{description} Default: {words}."}


def _is_told(default: Any) -> bool:
    return default is not None and default not in ([], {})


def _without_absent(default: Any) -> Any:
    if isinstance(default, Mapping):
        return {name: _without_absent(value) for name, value in default.items() if _is_told(value)}
    return default


def _bound(at: str, node: Mapping[str, Any], *keywords: str) -> None:
    if not any(keyword in node for keyword in keywords):
        _refuse(at, f"needs {' or '.join(keywords)}")


def _refuse(at: str, why: str) -> NoReturn:
    raise UnsupportedSchemaError(f"{at}: {why}")
