"""
Reports as JUnit XML, which every CI server reads: a suite for each workload and policy, a case for each requirement.

Only what blocks is a failure, so that the server and the exit code agree; what fails without blocking, is waived, not
known or does not apply is skipped, with the reason.
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
    for name, outcome, line in _cases(card):
        element = _ELEMENTS.get(outcome, "skipped")
        told.update({"tests": 1, **({element: 1} if element else {})})
        cases.append(_case(group, name, line, element, outcome))
    sums.update(told)
    attributes = f"{_attribute('name', f'{report.label} by {card.policy}')}{_sums(told)}"
    return f"  <testsuite{attributes}>\n{''.join(cases)}  </testsuite>\n"


def _cases(card: Card) -> Iterator[tuple[str, Outcome, Line | None]]:
    """Every requirement once: those that are spelled out, then those that are only named."""
    spelled = {line.name for line in card.lines}
    for line in card.lines:
        yield line.name, line.outcome, line
    for names, outcome in ((card.passed, Outcome.PASS), (card.not_applicable, Outcome.NOT_APPLICABLE)):
        for name in names:
            if name not in spelled:
                yield name, outcome, None


def _case(group: str, name: str, line: Line | None, element: str, outcome: Outcome) -> str:
    """One test case. A finding's file is where servers link to."""
    file = next((finding.file for finding in line.findings if finding.file), "") if line else ""
    where = _attribute("file", file) if file else ""
    opened = f"    <testcase{_attribute('name', name)}{_attribute('classname', group)}{where}"
    if not element:
        return f"{opened}/>\n"
    message = _message(line, outcome)
    if element == "skipped" or line is None:
        return f"{opened}><{element}{_attribute('message', message)}/></testcase>\n"
    attributes = _attribute("type", line.severity) + _attribute("message", message)
    text = "\n".join(_xml(part) for part in (*map(str, line.findings), f"to do: {line.remedy}" if line.remedy else ""))
    return f"{opened}><{element}{attributes}>{text.strip()}</{element}></testcase>\n"


def _message(line: Line | None, outcome: Outcome) -> str:
    why = line.exception if line and line.exception else _WHY.get(outcome, "")
    told = line.findings[0].message if line and line.findings else line.title if line else ""
    return ": ".join(filter(None, (why or str(outcome), told))) if outcome not in _ELEMENTS else told or str(outcome)


def _sums(sums: Counter[str]) -> str:
    names = {"tests": "tests", "failures": "failure", "errors": "error", "skipped": "skipped"}
    return "".join(f' {attribute}="{sums[name]}"' for attribute, name in names.items())


def _attribute(name: str, text: str) -> str:
    return f' {name}="{_xml(text)}"'


def _xml(text: str) -> str:
    """Text as XML may have it: control characters would end a parser's patience even as references."""
    return escape(printable(text))
