"""`readiness checks`: the catalogue as a list."""

from typing import Any

import click

from readiness.adapters.render import to_json, to_yaml
from readiness.adapters.render.table import table
from readiness.checks import CATALOGUE, Check, Kind
from readiness.gen.uses import profiles_with, references_to
from readiness.model import Category, Topic
from readiness.policy.parameters import described
from readiness.policy.profiles import names

_HEADER = ("ID", "SEVERITY", "CATEGORY", "LOOKS AT", "TITLE")
_WIDE = ("ID", "SEVERITY", "CATEGORY", "LOOKS AT", "TOPIC", "READS", "PROFILES", "REFERENCES", "TITLE")


def _choice(words: Any) -> click.Choice[str]:
    return click.Choice([str(word) for word in words], case_sensitive=False)


@click.command()
@click.option("-o", "--output", type=click.Choice(["text", "wide", "json", "yaml"]), default="text", show_default=True)
@click.option(
    "--search", metavar="WORDS", default="", help="Only checks that have all of these words in what they say."
)
@click.option("--kind", type=_choice(Kind), help="Only checks that look at this.")
@click.option("--topic", type=_choice(Topic), help="Only checks that this condition is made of.")
@click.option("--category", type=_choice(Category), help="Only checks of this category.")
@click.option("--profile", type=click.Choice(names()), help="Only checks that this profile asks.")
def command(
    *, output: str, search: str, kind: str | None, topic: str | None, category: str | None, profile: str | None
) -> None:
    """List the checks."""
    wanted = search.casefold().split()
    found = [
        check
        for check in CATALOGUE
        if all(word in _words(check) for word in wanted)
        and kind in (None, str(check.kind))
        and topic in (None, str(check.topic))
        and category in (None, str(check.category))
        and (profile is None or profile in profiles_with(check.id))
    ]
    if output in ("json", "yaml"):
        write = to_json if output == "json" else to_yaml
        click.echo(write([_told(check) for check in found]), nl=False)
    elif not found:
        click.echo("no check is like that")
    elif output == "wide":
        click.echo(table(_WIDE, list(map(_wide, found))))
    else:
        click.echo(table(_HEADER, list(map(_row, found))))


def _looks_at(check: Check) -> str:
    return check.kind if check.implemented else f"{check.kind} (not yet)"


def _row(check: Check) -> tuple[str, ...]:
    return check.id, check.severity, check.category, _looks_at(check), check.title


def _wide(check: Check) -> tuple[str, ...]:
    lists = (_reads(check), profiles_with(check.id), references_to(check.id))
    *before, title = _row(check)
    return *before, check.topic or "-", *(", ".join(items) or "-" for items in lists), title


def _reads(check: Check) -> list[str]:
    return sorted(kind.__name__ for kind in check.reads)


def _words(check: Check) -> str:
    words = (check.id, check.title, check.why, check.rule, check.remedy, check.category, check.topic or "", check.kind)
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
        "waivable": check.waivable,
        "reads": _reads(check),
        "profiles": profiles_with(check.id),
        "references": references_to(check.id),
        "why": check.why,
        "rule": check.rule,
        "remedy": check.remedy,
        "fix": None if check.fix is None else {"mayStop": check.fix.risk},
        "parameters": [
            {"name": item.name, "required": item.required, "default": item.default, "description": item.description,
             "schema": dict(item.schema)}
            for item in described(check)
        ],
    }  # fmt: skip
