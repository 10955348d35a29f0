"""Reports as a table: one line for each workload."""

from collections.abc import Mapping
from typing import Any

from readiness.adapters.render.paint import PLAIN, Paint, printable
from readiness.adapters.render.table import table
from readiness.adapters.render.text import totals

_HEADER = ("VERDICT", "SCORE", "ITEMS", "BLOCKERS", "POLICIES", "NAMESPACE", "WORKLOAD", "FIRST BLOCKER")


def to_table(document: Mapping[str, Any], paint: Paint = PLAIN) -> str:
    """A line for each workload, then the totals."""
    rows = [_row(report) for report in document["items"]]
    parts = [table(_HEADER, rows, {0: paint.verdict})] if rows else []
    return "\n\n".join([*parts, totals(document["summary"], paint)]) + "\n"


def _row(report: Mapping[str, Any]) -> list[str]:
    subject, status = report["spec"]["workloadRef"], report["status"]
    cells = [
        status["verdict"],
        f"{status['score']} %",
        status["items"],
        str(status["blockersTotal"]),
        str(status["policies"]),
        report["metadata"]["namespace"],
        f"{subject['kind']}/{subject['name']}",
        _first_blocker(status),
    ]
    return [printable(cell) for cell in cells]


def _first_blocker(status: Mapping[str, Any]) -> str:
    for card in status["scorecards"]:
        for requirement in card["requirements"]:
            if requirement["outcome"] == "fail":
                return str(requirement["name"])
    return ""
