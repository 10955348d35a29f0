"""The cluster by hand: `python -m tests.cluster --help`."""

import subprocess
import sys
from pathlib import Path

import click
from tests.cluster import images
from tests.cluster.components import PROGRAMS
from tests.cluster.errors import ClusterError
from tests.cluster.machine import Cluster
from tests.cluster.programs import build as build_programs

_ANY_ARGUMENTS = {"ignore_unknown_options": True, "allow_interspersed_args": False, "help_option_names": []}
_rest = click.argument("arguments", nargs=-1, type=click.UNPROCESSED)


@click.group()
@click.option("--name", default="default", show_default=True, help="Which cluster; several may run at once.")
@click.pass_context
def main(context: click.Context, name: str) -> None:
    """A real one-node Kubernetes on this machine (root on Linux), for tests and the demo."""
    context.obj = name


@main.command()
def build() -> None:
    """Build the programs that are missing (all, cold: 8 minutes) and print their folder."""
    click.echo(build_programs().bin)


@main.command()
@click.option("--audit", is_flag=True, help="Log every write to the API server.")
@click.pass_obj
def up(name: str, *, audit: bool) -> None:
    """Start the cluster; it runs until `down`."""
    cluster = Cluster(name, audit=audit, outlive=True)
    cluster.start()
    click.echo(f"The node is Ready. KUBECONFIG={cluster.kubeconfig} works inside the cluster's network:")
    click.echo(f"  {sys.executable} -m tests.cluster --name {name} kubectl get pods --all-namespaces")


@main.command()
@click.pass_obj
def down(name: str) -> None:
    """End the cluster and remove what it kept."""
    Cluster(name).stop()


@main.command()
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def load(name: str, archive: Path) -> None:
    """Import an OCI or docker image archive into the node."""
    Cluster(name).load_image(archive.absolute())


@main.command()
@click.argument("image", type=click.Choice(["operator", "sample"]))
def image(image: str) -> None:
    """Build one of our images and print the path of its archive, for `load`."""
    click.echo(images.operator_archive() if image == "operator" else images.sample_archive())


@main.command("exec", context_settings=_ANY_ARGUMENTS)
@_rest
@click.pass_obj
def execute(name: str, arguments: tuple[str, ...]) -> None:
    """Run a command inside the cluster's network, with KUBECONFIG and PATH set."""
    _run(name, arguments or ("sh",))


@main.command(context_settings=_ANY_ARGUMENTS)
@_rest
@click.pass_obj
def kubectl(name: str, arguments: tuple[str, ...]) -> None:
    """Run kubectl."""
    _run(name, ("kubectl", *arguments))


@main.command(context_settings=_ANY_ARGUMENTS)
@_rest
@click.pass_obj
def helm(name: str, arguments: tuple[str, ...]) -> None:
    """Run helm."""
    _run(name, ("helm", *arguments))


@main.command()
@click.argument("component", type=click.Choice(sorted(PROGRAMS)))
@click.option("--lines", default=40, show_default=True)
@click.pass_obj
def logs(name: str, component: str, lines: int) -> None:
    """Show the end of a component's log."""
    click.echo(Cluster(name).layout.log_tail(component, lines))


@main.command()
@click.option("--nodes", default=1, show_default=True)
@click.pass_obj
def kwok(name: str, nodes: int) -> None:
    """Add fake nodes, for scale."""
    Cluster(name).start_kwok(nodes)


def _run(name: str, command: tuple[str, ...]) -> None:
    """Become the command, as far as its input, output and exit code go."""
    process: subprocess.Popen[bytes] = Cluster(name).popen(command)
    while True:
        try:
            sys.exit(process.wait())
        except KeyboardInterrupt:  # it got the same signal; how it ends is its own affair
            continue


if __name__ == "__main__":
    try:
        main(prog_name="python -m tests.cluster")
    except ClusterError as error:
        sys.exit(f"cluster: {error}")
