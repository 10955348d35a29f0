"""Writes a ReadinessReportList for people and programs."""

from collections.abc import Callable, Mapping
from typing import Any

from readiness.adapters.render.as_json import to_json
from readiness.adapters.render.as_yaml import to_yaml
from readiness.adapters.render.paint import Paint
from readiness.adapters.render.text import to_text
from readiness.adapters.render.wide import to_table

Renderer = Callable[[Mapping[str, Any], Paint], str]

FORMATS: Mapping[str, Renderer] = {"text": to_text, "wide": to_table, "json": to_json, "yaml": to_yaml}
"""How a list of reports can be written, by the name that `-o` takes."""

__all__ = ["FORMATS", "Paint", "Renderer", "to_json", "to_yaml"]
