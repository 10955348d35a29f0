"""Lines that say what is going on, with the seconds since the start."""

import time

import click

_BEGAN = time.monotonic()


def say(what: str) -> None:
    """Tell what happens next."""
    click.echo(f"[{time.monotonic() - _BEGAN:4.0f} s] {what}")


def show(title: str, text: str) -> None:
    """Show a piece of output under a heading."""
    click.echo(f"\n{click.style(title, bold=True)}\n{text.rstrip()}")
