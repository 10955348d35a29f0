"""Writes a ReadinessReportList for people and programs."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from readiness.adapters.render.as_json import to_json, to_json_bytes
from readiness.adapters.render.as_yaml import to_yaml
from readiness.adapters.render.paint import PLAIN, Paint

_RENDERERS = {
    "text": ("text", "to_text"),
    "wide": ("wide", "to_table"),
    "json": ("as_json", "to_json"),
    "yaml": ("as_yaml", "to_yaml"),
    "sarif": ("sarif", "to_sarif"),
    "junit": ("junit", "to_junit"),
    "markdown": ("markdown", "to_markdown"),
    "html": ("html", "to_html"),
}
FORMATS = tuple(_RENDERERS)
"""How a list of reports can be written: what `-o` takes."""

FOR_PEOPLE = ("text", "wide")
"""The formats that are read where they are printed; the others are files, in UTF-8 wherever that is."""


def render(document: Mapping[str, Any], output: str, paint: Paint = PLAIN) -> str:
    """The document in a format of FORMATS; only the module of that format is imported."""
    module, function = _RENDERERS[output]
    text: str = getattr(import_module(f"{__name__}.{module}"), function)(document, paint)
    return text


def written(document: Mapping[str, Any], output: str) -> bytes:
    """The same as a file has it."""
    return to_json_bytes(document) if output == "json" else render(document, output).encode()


__all__ = ["FORMATS", "FOR_PEOPLE", "Paint", "render", "to_json", "to_yaml", "written"]
