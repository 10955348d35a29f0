"""At most one replica leads, whatever the API server does, and soon another one when the leader is gone."""

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakeapi import virtual_time
from tests.fakeapi.faults import Harm
from tests.fakeapi.server import FakeApi
from tests.fakeapi.store import Object, Store
from tests.fakeapi.virtual_time import clock, until

from readiness.adapters.kubeapi import Connection, KubeApi
from readiness.adapters.lease import Elector, Timing, lease_path, make_identity

LEASES = "/apis/coordination.k8s.io/v1/leases"
PATH = lease_path("readiness-system", "readiness-operator")
KEY = ("readiness-system", "readiness-operator")
TIMING = Timing()


@dataclass(eq=False)
class Replica:
    """An elector with an API server of its own, so that faults hit one replica; all share the state."""

    name: str
    server: FakeApi
    api: KubeApi
    elector: Elector
    changes: list[tuple[float, bool]] = field(default_factory=list)
    task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.task = asyncio.create_task(self.elector.run())

    async def stop(self) -> None:
        assert self.task is not None
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def crash(self) -> None:
        """Vanish without a word to the API server."""
        self.server.harm(Harm.DROP)
        await self.stop()

    def gained_at(self) -> float:
        return next(at for at, leading in reversed(self.changes) if leading)


@dataclass
class Cluster:
    """Replicas of one operator; the moment two lead at once, the test fails."""

    store: Store = field(default_factory=Store)
    replicas: list[Replica] = field(default_factory=list)
    overlaps: list[str] = field(default_factory=list)

    async def add(self, name: str) -> Replica:
        server = await FakeApi(store=self.store).__aenter__()
        api = await KubeApi(Connection(server=server.url)).__aenter__()

        def note(leading: bool) -> None:  # noqa: FBT001 - the shape of on_change
            replica.changes.append((clock(), leading))
            self._check()

        replica = Replica(name, server, api, Elector(api, PATH, name, on_change=note, clock=clock))
        self.replicas.append(replica)
        replica.start()
        return replica

    def leaders(self) -> list[str]:
        return [each.name for each in self.replicas if each.elector.is_leader()]

    def lease(self) -> Object:
        spec: Object = self.store.objects[LEASES][KEY]["spec"]
        return spec

    async def calm(self, seconds: float) -> None:
        """Let time pass and watch."""
        end = clock() + seconds
        while clock() < end:
            self._check()
            await asyncio.sleep(1.0)

    async def leave(self) -> None:
        for each in self.replicas:
            for fault in each.server.faults:
                fault.lift()
            await each.stop()
            await each.api.__aexit__()
            await each.server.__aexit__()

    def _check(self) -> None:
        if len(self.leaders()) > 1:
            self.overlaps.append(f"at {clock()}: {self.leaders()}")


def play(scenario: Callable[[Cluster], Coroutine[Any, Any, None]]) -> None:
    async def on_stage() -> None:
        cluster = Cluster()
        try:
            await scenario(cluster)
        finally:
            await cluster.leave()
        assert cluster.overlaps == []

    virtual_time.run(on_stage())


async def leader_and_standby(cluster: Cluster) -> tuple[Replica, Replica]:
    first = await cluster.add("first")
    await first.elector.gained.wait()
    second = await cluster.add("second")
    await cluster.calm(5)
    assert cluster.leaders() == ["first"]
    return first, second


def test_a_lone_replica_leads_at_once_and_for_as_long_as_it_renews() -> None:
    async def scenario(cluster: Cluster) -> None:
        began = clock()
        first = await cluster.add("first")
        await first.elector.gained.wait()
        assert clock() - began < 1.9  # no retry
        await cluster.calm(60)
        assert len(first.changes) == 1
        assert 19 <= len(first.server.seen("update")) <= 21

    play(scenario)


def test_the_lease_is_written_as_others_expect_it() -> None:
    async def scenario(cluster: Cluster) -> None:
        first = await cluster.add("first")
        await first.elector.gained.wait()
        spec = cluster.lease()
        assert spec["holderIdentity"] == "first"
        assert spec["leaseDurationSeconds"] == 10
        assert spec["leaseTransitions"] == 0
        for name in ("acquireTime", "renewTime"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", spec[name])

    play(scenario)


def test_of_many_that_start_together_one_leads() -> None:
    async def scenario(cluster: Cluster) -> None:
        for name in ("a", "b", "c", "d"):
            await cluster.add(name)
        await cluster.calm(30)
        assert len(cluster.leaders()) == 1
        assert cluster.lease()["leaseTransitions"] == 0

    play(scenario)


def test_after_a_crash_another_leads_within_the_lease_and_one_retry() -> None:
    async def scenario(cluster: Cluster) -> None:
        first, second = await leader_and_standby(cluster)
        await first.crash()
        began = clock()
        await second.elector.gained.wait()
        assert TIMING.duration - TIMING.renew < clock() - began < TIMING.duration + TIMING.retry
        assert cluster.lease()["leaseTransitions"] == 1

    play(scenario)


def test_a_leader_that_stops_hands_over_within_the_retry_interval() -> None:
    async def scenario(cluster: Cluster) -> None:
        first, second = await leader_and_standby(cluster)
        await first.stop()
        assert cluster.lease()["holderIdentity"] == ""
        assert not first.elector.is_leader()
        began = clock()
        await second.elector.gained.wait()
        assert clock() - began < TIMING.retry + 0.5

    play(scenario)


@pytest.mark.parametrize("harm", [Harm.HANG, Harm.DROP, Harm.SWALLOW])
def test_a_leader_without_answers_stops_before_another_starts(harm: Harm) -> None:
    async def scenario(cluster: Cluster) -> None:
        first, second = await leader_and_standby(cluster)
        first.server.harm(harm)
        if harm is Harm.SWALLOW:  # its renewals arrive, and still it may not lead on without knowing
            await first.elector.lost.wait()
            assert cluster.leaders() == []
            return
        await second.elector.gained.wait()
        [stopped] = [at for at, leading in first.changes if not leading]
        assert second.gained_at() - stopped >= TIMING.margin - 0.1
        await cluster.calm(30)
        assert cluster.leaders() == ["second"]

    play(scenario)


def test_a_leader_whose_server_comes_back_leads_on() -> None:
    async def scenario(cluster: Cluster) -> None:
        first, _ = await leader_and_standby(cluster)
        first.server.refuse(503, seconds=4)
        await cluster.calm(30)
        assert cluster.leaders() == ["first"]
        assert len(first.changes) == 1

    play(scenario)


def test_a_renewal_whose_answer_was_lost_is_recognised_as_ours() -> None:
    async def scenario(cluster: Cluster) -> None:
        first, _ = await leader_and_standby(cluster)
        first.server.harm(Harm.SWALLOW, verb="update", times=1)
        await cluster.calm(30)
        assert len(first.changes) == 1
        assert cluster.lease()["leaseTransitions"] == 0

    play(scenario)


def test_everybody_without_answers_means_nobody_leads_until_there_are_answers_again() -> None:
    async def scenario(cluster: Cluster) -> None:
        replicas = await leader_and_standby(cluster)
        faults = [each.server.harm(Harm.HANG) for each in replicas]
        await cluster.calm(40)
        assert cluster.leaders() == []
        for fault in faults:
            fault.lift()
        await until(cluster.leaders, within=5)

    play(scenario)


def test_a_deleted_lease_is_recreated_by_its_holder_and_not_taken_by_who_waits() -> None:
    async def scenario(cluster: Cluster) -> None:
        first, _ = await leader_and_standby(cluster)
        cluster.store.remove(LEASES, KEY[1], KEY[0])
        await cluster.calm(30)
        assert len(first.changes) == 1
        assert cluster.lease()["holderIdentity"] == "first"

    play(scenario)


@pytest.mark.parametrize("declared, waits", [(3, 10), (25, 25), (None, 10)])
@pytest.mark.parametrize("renewed", ["2001-01-01T00:00:00.000000Z", "2999-01-01T00:00:00.000000Z"])
def test_a_foreign_lease_is_timed_by_our_clock_and_trusted_for_the_longer_duration(
    declared: int | None, waits: int, renewed: str
) -> None:
    async def scenario(cluster: Cluster) -> None:
        spec = {"holderIdentity": "other", "leaseDurationSeconds": declared, "renewTime": renewed}
        cluster.store.put(
            LEASES, {"metadata": {"name": KEY[1], "namespace": KEY[0]}, "spec": {**spec, "strategy": "x"}}
        )
        began = clock()
        first = await cluster.add("first")
        await first.elector.gained.wait()
        assert waits <= clock() - began < waits + 1
        assert cluster.lease()["leaseTransitions"] == 1
        assert cluster.lease()["strategy"] == "x"  # what others put there stays

    play(scenario)


def test_a_lease_without_a_spec_is_free() -> None:
    async def scenario(cluster: Cluster) -> None:
        cluster.store.put(LEASES, {"metadata": {"name": KEY[1], "namespace": KEY[0]}})
        first = await cluster.add("first")
        async with asyncio.timeout(1):
            await first.elector.gained.wait()

    play(scenario)


def test_a_stop_in_the_middle_of_a_renewal_still_hands_over() -> None:
    async def scenario(cluster: Cluster) -> None:
        first, _ = await leader_and_standby(cluster)
        first.server.harm(Harm.SWALLOW, verb="update", times=1)
        renewals = len(first.server.seen("update"))
        await until(lambda: len(first.server.seen("update")) > renewals)
        await first.stop()
        assert cluster.lease()["holderIdentity"] == ""

    play(scenario)


def test_a_stop_without_answers_does_not_take_longer_than_one_attempt() -> None:
    async def scenario(cluster: Cluster) -> None:
        first, _ = await leader_and_standby(cluster)
        first.server.harm(Harm.HANG)
        began = clock()
        await first.stop()
        assert clock() - began < TIMING.retry + 0.5

    play(scenario)


def test_who_may_not_read_the_lease_never_leads() -> None:
    async def scenario(cluster: Cluster) -> None:
        first = await cluster.add("first")
        await first.elector.gained.wait()
        first.server.refuse(403, "Forbidden")
        await cluster.calm(60)
        assert cluster.leaders() == []
        assert len(first.server.requests) < 45

    play(scenario)


@pytest.mark.parametrize("times", [{"retry": 0.0}, {"retry": 4.0}, {"margin": 6.0}, {"duration": 5.0}])
def test_times_that_leave_no_room_for_a_failed_renewal_are_refused(times: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="time for one failed renewal"):
        Timing(**times)


def test_two_processes_of_one_pod_are_two() -> None:
    assert make_identity("operator-0") != make_identity("operator-0")
    assert make_identity("operator-0").startswith("operator-0_")


TROUBLE = st.tuples(
    st.integers(0, 2),  # whose server
    st.sampled_from([Harm.HANG, Harm.DROP, Harm.SWALLOW, Harm.REFUSE, Harm.GARBLE]),
    st.sampled_from(["", "get", "update", "create"]),
    st.sampled_from([1.0, 4.0, 15.0]),  # how long it lasts
    st.sampled_from([0.0, 3.0, 9.0]),  # until the next trouble
)


@settings(max_examples=8, deadline=None)
@given(st.lists(TROUBLE, max_size=5))
def test_no_trouble_makes_two_leaders_and_after_it_there_is_one(
    troubles: Iterable[tuple[int, Harm, str, float, float]],
) -> None:
    async def scenario(cluster: Cluster) -> None:
        replicas = [await cluster.add(name) for name in "abc"]
        for whose, harm, verb, lasting, pause in troubles:
            fault = replicas[whose].server.harm(harm, verb=verb)
            asyncio.get_running_loop().call_later(lasting, fault.lift)
            await cluster.calm(pause)
        await cluster.calm(30)
        assert len(cluster.leaders()) == 1

    play(scenario)
