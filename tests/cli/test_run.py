"""`readiness run`: its settings, and how it ends."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.cli.cluster import Cluster
from tests.cli.conftest import Run
from tests.fakeapi.server import FakeApi

from readiness.settings import Settings


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster]:
    async with FakeApi() as api:
        yield Cluster(api, tmp_path)


def test_every_setting_is_an_option(run: Run) -> None:
    out = run("run", "--help").out
    for name in Settings.model_fields:
        assert f"--{name.replace('_', '-')} " in out
        assert f"READINESS_{name.upper()}" in out


def test_a_setting_that_cannot_be_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run("run", "--port", "70000", "--workers", "many")
    assert done.code == 2
    assert done.err.startswith("Error: invalid settings: port: ")
    assert "workers: " in done.err
    monkeypatch.setenv("READINESS_LOG_LEVEL", "loud")
    assert "log_level: " in run("run").err


async def test_without_a_cluster_it_ends_with_1_and_a_clear_line(cluster: Cluster) -> None:
    done = await cluster.run("run", environment={"KUBECONFIG": "/nowhere"})
    assert done.code == 1
    assert done.err.startswith("Error: cannot use the kubeconfig: ")


async def test_it_ends_with_0_on_sigterm_and_logs_json(cluster: Cluster) -> None:
    process = await cluster.start("run", "--port", "18089", "--host", "127.0.0.1")
    assert process.stderr is not None
    first = json.loads(await asyncio.wait_for(process.stderr.readline(), 15))
    assert first.keys() >= {"time", "level", "logger", "message"}
    process.send_signal(signal.SIGTERM)
    _, err = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0, err.decode()
    assert all(json.loads(line) for line in err.decode().splitlines())
