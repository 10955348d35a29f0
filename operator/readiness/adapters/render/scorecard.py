"""A workload's scorecards as text: verdict, ladder and bars, what blocks, then all else that is open."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from readiness.adapters.render.paint import Paint, printable
from readiness.adapters.render.read import Card, Line, Raw, Report, counted
from readiness.model import Outcome

_INDENT = "    "
_STAGES = "  Stages"
_TO_DO = "to do:"
_FULL = 100  # percent: the target of a category that has none of its own
_OPEN = (
    ((Outcome.FAIL,), ("blocker",), "red"),
    ((Outcome.WARN,), ("warning",), "yellow"),
    ((Outcome.ERROR, Outcome.UNKNOWN), ("not known", "not known"), "magenta"),
)
_CLOSED = ((Outcome.WAIVED, "waived"), (Outcome.PASS, "met"), (Outcome.NOT_APPLICABLE, "not applicable"))


def scorecard(report: Report, paint: Paint, *, brief: bool = False) -> Iterator[str]:
    """The lines of one workload; in brief, categories that have reached their target are left out."""
    name = paint(printable(report.label), "bold")
    rest = map(printable, (*report.facts, report.source))
    yield "  ".join(filter(None, (paint.verdict(report.verdict), name, *rest)))
    for card in report.cards:
        if len(report.cards) > 1:
            facts = map(printable, card.facts)
            yield "  ".join((f"  by {printable(card.policy)}: {paint.verdict(card.verdict)}", *facts))
        yield from _overview(card, paint, brief=brief)
        yield from _sections(card, paint)


def _overview(card: Card, paint: Paint, *, brief: bool) -> Iterator[str]:
    if card.stages:
        yield from _ladder(card.stages, paint)
    categories = [item for item in card.categories if not brief or item["state"] != "Complete"]
    width = max((len(category["name"]) for category in categories), default=0)
    for category in categories:
        yield f"  {printable(category['name']):<{width}}  {_bar(category, paint)}"
    for gate in card.gates:
        failing = f": {', '.join(gate['failing'])}" if gate.get("failing") else ""
        yield paint.wrapped(
            f"Gate  {paint.met(printable(gate['name'] + failing), yes=gate['passed'])}", "  ", "        "
        )


def _ladder(stages: Sequence[Raw], paint: Paint) -> Iterator[str]:
    """The rungs, as many in a line as there is room for."""
    indent, plain = " " * len(_STAGES), replace(paint, coloured=False)
    row, used = _STAGES, len(indent)
    for stage in stages:
        size = 2 + len(_share(stage, plain, yes=stage["reached"]))
        if paint.width and used + size > paint.width and used > len(indent):
            yield row
            row, used = indent, len(indent)
        row, used = f"{row}  {_share(stage, paint, yes=stage['reached'])}", used + size
    yield row


def _share(raw: Raw, paint: Paint, *, yes: bool) -> str:
    return paint.met(f"{printable(raw['name'])} {raw['passed']}/{raw['total']}", yes=yes)


def _bar(category: Raw, paint: Paint) -> str:
    percent, target = category["percent"], category["target"]
    style = "green" if category["state"] == "Complete" else "yellow"
    wanted = f"  target {target} %" if target < _FULL else ""
    return f"{paint.bar(percent, style)} {percent:>3} %  {category['passed']}/{category['total']}{wanted}"


def _sections(card: Card, paint: Paint) -> Iterator[str]:
    for outcomes, words, style in _OPEN:
        lines = card.ended(*outcomes)
        if lines:
            yield "  " + paint(counted(len(lines), *words), "bold", style)
            yield from _grouped(lines, paint, style) if style == "yellow" else _lines(lines, paint, style)
    for outcome, word in _CLOSED:
        lines = card.ended(outcome)
        if lines:
            yield "  " + paint(f"{len(lines)} {word}", "bold")
            for line in lines:
                yield paint.wrapped(_told(line), _INDENT, "  ")


def _grouped(lines: list[Line], paint: Paint, style: str) -> Iterator[str]:
    """Lines by category, where they have one."""
    for category, group in groupby(sorted(lines, key=_category), key=_category):
        if category:
            yield f"   {paint(printable(category), 'dim')}"
        yield from _lines(group, paint, style)


def _lines(lines: Iterable[Line], paint: Paint, style: str) -> Iterator[str]:
    for line in lines:
        severity = f"{line.severity:<8}"
        told = paint.wrapped(f"{severity} {_told(line)}", _INDENT, "  ")
        yield told.replace(severity, paint(severity, style), 1)
        for finding in line.findings:
            yield paint.wrapped(printable(str(finding)), _INDENT * 2, "  ")
        if line.outcome is Outcome.FAIL and line.remedy:
            told = paint.wrapped(f"{_TO_DO} {printable(line.remedy)}", _INDENT * 2, "  ")
            yield told.replace(_TO_DO, paint(_TO_DO, "dim"), 1)


def _told(line: Line) -> str:
    references = "".join(f" [{reference}]" for reference in line.references)
    exception = f" ({line.exception})" if line.exception else ""
    return printable(line.label + references + exception)


def _category(line: Line) -> str:
    return line.category
