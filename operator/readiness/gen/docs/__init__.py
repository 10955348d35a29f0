"""The documentation that follows from the code: checks, profiles, fields, conditions, settings."""

from collections.abc import Mapping
from typing import Any

from readiness.gen.docs import checks, conditions, fields, profiles, settings

CHECKS, REFERENCE = "docs/checks", "docs/reference"


def render(examples: Mapping[str, Any]) -> dict[str, str]:
    """The text of every page by its path; `examples` are those of `gen.examples`."""
    return {
        **{f"{CHECKS}/{name}": text for name, text in checks.render(examples).items()},
        **{f"{REFERENCE}/{name}": text for name, text in fields.render().items()},
        f"{REFERENCE}/conditions.md": conditions.render(),
        f"{REFERENCE}/settings.md": settings.render(),
        "docs/profiles.md": profiles.render(),
    }
