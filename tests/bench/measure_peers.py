"""The offline audit beside other tools that judge manifests: seconds and memory, on the same manifests in one run."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench import corpus, measure_audit
from tests.bench.figures import Figure
from tests.bench.measure_audit import OBJECTS, SIZES, SMALL_SIZES, Run
from tests.bench.peers import PEERS
from tests.bench.progress import tell

_LIMIT = 300  # seconds, after which a tool is stopped
_LONG = 30.0  # seconds of a run that one of them is enough
_STOPPED = 124  # what `timeout` ends with then


def measure(*, small: bool) -> Iterator[Figure]:
    """The figures, tool by tool, of those that are here."""
    for apps in SMALL_SIZES if small else SIZES:
        with tempfile.TemporaryDirectory(prefix="bench-corpus-") as name:
            folder = Path(name)
            corpus.write(folder, apps)
            for tool, command in _commands(folder):
                tell(f"{tool}: {apps * OBJECTS:,} objects")
                yield from _figures(f"{apps * OBJECTS:,} objects: {tool}", command)


def _commands(folder: Path) -> Iterator[tuple[str, Sequence[str]]]:
    yield "readiness audit", measure_audit.command(folder)
    for peer in PEERS:
        program = peer.find()
        if program is None:
            tell(f"{peer.name} is not here")
        else:
            yield peer.name, peer.command(program, folder)


def _figures(what: str, command: Sequence[str]) -> Iterator[Figure]:
    runs: list[Run] = []
    while len(runs) < 3 and (not runs or runs[-1].seconds < _LONG):
        run = measure_audit.costed(["timeout", "--kill-after=5", str(_LIMIT), *command])
        if run.code == _STOPPED:
            yield Figure(f"{what}: stopped unfinished after", (run.seconds,), "s")
            return
        if run.code not in (0, 1):  # of all of them: nothing or something found
            raise RuntimeError(f"{what}: exit code {run.code}")
        runs.append(run)
    yield Figure(f"{what}: time", tuple(run.seconds for run in runs), "s")
    yield Figure(f"{what}: most memory (peak RSS)", tuple(run.memory for run in runs), "MiB")
