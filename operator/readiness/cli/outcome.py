"""How commands that judge end: what they print, where, and with which exit code."""

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click

from readiness.adapters.render import FORMATS, Paint
from readiness.engine.judged import Judged
from readiness.model import Severity

F = TypeVar("F", bound=Callable[..., Any])
OK, BLOCKED, BAD_INPUT = 0, 1, 2


def judging_options(function: F) -> F:
    """The options that `audit` and `scan` share: -o, --fail-on, --full, --policy, --profile."""
    for option in reversed(
        (
            click.option(
                "--policy", "policies", metavar="FILE", multiple=True, help="Judge by the policies in this file too."
            ),
            click.option(
                "--profile", metavar="NAME", help="Judge by this profile too. Without any policy: recommended."
            ),
            click.option(
                "-o",
                "--output",
                type=click.Choice(list(FORMATS)),
                default="text",
                show_default=True,
                help="How results are written.",
            ),
            click.option(
                "--fail-on",
                type=click.Choice([*(severity.value for severity in Severity), "never"]),
                help="Exit with 1 when something of this severity or a higher one fails, whether it blocks or not."
                "  [default: when something blocks]",
            ),
            click.option("--full", is_flag=True, help="Spell out what passes and what does not apply too."),
        )
    ):
        function = option(function)
    return function


def show(document: Mapping[str, Any], output: str) -> None:
    """Write the results to standard output."""
    click.echo(FORMATS[output](document, Paint(coloured=is_coloured())), nl=False)


def is_coloured() -> bool:
    """Whether standard output is a terminal whose user has nothing against colour (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def exit_code(judged: Iterable[Judged], fail_on: str | None, *, bad_input: bool) -> int:
    """What the command ends with: bad input outweighs blockers."""
    if bad_input:
        return BAD_INPUT
    if fail_on == "never":
        return OK
    if fail_on is None:
        failed = any(item.blockers for item in judged)
    else:
        least = Severity(fail_on).rank
        failed = any(item.worst is not None and item.worst.rank <= least for item in judged)
    return BLOCKED if failed else OK
