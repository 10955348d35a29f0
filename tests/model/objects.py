"""Objects for tests of the model, as the API server has them."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from readiness.model.parse import KINDS, ref_of

_FILES = [Path(__file__).with_name(name) for name in ("objects.yaml", "foreign.yaml", "mesh.yaml", "deliveries.yaml")]
_NAMES = {(kind.group, kind.kind): kind.name for kind in KINDS}
_READ = [raw for file in _FILES for raw in yaml.load_all(file.read_text(), Loader=yaml.CSafeLoader)]
_OBJECTS = {_NAMES[(ref := ref_of(raw)).group, ref.kind]: raw for raw in _READ}


def raw(kind: str) -> dict[str, Any]:
    """A fresh copy of the one object of a kind, by the kind's name."""
    return deepcopy(_OBJECTS[kind])


def kinds() -> list[str]:
    """The names of the kinds that there is an object of."""
    return list(_OBJECTS)
