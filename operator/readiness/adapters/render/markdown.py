"""Reports as Markdown for a pull request: a short table, details to unfold, never more than a comment may have."""

import re
from collections.abc import Iterable, Iterator

from readiness.adapters.render.paint import PLAIN, Paint, printable
from readiness.adapters.render.read import Card, Line, Raw, Report, counted, score, worst, worst_first
from readiness.adapters.render.text import headline, not_evaluated
from readiness.model import Outcome

MOST = 65_536
"""Characters that a comment of a pull request may have on the largest of the forges."""

_ROOM_FOR_THE_END = 600
_ROOM_FOR_THE_TABLE = 24_000
_LEAST = 4_000
_END = "\n</details>\n"
_SIGNS = {"Go": "✅", "GoWithConditions": "⚠️", "Unknown": "❔", "NoGo": "❌"}
_SECTIONS = (
    (Outcome.FAIL, "blocks"),
    (Outcome.ERROR, "broke down"),
    (Outcome.UNKNOWN, "not known"),
    (Outcome.WARN, "warns"),
    (Outcome.WAIVED, "waived"),
)
_HEADER = "| | workload | score | items | stage | blockers | warnings |\n| --- | --- | --: | --: | --- | --: | --: |\n"
_SPECIAL = re.compile(r"^-|^\d+\.(?=\s|$)|[\\`*_{}\[\]()<>#+!|~&$^=\"']|(?<=:)//|(?<=www)\.|(?<![\w])@(?=\w)", re.ASCII)


def to_markdown(document: Raw, _paint: Paint = PLAIN) -> str:
    """The whole list in at most MOST characters; what had to be left out is counted."""
    ranked = worst_first(document)
    verdict = worst(document)
    text = f"## {_SIGNS[verdict]} Readiness: {verdict}\n\n{headline(document).capitalize()}{_totals(document)}\n"
    rows, left = _within(map(_row, ranked), _ROOM_FOR_THE_TABLE)
    if rows:
        text += f"\n{_HEADER}{''.join(rows)}"
    if left:
        text += f"\n{counted(left, 'workload')} more: not listed here.\n"
    blocks = (_details(report) for report in ranked if any(_open(card) for card in report.cards))
    shown, left = _within(blocks, MOST - len(text) - _ROOM_FOR_THE_END)
    text += "".join(f"\n{block}" for block in shown)
    if left:
        text += f"\nThe details of {counted(left, 'workload')} more do not fit here.\n"
    return f"{text}\n<sub>`readiness explain CHECK` tells why, what exactly, and what to do.</sub>\n"


def escaped(text: str) -> str:
    """Text that means nothing to Markdown, HTML, or a forge that mentions people."""
    return _SPECIAL.sub(_harmless, printable(text).strip())


def _harmless(found: re.Match[str]) -> str:
    before, sign = found[0][:-1], found[0][-1]
    return before + (f"{sign}\N{ZERO WIDTH SPACE}" if sign == "@" else f"&#{ord(sign)};")


def _within(blocks: Iterable[str], room: int) -> tuple[list[str], int]:
    """The first blocks that fit, a line feed before each, and how many do not; one that nearly fits is cut."""
    shown: list[str] = []
    left = 0
    for block in blocks:
        if len(block) < room:
            shown.append(block)
        elif room > _LEAST and block.endswith(_END):
            shown.append(_cut(block, room))
        else:
            left += 1
        room -= len(block) + 1
    return shown, left


def _cut(block: str, room: int) -> str:
    """As many lines of a block as fit, and how many lines that left out."""
    end = block.rindex("\n", 0, room - _ROOM_FOR_THE_END)
    left = block.count("\n", end, -len(_END))
    return f"{block[:end]}\n\n{counted(left, 'line')} more: not shown here.\n{_END}"


def _totals(document: Raw) -> str:
    summary = document["summary"]
    if not summary["workloads"]["total"]:
        return "."
    requirements = summary["requirements"]
    waived = f", {requirements['waived']} waived" if requirements.get("waived") else ""
    return (
        f". Score {score(summary)}: {requirements['passed']} passed, {requirements['failed']} failed,"
        f" {requirements['warned']} warned, {requirements['unknown']} not known{waived}. "
        + " ".join(not_evaluated(requirements))
    )


def _row(report: Report) -> str:
    cells = (
        f"{_SIGNS[report.verdict]} {report.verdict}",
        escaped(report.label),
        report.score,
        escaped(report.items),
        escaped(report.stage),
        str(report.blockers),
        str(report.warnings),
    )
    return f"| {' | '.join(cells)} |\n"


def _open(card: Card) -> list[Line]:
    return card.ended(*(outcome for outcome, _ in _SECTIONS))


def _details(report: Report) -> str:
    head = f"<b>{escaped(report.label)}</b>: {_facts(report)}"
    body = "".join("".join(_card(card, named=len(report.cards) > 1)) for card in report.cards)
    source = f"\n{escaped(report.source)}\n" if report.source else ""
    return f"<details><summary>{head}</summary>\n{source}\n{body}{_END}"


def _facts(of: Report | Card) -> str:
    return escaped(", ".join(filter(None, (of.verdict, *of.facts))))


def _card(card: Card, *, named: bool) -> Iterator[str]:
    if named:
        yield f"\n**{escaped(card.policy)}**: {_facts(card)}\n\n"
    if card.stages:
        rungs = (
            f"{'✅' if s['reached'] else '⬜'} {escaped(s['name'])} {s['passed']}/{s['total']}" for s in card.stages
        )
        yield f"Stages: {' → '.join(rungs)}\n\n"
    if card.categories:
        rows = (f"| {escaped(c['name'])} | {c['passed']}/{c['total']} | {c['percent']} % | {c['target']} % |\n"
                for c in card.categories)  # fmt: skip
        yield f"| category | passed | | target |\n| --- | --: | --: | --: |\n{''.join(rows)}\n"
    for gate in card.gates:
        failing = f": {', '.join(map(escaped, gate.get('failing', ())))}" if not gate["passed"] else ""
        yield f"Gate {escaped(gate['name'])}: {'✅ passed' if gate['passed'] else '⬜ not passed'}{failing}\n\n"
    for outcome, word in _SECTIONS:
        for line in card.ended(outcome):
            yield from _line(line, word)


def _line(line: Line, word: str) -> Iterator[str]:
    references = f" ({escaped(', '.join(line.references))})" if line.references else ""
    title = f" {escaped(line.title)}" if line.title else ""
    exception = f", {escaped(line.exception)}" if line.exception else ""
    yield f"- **{word}** {line.severity} <b>{escaped(line.name)}</b>{title}{references}{exception}\n"
    for finding in line.findings:
        yield f"  - {escaped(str(finding))}\n"
    if line.outcome is Outcome.FAIL and line.remedy:
        yield f"  - to do: {escaped(line.remedy)}\n"
