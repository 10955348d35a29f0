"""Reports as one page of HTML, for a browser and for paper: nothing is fetched, nothing runs."""

from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files

from readiness.adapters.render.paint import PLAIN, Paint, printable
from readiness.adapters.render.read import Card, Line, Raw, Report, score, worst, worst_first
from readiness.adapters.render.text import headline, not_evaluated, open_most_often
from readiness.model import Outcome

_DETAILED = 500
_COLUMNS = ("Workload", "Verdict", "Score", "Items", "Stage", "Blockers", "Warnings", "Source")
_NUMBERS = (2, 3, 5, 6)
_SECTIONS = (
    ("Blockers", (Outcome.FAIL,)),
    ("Not known", (Outcome.ERROR, Outcome.UNKNOWN)),
    ("Warnings", (Outcome.WARN,)),
    ("Waived", (Outcome.WAIVED,)),
    ("Met", (Outcome.PASS,)),
    ("Not applicable", (Outcome.NOT_APPLICABLE,)),
)
_HEAD = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Readiness: {verdict}</title>
<style>
{style}</style>
</head>
<body>
<main>
<h1>Readiness: <span class="{verdict}">{verdict}</span></h1>
<p>{headline}</p>
"""


def to_html(document: Raw, _paint: Paint = PLAIN) -> str:
    """The page: totals, a table of workloads, then what is open for each of the worst."""
    style = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    ranked = worst_first(document)
    head = _HEAD.format(verdict=worst(document), style=style, headline=_text(headline(document)))
    detailed = [report for report in ranked if any(_is_open(card) for card in report.cards)]
    numbers = {id(report): number for number, report in enumerate(detailed[:_DETAILED], 1)}
    parts = [head, _totals(document), _often(document), _workloads(ranked, numbers)]
    if len(detailed) > _DETAILED:
        parts.append(
            f"<p>Details of the worst {_DETAILED} follow; those of {len(detailed) - _DETAILED} more do not.</p>\n"
        )
    parts += (_report(report, number) for number, report in enumerate(detailed[:_DETAILED], 1))
    return "".join([*parts, "</main>\n</body>\n</html>\n"])


def _text(text: str) -> str:
    """Text that is nothing but text, in an element or in an attribute."""
    return escape(printable(text))


def _is_open(card: Card) -> bool:
    return any(line.outcome is not Outcome.NOT_APPLICABLE for line in card.lines)


def _totals(document: Raw) -> str:
    summary = document["summary"]
    workloads, requirements = summary["workloads"], summary["requirements"]
    cells = [
        ("Score", score(summary)),
        *((word, str(workloads[key])) for word, key in (("Go", "go"), ("With conditions", "goWithConditions"))),
        *((word, str(workloads[key])) for word, key in (("Not known", "unknown"), ("NoGo", "noGo"))),
        *(
            (f"Requirements {word}", str(requirements.get(word, 0)))
            for word in ("passed", "failed", "warned", "waived")
        ),
        ("Requirements not known", str(requirements["unknown"])),
    ]
    header = "".join(_head_cell(word, number=True) for word, _ in cells)
    notes = "".join(f'<p class="faint">{note}</p>\n' for note in not_evaluated(requirements))
    return _table("Totals", header, ["".join(_number(value) for _, value in cells)]) + notes


def _often(document: Raw) -> str:
    header = _header(("Requirement", "Severity", "Effect", "Workloads"), (3,))
    rows = [
        _row_head(_text(line.name))
        + _cell(line.severity)
        + (_cell("blocks", "fail") if line.blocking else _cell("warns", "warn"))
        + _number(number)
        for line, number in open_most_often(document)
    ]
    return _table("Open most often", header, rows)


def _workloads(ranked: list[Report], numbers: dict[int, int]) -> str:
    return _table(
        "Workloads", _header(_COLUMNS, _NUMBERS), (_row(report, numbers.get(id(report))) for report in ranked)
    )


def _row(report: Report, number: int | None) -> str:
    label = _text(report.label)
    name = f'<a href="#w{number}">{label}</a>' if number else label
    return (
        _row_head(name)
        + _cell(report.verdict, f"verdict {report.verdict}")
        + _number(report.score)
        + _number(report.items)
        + _cell(report.stage)
        + _number(report.blockers)
        + _number(report.warnings)
        + f"<td><code>{_text(report.source)}</code></td>"
    )


def _report(report: Report, number: int) -> str:
    head = (
        f'<section aria-labelledby="w{number}">\n<h2 id="w{number}">{_text(report.label)}: '
        f'<span class="{_text(report.verdict)}">{_text(report.verdict)}</span></h2>\n'
        f'<p class="faint">{_text(", ".join(filter(None, (*report.facts, report.source))))}</p>\n'
    )
    return f"{head}{''.join(part for card in report.cards for part in _card(card))}</section>\n"


def _card(card: Card) -> Iterator[str]:
    facts = ", ".join(filter(None, (card.verdict, *card.facts)))
    yield f"<h3>{_text(card.policy)}: {_text(facts)}</h3>\n"
    if card.stages:
        yield f'<ol class="ladder" aria-label="Stages">{"".join(map(_rung, card.stages))}</ol>\n'
    yield _table(
        "Categories", _header(("Category", "Passed", "", "", "Target"), (1, 3, 4)), map(_category, card.categories)
    )
    for gate in card.gates:
        failing = "" if gate["passed"] else f": {', '.join(gate.get('failing', ()))}"
        yield f"<p>Gate {_text(gate['name'])} {'passed' if gate['passed'] else 'not passed'}{_text(failing)}</p>\n"
    for title, outcomes in _SECTIONS:
        header = _header(("Severity", "Requirement", "Found", "What to do"), ())
        yield _table(title, header, map(_line, card.ended(*outcomes)))


def _rung(stage: Raw) -> str:
    sign, style = ("✓", ' class="reached"') if stage["reached"] else ("○", "")
    return f"<li{style}>{sign} {_text(stage['name'])} {stage['passed']}/{stage['total']}</li>"


def _category(category: Raw) -> str:
    met = ' class="met"' if category["state"] == "Complete" else ""
    bar = f'<span class="bar" aria-hidden="true"><span{met} style="width:{category["percent"]}%"></span></span>'
    return (
        _row_head(_text(category["name"]))
        + _number(f"{category['passed']}/{category['total']}")
        + f"<td>{bar}</td>"
        + _number(f"{category['percent']} %")
        + _number(f"{category['target']} %")
    )


def _line(line: Line) -> str:
    references = f'<br><span class="faint">{_text(", ".join(line.references))}</span>' if line.references else ""
    found = "".join(f"<li>{_found(finding.place)}{_text(finding.message)}</li>" for finding in line.findings)
    return (
        _cell(line.severity, line.outcome)
        + _row_head(f"<code>{_text(line.name)}</code><br>{_text(line.title)}{references}")
        + f"<td>{f'<ul>{found}</ul>' if found else ''}{_text(line.exception)}</td>"
        + _cell(line.remedy)
    )


def _found(place: str) -> str:
    return f"<code>{_text(place)}</code>: " if place else ""


def _header(words: Iterable[str], numbers: Iterable[int]) -> str:
    right = set(numbers)
    return "".join(_head_cell(word, number=column in right) for column, word in enumerate(words))


def _head_cell(word: str, *, number: bool) -> str:
    return f'<th scope="col" class="number">{word}</th>' if number else f'<th scope="col">{word}</th>'


def _row_head(markup: str) -> str:
    return f'<th scope="row">{markup}</th>'


def _cell(text: str, style: str = "") -> str:
    return f'<td class="{_text(style)}">{_text(text)}</td>' if style else f"<td>{_text(text)}</td>"


def _number(value: str | int) -> str:
    return f'<td class="number">{_text(str(value))}</td>'


def _table(caption: str, header: str, rows: Iterable[str]) -> str:
    """A table; nothing where there is no row."""
    body = "".join(f"<tr>{row}</tr>\n" for row in rows)
    if not body:
        return ""
    return (
        f'<div class="wide"><table>\n<caption>{caption}</caption>\n<thead><tr>{header}</tr></thead>\n'
        f"<tbody>\n{body}</tbody>\n</table></div>\n"
    )
