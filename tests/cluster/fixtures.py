"""Fixtures for tests in a real cluster: loaded by tests/conftest.py, costly ones built when the first test asks."""

import os
from collections.abc import Iterator

import pytest
from tests.cluster import images
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
