"""Every generated file of the repository, by what it is generated for."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from readiness.gen import crds, docs, examples, index, rbac
from readiness.policy.names import GROUP
from readiness.policy.v1alpha1 import RESOURCES

Files = dict[str, str]
_CHART = "charts/readiness-operator/files"
_EXAMPLES = "operator/readiness/checks/examples.json"
_INDEX = "operator/readiness/checks/index.json"
WHOLE_FOLDERS = (("crds", "*.yaml"), (f"{_CHART}/crds", "*.yaml"), (docs.CHECKS, "*.md"), (docs.PROFILES, "*.md"))
"""Folders where every file of a pattern is generated: one that no source names any more is stale."""


def _crds(_root: Path) -> Files:
    return {f"crds/{name}": text for name, text in crds.render().items()}


def _rbac(_root: Path) -> Files:
    return {f"{_CHART}/rules.yaml": rbac.render()}


def _chart(root: Path) -> Files:
    texts = crds.render()
    names = {f"{GROUP}_{resource.plural}.yaml": f"{resource.crd_name}.yaml" for resource in RESOURCES}
    return {f"{_CHART}/crds/{names[name]}": text for name, text in texts.items()} | _rbac(root)


def _docs(root: Path) -> Files:
    text = examples.render(root)
    return {_EXAMPLES: text, _INDEX: index.render()} | docs.render(json.loads(text))


def _all(root: Path) -> Files:
    return _crds(root) | _chart(root) | _docs(root)


TARGETS: Mapping[str, Callable[[Path], Files]] = {
    "crds": _crds,
    "rbac": _rbac,
    "chart": _chart,
    "docs": _docs,
    "all": _all,
}
"""From a target to the texts of its files by path; all of them read at most the cases under `tests/checks`."""


def stale(root: Path, files: Mapping[str, str]) -> list[str]:
    """What differs from these texts, is missing, or should not be there, by path and sorted."""
    changed = {path for path, text in files.items() if not _is(root / path, text)}
    folders = {path.rpartition("/")[0] for path in files}
    left = {
        str(path.relative_to(root))
        for folder, pattern in WHOLE_FOLDERS
        if folder in folders
        for path in (root / folder).glob(pattern)
    }
    return sorted(changed | (left - files.keys()))


def _is(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
