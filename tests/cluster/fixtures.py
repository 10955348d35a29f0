"""Fixtures for tests in a real cluster: loaded by tests/conftest.py, costly ones built when the first test asks."""

import itertools
import os
from collections.abc import Iterator

import pytest
from tests.cluster import images, samples
from tests.cluster.installed import Installation, Namespace, wait_for
from tests.cluster.machine import Cluster, sweep
from tests.cluster.programs import Programs, build

_TEST_TIMEOUT = 60  # seconds for a test itself; building programs and images before it is not bounded


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests of clusters and images more time than others, and none of it to the fixtures."""
    for item in items:
        costly = item.get_closest_marker("cluster") or item.get_closest_marker("image")
        if costly and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(_TEST_TIMEOUT, func_only=True))


@pytest.fixture(scope="session")
def programs() -> Programs:
    """The programs of a Kubernetes node, kubectl and helm."""
    return build()


@pytest.fixture(scope="session")
def cluster(programs: Programs) -> Iterator[Cluster]:
    """A cluster for the whole session, with an audit log; use a namespace per test."""
    sweep()
    with Cluster(f"session-{os.getpid()}", audit=True) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def server(cluster: Cluster) -> Cluster:
    """The cluster with our CRDs, by whatever name kubectl knows them: discovery lags behind Established."""
    crds = str(images.REPOSITORY / "crds")
    cluster.kubectl("apply", "--server-side", "--force-conflicts", "-f", crds)
    cluster.kubectl("wait", "--for=condition=Established", "-f", crds, "--timeout=60s")
    wait_for(lambda: all(_explains(cluster, short) for short in ("rdp", "crdp", "rdr", "rdw", "rda")))
    return cluster


def _explains(cluster: Cluster, short: str) -> bool:
    return cluster.run(["kubectl", "explain", f"{short}.spec"], capture_output=True).returncode == 0


@pytest.fixture(scope="session")
def sample_image(cluster: Cluster) -> str:
    """The name of the sample workload's image, which the node has."""
    cluster.load_image(images.sample_archive())
    return images.SAMPLE


@pytest.fixture(scope="session")
def operator_image(cluster: Cluster) -> str:
    """The name of the operator's image, built from the Dockerfile as it is now, which the node has."""
    cluster.load_image(images.operator_archive())
    return images.OPERATOR


@pytest.fixture(scope="session")
def aging(cluster: Cluster, sample_image: str) -> Namespace:
    """
    Workloads that take something from Secrets: what they need is there, or lacks a key, or is missing.

    They are made before the first test with the operator begins: what a workload lacks counts after two minutes, in
    which other tests run.
    """
    cluster.kubectl("create", "namespace", "aging")
    namespace = Namespace(cluster, "aging")
    namespace.keep_secret("cart", {"jwt": samples.WEAK})
    namespace.apply(
        samples.taking(samples.deployment("cart", replicas=1), "JWT_SECRET", "cart", "jwt"),
        samples.taking(samples.deployment("late", replicas=1), "DB_PASSWORD", "cart", "password"),
        samples.taking(samples.deployment("resting", replicas=0), "DB_PASSWORD", "nowhere", "password"),
    )
    return namespace


@pytest.fixture(scope="session")
def operator(cluster: Cluster, operator_image: str, aging: Namespace) -> Installation:
    """The operator, installed by Helm from its image; its resync is short, so that tests see several."""
    installation = Installation(cluster, values={"resync": 5})
    installation.install()
    return installation


_names = itertools.count(1)


@pytest.fixture
def namespace(cluster: Cluster) -> Iterator[Namespace]:
    """A namespace of the test's own, which goes with it."""
    name = f"shop-{next(_names)}"
    cluster.kubectl("create", "namespace", name)
    yield Namespace(cluster, name)
    cluster.kubectl("delete", "namespace", name, "--wait=false")
