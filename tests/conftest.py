"""What holds for all tests: fast ones first, no connection beyond this machine, the same examples each time in CI."""

import os
import socket
from collections.abc import Generator
from ipaddress import ip_address
from typing import Any

import coverage
import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.cluster.fixtures"]

# `make covered` traces the workers of pytest-xdist: processes of their own, which `coverage run` would not see.
_tracer = coverage.Coverage(data_suffix=True) if {"TRACE_WORKERS", "PYTEST_XDIST_WORKER"} <= os.environ.keys() else None
if _tracer:
    _tracer.start()

_COSTLY = ("pinned", "image", "cluster")  # markers, the cheapest first
_SLOW_FIXTURES = frozenset({"programs", "cluster", "sample_image", "operator_image"})

settings.register_profile("quick", deadline=None, max_examples=50)
settings.register_profile("ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "quick"))


def pytest_unconfigure() -> None:
    """Keep what a worker traced."""
    if _tracer:
        _tracer.stop()
        _tracer.save()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    Run what costs more later, so that a simple mistake is told in seconds.

    Last come those with the operator: it stays in the cluster, and writes to what the others make by hand.
    """
    items.sort(key=lambda item: (_cost(item), "operator" in getattr(item, "fixturenames", ())))


def _cost(item: pytest.Item) -> int:
    return max((rank for rank, marker in enumerate(_COSTLY, 1) if item.get_closest_marker(marker)), default=0)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """Let what builds for minutes say so, instead of keeping its progress for a failure."""
    if fixturedef.argname not in _SLOW_FIXTURES:
        return (yield)
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        return (yield)


class BeyondThisMachineError(AssertionError):
    """A test without a marker wanted to talk to another machine."""


@pytest.fixture(autouse=True)
def _this_machine_only(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections beyond loopback, so that no test depends on the network, or bothers it."""
    if _cost(request.node):
        return
    connect = socket.socket.connect

    def connect_near(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not ip_address(address[0]).is_loopback:
            raise BeyondThisMachineError(f"to {address}; mark the test, or use 127.0.0.0/8")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_near)
