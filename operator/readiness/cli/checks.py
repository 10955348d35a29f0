"""`readiness checks`: the catalogue as a list."""

from typing import Any

import click

from readiness.adapters.render import to_json, to_yaml
from readiness.adapters.render.table import table
from readiness.checks import CATALOGUE, Check

_HEADER = ("ID", "SEVERITY", "CATEGORY", "LOOKS AT", "TITLE")


@click.command()
@click.option("-o", "--output", type=click.Choice(["text", "json", "yaml"]), default="text", show_default=True)
@click.option("--search", metavar="WORD", default="", help="Only checks that have this word in what they say.")
def command(output: str, search: str) -> None:
    """List the checks."""
    found = [check for check in CATALOGUE if search.casefold() in _words(check)]
    if output == "text":
        rows = [(check.id, check.severity, check.category, _looks_at(check), check.title) for check in found]
        click.echo(table(_HEADER, rows) if rows else f"no check mentions {search!r}")
    else:
        write = to_json if output == "json" else to_yaml
        click.echo(write([_told(check) for check in found]), nl=False)


def _looks_at(check: Check) -> str:
    return check.kind if check.implemented else f"{check.kind} (not yet)"


def _words(check: Check) -> str:
    words = (check.id, check.title, check.why, check.rule, check.category, check.topic or "", check.kind)
    return " ".join(words).casefold()


def _told(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "title": check.title,
        "severity": str(check.severity),
        "category": str(check.category),
        "topic": str(check.topic) if check.topic else None,
        "kind": str(check.kind),
        "live": check.live,
        "implemented": check.implemented,
        "reads": sorted(kind.__name__ for kind in check.reads),
        "why": check.why,
        "rule": check.rule,
        "remedy": check.remedy,
    }
