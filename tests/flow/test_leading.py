"""One leads and the others watch: what a takeover keeps, what a standby leaves alone, and how the end goes."""

import asyncio

import pytest
from tests.adapters.prober.pods import answering, pod
from tests.fakeapi.faults import Harm
from tests.fakeapi.virtual_time import clock, until
from tests.flow.conftest import Play
from tests.flow.objects import POD_ADDRESS, deployment, pods_of, policy, probed
from tests.flow.stage import DEPLOYMENTS, LEASES, PODS, POLICIES, REPORTS, Stage

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def furnish(stage: Stage) -> None:
    stage.store.put(DEPLOYMENTS, deployment(), deployment("search", root=True))
    stage.store.put(POLICIES, policy())


def holder(stage: Stage) -> str:
    lease = stage.get(LEASES, "readiness-operator", "readiness-system")
    return str(lease["spec"]["holderIdentity"]) if lease is not None else ""


@pytest.mark.parametrize("politely", [True, False])
def test_a_takeover_rewrites_and_announces_nothing(play: Play, politely: bool) -> None:  # noqa: FBT001
    async def scenario(stage: Stage) -> None:
        furnish(stage)
        first = await stage.leader()
        await stage.settled(compliant="False")
        stage.store.put(DEPLOYMENTS, deployment("search"))
        await stage.settled(compliant="True")
        second = await stage.start()
        await stage.calm(5)
        assert second.written() == []
        told, began = len(stage.events()), clock()
        assert told > 0
        await (first.stop() if politely else first.crash())
        await until(second.leads, within=15.0)
        assert clock() - began < (3.0 if politely else 13.0)
        await stage.calm(60)
        assert second.written() == []
        assert len(stage.events()) == told
        stage.store.put(DEPLOYMENTS, deployment(root=True))
        await until(lambda: stage.condition("Compliant")[0] == "False", within=1.0)

    play(scenario)


def test_a_standby_writes_nothing_whatever_happens(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        furnish(stage)
        await stage.leader()
        standby = await stage.start(resync=5.0)
        await stage.settled(compliant="False")
        stage.store.put(DEPLOYMENTS, deployment("search"))
        stage.store.remove(DEPLOYMENTS, "cart", "shop")
        stage.store.remove(REPORTS, "deployment-search", "shop")
        stage.store.put(POLICIES, policy("late"))
        await stage.settled("late", compliant="True")
        await stage.calm(30)
        assert standby.server.writes() == []
        assert (await standby.ask("/readyz"))[0] == 200

    play(scenario)


def test_who_loses_the_lease_writes_nothing_more(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        furnish(stage)
        first = await stage.leader()
        await stage.settled(compliant="False")
        second = await stage.start()
        await stage.calm(2)
        first.server.harm(Harm.HANG, path=LEASES.removesuffix("/leases"))
        await until(second.leads, within=30.0)
        assert not first.leads()
        written = len(first.written())
        stage.store.put(DEPLOYMENTS, deployment("search"))
        await stage.settled(compliant="True")
        await stage.calm(30)
        assert len(first.written()) == written

    play(scenario)


def test_writes_that_wait_when_the_lease_is_lost_are_not_made(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, *(deployment(f"app-{number}") for number in range(60)))
        stage.store.put(POLICIES, policy())
        replica = await stage.leader(writes_per_second=1.0)
        await until(lambda: len(replica.written()) > 3)
        replica.server.harm(Harm.HANG, path=LEASES.removesuffix("/leases"))
        await until(lambda: not replica.leads(), within=20.0)
        written = len(replica.written())
        await stage.calm(60)
        assert len(replica.written()) == written < 30

    play(scenario)


def test_leadership_that_flaps_loses_nothing(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        furnish(stage)
        replica = await stage.leader()
        await stage.settled(compliant="False")
        for root in (False, True, False):
            fault = replica.server.harm(Harm.HANG, path=LEASES.removesuffix("/leases"))
            await until(lambda: not replica.leads(), within=20.0)
            stage.store.put(DEPLOYMENTS, deployment("search", root=root))
            fault.lift()
            await until(replica.leads, within=30.0)
            await stage.settled(compliant="False" if root else "True")
        await stage.calm(1)
        told = stage.events("VerdictChanged")  # about the workload and the policy; the third is the first again
        assert sorted(event.get("series", {}).get("count", 1) for event in told) == [1, 1, 2, 2]

    play(scenario)


def test_the_end_is_in_order_and_gives_the_lease_back(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        furnish(stage)
        replica = await stage.leader()
        await stage.settled(compliant="False")
        assert holder(stage) == replica.process.elector.identity
        stage.store.put(DEPLOYMENTS, deployment("search"))
        await asyncio.sleep(0.05)
        began = clock()
        await replica.stop()
        assert clock() - began < 5.0
        assert holder(stage) == ""
        assert replica.server.writes()[-1].path.endswith("/leases/readiness-operator")
        assert replica.server.open_streams() == []

    play(scenario)


def test_the_end_may_come_at_any_moment(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        furnish(stage)
        for moment in (0.0, 0.001, 0.01, 0.1, 1.0):
            replica = await stage.start()
            await asyncio.sleep(moment)
            await replica.stop()
            assert holder(stage) == ""

    play(scenario)


def test_live_answers_are_carried_over_a_takeover(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        async with pod(answering(OK), host=POD_ADDRESS) as port:
            stage.store.put(DEPLOYMENTS, probed(deployment(), port))
            stage.store.put(PODS, *pods_of(stage.store, stage.get(DEPLOYMENTS, "cart")))
            asked = [{"name": "readiness-endpoint", "severity": "critical"}]
            stage.store.put(POLICIES, policy(requirements=asked))
            first = await stage.leader(probe_loopback=True)
            await stage.settled(compliant="True")
            assert stage.report()["status"]["scorecards"][0]["live"][0]["outcome"] == "pass"
            second = await stage.start(probe_loopback=True)
            await stage.calm(3)
            await first.crash()
            await until(second.leads)
            await stage.stays(lambda: stage.condition("Compliant")[0] == "True", 60)
            assert second.written() == []

    play(scenario)
