"""What is read on demand is read only while it is there and somebody asks; what is sampled is listed now and then."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.fakeapi import virtual_time
from tests.fakeapi.server import FakeApi
from tests.fakeapi.virtual_time import until

from readiness.adapters.kubeapi import Connection, KubeApi
from readiness.adapters.reflector import Reflector, Source, State
from readiness.model import Lease, ServiceMonitor
from readiness.model.parse import KINDS, Kind, Record
from readiness.runtime.outlook import Gate, Outlook

BY_NAME = {kind.name: kind for kind in KINDS}
MONITORS = BY_NAME["ServiceMonitor.monitoring.coreos.com"]
LEASES = BY_NAME["Lease"]
CART = {"metadata": {"name": "cart", "namespace": "shop"}, "spec": {"selector": {}}}


@asynccontextmanager
async def following(fake: FakeApi, kind: Kind) -> AsyncIterator[tuple[Reflector[Record], Outlook, set[str]]]:
    held: set[str] = set()

    def take(old: Record | None, new: Record | None) -> None:
        held.difference_update({old.ref.name} if old else ())
        held.update({new.ref.name} if new else ())

    async with KubeApi(Connection(server=fake.url)) as api:
        outlook = Outlook(api, KINDS)
        source = Source(kind=kind.name, path=kind.path, required=False, every=kind.every)
        gate = Gate(outlook, kind)
        reflector: Reflector[Record] = Reflector(api, source, kind.read, take, clock=virtual_time.clock, gate=gate)
        tasks = [asyncio.create_task(reflector.run()), asyncio.create_task(outlook.run())]
        try:
            yield reflector, outlook, held
            assert not any(task.done() for task in tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def play(scenario: Any) -> None:
    async def on_stage() -> None:
        async with FakeApi() as fake:
            await scenario(fake)

    virtual_time.run(on_stage())


def test_a_kind_that_nobody_installed_costs_one_call_a_minute_for_all() -> None:
    async def scenario(fake: FakeApi) -> None:
        async with following(fake, MONITORS) as (reflector, outlook, _):
            outlook.want(frozenset({ServiceMonitor}))
            await reflector.synced.wait()
            await asyncio.sleep(300)
            assert reflector.state is State.RESTING
            assert not reflector.listed
            assert {request.path for request in fake.requests} == {"/apis"}
            assert len(fake.requests) <= 7

    play(scenario)


def test_a_kind_that_is_installed_later_is_noticed_within_a_minute_and_its_end_at_once() -> None:
    async def scenario(fake: FakeApi) -> None:
        async with following(fake, MONITORS) as (reflector, outlook, held):
            outlook.want(frozenset({ServiceMonitor}))
            await reflector.synced.wait()
            fake.store.put(MONITORS.path, CART)
            await until(lambda: held == {"cart"}, within=180.0)
            assert reflector.listed
            fake.absent.add(MONITORS.path)
            fake.cut_streams()
            await until(lambda: reflector.state is State.NOT_SERVED and not held, within=60.0)
            await until(lambda: reflector.state is State.RESTING, within=180.0)
            assert not reflector.listed
            fake.absent.clear()
            await until(lambda: held == {"cart"}, within=180.0)

    play(scenario)


def test_nothing_is_read_before_somebody_asks() -> None:
    async def scenario(fake: FakeApi) -> None:
        fake.store.put(MONITORS.path, CART)
        async with following(fake, MONITORS) as (reflector, outlook, held):
            await asyncio.sleep(10)
            assert not reflector.synced.is_set(), "it is not known yet what is asked for"
            outlook.want(frozenset())
            await reflector.synced.wait()
            assert fake.seen("list", MONITORS.path) == []
            outlook.want(frozenset({ServiceMonitor}))
            await until(lambda: held == {"cart"}, within=60.0)

    play(scenario)


def test_what_cannot_be_listed_holds_nobody_up() -> None:
    async def scenario(fake: FakeApi) -> None:
        fake.store.put(MONITORS.path, CART)
        fault = fake.refuse(500, "InternalError", path=MONITORS.path)
        async with following(fake, MONITORS) as (reflector, outlook, held):
            outlook.want(frozenset({ServiceMonitor}))
            await reflector.synced.wait()
            assert (reflector.state, reflector.listed) == (State.FAILING, False)
            fault.lift()
            await until(lambda: held == {"cart"}, within=60.0)

    play(scenario)


def test_what_is_sampled_is_listed_now_and_then_and_not_watched() -> None:
    async def scenario(fake: FakeApi) -> None:
        fake.store.put(LEASES.path, {"metadata": {"name": "cart", "namespace": "shop"}})
        async with following(fake, LEASES) as (reflector, outlook, held):
            outlook.want(frozenset({Lease}))
            await until(lambda: held == {"cart"}, within=60.0)
            fake.store.remove(LEASES.path, "cart", "shop")
            await until(lambda: not held, within=180.0)
            await asyncio.sleep(300)
            assert 5 <= len(fake.seen("list", LEASES.path)) <= 9
            assert fake.seen("watch") == []
            assert reflector.state is State.WATCHING

    play(scenario)
