"""A stage for whole operators, wired as in production, in virtual time: each has a fake API server, all one state."""

import asyncio
import gc
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import aiohttp
from tests.fakeapi.faults import Harm
from tests.fakeapi.server import FakeApi, Request
from tests.fakeapi.store import Object, Store
from tests.fakeapi.virtual_time import clock, until

from readiness.adapters.kubeapi import Connection, KubeApi
from readiness.adapters.policies import KINDS, Listener
from readiness.adapters.publish.metrics import Metrics
from readiness.adapters.reflector import Reflector, Source
from readiness.app import Process
from readiness.gen.crds import documents
from readiness.policy.claims import CLAIM_KINDS
from readiness.policy.names import API_PATH, PLURALS
from readiness.runtime.claimbook import ClaimRef
from readiness.runtime.policybook import ref_of
from readiness.settings import Settings

NAMESPACE = "shop"
CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
REPORTS = "/apis/readiness.dev/v1alpha1/readinessreports"
POLICIES = "/apis/readiness.dev/v1alpha1/readinesspolicies"
WAIVERS = "/apis/readiness.dev/v1alpha1/readinesswaivers"
ATTESTATIONS = "/apis/readiness.dev/v1alpha1/readinessattestations"
CLUSTER_POLICIES = "/apis/readiness.dev/v1alpha1/clusterreadinesspolicies"
EVENTS = "/apis/events.k8s.io/v1/events"
LEASES = "/apis/coordination.k8s.io/v1/leases"
DEPLOYMENTS = "/apis/apps/v1/deployments"
NAMESPACES = "/api/v1/namespaces"
PODS = "/api/v1/pods"
EPOCH = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)

_OURS = re.compile(
    r"(create|update) /apis/coordination.k8s.io/v1/namespaces/[^/]+/leases(/[^/]+)?"
    r"|(create|patch) /apis/events.k8s.io/v1/namespaces/[^/]+/events(/[^/]+)?"
    r"|(create|update|delete) /apis/readiness.dev/v1alpha1/namespaces/[^/]+/readinessreports(/[^/]+)?"
    r"|patch /apis/readiness.dev/v1alpha1/namespaces/[^/]+/readiness(policies|waivers|attestations)/[^/]+/status"
    r"|patch /apis/readiness.dev/v1alpha1/clusterreadinesspolicies/[^/]+/status"
)


class VirtualClock:
    """The running loop's time, as the operator's both clocks."""

    def __init__(self) -> None:
        self._began = clock()

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=clock() - self._began)

    def monotonic(self) -> float:
        return clock()


@asynccontextmanager
async def reflected(api: KubeApi, store: Store, listener: Listener) -> AsyncIterator[None]:
    """Stand in for kopf, which cannot start on the fake API server: watch policies and claims, tell a listener."""

    def tell(old: Object | None, new: Object | None) -> None:
        if new is not None:
            listener.saw(new)
        elif old is not None:
            ref = ClaimRef.of(old) if old["kind"] in CLAIM_KINDS else ref_of(old)
            listener.lost(ref, str(store.version))

    tasks = []
    for kind in KINDS:
        source = Source(kind=kind, path=f"{API_PATH}/{PLURALS[kind]}")
        reflector = Reflector(api, source, lambda raw, _: raw, tell, clock=clock)
        tasks.append(asyncio.create_task(reflector.run()))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(eq=False)
class Replica:
    """An operator with an API server of its own, so that faults hit one replica; all share the state."""

    server: FakeApi
    api: KubeApi
    process: Process
    task: asyncio.Task[None]

    async def stop(self) -> None:
        """End it as SIGTERM does. Raises what it failed of."""
        self.process.stop()
        await self.task

    async def crash(self) -> None:
        """Let it vanish without a word to the API server."""
        self.server.harm(Harm.DROP)
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    def leads(self) -> bool:
        return self.process.elector.is_leader()

    def written(self, plural: str = "") -> list[Request]:
        """Its writes so far but for the Lease: all, or those of one kind."""
        found = (each for each in self.server.writes() if "/leases" not in each.path)
        return [each for each in found if f"/{plural}" in each.path]

    async def ask(self, path: str) -> tuple[int, str]:
        """What it answers on its health port."""
        address = f"http://127.0.0.1:{self.process.settings.port}{path}"
        async with aiohttp.ClientSession() as session, session.get(address) as response:
            return response.status, await response.text()


@dataclass
class Stage:
    """The state of the cluster, and the replicas that work on it."""

    store: Store = field(default_factory=Store)
    clock: VirtualClock = field(default_factory=VirtualClock)
    replicas: list[Replica] = field(default_factory=list)
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)

    def furnish(self) -> None:
        """Put our CRDs there, and a namespace."""
        for crd in documents().values():
            established = {"conditions": [{"type": "Established", "status": "True"}]}
            self.store.put(CRDS, {**crd, "status": established})
        labels = {"kubernetes.io/metadata.name": NAMESPACE}
        self.store.put(NAMESPACES, {"metadata": {"name": NAMESPACE, "labels": labels}})

    async def server(self) -> FakeApi:
        """An API server for one replica, to be given faults before that starts."""
        return await self._open.enter_async_context(FakeApi(store=self.store))

    async def start(self, server: FakeApi | None = None, *, watch: Any = reflected, **settings: Any) -> Replica:
        """Start one more operator."""
        server = server or await self.server()
        connection = Connection(server=server.url)
        metrics = Metrics()
        api = await self._open.enter_async_context(KubeApi(connection, on_request=metrics.requested))
        told = {"host": "127.0.0.1", "port": _free_port(), "namespace": "readiness-system", **settings}
        watching = partial(watch, api, self.store) if watch is reflected else watch
        process = Process(Settings(**told), connection, api, metrics, self.clock, watching)
        replica = Replica(server, api, process, asyncio.create_task(process.run()))
        self.replicas.append(replica)
        return replica

    async def leader(self, server: FakeApi | None = None, **settings: Any) -> Replica:
        """Start one more operator and wait until it leads."""
        replica = await self.start(server, **settings)
        await until(lambda: replica.leads() or replica.task.done())
        if not replica.leads():
            replica.task.result()
        return replica

    async def end(self) -> None:
        """End what still runs."""
        for each in self.replicas:
            for fault in each.server.faults:
                fault.lift()
            if not each.task.done():
                each.process.stop()
        await asyncio.gather(*(each.task for each in self.replicas), return_exceptions=True)
        await self._open.aclose()
        gc.unfreeze()

    def foreign_writes(self) -> list[str]:
        """Every write so far that was not to an object of ours."""
        writes = (f"{each.verb} {each.path}" for replica in self.replicas for each in replica.server.writes())
        return [line for line in writes if not _OURS.fullmatch(line)]

    # --- what is there ---

    def get(self, collection: str, name: str, namespace: str = NAMESPACE) -> Any:
        """An object; None when it is not there."""
        return self.store.objects.get(collection, {}).get((namespace, name))

    def report(self, name: str = "deployment-cart") -> Any:
        """A report; None when there is none."""
        return self.get(REPORTS, name)

    def status(self, policy: str = "production", namespace: str = NAMESPACE) -> Object:
        found = self.get(POLICIES if namespace else CLUSTER_POLICIES, policy, namespace) or {}
        status: Object = found.get("status", {})
        return status

    def condition(self, kind: str, policy: str = "production", namespace: str = NAMESPACE) -> tuple[str, str]:
        """Status and reason of a policy's condition; empty when it has none."""
        found = (item for item in self.status(policy, namespace).get("conditions", ()) if item["type"] == kind)
        return next(((item["status"], item["reason"]) for item in found), ("", ""))

    def events(self, reason: str = "") -> list[Object]:
        found = self.store.objects.get(EVENTS, {}).values()
        return [each for each in found if reason in ("", each["reason"])]

    # --- waiting ---

    async def settled(self, policy: str = "production", *, compliant: str = "", namespace: str = NAMESPACE) -> None:
        """Wait until a policy is Ready, and Compliant is so."""

        def is_so() -> bool:
            status = self.condition("Compliant", policy, namespace)[0]
            return self.condition("Ready", policy, namespace)[0] == "True" and compliant in ("", status)

        await until(is_so)

    async def calm(self, seconds: float) -> None:
        """Let time pass."""
        await asyncio.sleep(seconds)

    async def stays(self, condition: Callable[[], object], seconds: float) -> None:
        """Look again and again for so long: it must be true all the time."""
        end = clock() + seconds
        while clock() < end:
            assert condition()
            await asyncio.sleep(0.5)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
