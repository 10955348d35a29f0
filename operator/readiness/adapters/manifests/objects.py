"""Decides which documents are Kubernetes objects, and takes Lists apart.

The rule for what is not an object: in a file that was named, or on standard input, it is an error, as
somebody wants it judged. In a file that was only found in a folder it is an error when it has one of
`apiVersion` and `kind` (an object with a mistake), and skipped when it has neither (values, workflows,
patches). Files that tell Helm or Kustomize how to make manifests are skipped there as well.
"""

from collections.abc import Iterator
from typing import Any, Final

from readiness.adapters.manifests.document import Document, Level, Marks, Problem, nearest
from readiness.adapters.manifests.faults import Fault
from readiness.adapters.manifests.stream import Parsed, Reading
from readiness.policy.profiles.own import is_profile

_KUSTOMIZE_GROUP: Final = "kustomize.config.k8s.io/"
_CHART_FILE: Final = "Chart.yaml"


def objects(readings: list[Reading], name: str, *, explicit: bool) -> Iterator[Document | Problem]:
    """The objects of a file by name, and what is wrong with its documents, in the order of the file."""
    for reading in readings:
        if isinstance(reading, Fault):
            yield _problem_of(reading, name)
            continue
        value = reading.built.value
        if value is None:
            continue
        whole = Document(value, name, reading.index, (), reading.built.marks, reading.first_line)
        found = [_refusal(document, explicit=explicit) or document for document in _expand(whole)]
        if any(isinstance(item, Document) for item in found):
            yield from _duplicates(reading, name)
        yield from found


def _problem_of(fault: Fault, name: str) -> Problem:
    line = None if fault.line is None else fault.line + 1
    column = None if fault.column is None else fault.column + 1
    return Problem(name, line, column, "error", fault.message)


def _duplicates(parsed: Parsed, name: str) -> Iterator[Problem]:
    for duplicate in parsed.built.duplicates:
        (first, _), (line, column) = (
            Document({}, name, 0, (), [at], parsed.first_line).locate(()) for at in (duplicate.first, duplicate.second)
        )
        message = (
            f"key {duplicate.key!r} is set in line {first} and again in line {line}: "
            "the last one counts here, a strict decoder refuses the object"
        )
        yield Problem(name, line, column, "warning", message)


def _expand(document: Document) -> Iterator[Document]:
    """The document itself, or the items of a List, of a List in a List as well."""
    waiting = [document]
    while waiting:
        current = waiting.pop()
        items = _items(current.obj)
        if items is None:
            yield current
        else:
            waiting.extend(_item(current, number, item) for number, item in reversed(list(enumerate(items))))


def _items(obj: Any) -> list[Any] | None:
    """The items of a List, None for anything else."""
    if not isinstance(obj, dict) or not str(obj.get("kind")).endswith("List") or "apiVersion" not in obj:
        return None
    items = obj.get("items")
    if items is None and obj["kind"] == "List":
        return []
    return items if isinstance(items, list) else None


def _item(parent: Document, number: int, item: Any) -> Document:
    """An item as an object of its own. In a DeploymentList it need not repeat what it is, as for kubectl."""
    entry = nearest(parent.obj, parent.marks, ("items", number))
    kind = parent.obj["kind"].removesuffix("List")
    if kind and isinstance(item, dict) and not item.get("kind"):
        item = {**item, "apiVersion": parent.obj["apiVersion"], "kind": kind}
    marks: Marks = entry if isinstance(entry, list) else [entry]
    within = (*parent.within, "items", number)
    return Document(item, parent.source, parent.index, within, marks, parent.first_line)


def _refusal(document: Document, *, explicit: bool) -> Problem | None:
    """Why a document is not judged, None if it is an object."""
    obj: Any = document.obj
    skipped: Level = "error" if explicit else "info"
    if not isinstance(obj, dict):
        shape = "a list" if isinstance(obj, list) else "a single value"
        return _not_an_object(document, skipped, f"{shape}, not a mapping")
    version, kind = obj.get("apiVersion"), obj.get("kind")
    for field, value in (("apiVersion", version), ("kind", kind)):
        if value is not None and not isinstance(value, str):
            return _not_an_object(document, "error", f"{field} is not a string", field)
    if _is_kustomization(version, kind):
        message = "a kustomization, not judged itself: build it first with `kustomize build`"
        return _problem(document, skipped, message)
    if (version and kind) or is_profile(obj):
        return None
    if not version and not kind:
        return _not_an_object(document, skipped, "no apiVersion and no kind")
    is_chart = document.source.rpartition("/")[2] == _CHART_FILE
    return _not_an_object(document, skipped if is_chart else "error", "no kind" if version else "no apiVersion")


def _is_kustomization(version: str | None, kind: str | None) -> bool:
    """Whether it is Kustomize's own file, which needs no apiVersion; Flux has another Kustomization."""
    return (version or "").startswith(_KUSTOMIZE_GROUP) or (kind == "Kustomization" and not version)


def _not_an_object(document: Document, level: Level, reason: str, *path: str) -> Problem:
    return _problem(document, level, f"not a Kubernetes object: {reason}", *path)


def _problem(document: Document, level: Level, message: str, *path: str) -> Problem:
    line, column = document.locate(path)
    return Problem(document.source, line, column, level, message)
