"""The first passing and the first failing case of each check, as `readiness explain` and the docs show them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from readiness.checks import CATALOGUE
from readiness.errors import InputError

CASES = Path("tests/checks")


def render(root: Path) -> str:
    """The text of the data file that goes into the package; reads the cases of a checkout."""
    found = {
        check.id: {word: _example(root, check.id, word) for word in ("fail", "pass")}
        for check in CATALOGUE
        if check.implemented
    }
    return json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _example(root: Path, check_id: str, word: str) -> Mapping[str, Any]:
    paths = sorted((root / CASES / check_id).glob(f"{word}.*.yaml"))
    if not paths:
        raise InputError(f"{root / CASES / check_id} has no {word}.*.yaml: run this in a checkout of the repository")
    parts = [part.strip("\n") for part in paths[0].read_text(encoding="utf-8").split("\n---\n")]
    cases = [part for part in parts if part.removeprefix("---\n").startswith("case:")]
    header = yaml.load(cases[0], Loader=yaml.CSafeLoader)["case"] if cases else {}
    return {
        "why": paths[0].name.split(".")[1].replace("-", " "),
        "manifests": "\n---\n".join(part.removeprefix("---\n") for part in parts if part not in cases),
        "parameters": header.get("parameters", {}),
        "messages": header.get("messages", []),
    }
