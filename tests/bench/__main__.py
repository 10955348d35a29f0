"""The benchmarks: `python -m tests.bench --help`."""

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import click
from tests.bench import document, host, measure_audit, measure_peers, measure_probes, peers
from tests.bench.document import PARTS
from tests.bench.figures import Figure
from tests.bench.stage import Stage, stage
from tests.cluster.errors import ClusterError

_IN_CLUSTER = {"operator", "repairs"}
_OUT_OF_CLUSTER = {
    "audit": measure_audit.measure,
    "peers": measure_peers.measure,
    "probes": measure_probes.measure,
}
_BROKEN = (ClusterError, RuntimeError, OSError)


@click.command()
@click.argument("part", type=click.Choice([*PARTS, "all"]), default="all")
@click.option("--small", is_flag=True, help="Far fewer objects, and shorter: for a look at the benchmark.")
@click.option("--install", is_flag=True, help="Build the peers that the Go module proxy has first; that takes long.")
@click.option("--write", "path", type=click.Path(dir_okay=False, path_type=Path), help="The document to write to.")
def main(part: str, *, small: bool, install: bool, path: Path | None) -> None:
    """
    Measure PART (default: all) and print the figures as Markdown tables.

    An aim that is missed is told, and fails nothing; exit code 1 means that something could not be measured.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the cluster goes with us
    if install:
        peers.install()
    chosen = list(PARTS) if part == "all" else [part]
    for text in _sections(chosen, small=small):
        click.echo(text + "\n")
        if path is not None:
            document.write(path, [text])


def _sections(chosen: Sequence[str], *, small: bool) -> Iterator[str]:
    """The sections, one after the other; one cluster for all that need it, gone before the rest is measured."""
    with ExitStack() as stack:
        running: Stage | None = None
        for name in sorted(chosen, key=lambda name: name not in _IN_CLUSTER):
            if name not in _IN_CLUSTER:
                stack.close()
            beside = host.occupation()
            if name in _IN_CLUSTER and running is None:
                running = stack.enter_context(stage())
            figures = list(_figures(name, running, small=small))
            yield document.section(PARTS[name], figures, beside, small=small)


def _figures(name: str, running: Stage | None, *, small: bool) -> Iterator[Figure]:
    if name not in _IN_CLUSTER:
        return _OUT_OF_CLUSTER[name](small=small)
    assert running is not None, "it is started before its first part"
    return running.figures(name, small=small)


if __name__ == "__main__":
    try:
        main(prog_name="python -m tests.bench")
    except _BROKEN as error:
        sys.exit(f"bench: {error}")
