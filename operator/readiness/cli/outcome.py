"""How commands that judge end: what they print, where, and with which exit code."""

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from readiness.adapters.render import FOR_PEOPLE, FORMATS, Paint, render, written
from readiness.cli import Refusal
from readiness.engine.judged import Judged
from readiness.model import Severity

F = TypeVar("F", bound=Callable[..., Any])
OK, BLOCKED, BAD_INPUT = 0, 1, 2


def judging_options(function: F) -> F:
    """The options that `audit` and `scan` share: -o, --output-file, --fail-on, --full, --policy, --profile."""
    for option in reversed(
        (
            click.option(
                "--policy", "policies", metavar="FILE", multiple=True, help="Judge by the policies in this file too."
            ),
            click.option(
                "--profile",
                "profiles",
                metavar="NAME|FILE",
                multiple=True,
                help="Judge by this profile too. Without any policy: recommended.",
            ),
            click.option(
                "-o",
                "--output",
                type=click.Choice(FORMATS),
                default="text",
                show_default=True,
                help="How results are written.",
            ),
            click.option(
                "--output-file",
                metavar="FILE",
                help="Write the results to this file, and to standard output for people.",
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


def show(document: Mapping[str, Any], output: str, file: str | None = None) -> None:
    """Write the results to standard output; with a file to that, and for people to standard output."""
    if file is not None:
        _write(file, written(document, output))
        output = "text" if output not in FOR_PEOPLE else output
    if output in FOR_PEOPLE:
        text = render(document, output, _paint())
        encoding = sys.stdout.encoding or "utf-8"
        click.echo(text.encode(encoding, "replace").decode(encoding), nl=False)
    else:
        click.echo(written(document, output), nl=False)


def _write(file: str, data: bytes) -> None:
    try:
        Path(file).write_bytes(data)
    except OSError as error:
        raise Refusal(f"{file} cannot be written: {error.strerror}") from error


def _paint() -> Paint:
    """Colour only on a terminal whose user has nothing against it (https://no-color.org), and there to its width."""
    watched = sys.stdout.isatty()
    return Paint(
        coloured=watched and not os.environ.get("NO_COLOR"),
        width=os.get_terminal_size(sys.stdout.fileno()).columns if watched else 0,
        ascii=not (sys.stdout.encoding or "").casefold().startswith("utf"),
    )


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
