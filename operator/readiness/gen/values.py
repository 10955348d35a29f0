"""The JSON Schema of a value in words, for documentation: `whole number, 1 to 300`."""

import json
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
_TYPES = {"integer": "whole number", "number": "number", "string": "text", "boolean": "true or false"}


def in_words(schema: Schema) -> str:
    """What a value may be."""
    if "anyOf" in schema:
        return "; or ".join(in_words(each) for each in schema["anyOf"] if each.get("type") != "null")
    if "enum" in schema:
        return " or ".join(f"`{word}`" for word in schema["enum"])
    match schema.get("type"):
        case "array":
            items = in_words(schema["items"])
            return f"list of {items}{_bounds(schema, 'minItems', 'maxItems', ' items')}"
        case "object":
            names = ", ".join(f"`{name}`" for name in schema.get("properties", ()))
            return f"object with {names}" if names else "object"
        case "string":
            return _TYPES["string"] + _bounds(schema, "minLength", "maxLength", " characters")
        case kind:
            return _TYPES.get(str(kind), "any value") + _bounds(schema, "minimum", "maximum", "")


def sentence(text: str) -> str:
    """A text that begins with a capital letter, unless it begins with a field: `runAsUser`, `spec.replicas`."""
    first = text.partition(" ")[0].rstrip(".,:;")
    return text[:1].upper() + text[1:] if first.islower() and "." not in first else text


def shown(value: Any) -> str:
    """A default as a policy would write it."""
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _bounds(schema: Schema, low: str, high: str, unit: str) -> str:
    least, most = schema.get(low), schema.get(high)
    if most is not None:
        return f", {least} to {most}{unit}" if least else f", at most {most}{unit}"
    return f", at least {least}{unit}" if least is not None else ""
