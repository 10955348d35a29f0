"""
Reports as JUnit XML, which every CI server reads: a suite for each workload and policy, a case for each requirement.

Only what blocks is a failure, so that the server and the exit code agree; what fails without blocking, is waived, not
known, needs a cluster or does not apply is skipped, with the reason.
"""

from collections import Counter
from collections.abc import Iterator
from html import escape

from readiness.adapters.render.paint import PLAIN, Paint, printable
from readiness.adapters.render.read import Card, Line, Raw, Report, reports
from readiness.model import Outcome

_ELEMENTS = {Outcome.FAIL: "failure", Outcome.ERROR: "error", Outcome.PASS: ""}
_WHY = {Outcome.WARN: "does not block", Outcome.UNKNOWN: "not known", Outcome.NOT_APPLICABLE: "does not apply"}


def to_junit(document: Raw, _paint: Paint = PLAIN) -> str:
    """All suites, with their sums."""
    sums: Counter[str] = Counter()
    suites = [_suite(report, card, sums) for report in reports(document) for card in report.cards]
    body = "".join(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="readiness"{_sums(sums)}>\n{body}</testsuites>\n'


def _suite(report: Report, card: Card, sums: Counter[str]) -> str:
    group = f"{card.policy.replace('/', '.')}.{report.namespace}.{report.kind}.{report.name}"
    told: Counter[str] = Counter()
    cases = []
    for line in _lines(card):
        element = _ELEMENTS.get(line.outcome, "skipped")
        told.update({"tests": 1, **({element: 1} if element else {})})
        cases.append(_case(group, line, element))
    sums.update(told)
    attributes = f"{_attribute('name', f'{report.label} by {card.policy}')}{_sums(told)}"
    return f"  <testsuite{attributes}>\n{''.join(cases)}  </testsuite>\n"


def _lines(card: Card) -> Iterator[Line]:
    """Every requirement once: those that are spelled out, then those that are only named."""
    spelled = {line.name for line in card.lines}
    yield from card.lines
    yield from (line for line in card.named if line.name not in spelled)


def _case(group: str, line: Line, element: str) -> str:
    """One test case. A finding's file is where servers link to."""
    file = next((finding.file for finding in line.findings if finding.file), "")
    where = _attribute("file", file) if file else ""
    opened = f"    <testcase{_attribute('name', line.name)}{_attribute('classname', group)}{where}"
    if not element:
        return f"{opened}/>\n"
    message = _attribute("message", _message(line))
    if element == "skipped" and len(line.findings) < 2:  # noqa: PLR2004 - the message tells one
        return f"{opened}><{element}{message}/></testcase>\n"
    attributes = message if element == "skipped" else _attribute("type", line.severity) + message
    text = "\n".join(_xml(part) for part in (*map(str, line.findings), f"to do: {line.remedy}" if line.remedy else ""))
    return f"{opened}><{element}{attributes}>{text.strip()}</{element}></testcase>\n"


def _message(line: Line) -> str:
    told = line.findings[0].message if line.findings else line.title
    if line.outcome in _ELEMENTS:
        return ": ".join(filter(None, (line.exception, told or str(line.outcome))))
    known = "" if line.exception and line.outcome is Outcome.NOT_APPLICABLE else _WHY.get(line.outcome, "")
    why = ", ".join(filter(None, (known, line.exception))) or str(line.outcome)
    return ": ".join(filter(None, (why, told)))


def _sums(sums: Counter[str]) -> str:
    names = {"tests": "tests", "failures": "failure", "errors": "error", "skipped": "skipped"}
    return "".join(f' {attribute}="{sums[name]}"' for attribute, name in names.items())


def _attribute(name: str, text: str) -> str:
    return f' {name}="{_xml(text)}"'


def _xml(text: str) -> str:
    """Text as XML may have it: control characters would end a parser's patience even as references."""
    return escape(printable(text))
