"""The operator over a fleet: its start, what it needs at rest and while pods change, and how soon changes show."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from tests.bench.churn import churn
from tests.bench.figures import Figure, percentile
from tests.bench.fleet import POLICY, Fleet, name, policy
from tests.bench.progress import tell
from tests.bench.sight import PATHS, Key, Sight
from tests.bench.subject import Subject
from tests.bench.usage import Usage, now, started

from readiness.runtime.api import MERGE_PATCH

_SMALL, _FULL = Fleet(50), Fleet(1000)
_RATE = 100.0  # pods that change in a second
_WINDOWS = 3  # times that shares of processor time are measured
_CHANGED = 20  # Deployments that are changed in turn
_MEMORY = 120.0  # MiB


@dataclass
class _Bench:
    subject: Subject
    sight: Sight
    fleet: Fleet
    small: bool

    @property
    def seconds(self) -> float:
        """How long a share of processor time is measured."""
        return 5.0 if self.small else 20.0


async def measure(subject: Subject, *, small: bool) -> AsyncIterator[Figure]:
    """The figures, one after the other."""
    fleet = _SMALL if small else _FULL
    sight = Sight()
    async with sight.watching(subject.api):
        bench = _Bench(subject, sight, fleet, small)
        await subject.end()
        tell(f"creating {fleet.deployments} Deployments with {fleet.pods} pods")
        await fleet.launch(subject.api)
        await subject.api.request("POST", PATHS[POLICY[0]], body=policy())
        async for figure in _starts(bench):
            yield figure
        for part in (_rest, _changing, _quiet_latency, _busy_latency):
            async for figure in part(bench):
                yield figure


async def _starts(bench: _Bench) -> AsyncIterator[Figure]:
    """Start over and over with no report there; the last process stays."""
    times, usages = [], []
    for number in range(2 if bench.small else 3):
        tell(f"start {number + 1}")
        await bench.subject.end()
        await bench.fleet.delete_reports(bench.subject.api)
        await bench.sight.until(lambda: bench.sight.count("ReadinessReport") == 0)
        process = await bench.subject.start()
        await bench.sight.until(lambda: bench.sight.count("ReadinessReport") == bench.fleet.deployments)
        times.append(now() - started(process))
        await bench.subject.quiet(5.0)
        usages.append(Usage.of(process))
    count = f"{bench.fleet.deployments:,}"
    yield Figure(f"from the start of the process until all {count} reports are written", tuple(times), "s", 15.0)
    yield Figure("processor time of the start", tuple(usage.cpu for usage in usages), "s")
    yield Figure("memory after the start (RSS)", tuple(usage.resident for usage in usages), "MiB", _MEMORY)
    yield Figure("most memory during the start (peak RSS)", tuple(usage.peak for usage in usages), "MiB", _MEMORY)


async def _rest(bench: _Bench) -> AsyncIterator[Figure]:
    """Nothing changes."""
    tell(f"at rest, {_WINDOWS} times {bench.seconds:.0f} s")
    await bench.subject.quiet(10.0)
    process = await _process(bench)
    writes, shares = len(bench.subject.writes()), []
    for _ in range(_WINDOWS):
        before = Usage.of(process)
        await asyncio.sleep(bench.seconds)
        shares.append(Usage.of(process).share_since(before))
    written = len(bench.subject.writes()) - writes
    yield Figure("processor at rest, probing off", tuple(shares), "% of a core", 1.0)
    yield Figure(
        f"writes while nothing changes for {_WINDOWS * bench.seconds:.0f} s, but for the Lease", (written,), "", 0.0
    )


async def _changing(bench: _Bench) -> AsyncIterator[Figure]:
    """A hundred pods a second change, half of them in a way that a check could care about."""
    tell(f"{_RATE:.0f} pods a second change, {_WINDOWS} times {bench.seconds:.0f} s")
    pods = await bench.fleet.list_pods(bench.subject.api)
    process = await _process(bench)
    writes, shares, rates, refused = len(bench.subject.writes()), [], [], 0
    for _ in range(_WINDOWS):
        before = Usage.of(process)
        changes = await churn(bench.subject.api, pods, rate=_RATE, seconds=bench.seconds)
        shares.append(Usage.of(process).share_since(before))
        rates.append(changes.made / changes.seconds)
        refused += changes.refused
    written = len(bench.subject.writes()) - writes
    yield Figure("processor while pods change", tuple(shares), "% of a core", 10.0)
    yield Figure("changes of pods that the API server took meanwhile", tuple(rates), "a second")
    yield Figure("changes of pods that it refused", (refused,))
    yield Figure("writes meanwhile", (written / (_WINDOWS * bench.seconds),), "a second")
    yield Figure("memory afterwards (RSS)", (Usage.of(process).resident,), "MiB", _MEMORY)


async def _quiet_latency(bench: _Bench) -> AsyncIterator[Figure]:
    tell("changes of Deployments, one by one, in a quiet cluster")
    await bench.subject.quiet(10.0)
    for figure in await _latency(bench, "in a quiet cluster"):
        yield figure


async def _busy_latency(bench: _Bench) -> AsyncIterator[Figure]:
    tell(f"changes of Deployments, one by one, while {_RATE:.0f} pods a second change")
    pods = await bench.fleet.list_pods(bench.subject.api)
    noise = asyncio.create_task(churn(bench.subject.api, pods, rate=_RATE, seconds=3600.0))
    try:
        figures = await _latency(bench, f"while {_RATE:.0f} pods a second change")
    finally:
        noise.cancel()
        await asyncio.gather(noise, return_exceptions=True)
    for figure in figures:
        yield figure


async def _latency(bench: _Bench, when: str) -> list[Figure]:
    """Let Deployments run as root and mend them, one after the other; they are paused, so that no pods follow."""
    api, fleet = bench.subject.api, bench.fleet
    await bench.sight.until(lambda: bench.sight.status(POLICY, "RunsAsNonRoot") == "True")
    for number in range(_CHANGED):
        await api.request("PATCH", fleet.path(number), body={"spec": {"paused": True}}, content_type=MERGE_PATCH)
    delays: dict[str, list[float]] = {"report": [], "policy": []}
    for turn in range(1 if bench.small else 3):
        for number in range(_CHANGED):
            report: Key = ("ReadinessReport", fleet.namespace(number), f"deployment-{name(number)}")
            for status in ("False", "True"):
                changed = await _change(bench, number, non_root=status == "True")
                arrivals = await bench.sight.turns([report, POLICY], "RunsAsNonRoot", status)
                for kind, arrival in zip(delays, arrivals, strict=True):
                    delays[kind].append(arrival - changed)
            await asyncio.sleep(0.1 * (turn + 1))  # so that changes meet the operator at any point of its rhythm
    return [
        Figure(
            f"from a change of a Deployment to the condition of its {kind}, {when}: p{percent} of {len(values)}",
            (percentile(values, percent),),
            "s",
            1.0 if percent == 95 else None,
        )
        for kind, values in delays.items()
        for percent in (50, 95)
    ]


async def _change(bench: _Bench, number: int, *, non_root: bool) -> float:
    """Returns when the API server had taken the change."""
    security = {"runAsNonRoot": True, "runAsUser": 1000} if non_root else {"runAsNonRoot": None, "runAsUser": None}
    body = {"spec": {"template": {"spec": {"securityContext": security}}}}
    await bench.subject.api.request("PATCH", bench.fleet.path(number), body=body, content_type=MERGE_PATCH)
    return now()


async def _process(bench: _Bench) -> int:
    process = await bench.subject.process()
    assert process is not None, "the operator runs"
    return process
