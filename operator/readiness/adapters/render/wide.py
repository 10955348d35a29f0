"""Reports as a table: one line for each workload."""

from readiness.adapters.render.paint import PLAIN, Paint, printable
from readiness.adapters.render.read import Raw, Report, reports
from readiness.adapters.render.table import table
from readiness.adapters.render.text import totals
from readiness.model import Outcome

_HEADER = ("VERDICT", "SCORE", "ITEMS", "STAGE", "BLOCKERS", "POLICIES", "NAMESPACE", "WORKLOAD", "FIRST BLOCKER")


def to_table(document: Raw, paint: Paint = PLAIN) -> str:
    """A line for each workload, then the totals."""
    rows = [_row(report) for report in reports(document)]
    parts = [table(_HEADER, rows, {0: paint.verdict})] if rows else []
    return "\n\n".join([*parts, totals(document["summary"], paint)]) + "\n"


def _row(report: Report) -> list[str]:
    cells = (
        report.verdict,
        report.score,
        report.items,
        report.stage or "-",
        str(report.blockers),
        str(len(report.cards)),
        report.namespace,
        f"{report.kind}/{report.name}",
        _first_blocker(report),
    )
    return [printable(cell) for cell in cells]


def _first_blocker(report: Report) -> str:
    return next((line["name"] for card in report.cards for line in card.raw["requirements"]
                 if line["outcome"] == Outcome.FAIL), "")  # fmt: skip
