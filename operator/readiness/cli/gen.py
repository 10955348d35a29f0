"""`readiness gen`: writes the generated files of the repository."""

import sys
from pathlib import Path

import click

from readiness.cli import Refusal
from readiness.gen.files import TARGETS, stale


@click.command()
@click.argument("target", type=click.Choice(list(TARGETS)))
@click.option("--check", is_flag=True, help="Write nothing; name what is stale and exit with 1.")
@click.option(
    "--root", type=click.Path(path_type=Path, file_okay=False), default=".", help="The checkout.  [default: here]"
)
def command(*, target: str, check: bool, root: Path) -> None:
    """Write the generated files of the repository; for its developers."""
    if not (root / "operator" / "readiness").is_dir():
        raise Refusal(f"{root.resolve()} is no checkout of the repository")
    files = TARGETS[target](root)
    changed = stale(root, files)
    for name in changed:
        if check:
            click.echo(f"{name} is stale", err=True)
        elif name in files:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[name], encoding="utf-8")
            click.echo(f"wrote {name}")
        else:
            (root / name).unlink()
            click.echo(f"removed {name}")
    if check and changed:
        click.echo(f"`readiness gen {target}` writes them anew", err=True)
        sys.exit(1)
