"""The cluster of a benchmark: a real API server, nodes that kwok plays, and the operator as its chart installs it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.progress import tell
from tests.cluster import images
from tests.cluster.errors import ClusterError
from tests.cluster.installed import Installation
from tests.cluster.machine import Cluster, sweep

_REPOSITORY = Path(__file__).parents[2]
_NODES = 7  # each has room for a thousand pods


@dataclass(frozen=True, slots=True)
class Stage:
    """A running cluster with the operator in it."""

    cluster: Cluster

    def figures(self, part: str, *, small: bool) -> Iterator[Figure]:
        """Measure a part. Raises ClusterError, with the operator's last words, when that breaks down."""
        command = [sys.executable, "-m", "tests.bench.inside", part, self.cluster.name, *["--small"][:small]]
        measuring = self.cluster.popen(command, cwd=_REPOSITORY, stdout=subprocess.PIPE, text=True)
        assert measuring.stdout
        for line in measuring.stdout:
            figure = Figure.from_json(json.loads(line))
            tell(figure.row())
            yield figure
        if measuring.wait() != 0:
            raise ClusterError(f"measuring {part} failed\n{Installation(self.cluster).logs()}")


@contextmanager
def stage() -> Iterator[Stage]:
    """A cluster of the benchmark's own, which goes with it."""
    sweep()
    tell("building the images")
    archives = [images.operator_archive(), images.sample_archive()]
    with Cluster(f"bench-{os.getpid()}", audit=True) as cluster:
        for archive in archives:
            cluster.load_image(archive)
        cluster.start_kwok(_NODES)
        tell("installing the operator")
        Installation(cluster, values={"replicaCount": 1}).install()
        yield Stage(cluster)
