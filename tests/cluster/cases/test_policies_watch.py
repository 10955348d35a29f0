"""Kopf as we use it, against a real API server: it sees everything, writes nothing, and can be stopped."""

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.cluster.installed import Namespace
from tests.cluster.machine import Cluster

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(120)]

REPOSITORY = Path(__file__).parents[3]


@dataclass
class Watch:
    """The watch of policies in a process of its own, and what it told so far."""

    process: subprocess.Popen[str]
    heard: list[list[Any]] = field(default_factory=list)
    _lines: "queue.Queue[str]" = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as told:
            for line in told:
                self._lines.put(line)

    def hear(self, expected: Callable[[list[Any]], bool], within: float = 30.0) -> list[Any]:
        """Wait for a word that is so."""
        end = time.monotonic() + within
        while True:
            self.heard.append(json.loads(self._lines.get(timeout=max(end - time.monotonic(), 0.01))))
            if expected(self.heard[-1]):
                return self.heard[-1]

    def stop(self) -> float:
        """End it; returns the seconds that this took."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return float(self.hear(lambda word: word[0] == "stopped")[1])

    def kill(self) -> None:
        """End it however it is."""
        assert self.process.stdin is not None
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self._reader.join()


@pytest.fixture
def watch(server: Cluster) -> Iterator[Watch]:
    """A watch, with our CRDs there."""
    command = [sys.executable, "-m", "tests.cluster.policy_watch"]
    process = server.popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    watch = Watch(process)
    yield watch
    watch.kill()


def policy(name: str, suspend: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - a field of the policy
    return {
        "apiVersion": "readiness.dev/v1alpha1",
        "kind": "ReadinessPolicy",
        "metadata": {"name": name},
        "spec": {"profile": {"name": "recommended"}, "suspend": suspend},
    }


def saw(name: str, *, suspend: bool = False) -> Callable[[list[Any]], bool]:
    def is_it(word: list[Any]) -> bool:
        return word[0] == "saw" and (word[1]["metadata"]["name"], word[1]["spec"]["suspend"]) == (name, suspend)

    return is_it


def test_it_tells_of_what_comes_changes_and_goes_and_writes_nothing(watch: Watch, namespace: Namespace) -> None:
    namespace.apply(policy("production"))
    version = int(watch.hear(saw("production"))[1]["metadata"]["resourceVersion"])
    namespace.apply(policy("production", suspend=True))
    watch.hear(saw("production", suspend=True))
    namespace.cluster.kubectl("delete", "rdp", "production", "-n", namespace.name)
    lost = watch.hear(lambda word: word[0] == "lost")
    assert lost[1] == "ReadinessPolicy/production"
    assert int(lost[2]) > version
    assert watch.stop() < 5.0
    assert "ended" not in {word[0] for word in watch.heard}
    writers = {
        event["userAgent"].partition("/")[0]
        for event in namespace.cluster.audit_events()
        if event["objectRef"].get("namespace") == namespace.name
        and event["objectRef"]["resource"] == "readinesspolicies"
    }
    assert writers == {"kubectl"}


def test_it_outlives_a_restart_of_the_api_server(watch: Watch, namespace: Namespace) -> None:
    namespace.apply(policy("before"))
    watch.hear(saw("before"))
    namespace.cluster.restart("apiserver")
    namespace.apply(policy("after"))
    watch.hear(saw("after"), within=60.0)
    assert watch.stop() < 5.0
    assert "ended" not in {word[0] for word in watch.heard}
