"""`readiness profiles`: the ready-made lists of requirements."""

import click

from readiness.adapters.render.table import table
from readiness.cli import Refusal
from readiness.policy.compile import compile_profile
from readiness.policy.problem import InvalidPolicyError
from readiness.policy.profiles import names, profile


@click.command()
@click.argument("name", required=False)
def command(name: str | None) -> None:
    """List the profiles, or what one of them requires."""
    if name is None:
        rows = [(each, str(len(profile(each)["requirements"])), profile(each)["title"]) for each in names()]
        click.echo(table(("NAME", "REQUIREMENTS", "TITLE"), rows))
        return
    try:
        compiled = compile_profile(name)
    except InvalidPolicyError as error:
        raise Refusal(error.problems[0].message) from error
    said = profile(name)
    click.echo(f"{name}: {said['title']}\n\n{said['description']}\n")
    requirements = [(r.name, r.severity, "yes" if r.blocking else "no", r.title) for r in compiled.requirements]
    click.echo(table(("REQUIREMENT", "SEVERITY", "BLOCKS", "TITLE"), requirements))
