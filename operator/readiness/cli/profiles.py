"""`readiness profiles`: the ready-made lists of requirements."""

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

import click

from readiness.adapters.render import to_json, to_yaml
from readiness.adapters.render.table import table
from readiness.cli import Refusal
from readiness.cli.asked import profile_name
from readiness.policy.compile import compile_profile
from readiness.policy.compiled import Policy, Requirement
from readiness.policy.problem import InvalidPolicyError
from readiness.policy.profiles import names, profile
from readiness.policy.profiles.own import OwnProfile, finder

_HEADER = ("REQUIREMENT", "SEVERITY", "BLOCKS", "CATEGORY", "REFERENCES", "TITLE")
_COPY = "# A copy of the profile {name}, to be changed: `readiness audit --profile FILE` judges by it.\n"


@click.group(invoke_without_command=True)
@click.option("-o", "--output", type=click.Choice(["text", "json", "yaml"]), default="text", show_default=True)
@click.pass_context
def command(context: click.Context, output: str) -> None:
    """List the profiles, or what one of them requires."""
    if context.invoked_subcommand is not None:
        return
    told = [
        {"name": each, "requirements": len(profile(each)["requirements"]), "title": profile(each)["title"]}
        for each in names()
    ]
    if output == "text":
        rows = [tuple(map(str, item.values())) for item in told]
        click.echo(table(("NAME", "REQUIREMENTS", "TITLE"), rows))
    else:
        click.echo((to_json if output == "json" else to_yaml)(told), nl=False)


@command.command("show")
@click.argument("name", metavar="NAME|FILE")
@click.option("-o", "--output", type=click.Choice(["text", "json", "yaml"]), default="text", show_default=True)
def show(name: str, output: str) -> None:
    """
    Tell what a profile requires, and what is wrong with one of your own.

    As YAML it is a file for a profile of your own, under another name.
    """
    own: list[OwnProfile] = []
    name = profile_name(name, own)
    find = finder(own)
    try:
        said, compiled = find(name), compile_profile(name, find)
    except InvalidPolicyError as error:
        raise Refusal("; ".join(map(str, error.problems)) if own else error.problems[0].message) from error
    if output == "json":
        click.echo(to_json(said), nl=False)
    elif output == "yaml":
        click.echo(_COPY.format(name=name) + to_yaml({**said, "name": f"my-{name}"}), nl=False)
    else:
        click.echo("\n".join(_page(said, compiled)))


def _page(said: Mapping[str, Any], compiled: Policy) -> Iterator[str]:
    yield f"{said['name']}: {said['title']}"
    for text in (said.get("description", ""), *said.get("notes", ())):
        if text:
            yield f"\n{textwrap.fill(text, 100, break_on_hyphens=False)}"
    targets = {item.name: item.target for item in compiled.categories}
    categories: dict[str, int] = {}
    for requirement in compiled.requirements:
        categories[requirement.category] = categories.get(requirement.category, 0) + 1
    rows = [(word, str(number), f"{targets.get(word, 100)} %") for word, number in categories.items()]
    yield f"\n{table(('CATEGORY', 'REQUIREMENTS', 'TARGET'), rows)}"
    for stage in ("", *compiled.stages):
        found = [item for item in compiled.requirements if item.stage == stage]
        if found:
            heading = f"Stage {stage}: {len(found)}" if stage else f"Requirements: {len(found)}"
            yield f"\n{heading}\n{table(_HEADER, list(map(_row, found)))}"
    for gate in compiled.gates:
        yield f"\nGate {gate.name}: {', '.join(gate.requirements)}"


def _row(requirement: Requirement) -> tuple[str, ...]:
    return (
        requirement.name,
        requirement.severity,
        "yes" if requirement.blocking else "no",
        requirement.category,
        ", ".join(requirement.references) or "-",
        requirement.title,
    )
