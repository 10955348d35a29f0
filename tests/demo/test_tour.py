"""The README's first command, as it is, but for the cluster's name."""

import os
from collections.abc import Iterator

import pytest
from demo.errors import FAILURES
from demo.expectations import EXPECTED, condition, statuses
from demo.place import OwnCluster
from demo.telling import tell
from tests.cluster.machine import Cluster
from tests.cluster.programs import Programs

from demo import tour

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(600)]


@pytest.fixture
def demo_cluster(programs: Programs) -> Iterator[OwnCluster]:
    """A cluster of the demo's kind, which ends with the test."""
    assert programs.bin.is_dir()
    cluster = Cluster(f"demo-{os.getpid()}")
    yield OwnCluster(cluster)
    cluster.stop()


def test_the_demo_shows_faults_and_repairs_and_can_be_done_again(
    demo_cluster: OwnCluster, capsys: pytest.CaptureFixture[str]
) -> None:
    tour.run(demo_cluster)
    shown = capsys.readouterr().out
    for expected in ("What blocks", "What to do next", "make demo-down", "deployment-catalog"):
        assert expected in shown

    assert len(tell(demo_cluster, "search", "readyz=200")) == 2
    _wait(demo_cluster, "HealthEndpointsHealthy=True")
    tell(demo_cluster, "catalog", "readyz=503")
    _wait(demo_cluster, "HealthEndpointsHealthy=False")
    assert "Deployment/catalog" in condition(statuses(demo_cluster)["production"], "HealthEndpointsHealthy")["message"]

    demo_cluster.kubectl("set", "resources", "-n", "shop", "deployment/thumbnails", "--limits=memory=64Mi")
    tour.run(demo_cluster)
    assert capsys.readouterr().out.count("as expected") == len(EXPECTED)


def _wait(place: OwnCluster, for_condition: str) -> None:
    try:
        place.kubectl("wait", "-n", "shop", "rdp/production", f"--for=condition={for_condition}", "--timeout=90s")
    except FAILURES:
        tour.show_evidence(place)
        raise
