"""The documentation that follows from the code: checks, profiles, fields, conditions, settings."""

import json
from collections.abc import Mapping
from typing import Any

from readiness.gen.docs import checks, conditions, fields, fixes, peers, profiles, settings
from readiness.policy.profile_schema import json_schema

CHECKS, PROFILES, REFERENCE = "docs/checks", "docs/profiles", "docs/reference"


def render(examples: Mapping[str, Any]) -> dict[str, str]:
    """The text of every page by its path; `examples` are those of `gen.examples`."""
    return {
        **{f"{CHECKS}/{name}": text for name, text in checks.render(examples).items()},
        **{f"{REFERENCE}/{name}": text for name, text in fields.render().items()},
        f"{REFERENCE}/conditions.md": conditions.render(),
        f"{REFERENCE}/settings.md": settings.render(),
        f"{REFERENCE}/peers.md": peers.render(),
        f"{REFERENCE}/fixes.md": fixes.render(),
        f"{REFERENCE}/profile.schema.json": json.dumps(json_schema(), indent=2) + "\n",
        **{f"docs/{name}": text for name, text in profiles.render().items()},
    }
