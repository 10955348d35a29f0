"""What live probing costs: the real patrol and prober, asking a server in another process over loopback."""

import asyncio
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.bench.figures import Figure, percentile
from tests.bench.progress import tell

from readiness import __version__
from readiness.adapters.prober import EndpointProber
from readiness.app import WallClock
from readiness.engine.demand import Plan
from readiness.model import ContainerState, Pod, Question, Ref, Scheme
from readiness.runtime.probing import Patrol

_REPOSITORY = Path(__file__).parents[2]
_PODS = 2  # asked of each workload
_PATHS = ("/healthz", "/readyz")
_INTERVAL = 10.0  # seconds
_WARM_UP = 5.0  # seconds: the first questions come faster


@dataclass(frozen=True, slots=True)
class _Cost:
    probes: int
    processor: float  # seconds
    waits: list[float]  # seconds that answers took, as probes see it


def measure(*, small: bool) -> Iterator[Figure]:
    """The figures, one after the other."""
    workloads, seconds, times = (50, 10.0, 1) if small else (500, 30.0, 3)
    with _server() as port:
        costs = []
        for number in range(times):
            tell(f"asking {workloads * _PODS * len(_PATHS):,} endpoints every {_INTERVAL:.0f} s, run {number + 1}")
            costs.append(asyncio.run(_patrol(port, workloads, seconds)))
    yield Figure("processor time of 1,000 probes", tuple(1000 * cost.processor / cost.probes for cost in costs), "s")
    yield Figure("probes asked", tuple(cost.probes / seconds for cost in costs), "a second")
    answers = [seconds for cost in costs for seconds in cost.waits]
    yield Figure("time of an answer as probes see it: p95", (1000 * percentile(answers, 95),), "ms")


async def _patrol(port: int, workloads: int, seconds: float) -> _Cost:
    """Patrol for some seconds, after a warm-up. Raises RuntimeError when an answer is no success."""
    clock, results, waits = WallClock(), Counter[str](), []

    def count(result: str, took: float) -> None:
        results[result] += 1
        waits.append(took)

    patrol = Patrol(
        EndpointProber(clock, __version__),
        clock,
        changed=lambda _ref: None,
        refuses=lambda _address: None,
        on_probe=count,
    )
    for number in range(workloads):
        ref = Ref("Deployment", "shop", f"app-{number}", "apps")
        patrol.plan(ref, [_plan(port, path) for path in _PATHS], [_pod(ref, each) for each in range(_PODS)])
    patrolling = asyncio.create_task(patrol.run())
    await asyncio.sleep(_WARM_UP)
    results.clear()
    waits.clear()
    began = time.process_time()
    await asyncio.sleep(seconds)
    cost = _Cost(results["success"], time.process_time() - began, list(waits))
    patrolling.cancel()
    await asyncio.gather(patrolling, return_exceptions=True)
    if set(results) != {"success"}:
        raise RuntimeError(f"not every probe was answered: {dict(results)}")
    return cost


def _plan(port: int, path: str) -> Plan:
    return Plan(
        question=Question(Scheme.HTTP, port, path),
        container="app",
        patience=0,
        interval=_INTERVAL,
        timeout=2.0,
        pods=_PODS,
        failure_threshold=3,
    )


def _pod(ref: Ref, number: int) -> Pod:
    name = f"{ref.name}-{number}"
    since = WallClock().now() - timedelta(hours=1)
    state = ContainerState("app", ready=True, started=True, running_since=since)
    return Pod(
        Ref("Pod", ref.namespace, name), uid=name, phase="Running", ready=True, ip="127.0.0.1", containers=(state,)
    )


@contextmanager
def _server() -> Iterator[int]:
    """A server in another process; gives its port."""
    command = [sys.executable, "-m", "tests.bench.answering"]
    server = subprocess.Popen(command, cwd=_REPOSITORY, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with server:
        assert server.stdout
        assert server.stdin
        try:
            yield int(server.stdout.readline())
        finally:
            server.stdin.close()
