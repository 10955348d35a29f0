"""Reports as text: a block for each workload, the worst first in it, then the totals."""

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.adapters.render.paint import PLAIN, Paint, printable
from readiness.adapters.render.table import table
from readiness.engine.judged import SOURCE_ANNOTATION

Raw = Mapping[str, Any]
_WORDS = {"fail": "BLOCKS", "notApplicable": "n/a"}
_UNSELECTED_SHOWN = 10


def to_text(document: Raw, paint: Paint = PLAIN) -> str:
    """The whole list, ready to print."""
    blocks = ["\n".join(_workload(report, paint)) for report in document["items"]]
    return "\n\n".join([*blocks, totals(document["summary"], paint)]) + "\n"


def totals(summary: Raw, paint: Paint = PLAIN) -> str:
    """Workloads by verdict, and what else there is to say about all of them."""
    workloads, requirements = summary["workloads"], summary["requirements"]
    words = ("total", "go", "goWithConditions", "unknown", "noGo")
    counts = [str(workloads[word]) for word in words]
    header = ("WORKLOADS", "GO", "CONDITIONS", "UNKNOWN", "NOGO", "SCORE", "PASSED", "WARNED", "FAILED", "UNCLEAR")
    outcomes = [str(requirements[word]) for word in ("passed", "warned", "failed", "unknown")]
    score = f"{summary['score']} %" if "score" in summary else "-"
    lines = [table(header, [[*counts, score, *outcomes]])]
    if requirements["notEvaluated"]:
        lines.append(f"{requirements['notEvaluated']} answers need a cluster: not evaluated, and not counted.")
    lines += _unselected(summary["unselected"])
    return "\n".join([paint(lines[0].partition("\n")[0], "bold"), lines[0].partition("\n")[2], *lines[1:]])


def _unselected(missed: list[Raw]) -> Iterator[str]:
    if not missed:
        return
    yield f"No policy selects {len(missed)} workload{'s' if len(missed) > 1 else ''}:"
    for item in missed[:_UNSELECTED_SHOWN]:
        place = f"  {item['file']}:{item['line']}" if "file" in item else ""
        yield printable(f"  {item['kind']}/{item['name']} in {item['namespace']}{place}")
    if len(missed) > _UNSELECTED_SHOWN:
        yield f"  and {len(missed) - _UNSELECTED_SHOWN} more"


def _workload(report: Raw, paint: Paint) -> Iterator[str]:
    subject, status = report["spec"]["workloadRef"], report["status"]
    name = printable(f"{subject['kind']}/{subject['name']} in {report['metadata']['namespace']}")
    source = printable(report["metadata"].get("annotations", {}).get(SOURCE_ANNOTATION, ""))
    facts = f"{status['score']} %  {status['items']}"
    yield "  ".join(filter(None, (paint.verdict(status["verdict"]), paint(name, "bold"), facts, source)))
    for card in status["scorecards"]:
        if len(status["scorecards"]) > 1:
            policy = f"{card['policyRef']['kind']}/{card['policyRef']['name']}"
            yield f"  by {policy}: {paint.verdict(card['verdict'])}  {card['score']} %  {card['items']}"
        for requirement in card["requirements"]:
            yield from _requirement(requirement, paint)


def _requirement(requirement: Raw, paint: Paint) -> Iterator[str]:
    outcome = requirement["outcome"]
    word = _WORDS.get(outcome, outcome)
    # A report that was cut for its size has no titles.
    name = ": ".join(filter(None, (requirement["name"], requirement.get("title"))))
    yield f"  {paint.outcome(f'{word:<7}', outcome)} {requirement['severity']:<8} {printable(name)}"
    found = [*requirement.get("findings", ())]
    for check in requirement.get("checks", ()):
        found += check.get("findings", ())
    for finding in found:
        yield f"    {_finding(finding)}"
    if "remedy" in requirement:
        yield f"    {paint('to do:', 'dim')} {requirement['remedy']}"


def _finding(finding: Raw) -> str:
    place = f"{finding['file']}:{finding['line']}" if "file" in finding else finding.get("path", "")
    return printable(": ".join(filter(None, (place, finding["message"]))))
