"""How policies reach the operator: what kopf is told not to do, what it tells us, and what a sweep makes up for."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import islice
from typing import Any

import kopf
import pytest
from tests.fakeapi import virtual_time
from tests.fakeapi.faults import Fault
from tests.fakeapi.server import FakeApi
from tests.fakeapi.store import Object

from readiness.adapters.kubeapi import Connection, KubeApi
from readiness.adapters.policies import Listener, PolicyWatch, Sweeper, settings
from readiness.policy.compiled import PolicyRef
from readiness.runtime.claimbook import ClaimRef

POLICIES = "/apis/readiness.dev/v1alpha1/readinesspolicies"
WAIVERS = "/apis/readiness.dev/v1alpha1/readinesswaivers"
CLUSTER_POLICIES = "/apis/readiness.dev/v1alpha1/clusterreadinesspolicies"

Heard = list[tuple[Any, ...]]


def policy(name: str, namespace: str = "shop") -> Object:
    return {"metadata": {"name": name, **({"namespace": namespace} if namespace else {})}, "spec": {}}


@asynccontextmanager
async def sweeping(*refusals: Fault, period: float = 300.0) -> AsyncIterator[tuple[FakeApi, Sweeper, Heard]]:
    heard: Heard = []
    async with FakeApi(faults=list(refusals)) as server, KubeApi(Connection(server=server.url)) as api:
        server.store.put(POLICIES, policy("production"))
        server.store.put(CLUSTER_POLICIES, policy("everywhere", namespace=""))
        server.store.put(WAIVERS, policy("legacy"))
        sweeper = Sweeper(api, lambda found, version: heard.append((found, version)), period=period)
        task = asyncio.create_task(sweeper.run())
        try:
            yield server, sweeper, heard
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def test_a_sweep_lists_policies_and_claims_as_they_would_be_watched() -> None:
    async def scenario() -> None:
        async with sweeping() as (server, sweeper, heard):
            await sweeper.synced.wait()
            ((found, version),) = heard
            assert [(raw["apiVersion"], raw["kind"], raw["metadata"]["name"]) for raw in found] == [
                ("readiness.dev/v1alpha1", "ReadinessPolicy", "production"),
                ("readiness.dev/v1alpha1", "ClusterReadinessPolicy", "everywhere"),
                ("readiness.dev/v1alpha1", "ReadinessWaiver", "legacy"),
            ]
            assert version == str(server.store.version)
            await asyncio.sleep(310)
            assert len(heard) == 2

    virtual_time.run(scenario())


def test_a_sweep_asked_for_comes_soon_and_once() -> None:
    async def scenario() -> None:
        async with sweeping() as (_, sweeper, heard):
            await sweeper.synced.wait()
            for _ in range(5):
                sweeper.ask()
            await asyncio.sleep(2)
            assert len(heard) == 2

    virtual_time.run(scenario())


def test_a_sweep_that_fails_sweeps_nothing_away_and_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        refusal = FakeApi().refuse(503, "ServiceUnavailable", path=CLUSTER_POLICIES, times=2)
        async with sweeping(refusal) as (_, sweeper, heard):
            await asyncio.sleep(4)
            assert heard == []
            assert not sweeper.synced.is_set()
            await sweeper.synced.wait()
            assert len(heard) == 1
            assert caplog.text.count("cannot list policies") == 2

    virtual_time.run(scenario())


def test_kopf_is_told_to_write_nothing_and_never_to_give_up() -> None:
    made = settings()
    assert made.persistence.finalizer == "readiness.dev/never-used"
    assert made.peering.standalone
    assert made.scanning.disabled
    assert not made.posting.enabled
    assert made.watching.inactivity_timeout == 1e8
    backoffs = made.networking.error_backoffs
    assert isinstance(backoffs, Iterable)
    for _ in range(2):  # it is iterated anew for each request
        assert len(list(islice(iter(backoffs), 1000))) == 1000


async def _no_credentials() -> kopf.ConnectionInfo:
    raise AssertionError("nobody logs in here")


def _watch(heard: Heard, connect: Any = _no_credentials) -> PolicyWatch:
    def hear(what: str) -> Any:
        return lambda *about: heard.append((what, threading.current_thread(), *about))

    return PolicyWatch(connect, Listener(*map(hear, ("saw", "lost", "relisted", "ended"))))


async def test_what_kopf_sees_is_told_on_the_operators_own_loop() -> None:
    heard: Heard = []
    watch = _watch(heard)
    body = {"kind": "ReadinessPolicy", "metadata": {"name": "production", "namespace": "shop", "resourceVersion": "7"}}
    at_cluster = {"kind": "ClusterReadinessPolicy", "metadata": {"name": "everywhere", "resourceVersion": "9"}}
    waiver = {"kind": "ReadinessWaiver", "metadata": {"name": "legacy", "namespace": "shop", "resourceVersion": "7"}}

    def see() -> None:
        for kind, raw in ((None, body), ("MODIFIED", body), ("DELETED", body), ("DELETED", at_cluster),
                          ("DELETED", waiver)):  # fmt: skip
            assert asyncio.run(watch._handle(type=kind, body=raw, logger=None)) is None

    await asyncio.to_thread(see)
    await asyncio.sleep(0)
    assert [(what, *about) for what, _, *about in heard] == [
        ("relisted",),
        ("saw", body),
        ("saw", body),
        ("lost", PolicyRef("ReadinessPolicy", "shop", "production"), "7"),
        ("lost", PolicyRef("ClusterReadinessPolicy", "", "everywhere"), "9"),
        ("lost", ClaimRef("ReadinessWaiver", "shop", "legacy"), "7"),
    ]
    assert {thread for _, thread, *_ in heard} == {threading.main_thread()}


async def test_logins_differ_and_are_paced() -> None:
    async def connect() -> kopf.ConnectionInfo:
        return kopf.ConnectionInfo(server="https://192.0.2.1", token="the same")

    watch = _watch([], connect)
    loop = asyncio.get_running_loop()
    began = loop.time()
    first, second = await watch._login(), await watch._login()
    assert first.token == second.token == "the same"
    assert first.expiration != second.expiration
    assert 1.9 <= loop.time() - began < 4.0


async def test_the_end_of_kopf_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator that fails at once stands for all the ways in which kopf gives up."""

    async def fail(**_: Any) -> None:
        raise RuntimeError("ran out of valid credentials")

    monkeypatch.setattr(kopf, "operator", fail)
    heard: Heard = []
    async with _watch(heard) as watch:
        await asyncio.to_thread(watch._thread.join, 5.0)
        await asyncio.sleep(0)
    ((what, thread, error),) = heard
    assert (what, thread, str(error)) == ("ended", threading.main_thread(), "ran out of valid credentials")


async def test_an_end_that_was_asked_for_is_no_news(monkeypatch: pytest.MonkeyPatch) -> None:
    async def wait(*, stop_flag: threading.Event, **_: Any) -> None:
        await asyncio.to_thread(stop_flag.wait)

    monkeypatch.setattr(kopf, "operator", wait)
    heard: Heard = []
    async with _watch(heard) as watch:
        assert watch._thread.is_alive()
    await asyncio.sleep(0)
    assert not watch._thread.is_alive()
    assert heard == []
