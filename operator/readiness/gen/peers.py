"""What other tools ask of workloads and of the objects around them, beside the checks of ours that ask it."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

TOOLS = (
    "Polaris",
    "kube-linter",
    "kube-score",
    "Kyverno",
    "Popeye",
    "trivy",
    "Kubescape",
    "gatekeeper-library",
    "Datree",
)
Raw = Mapping[str, Any]


@cache
def groups() -> Sequence[Raw]:
    """
    The questions by group; each has `peers` or a `field`, and `checks`, `profiles` or `leftOut`.

    `audit` is what `readiness audit` does besides, about objects that belong to no workload.
    """
    text = files("readiness.gen").joinpath("peers.yaml").read_text(encoding="utf-8")
    found: list[Raw] = yaml.load(text, Loader=yaml.CSafeLoader)
    return found


@cache
def sayings() -> Mapping[str, Sequence[str]]:
    """Where else it is asked, by the id of our check: a tool with its names for it, or a field of Kubernetes' API."""
    found: dict[str, list[str]] = {}
    for line in (line for group in groups() for line in group["lines"]):
        places = [f"{tool}: {names}" for tool, names in line.get("peers", {}).items()]
        if "field" in line:
            places.append(f"Kubernetes API: {line['field']}")
        for check in line.get("checks", ()):
            found.setdefault(check, []).extend(places)
    return found
