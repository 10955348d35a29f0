"""
One workload or one policy at a time: look, judge, and publish what changed.

Only names travel here; everything is read from the inventory when its turn comes. Only the leader works.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import uniform
from typing import Any

from readiness.engine.changes import changes
from readiness.engine.demand import Plan, plans
from readiness.engine.evaluate import Evaluation, evaluate
from readiness.engine.kept import kept_cards, only_kept, with_kept, with_kept_waivers
from readiness.engine.published import NOTHING, Published, digests
from readiness.engine.report import is_shortened, report
from readiness.engine.tally import Standing
from readiness.engine.waiving import Allowances, Effect
from readiness.model import Namespace, Ref, Snapshot, Workload
from readiness.model.inventory import Inventory
from readiness.model.parse import Kind
from readiness.model.snapshot import Inspect
from readiness.policy.compiled import PolicyRef
from readiness.policy.names import API_VERSION
from readiness.runtime.api import ApiError
from readiness.runtime.bookkeeping import PublishedReports
from readiness.runtime.claimbook import ClaimBook, ClaimRef
from readiness.runtime.policybook import Entry, PolicyBook
from readiness.runtime.ports import Clock, Event, Events, Regarding, Reports, Watchtower
from readiness.runtime.troubles import Troubles
from readiness.runtime.workqueue import WorkQueue

Key = Ref | PolicyRef | ClaimRef
CLAIMS_DEBOUNCE = 0.2  # seconds in which changes of what a claim does are gathered
GENERATION_PACE = timedelta(seconds=30)  # a report whose only news is the workload's generation waits that long


@dataclass(slots=True)
class Cluster:
    """
    What is known: the objects, the policies, and what we published.

    `hidden` are the kinds that we may not read; `not_served`, `unread` and `inspect` are as a Snapshot has them.
    """

    inventory: Inventory
    book: PolicyBook
    published: PublishedReports
    watchtower: Watchtower
    clock: Clock
    claims: ClaimBook = field(default_factory=ClaimBook)
    unselected: set[Ref] = field(default_factory=set)
    hidden: tuple[Kind, ...] = ()
    not_served: frozenset[type] = frozenset()
    unread: frozenset[type] = frozenset()
    inspect: Inspect | None = None
    troubles: Troubles = field(default_factory=Troubles)
    late: bool = False  # whether endpoints are asked much later than policies want
    led_since: float = float("-inf")

    def hides(self, ref: Ref) -> bool:
        """Whether a workload may be there although we see none."""
        return any((kind.kind, kind.group) == (ref.kind, ref.group) for kind in self.hidden)


@dataclass(slots=True)
class WorkloadReconciler:
    """
    Judges a workload and publishes its report, its events and its part in the policies' figures.

    `figures_changed` is told of each policy whose status may differ now.
    """

    cluster: Cluster
    queue: WorkQueue[Key]
    reports: Reports
    events: Events
    figures_changed: Callable[[PolicyRef], None]
    evaluated: Callable[[float], None] = lambda _seconds: None

    async def reconcile(self, ref: Ref) -> bool:
        """
        Bring what is published about a workload up to date; returns whether that took a write.

        Raises ApiError when a write fails.
        """
        cluster = self.cluster
        workload = cluster.inventory.workload(ref)
        if workload is None or workload.deleted or workload.finished:
            self._count_claims(ref, {}, ())
            if workload is None:
                cluster.claims.forget(ref)
            return await self._retire(ref, set())
        namespace = cluster.inventory.get(Namespace, Ref("Namespace", "", ref.namespace))
        entries = cluster.book.selecting(workload, namespace)
        frozen = self._frozen(ref)
        if not entries:
            self._count_claims_about(workload, frozen)
            retired = await self._retire(ref, frozen)
            self._count_unselected(ref, namespace, judged=bool(frozen))
            return retired
        cluster.unselected.discard(ref)
        evaluation = self._judge(workload, entries)
        self._count_claims(ref, evaluation.claims, frozen)
        mark = _mark(evaluation)
        if not frozen and cluster.published.is_settled(ref, mark) and all(entry.counts(ref) for entry in entries):
            return False  # as most of the time: building an equal report would cost as much as judging did
        self._count(ref, evaluation)  # first: a report that cannot be written does not falsify the policies' figures
        wrote, settled = await self._publish(evaluation, frozen)
        if settled:
            cluster.published.settle(ref, mark)
        return wrote

    def _judge(self, workload: Workload, entries: list[Entry]) -> Evaluation:
        cluster = self.cluster
        policies = [entry.policy for entry in entries if entry.policy is not None]
        asked = plans(workload, policies)
        published = cluster.published.of(workload.ref)
        memory = max(policy.probing.memory.total_seconds() for policy in policies)
        fresh_leader = cluster.clock.monotonic() - cluster.led_since < memory
        began = cluster.clock.monotonic()
        carried = published.carried if published and fresh_leader else None
        evaluation = evaluate(workload, policies, self._snapshot(), carried)
        self.evaluated(cluster.clock.monotonic() - began)
        cluster.watchtower.plan(workload.ref, asked, cluster.inventory.pods_of(workload) if asked else ())
        self._look_again(evaluation, asked, min(policy.interval for policy in policies))
        return evaluation

    def _snapshot(self) -> Snapshot:
        cluster = self.cluster
        return Snapshot(
            cluster.inventory,
            cluster.clock.now(),
            observe=cluster.watchtower.observe,
            unreadable=frozenset(kind.record for kind in cluster.hidden if kind.record is not Workload),
            not_served=cluster.not_served,
            unread=cluster.unread,
            inspect=cluster.inspect,
        )

    def _count_claims(self, ref: Ref, effects: Mapping[Ref, Effect], frozen: Collection[PolicyRef]) -> None:
        published = self.cluster.published.of(ref)
        if published is not None and frozen:
            effects = with_kept_waivers(effects, published, frozen)
        for claim in self.cluster.claims.count(ref, effects):
            self.queue.add(claim, CLAIMS_DEBOUNCE)

    def _count_claims_about(self, workload: Workload, frozen: Collection[PolicyRef]) -> None:
        """What claims do for a workload that nobody judges, now and when the next of them begins or ends."""
        allowances = Allowances.of(workload, self._snapshot())
        self._count_claims(workload.ref, dict(allowances.standings()), frozen)
        if allowances.recheck_at is not None:
            delay = (allowances.recheck_at - self.cluster.clock.now()).total_seconds()
            self.queue.add(workload.ref, max(delay, 0.05))

    def _look_again(self, evaluation: Evaluation, asked: list[Plan], interval: float) -> None:
        delays = [interval * uniform(0.9, 1.1)]  # noqa: S311 - spreads load, guards nothing
        if evaluation.recheck_at is not None:
            delays.append((evaluation.recheck_at - self.cluster.clock.now()).total_seconds())
        delays += [3 * plan.interval + plan.timeout for plan in asked]  # when what was seen no longer counts
        self.queue.add(evaluation.workload.ref, max(min(delays), 0.05))

    async def _publish(self, evaluation: Evaluation, frozen: set[PolicyRef]) -> tuple[bool, bool]:
        """Write the report if it differs; returns whether it was written, and whether it now says all there is."""
        published = self.cluster.published.of(evaluation.workload.ref)
        now = self.cluster.clock.now()
        raw = report(evaluation, now, published or NOTHING)
        self._note_shortened(evaluation, raw)
        if published is not None and frozen:
            raw = with_kept(raw, kept_cards(await self._read(published), frozen))
        exact, loose = digests(raw)
        if published is not None:
            if exact == published.digest:
                return False, not frozen
            if loose == published.loose_digest and self._too_soon(evaluation.workload.ref):
                return False, False
        await self._write(raw, published)
        if published is not None:
            self._tell(evaluation, published)
        return True, not frozen

    async def _read(self, published: Published) -> Mapping[str, Any]:
        with self._noticing_its_end(published):
            return await self.reports.read(published)

    async def _write(self, raw: Mapping[str, Any], published: Published | None) -> None:
        with self._noticing_its_end(published):
            written = await self.reports.write(raw, published)
        self.cluster.published.wrote(written, self.cluster.clock.monotonic())

    @contextmanager
    def _noticing_its_end(self, published: Published | None) -> Iterator[None]:
        """Know that a report is gone when the API server says so: the next try then creates it."""
        try:
            yield
        except ApiError as error:
            if error.is_not_found and published is not None and published.subject is not None:
                self.cluster.published.deleted(published.subject)
            raise

    def _too_soon(self, ref: Ref) -> bool:
        """Whether a report was written less than half a minute ago; then it is looked at again in time."""
        wait = GENERATION_PACE.total_seconds() - (
            self.cluster.clock.monotonic() - self.cluster.published.written_at(ref)
        )
        if wait > 0:
            self.queue.add(ref, wait)
        return wait > 0

    def _note_shortened(self, evaluation: Evaluation, raw: dict[str, Any]) -> None:
        ref = evaluation.workload.ref
        if self.cluster.troubles.note_shortened(ref, shortened=is_shortened(evaluation, raw)):
            for card in evaluation.scorecards:
                self.figures_changed(card.policy.ref)

    def _frozen(self, ref: Ref) -> set[PolicyRef]:
        published = self.cluster.published.of(ref)
        return {policy for policy in published.cards if self.cluster.book.frozen(policy)} if published else set()

    def _tell(self, evaluation: Evaluation, published: Published) -> None:
        workload = evaluation.workload
        regarding = Regarding(
            workload.api_version, workload.ref.kind, workload.ref.namespace, workload.ref.name, workload.uid
        )
        for change in changes(published, evaluation.scorecards, self.cluster.clock.now()):
            entry = self.cluster.book.get(change.policy)
            related = policy_regarding(entry) if entry is not None else None
            self.events.tell(Event(regarding, change.reason, change.action, change.note, change.worse, related))

    def _count(self, ref: Ref, evaluation: Evaluation) -> None:
        cards = {card.policy.ref: card for card in evaluation.scorecards}
        for entry in self.cluster.book.in_reach(ref.namespace):
            card = cards.get(entry.ref)
            self._put(entry, ref, Standing.of(card) if card is not None else None)

    def _put(self, entry: Entry, ref: Ref, standing: Standing | None) -> None:
        changed = entry.tally is not None and entry.active is not None and entry.tally.put(ref, standing)
        if ref in entry.pending:
            entry.pending.discard(ref)
            changed = changed or not entry.pending
        if changed:
            self.figures_changed(entry.ref)

    async def _retire(self, ref: Ref, frozen: set[PolicyRef]) -> bool:
        """
        Take a workload that nobody judges any more out of the figures, and its report away.

        The scorecards of `frozen` policies stay.
        """
        self.cluster.watchtower.forget(ref)
        self.cluster.unselected.discard(ref)
        self.cluster.troubles.forget(ref)
        for entry in self.cluster.book.in_reach(ref.namespace):
            self._put(entry, ref, None)
        published = self.cluster.published.of(ref)
        if published is None or self.cluster.hides(ref) or (frozen and frozen == set(published.cards)):
            return False
        if frozen:
            raw = await self._read(published)
            await self._write(only_kept(raw, kept_cards(raw, frozen)), published)
            return True
        await self.reports.delete(published)
        self.cluster.published.deleted(ref)
        return True

    def _count_unselected(self, ref: Ref, namespace: Namespace | None, *, judged: bool) -> None:
        name = namespace.ref.name if namespace else ref.namespace
        if not judged and name not in self.cluster.book.scope.excluded:
            self.cluster.unselected.add(ref)


def _mark(evaluation: Evaluation) -> int:
    """A number that differs when a report would: by what was found, and by whose report it is."""
    workload = evaluation.workload
    found = tuple((result.outcome, result.answers) for card in evaluation.scorecards for result in card.results)
    return hash((workload.uid, workload.generation, found))


def policy_regarding(entry: Entry) -> Regarding:
    """A policy as an event refers to it."""
    return Regarding(API_VERSION, entry.ref.kind, entry.ref.namespace, entry.ref.name, entry.stored.uid)
