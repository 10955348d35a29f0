"""Fixtures for tests in a real cluster: loaded by tests/conftest.py, costly ones built when the first test asks."""

import itertools
import os
from collections.abc import Iterator

import pytest
from tests.cluster import images
from tests.cluster.installed import Installation, Namespace
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
def operator(cluster: Cluster, operator_image: str) -> Installation:
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
