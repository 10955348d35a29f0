"""The demo by hand: `python -m demo --help`; `make demo` and `make demo-down` call it."""

import sys

import click
from demo.errors import FAILURES
from demo.expectations import SHOP, WORKLOADS
from demo.place import place
from demo.progress import say
from demo.telling import tell

from demo import tour


@click.group()
def main() -> None:
    """The Readiness Operator in a real cluster, judging sample workloads."""


@main.command()
def up() -> None:
    """Start the cluster, install the operator, apply samples and policies, and show the verdicts."""
    tour.run(place())


@main.command()
def down() -> None:
    """End the demo's cluster; of somebody else's, remove what the demo put there but the CRDs."""
    where = place()
    if where.end():
        say("the demo's cluster is gone; what was built stays cached")
        return
    where.kubectl("delete", "namespace", SHOP, "--ignore-not-found")
    where.helm("uninstall", tour.RELEASE, "--namespace", tour.SYSTEM, "--ignore-not-found", "--wait")
    say(f"removed: the namespace {SHOP} and the release {tour.RELEASE}")


@main.command("tell")
@click.argument("workload", type=click.Choice(WORKLOADS))
@click.argument("words")
def tell_pods(workload: str, words: str) -> None:
    """Tell the pods of a sample how to answer: `tell search readyz=200`, `tell catalog 'healthz=503&delay=2s'`."""
    for pod in tell(place(), workload, words):
        say(f"{pod} now answers {words}")


if __name__ == "__main__":
    try:
        main(prog_name="python -m demo")
    except FAILURES as error:
        sys.exit(f"demo: {error}")
