"""Objects for tests of the model, as the API server has them."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("objects.yaml")
_OBJECTS = {raw["kind"]: raw for raw in yaml.safe_load_all(_FILE.read_text())}


def raw(kind: str) -> dict[str, Any]:
    """A fresh copy of the one object of a kind."""
    return deepcopy(_OBJECTS[kind])


def kinds() -> list[str]:
    """The kinds that there is an object of."""
    return list(_OBJECTS)
