"""
Reports as SARIF 2.1.0, for code scanning and editors.

What fails is a result at its field, what is waived a suppressed one, what is not known an open one. A finding that
several policies or requirements share is told once, at its worst.
"""

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from readiness.adapters.render.as_json import to_json
from readiness.adapters.render.paint import PLAIN, Paint, printable
from readiness.adapters.render.read import Card, Finding, Line, Raw, Report, reports
from readiness.adapters.render.sarif_rules import rule, strength
from readiness.model import Outcome, Severity

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_FINGERPRINT = "readinessFinding/v1"
_FAILING = (Outcome.FAIL, Outcome.WARN, Outcome.WAIVED)
_OWN = (Outcome.WAIVED, Outcome.UNKNOWN, Outcome.ERROR)  # of a check, where its requirement came to something else
_TOLD = (*_FAILING, Outcome.UNKNOWN, Outcome.ERROR)
_LEVELS = ("error", "warning", "note", "none")  # the worst first

Result = dict[str, Any]


def to_sarif(document: Raw, _paint: Paint = PLAIN) -> str:
    """One run; its rules are the checks that found something."""
    results = list(_results(document))
    titles: dict[str, str] = {}
    for result in results:
        titles.setdefault(result["ruleId"], result.pop("_title"))
    numbers = {check: number for number, check in enumerate(titles)}
    for result in results:
        result["ruleIndex"] = numbers[result["ruleId"]]
    driver = {
        "name": "readiness",
        "version": version("readiness-operator"),
        "rules": [rule(check, title) for check, title in titles.items()],
    }
    run = {
        "tool": {"driver": driver},
        # Without its address: where the sources lay is nobody's business, and the next run must say the same.
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder where readiness was run."}}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return to_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _results(document: Raw) -> Iterator[Result]:
    root = Path.cwd()
    for report in reports(document):
        yield from _of(report, root)


def _of(report: Report, root: Path) -> Iterator[Result]:
    """The results of a workload: policies that agree in a finding share a result."""
    told: dict[tuple[str, str, str, int], Result] = {}
    again: Counter[tuple[str, str]] = Counter()
    for card in report.cards:
        for line in card.lines:
            if line.outcome in _TOLD:
                for finding in (*line.findings, *line.waived) or (_whole(report, line),):
                    key = finding.check, finding.message, finding.file, finding.line
                    if key in told:
                        _join(told[key], _result(report, card, line, finding, root))
                        continue
                    told[key] = _result(report, card, line, finding, root)
                    told[key]["partialFingerprints"] = {_FINGERPRINT: _fingerprint(report, finding, again)}
    yield from told.values()


def _whole(report: Report, line: Line) -> Finding:
    """What stands for a line that tells no finding: the workload as a whole."""
    file, _, number = report.source.rpartition(":")
    message, column = line.title or line.name, 1 if file else 0
    return Finding(line.name, message, line.outcome, file=file, line=int(number or 0), column=column)


def _result(report: Report, card: Card, line: Line, finding: Finding, root: Path) -> Result:
    outcome = finding.outcome if finding.outcome in _OWN else line.outcome
    failing = outcome in _FAILING
    result: Result = {
        "_title": line.title,
        "ruleId": finding.check,
        "kind": "fail" if failing else "open",
        "level": _level(outcome, line.severity) if failing else "none",
        # A link that a name smuggles in would be one in the viewer.
        "message": {"text": printable(f"{finding.message} ({report.label})").replace("](", "] (")},
        "locations": [_location(report, finding, root)],
        "properties": {"requirement": line.name, "severity": str(line.severity), "policies": [card.policy]},
    }
    if outcome is Outcome.WAIVED:
        why = printable(finding.exception or line.exception or "waived")
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
    return result


def _level(outcome: Outcome, severity: Severity) -> str:
    if outcome is Outcome.FAIL:
        return "error"
    return strength(severity) if outcome is Outcome.WAIVED else _warned(severity)


def _warned(severity: Severity) -> str:
    """The level of what does not block: never an error."""
    return "warning" if severity.rank <= Severity.MEDIUM.rank else "note"


def _join(result: Result, other: Result) -> None:
    """What another line says of the same finding: what is not waived counts more, and then the worst level."""
    policies = dict.fromkeys(result["properties"]["policies"] + other["properties"]["policies"])
    if _weight(other) < _weight(result):
        result.pop("suppressions", None)
        result |= {key: other[key] for key in ("level", "kind", "properties", "suppressions") if key in other}
    result["properties"]["policies"] = list(policies)


def _weight(result: Result) -> tuple[bool, int]:
    return "suppressions" in result, _LEVELS.index(result["level"])


def _location(report: Report, finding: Finding, root: Path) -> dict[str, Any]:
    path = f"/{finding.path}" if finding.path else ""
    full = printable(f"{report.namespace}/{report.kind}/{report.name}{path}")
    location: dict[str, Any] = {
        "logicalLocations": [{"name": printable(report.name), "fullyQualifiedName": full, "kind": "resource"}]
    }
    if finding.file:
        location["physicalLocation"] = {
            "artifactLocation": _artifact(finding.file, root),
            "region": {"startLine": finding.line, "startColumn": max(finding.column, 1)},
        }
    return location


def _artifact(file: str, root: Path) -> dict[str, str]:
    """The file, relative to where we are if it lies below."""
    path = PurePath(file)
    if path.is_absolute() or ".." in path.parts:
        whole = (root / path).resolve()
        if not whole.is_relative_to(root):
            return {"uri": whole.as_uri()}
        path = whole.relative_to(root)
    return {"uri": quote(path.as_posix(), errors="replace"), "uriBaseId": _ROOT}


def _fingerprint(report: Report, finding: Finding, again: Counter[tuple[str, str]]) -> str:
    """What stays when lines move: file, workload, check and field; the message only where there is no field."""
    what = finding.check, finding.path or finding.message
    again[what] += 1
    parts = (finding.file, report.namespace, report.kind, report.name, *what, str(again[what]))
    return sha256("\0".join(parts).encode(errors="replace")).hexdigest()[:32]
