"""Durations as Go writes them, such as 90s or 1h30m: the text that somebody wrote, with its length."""

import re
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from readiness.policy.v1alpha1.rules import Rule

# Gateway API's pattern: valid for Go's ParseDuration and CEL's duration(), and too short to overflow.
_PATTERN = r"^([0-9]{1,5}(h|m|s|ms)){1,4}$"
_PART = re.compile(r"(\d+)(h|ms|m|s)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


class Duration(str):
    """A Go duration without days."""

    __slots__ = ()

    @property
    def seconds(self) -> float:
        """The length in seconds."""
        return sum(int(number) * _SECONDS[unit] for number, unit in _PART.findall(self))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            cls,
            core_schema.str_schema(pattern=_PATTERN, max_length=24),
            serialization=core_schema.to_string_ser_schema(),
        )


def between(shortest: str, longest: str) -> Rule:
    """Return the rule that a duration lies between two others, both included."""
    low, high = Duration(shortest), Duration(longest)
    return Rule(
        f"must be between {low} and {high}",
        f"duration(self) >= duration('{low}') && duration(self) <= duration('{high}')",
        lambda value: low.seconds <= value.seconds <= high.seconds,
    )
