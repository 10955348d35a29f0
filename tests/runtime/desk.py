"""The runtime's ports as simple things in memory, and a cluster of values around them."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.builders import NOW, container, workload
from tests.policy.claims import claim

from readiness.engine.demand import Plan
from readiness.engine.published import Published
from readiness.model import Observation, Pod, Question, Ref
from readiness.model.container import Security
from readiness.model.inventory import Inventory
from readiness.policy.compiled import PolicyRef
from readiness.policy.match import Scope
from readiness.runtime.api import ApiError
from readiness.runtime.bookkeeping import PublishedReports
from readiness.runtime.claimbook import ClaimEntry, ClaimRef
from readiness.runtime.claims import ClaimReconciler
from readiness.runtime.operator import Operator
from readiness.runtime.policybook import Entry, PolicyBook, ref_of
from readiness.runtime.ports import Event
from readiness.runtime.reconcile import Cluster, Key, WorkloadReconciler
from readiness.runtime.statuses import PolicyReconciler
from readiness.runtime.workqueue import WorkQueue

Raw = dict[str, Any]
REF = PolicyRef("ReadinessPolicy", "shop", "production")
CART = Ref("Deployment", "shop", "cart", "apps")


@dataclass
class HandClock:
    """A clock that the test sets."""

    seconds: float = 0.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds


class Nobody:
    """A watchtower from which nothing is seen."""

    def __init__(self) -> None:
        self.forgotten: list[Ref] = []

    def plan(self, ref: Ref, plans: list[Plan], pods: Iterable[Pod]) -> None:
        pass

    def forget(self, ref: Ref) -> None:
        self.forgotten.append(ref)

    def observe(self, pod: str, question: Question) -> Observation | None:
        return None


@dataclass
class Shelf:
    """Reports in memory, with what an API server would refuse; `gate`, while closed, holds writes up."""

    versions: Callable[[], int]
    held: dict[str, Raw] = field(default_factory=dict)
    writes: list[str] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    refusal: ApiError | None = None

    async def write(self, report: Mapping[str, Any], published: Published | None) -> Published:
        await self.gate.wait()
        if self.refusal is not None:
            raise self.refusal
        name = report["metadata"]["name"]
        if published is not None and name not in self.held:
            raise ApiError(404, "NotFound", name)
        version = str(self.versions())
        uid = self.held.get(name, {}).get("metadata", {}).get("uid", f"uid-{version}")
        self.held[name] = {**report, "metadata": {**report["metadata"], "uid": uid, "resourceVersion": version}}
        self.writes.append(name)
        return Published.of(self.held[name])

    async def delete(self, published: Published) -> None:
        self.held.pop(published.ref.name, None)
        self.writes.append(f"-{published.ref.name}")

    async def read(self, published: Published) -> Mapping[str, Any]:
        if published.ref.name not in self.held:
            raise ApiError(404, "NotFound", published.ref.name)
        return self.held[published.ref.name]


@dataclass
class Board:
    """Statuses in memory; `served` is what an API server makes of one."""

    versions: Callable[[], int]
    policies: dict[PolicyRef | ClaimRef, Raw] = field(default_factory=dict)
    written: list[Raw] = field(default_factory=list)
    served: Callable[[Raw], Raw] = lambda status: status

    async def write(
        self, ref: PolicyRef | ClaimRef, resource_version: str, status: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        held = self.policies.get(ref)
        if held is None:
            raise ApiError(404, "NotFound", str(ref))
        if held["metadata"]["resourceVersion"] != resource_version:
            raise ApiError(409, "Conflict", str(ref))
        self.written.append(deepcopy(dict(status)))
        metadata = {**held["metadata"], "resourceVersion": str(self.versions())}
        self.policies[ref] = {**held, "metadata": metadata, "status": self.served(dict(status))}
        return self.policies[ref]


@dataclass
class Ears:
    """Remembers what was told."""

    told: list[Event] = field(default_factory=list)

    def tell(self, event: Event) -> None:
        self.told.append(event)


@dataclass
class Desk:
    """An operator over values: nothing runs by itself."""

    clock: HandClock = field(default_factory=HandClock)
    version: int = 100
    latencies: list[float] = field(default_factory=list)
    outdated: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.watchtower = Nobody()
        self.cluster = Cluster(Inventory(), PolicyBook(Scope()), PublishedReports(), self.watchtower, self.clock)
        self.queue: WorkQueue[Key] = WorkQueue(clock=self.clock.monotonic)
        self.reports, self.board, self.ears = Shelf(self.next), Board(self.next), Ears()
        self.reports.gate.set()
        workloads = WorkloadReconciler(self.cluster, self.queue, self.reports, self.ears, self._figures_changed)
        policies = PolicyReconciler(self.cluster, self.queue, self.board, self.ears)
        claims = ClaimReconciler(self.cluster, self.queue, self.board, self.ears)
        self.operator = Operator(
            self.cluster,
            self.queue,
            workloads,
            policies,
            claims,
            self.latencies.append,
            lambda: self.outdated.append(self.clock.seconds),
        )

    def _figures_changed(self, ref: PolicyRef) -> None:
        self.operator.figures_changed(ref)

    def next(self) -> int:
        self.version += 1
        return self.version

    def see(self, name: str = "cart", *, root: bool = False, **fields: Any) -> Ref:
        """A Deployment as the watch tells of it."""
        seen = workload(name, container(security=Security(run_as_non_root=not root)), uid=f"uid-{name}", **fields)
        self.operator.saw(self.cluster.inventory.workload(seen.ref), seen)
        return seen.ref

    def lose(self, ref: Ref) -> None:
        """A workload's end as the watch tells of it."""
        self.operator.saw(self.cluster.inventory.workload(ref), None)

    def policy(self, name: str = "production", *, generation: int = 1, uid: str = "", **spec: Any) -> Raw:
        """A policy as the watch tells of it."""
        requirements = [{"name": "run-as-non-root", "severity": "critical"}]
        metadata = {"name": name, "namespace": "shop", "uid": uid or f"uid-{name}", "generation": generation}
        raw = {
            "kind": "ReadinessPolicy",
            "metadata": {**metadata, "resourceVersion": str(self.next())},
            "spec": {"requirements": requirements, **spec},
        }
        held = self.board.policies.get(ref_of(raw), {})
        raw |= {"status": held["status"]} if "status" in held else {}
        self.board.policies[ref_of(raw)] = raw
        self.operator.saw_policy(raw)
        return raw

    def claim(
        self, kind: str, name: str = "it", *, generation: int = 1, uid: str = "", **spec: Any
    ) -> ClaimEntry | None:
        """A waiver or an attestation as the watch tells of it."""
        raw = claim(kind, name, **spec)
        told = {"uid": uid or f"uid-{name}", "generation": generation, "resourceVersion": str(self.next())}
        raw["metadata"] |= told
        held = self.board.policies.get(ClaimRef.of(raw), {})
        raw |= {"status": held["status"]} if "status" in held else {}
        self.board.policies[ClaimRef.of(raw)] = raw
        self.operator.saw_own(raw)
        return self.cluster.claims.get(ClaimRef.of(raw))

    @property
    def entry(self) -> Entry:
        entry = self.cluster.book.get(REF)
        assert entry is not None
        return entry

    async def turn(self) -> list[Key]:
        """Work off what is due; returns whose turn it was."""
        taken: list[Key] = []
        while (key := self.queue.get_nowait()) is not None:
            taken.append(key)
            await self.operator._reconcile(key)
            self.queue.done(key)
        return taken

    async def pass_time(self, seconds: float) -> list[Key]:
        """Let time pass in steps, and work off what falls due."""
        taken: list[Key] = []
        end = self.clock.seconds + seconds
        while self.clock.seconds < end - 1e-9:
            self.clock.seconds = min(self.clock.seconds + 0.1, end)
            taken += await self.turn()
        return taken

    def condition(self, kind: str) -> tuple[str, str]:
        """Status and reason of the written condition."""
        found = (item for item in self.entry.stored.status.get("conditions", ()) if item["type"] == kind)
        return next(((item["status"], item["reason"]) for item in found), ("", ""))


async def judged(desk: Desk, **spec: Any) -> Desk:
    """A desk that leads, with one workload that passes, judged and published."""
    desk.see()
    desk.policy(**spec)
    desk.operator.lead(True)  # noqa: FBT003
    await desk.pass_time(1.0)
    return desk
