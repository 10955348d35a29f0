"""The composition root of the operator: the only module that knows every adapter."""

import asyncio
import ctypes
import gc
import logging
import signal
from collections import ChainMap
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import kopf

from readiness import __version__
from readiness.adapters.crds import Crds
from readiness.adapters.health import HealthServer, LoopLag
from readiness.adapters.kubeapi import Connection, KubeApi
from readiness.adapters.lease import Elector, lease_path, make_identity
from readiness.adapters.policies import Listener, PolicyWatch, Sweeper
from readiness.adapters.prober import EndpointProber
from readiness.adapters.publish.events import EventRecorder
from readiness.adapters.publish.metrics import Metrics, Sources
from readiness.adapters.publish.reports import ReportWriter
from readiness.adapters.publish.statuses import StatusWriter
from readiness.adapters.reflector import Reflector, Source, State
from readiness.engine.guard import Address, parse, refusal
from readiness.engine.published import Published
from readiness.errors import ReadinessError
from readiness.model import Strength, Workload
from readiness.model.inventory import Inventory
from readiness.model.parse import KINDS, Kind, Record
from readiness.policy.compiled import PolicyRef
from readiness.policy.match import Scope
from readiness.policy.names import API_PATH
from readiness.runtime.api import PAGE_SIZE
from readiness.runtime.bookkeeping import PublishedReports
from readiness.runtime.bucket import TokenBucket
from readiness.runtime.claimbook import ClaimBook
from readiness.runtime.claims import ClaimReconciler
from readiness.runtime.inspection import Inspector
from readiness.runtime.operator import DEBOUNCE, Operator
from readiness.runtime.outlook import Gate, Outlook
from readiness.runtime.policybook import PolicyBook
from readiness.runtime.ports import Clock
from readiness.runtime.probing import Patrol
from readiness.runtime.reconcile import Cluster, Key, WorkloadReconciler
from readiness.runtime.statuses import PolicyReconciler
from readiness.runtime.workqueue import WorkQueue
from readiness.settings import Settings

REPORTS_PATH = f"{API_PATH}/readinessreports"
_STALE = 240.0  # seconds without a word of a watch, whose bookmarks come every minute
_LOOK_OUT_PACE = 2.0  # seconds
_LATE = 60.0  # seconds that an endpoint waits beyond its turn before evidence counts as stale
_NEEDED = frozenset({"Namespace", "Pod"})  # without these nothing can be judged

log = logging.getLogger(__name__)


class WallClock:
    """The machine's clocks."""

    def now(self) -> datetime:
        """The time of day, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return monotonic()


class _StoppedError(Exception):
    """The end came while we waited for something else."""


class OperatorError(ReadinessError):
    """The operator cannot go on and must be started anew."""


@dataclass
class Process:
    """
    One operator process, wired. Nothing is global: tests run two at once, on a clock and a policy watch of their own.

    `watch_policies` makes what watches the policies while it is entered, and tells a Listener; kopf, if it is None.
    """

    settings: Settings
    connection: Connection
    api: KubeApi
    metrics: Metrics
    clock: Clock = field(default_factory=WallClock)
    watch_policies: Callable[[Listener], AbstractAsyncContextManager[object]] | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    failure: BaseException | None = None

    def __post_init__(self) -> None:
        """Wire the parts; nothing runs yet."""
        settings, clock = self.settings, self.clock
        self.queue: WorkQueue[Key] = WorkQueue(clock=clock.monotonic)
        inventory, book = Inventory(), PolicyBook(Scope.around(settings.namespace), settings.namespace)
        self.probing = self._patrol(inventory)
        claims = ClaimBook(timedelta(days=settings.waiver_days))
        self.cluster = Cluster(inventory, book, PublishedReports(), self.probing, clock, claims)
        self.crds = Crds(self.api, _expected_schemas())
        identity = make_identity(settings.pod_name or "readiness")
        path = lease_path(settings.namespace or "default", settings.lease_name)
        self.elector = Elector(self.api, path, identity, on_change=self._lead, clock=clock.monotonic)
        leads, told = self.elector.is_leader, settings.workload_events
        self.events = EventRecorder(
            self.api, identity, leads, about_workloads=told, dropped=self.metrics.dropped, clock=clock.monotonic
        )
        self.sweeper = Sweeper(self.api, self._sweep, period=settings.resync)
        self.operator = self._operator()
        self.outlook = Outlook(self.api, [kind for kind in KINDS if self._allows(kind)])
        self.inspector = Inspector(self.api, inventory, book, changed=lambda ref: self.queue.add(ref, DEBOUNCE))
        self.cluster.inspect = self.inspector.strengths if settings.inspect_secrets else None
        self.reflectors: dict[str, Reflector[Any]] = {kind.name: self._reflector(kind) for kind in KINDS}
        source = Source(kind="ReadinessReport", path=REPORTS_PATH)
        reports = Reflector(
            self.api, source, lambda raw, _: Published.of(raw), self.operator.saw_report, clock=clock.monotonic
        )
        self.reflectors["ReadinessReport"] = reports
        self.lag = LoopLag()
        self.health = HealthServer(self._problems, self._facts, self.metrics.snapshot, self.lag)
        limit = settings.workload_metrics_limit if settings.workload_metrics else 0
        self.metrics.read_from(Sources(self.cluster, self.queue, self.reflectors.values, leads, limit))

    def _patrol(self, inventory: Inventory) -> Patrol:
        settings, clock = self.settings, self.clock
        # A view, not a copy: nodes come and go.
        forbidden: ChainMap[Address, Any] = ChainMap(_api_server(self.connection), inventory.node_addresses)
        return Patrol(
            EndpointProber(clock, __version__),
            clock,
            changed=lambda ref: self.queue.add(ref, 0.05),
            refuses=partial(refusal, forbidden=forbidden, allow_loopback=settings.probe_loopback),
            limit=settings.probe_concurrency,
            on_probe=self.metrics.probed,
        )

    def _operator(self) -> Operator:
        cluster, queue, events, metrics = self.cluster, self.queue, self.events, self.metrics
        rate, leads = self.settings.writes_per_second, self.elector.is_leader
        bucket = TokenBucket(rate, burst=rate, clock=self.clock.monotonic)
        reports = ReportWriter(self.api, bucket, leads)
        statuses = StatusWriter(self.api, bucket, leads, self.crds.status_fields)
        return Operator(
            cluster,
            queue,
            WorkloadReconciler(cluster, queue, reports, events, self._figures_changed, metrics.evaluated),
            PolicyReconciler(cluster, queue, statuses, events),
            ClaimReconciler(cluster, queue, statuses, events),
            metrics.published,
            self.sweeper.ask,
        )

    async def run(self) -> None:
        """Run until `stop`; ends in order: first the work, then the Lease, then the watches."""
        port = await self.health.start(self.settings.host, self.settings.port)
        log.info("serving health and metrics", extra={"port": port})
        with suppress(_StoppedError):
            await self._live()
        if self.failure is not None:
            raise OperatorError("the operator cannot go on") from self.failure

    async def _live(self) -> None:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.health.stop)
            await stack.enter_async_context(self._running(self.lag.run()))
            await self._until_stopped(self.crds.wait())
            await stack.enter_async_context(self._watching())
            await self._until_stopped(self._all_synced())
            _tidy_memory()
            await stack.enter_async_context(self._running(self.elector.run()))
            stack.push_async_callback(self.events.drain)
            await stack.enter_async_context(self._running(self.events.run()))
            await stack.enter_async_context(self._running(self.probing.run()))
            await stack.enter_async_context(self._running(self._look_out()))
            if self.settings.inspect_secrets:
                await stack.enter_async_context(self._running(self.inspector.run()))
            for _ in range(self.settings.workers):
                await stack.enter_async_context(self._running(self.operator.work()))
            await self.stopping.wait()
            log.info("stopping")

    def stop(self) -> None:
        """End in order; more calls change nothing."""
        self.stopping.set()

    @asynccontextmanager
    async def _watching(self) -> AsyncIterator[None]:
        """All watches: our reflectors, the sweeper, and kopf on its thread."""
        listener = Listener(self.operator.saw_own, self.operator.lost_own, self.sweeper.ask, self._ended)
        watch = self.watch_policies or partial(PolicyWatch, partial(_kopf_connection, self.connection))
        async with AsyncExitStack() as stack:
            for reflector in self.reflectors.values():
                await stack.enter_async_context(self._running(reflector.run()))
            await stack.enter_async_context(self._running(self.outlook.run()))
            await stack.enter_async_context(self._running(self.sweeper.run()))
            await stack.enter_async_context(watch(listener))
            yield

    @asynccontextmanager
    async def _running(self, work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
        """Something that runs for ever beside the rest; its failure ends the process."""
        task = asyncio.create_task(work)
        task.add_done_callback(lambda done: None if done.cancelled() else self._ended(done.exception()))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _until_stopped(self, work: Coroutine[Any, Any, None]) -> None:
        """Wait for something; what breaks down there breaks here, and the end is a _StoppedError."""
        task, end = asyncio.create_task(work), asyncio.create_task(self.stopping.wait())
        await asyncio.wait({task, end}, return_when=asyncio.FIRST_COMPLETED)
        for one in (task, end):
            one.cancel()
        await asyncio.gather(task, end, return_exceptions=True)
        if self.stopping.is_set():
            raise _StoppedError
        task.result()

    async def _all_synced(self) -> None:
        await self.sweeper.synced.wait()
        self._ask_for_kinds()
        for reflector in self.reflectors.values():
            await reflector.synced.wait()
        log.info("synced", extra={"objects": sum(len(each.mirror) for each in self.reflectors.values())})

    def _ended(self, error: BaseException | None) -> None:
        """Something that should run for ever has ended."""
        if not self.stopping.is_set():
            self.failure = error or OperatorError("a part of the operator ended without an error")
            log.error("a part of the operator ended: %s", self.failure, exc_info=error)
            self.stopping.set()

    def _reflector(self, kind: Kind) -> Reflector[Record]:
        source = Source(
            kind=kind.name,
            path=kind.path,
            required=kind.kind in _NEEDED,
            metadata_only=kind.metadata_only,
            field_selector=kind.field_selector,
            page_size=kind.page_size or PAGE_SIZE,
            every=kind.every,
        )
        gate = Gate(self.outlook, kind) if kind.on_demand else None
        return Reflector(self.api, source, kind.read, self.operator.saw, clock=self.clock.monotonic, gate=gate)

    def _sweep(self, found: list[Mapping[str, Any]], version: str) -> None:
        self.operator.sweep(found, version)

    def _figures_changed(self, ref: PolicyRef) -> None:
        self.operator.figures_changed(ref)

    def _lead(self, leading: bool) -> None:  # noqa: FBT001 - the shape of the elector's callback
        self._see()
        if not leading:
            self.probing.clear()
        self.operator.lead(leading)

    async def _look_out(self) -> None:
        """Have looked at again what is told differently: when what we can read has changed, or probes fall behind."""
        while True:
            await asyncio.sleep(_LOOK_OUT_PACE)
            self._ask_for_kinds()
            if self._see():
                self.operator.look_at_all()
            late = self.probing.lag() > _LATE
            if late != self.cluster.late:
                self.cluster.late = late
                self.operator.look_at_policies()

    def _ask_for_kinds(self) -> None:
        """Have those kinds read that some policy needs."""
        policies = (entry.active for entry in self.cluster.book)
        asked = (policy.reads for policy in policies if policy is not None)
        self.outlook.want(frozenset[type]({Workload}).union(*asked))

    def _see(self) -> bool:
        """Note what of the cluster we cannot see; returns whether that has changed."""
        seen = self.cluster.hidden, self.cluster.not_served, self.cluster.unread
        self.cluster.hidden = self._hidden()
        kinds = [kind for kind in KINDS if kind.on_demand and kind.record is not Workload]
        here = [kind for kind in kinds if self._allows(kind) and self._is_served(kind)]
        self.cluster.not_served = frozenset(kind.record for kind in kinds) - {kind.record for kind in here}
        unread = [kind.record for kind in here if not self.reflectors[kind.name].listed]
        unlooked = self.settings.inspect_secrets and not self.inspector.looked
        self.cluster.unread = frozenset([*unread, *([Strength] if unlooked else [])])
        return seen != (self.cluster.hidden, self.cluster.not_served, self.cluster.unread)

    def _allows(self, kind: Kind) -> bool:
        """Whether a kind may be read by the settings."""
        return not kind.guarded or self.settings.secrets == "metadata"

    def _is_served(self, kind: Kind) -> bool:
        """Whether a kind may be there: as long as nobody has told us, each may."""
        gone = self.reflectors[kind.name].state is State.NOT_SERVED
        return not self.outlook.known or (kind.name in self.outlook.served and not gone)

    def _hidden(self) -> tuple[Kind, ...]:
        """The kinds that we may not read, from the first refusal until we have read them."""
        states = {kind: self.reflectors[kind.name].state for kind in KINDS}
        hidden = self.cluster.hidden
        return tuple(
            kind
            for kind, state in states.items()
            if state is State.FORBIDDEN or (kind in hidden and state is not State.WATCHING)
        )

    def _problems(self) -> dict[str, str]:
        """Why this replica is not ready, by part."""
        found = {}
        if self.stopping.is_set():
            found["process"] = "shutting down"
        if self.crds.problem:
            found["crds"] = self.crds.problem
        if self.sweeper.problem:
            found["policies"] = self.sweeper.problem
        now = self.clock.monotonic()
        for kind, reflector in self.reflectors.items():
            if reflector.on_demand:
                continue  # what others install holds nobody up
            if not reflector.synced.is_set():
                found[kind] = f"not read yet: {reflector.error or reflector.state}"
            elif reflector.source.required and reflector.state in (State.NOT_SERVED, State.FORBIDDEN):
                found[kind] = f"{reflector.state}: {reflector.error}"
            elif reflector.state in (State.LISTING, State.WATCHING, State.FAILING):
                silence = now - reflector.last_activity
                if silence > _STALE:
                    found[kind] = f"nothing heard for {silence:.0f} s: {reflector.error or reflector.state}"
        return found

    def _facts(self) -> dict[str, object]:
        return {
            "leading": self.elector.is_leader(),
            "leader": self.elector.holder,
            "policies": len(self.cluster.book),
            "reports": len(self.cluster.published),
            "unselectedWorkloads": len(self.cluster.unselected) if self.elector.is_leader() else None,
        }


def _tidy_memory() -> None:
    """What the first lists left is there to stay; what parsing them took goes back to the machine."""
    gc.collect()
    gc.freeze()
    with suppress(AttributeError, OSError):  # glibc only
        ctypes.CDLL(None).malloc_trim(0)


def _api_server(connection: Connection) -> dict[Address, Any]:
    """The API server's address, which no probe goes to, as a key."""
    address = parse(urlsplit(connection.server).hostname or "")
    return {address: None} if address else {}


async def _kopf_connection(connection: Connection) -> kopf.ConnectionInfo:
    """Our connection as kopf wants it: by address, since a pod may have no DNS."""
    authorization = await connection.credentials.authorization() or ""
    scheme, _, token = authorization.partition(" ")
    return kopf.ConnectionInfo(
        server=connection.server,
        ca_path=connection.ca_file,
        insecure=not connection.verify,
        scheme=scheme or None,
        token=token or None,
        certificate_path=connection.certificate_file,
        private_key_path=connection.key_file,
    )


def _expected_schemas() -> dict[str, str]:
    from readiness.gen.crds import SCHEMA_ANNOTATION, documents  # noqa: PLC0415

    return {kind: crd["metadata"]["annotations"][SCHEMA_ANNOTATION] for kind, crd in documents().items()}


async def serve(settings: Settings, connection: Connection) -> None:
    """Run the operator until SIGTERM or SIGINT. Raises OperatorError when a part of it broke down."""
    metrics = Metrics()
    async with KubeApi(connection, on_request=metrics.requested) as api:
        process = Process(settings, connection, api, metrics)
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, process.stop)
        await process.run()
