"""Reports as text: the verdict, a scorecard for each of the worst workloads, what is open most often, the totals."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from readiness.adapters.render.paint import PLAIN, Paint, printable
from readiness.adapters.render.read import Raw, counted, score, worst, worst_first
from readiness.adapters.render.scorecard import scorecard
from readiness.adapters.render.table import table
from readiness.model import Severity, Verdict

_UNSELECTED_SHOWN = 10
_WORKLOADS_SHOWN = 50
_WORKLOADS_AT_LENGTH = 3
_OFTEN_SHOWN = 10


class Open(NamedTuple):
    """A requirement that fails somewhere."""

    blocking: bool
    severity: str
    name: str


def to_text(document: Raw, paint: Paint = PLAIN) -> str:
    """The whole list, ready to print."""
    ranked = worst_first(document)
    brief = len(ranked) > _WORKLOADS_AT_LENGTH
    blocks = ["\n".join(scorecard(report, paint, brief=brief)) for report in ranked[:_WORKLOADS_SHOWN]]
    if len(ranked) > 1:
        blocks = [_headline(document, paint), *blocks]
    if len(ranked) > _WORKLOADS_SHOWN:
        blocks.append(f"and {counted(len(ranked) - _WORKLOADS_SHOWN, 'workload')} more: -o wide lists every one")
    often = open_most_often(document)
    if often:
        blocks.append("\n".join(_often(often, paint)))
    blocks.append(totals(document["summary"], paint))
    if any(report.verdict != Verdict.GO for report in ranked):
        blocks.append(paint("`readiness explain CHECK` tells why, what exactly, and what to do.", "dim"))
    return "\n\n".join(blocks) + "\n"


def open_most_often(document: Raw, most: int = _OFTEN_SHOWN) -> list[tuple[Open, int]]:
    """The requirements that fail, with their number of workloads, from two on; what blocks comes first."""
    found: Counter[Open] = Counter()
    for item in document["items"]:
        found.update(
            {
                Open(line["outcome"] == "fail", line.get("severity", Severity.INFO), line["name"])
                for card in item["status"]["scorecards"]
                for line in card["requirements"]
                if line["outcome"] in ("fail", "warn")
            }
        )
    ranked = sorted(found.items(), key=lambda item: (not item[0].blocking, -item[1], *_rank(item[0])))
    return [item for item in ranked if item[1] > 1][:most]


def totals(summary: Raw, paint: Paint = PLAIN) -> str:
    """Workloads by verdict, and what else there is to say about all of them."""
    workloads, requirements = summary["workloads"], summary["requirements"]
    header = ["WORKLOADS", "GO", "CONDITIONS", "UNKNOWN", "NOGO", "SCORE", "PASSED", "WARNED", "FAILED", "UNCLEAR"]
    row = [str(workloads[word]) for word in ("total", "go", "goWithConditions", "unknown", "noGo")]
    row += [score(summary), *(str(requirements[word]) for word in ("passed", "warned", "failed", "unknown"))]
    if requirements.get("waived"):
        header.append("WAIVED")
        row.append(str(requirements["waived"]))
    heading, _, rest = table(header, [row]).partition("\n")
    lines = [paint(heading, "bold"), rest]
    return "\n".join([*lines, *not_evaluated(requirements), *_unselected(summary["unselected"])])


def not_evaluated(requirements: Raw) -> list[str]:
    """What was left out because there was no cluster to ask; nothing where there is none."""
    number = requirements["notEvaluated"]
    told = f"{counted(number, 'answer needs', 'answers need')} a cluster: not evaluated, and not counted."
    return [told] if number else []


def headline(document: Raw) -> str:
    """What all comes to, without the verdict."""
    workloads = document["summary"]["workloads"]
    if not workloads["total"]:
        return "no workload was judged"
    total = counted(workloads["total"], "workload")
    if workloads["noGo"]:
        return f"{workloads['noGo']} of {total} blocked"
    return f"nothing blocks {total}" if not workloads["unknown"] else f"not all is known of {total}"


def _headline(document: Raw, paint: Paint) -> str:
    return f"{paint.verdict(worst(document))}  {paint(headline(document), 'bold')}"


def _often(often: list[tuple[Open, int]], paint: Paint) -> Iterator[str]:
    yield paint("Open most often", "bold")
    for line, number in often:
        word = paint("blocks", "red") if line.blocking else paint("warns ", "yellow")
        yield f"  {word}  {line.severity:<8}  {printable(line.name)}  {counted(number, 'workload')}"


def _rank(line: Open) -> tuple[int, str]:
    return Severity(line.severity).rank, line.name


def _unselected(missed: list[Raw]) -> Iterator[str]:
    if not missed:
        return
    yield f"No policy selects {counted(len(missed), 'workload')}:"
    for item in missed[:_UNSELECTED_SHOWN]:
        place = f"  {item['file']}:{item['line']}" if "file" in item else ""
        yield printable(f"  {item['kind']}/{item['name']} in {item['namespace']}{place}")
    if len(missed) > _UNSELECTED_SHOWN:
        yield f"  and {len(missed) - _UNSELECTED_SHOWN} more"
