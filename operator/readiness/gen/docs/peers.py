"""What other tools ask, and which of our checks ask it: the page for who comes from one of them."""

from collections import Counter
from collections.abc import Iterator

from readiness.checks import CATALOGUE
from readiness.gen.docs.markdown import page, table
from readiness.gen.peers import TOOLS, Raw, groups

_INTRO = """Each line is a question that some tool of the field asks of workloads or of the objects around them, with
its name there: Kyverno's policies by their folder (`bp` best practices, `ps` Pod Security, `o` others), Popeye's,
trivy's, Kubescape's and Datree's by number. Beside it stand our checks; where there is none, the reason."""


def render() -> str:
    """The page."""
    lines = [line for group in groups() for line in group["lines"] if "peers" in line]
    answered = [line for line in lines if "leftOut" not in line]
    counts = Counter(tool for line in answered for tool in line.get("peers", ()))
    totals = Counter(tool for line in lines for tool in line.get("peers", ()))
    named = {check for group in groups() for line in group["lines"] for check in line.get("checks", ())}
    own = [f"[{check.id}](../checks/{check.id}.md)" for check in CATALOGUE if check.id not in named]
    return page(
        "Checks of other tools, and ours",
        _INTRO,
        f"{len(answered)} of {len(lines)} questions have an answer here.",
        table(("tool", "its questions", "answered here"), [(t, str(totals[t]), str(counts[t])) for t in TOOLS]),
        *_tables(),
        "## What stands in no list of the field",
        f"{len(own)} checks have no counterpart in this list: {', '.join(own)}.",
    )


def _tables() -> Iterator[str]:
    for group in groups():
        yield f"## {group['group']}"
        yield table(("question", "there", "here"), [_row(line) for line in group["lines"]])


def _row(line: Raw) -> tuple[str, str, str]:
    there = "; ".join(f"{tool}: {names}" for tool, names in line.get("peers", {}).items())
    return line["question"], there or f"the field {line['field']}", _ours(line)


def _ours(line: Raw) -> str:
    if "leftOut" in line:
        return f"left out: {line['leftOut']}"
    checks = [f"[{check}](../checks/{check}.md)" for check in line.get("checks", ())]
    profiles = [f"profile [{name}](../profiles/{name}.md)" for name in line.get("profiles", ())]
    audit = f"; `readiness audit` {line['audit']}" if "audit" in line else ""
    return ", ".join(checks + profiles) + audit
