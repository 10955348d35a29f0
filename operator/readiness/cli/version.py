"""`readiness version`."""

import click

from readiness import __version__


@click.command()
def command() -> None:
    """Tell the version."""
    click.echo(f"readiness {__version__}")
