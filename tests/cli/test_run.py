"""`readiness run`: its settings, and how it ends."""

import json
import signal
import socket
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


@pytest.mark.timeout(60)
async def test_it_ends_with_0_on_sigterm_and_logs_json(cluster: Cluster) -> None:
    process = await cluster.start("run", "--port", str(_free_port()), "--host", "127.0.0.1")
    assert process.stderr is not None
    try:
        first = json.loads(await process.stderr.readline())
        assert first.keys() >= {"time", "level", "logger", "message"}
        process.send_signal(signal.SIGTERM)
        _, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
    assert process.returncode == 0, err.decode()
    assert all(json.loads(line) for line in err.decode().splitlines())


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
