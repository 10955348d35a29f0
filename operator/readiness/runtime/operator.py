"""
The running operator: what arrives from watches goes into the inventory, and names of whom it touches into the queue.

All replicas watch; only the one that leads works through the queue.
"""

import logging
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from readiness.engine.published import Published
from readiness.model import ConfigMap, Namespace, Pod, Ref, Workload
from readiness.model.claims import Waiver
from readiness.model.parse import Record
from readiness.model.touch import touched
from readiness.policy.claims import CLAIM_KINDS
from readiness.policy.compiled import Policy, PolicyRef
from readiness.runtime.api import ApiError
from readiness.runtime.claimbook import ClaimRef
from readiness.runtime.claims import ClaimReconciler
from readiness.runtime.policybook import ref_of
from readiness.runtime.reconcile import Cluster, Key, WorkloadReconciler
from readiness.runtime.statuses import PolicyReconciler
from readiness.runtime.workqueue import WorkQueue

DEBOUNCE = 0.1  # seconds in which the events of one change are gathered
_STATE_DEBOUNCE = 0.3  # the same where nobody decided anything: pods of a workload seldom change alone
_BUSY_AFTER = 2.0  # seconds after which a policy says that its workloads are still being judged

_TRIES = 5  # failures in a row after which a workload's trouble is told
_FIGURES_DEBOUNCE = 0.2  # seconds in which changes of a policy's figures are gathered

correlation: ContextVar[str] = ContextVar("correlation", default="")
"""An id for each reconcile, for the logs."""
_seen_at: ContextVar[float | None] = ContextVar("seen_at", default=None)  # when the change that we work on was seen

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Operator:
    """
    Takes in events, and as the leader works through the queue.

    `published_after` is told the seconds from a change to its publication, `outdated` that somebody knows a policy
    or a claim better than we do.
    """

    cluster: Cluster
    queue: WorkQueue[Key]
    workloads: WorkloadReconciler
    policies: PolicyReconciler
    claims: ClaimReconciler
    published_after: Callable[[float], None] = lambda _seconds: None
    outdated: Callable[[], None] = lambda: None
    leading: bool = False
    _seen: dict[Key, float] = field(default_factory=dict)  # since when a change waits to be published

    def saw(self, old: Record | None, new: Record | None) -> None:
        """Take in a change of an object."""
        if new is not None:
            self.cluster.inventory.put(new)
        elif old is not None:
            self.cluster.inventory.drop(old)
        if isinstance(new or old, ConfigMap):
            self._saw_profile(old, new)
        if self.leading:
            delay = _STATE_DEBOUNCE if _is_of_state(old, new) else DEBOUNCE
            for ref in touched(self.cluster.inventory, old, new):
                self._look_at(ref, delay)

    def _saw_profile(self, old: Record | None, new: Record | None) -> None:
        """Compile anew what takes a profile from a ConfigMap."""
        old, new = (record if isinstance(record, ConfigMap) else None for record in (old, new))
        for entry, before in self.cluster.book.saw_profile(old, new):
            if self.leading:
                self._begin(entry.ref, before)

    def saw_report(self, old: Published | None, new: Published | None) -> None:
        """Take in a change of a report: somebody's edit, a deletion, or our own write."""
        subject = self.cluster.published.saw(old, new)
        if subject is not None and self.leading:
            self.queue.add(subject, DEBOUNCE)

    def saw_own(self, raw: Mapping[str, Any]) -> None:
        """Take in a policy, a waiver or an attestation as it is now."""
        if raw["kind"] in CLAIM_KINDS:
            self.saw_claim(raw)
        else:
            self.saw_policy(raw)

    def lost_own(self, ref: PolicyRef | ClaimRef, version: str) -> None:
        """Take in that one of them was gone at a resourceVersion."""
        if isinstance(ref, ClaimRef):
            self.lost_claim(ref, version)
        else:
            self.lost_policy(ref, version)

    def sweep(self, found: list[Mapping[str, Any]], version: str) -> None:
        """
        Compare with a full list of policies, waivers and attestations, which is as old as its resourceVersion.

        Kopf does not tell of what was deleted while it did not watch.
        """
        claims = [raw for raw in found if raw["kind"] in CLAIM_KINDS]
        self.sweep_claims(claims, version)
        self.sweep_policies([raw for raw in found if raw["kind"] not in CLAIM_KINDS], version)

    def saw_policy(self, raw: Mapping[str, Any]) -> None:
        """Take in a policy as it is now."""
        if self.cluster.book.deleted.covers(ref_of(raw), raw["metadata"]["resourceVersion"]):
            return
        entry, before, changed = self.cluster.book.put(raw)
        if not self.leading:
            return
        if changed:
            self._begin(entry.ref, before)
            self._look_at_claims_on(entry.ref)
        elif entry.policy is None or entry.tally is not None:
            self.queue.add(entry.ref, DEBOUNCE)  # somebody's edit of the status is repaired

    def lost_policy(self, ref: PolicyRef, version: str) -> None:
        """Take in that a policy was gone at a resourceVersion."""
        entry = self.cluster.book.drop(ref, version)
        if entry is None or not self.leading:
            return
        subjects = {subject for subject in self.cluster.published if self._judged_by(subject, ref)}
        if entry.active is not None:
            subjects |= self.cluster.book.selected(entry.active, self.cluster.inventory)
        for subject in subjects:
            self._look_at(subject)
        self._look_at_claims_on(ref)

    def sweep_policies(self, found: list[Mapping[str, Any]], version: str) -> None:
        """Compare with a full list of policies."""
        self.cluster.book.deleted.forget(version)
        present = {ref_of(raw) for raw in found}
        for entry in self.cluster.book:
            if entry.ref not in present:
                self.lost_policy(entry.ref, version)
        for raw in found:
            self.saw_policy(raw)

    def saw_claim(self, raw: Mapping[str, Any]) -> None:
        """Take in a waiver or an attestation as it is now."""
        found = self.cluster.claims.put(raw)
        if found is None:
            return
        entry, before, changed = found
        if changed:
            self.saw(before, entry.claim)
        if self.leading:
            self.queue.add(entry.ref, DEBOUNCE)  # also when somebody edited its status

    def lost_claim(self, ref: ClaimRef, version: str) -> None:
        """Take in that a waiver or an attestation was gone at a resourceVersion."""
        entry = self.cluster.claims.drop(ref, version)
        if entry is not None:
            self.saw(entry.claim, None)

    def sweep_claims(self, found: list[Mapping[str, Any]], version: str) -> None:
        """Compare with a full list of waivers and attestations."""
        self.cluster.claims.deleted.forget(version)
        present = {ClaimRef.of(raw) for raw in found}
        for entry in self.cluster.claims:
            if entry.ref not in present:
                self.lost_claim(entry.ref, version)
        for raw in found:
            self.saw_claim(raw)

    def _look_at_claims_on(self, policy: PolicyRef) -> None:
        """Have the waivers looked at that name a policy."""
        for entry in self.cluster.claims:
            if isinstance(entry.claim, Waiver) and entry.claim.policy_name == policy.name:
                self.queue.add(entry.ref, DEBOUNCE)

    def lead(self, leading: bool) -> None:  # noqa: FBT001 - the shape of the elector's callback
        """Start or stop working: a new leader looks at everything once."""
        self.leading = leading
        log.info(
            "leading" if leading else "standing by", extra={"workloads": sum(1 for _ in self.cluster.inventory.roots())}
        )
        self.cluster.unselected.clear()
        if not leading:
            self._seen.clear()
            self.cluster.troubles.clear()
            self.cluster.claims.recount()
            for entry in self.cluster.book:
                entry.tally = None
            return
        self.cluster.led_since = self.cluster.clock.monotonic()
        self._begin_all()
        self.look_at_all()

    def look_at_all(self) -> None:
        """Look at everything once."""
        if self.leading:
            claims = (entry.ref for entry in self.cluster.claims)
            for key in [*self.cluster.inventory.roots(), *self.cluster.published, *claims]:
                self.queue.add(key)
            self.look_at_policies()

    def look_at_policies(self) -> None:
        """Look at the status of every policy once."""
        if self.leading:
            for entry in self.cluster.book:
                self.queue.add(entry.ref)

    def figures_changed(self, ref: PolicyRef) -> None:
        """Have the status of a policy looked at, on account of the workload that is being worked on."""
        seen = _seen_at.get()
        if seen is not None:
            self._seen.setdefault(ref, seen)
        self.queue.add(ref, _FIGURES_DEBOUNCE)

    async def work(self) -> None:
        """Work through the queue until cancelled; any number of these may run."""
        while True:
            key = await self.queue.get()
            try:
                await self._reconcile(key)
            finally:
                self.queue.done(key)

    async def _reconcile(self, key: Key) -> None:
        if not self.leading:
            self.queue.forget(key)
            return
        correlation.set(token_hex(4))
        seen = self._seen.pop(key, None)
        _seen_at.set(seen)
        try:
            if isinstance(key, PolicyRef):
                wrote = await self.policies.reconcile(key)
            elif isinstance(key, ClaimRef):
                wrote = await self.claims.reconcile(key)
            else:
                wrote = await self.workloads.reconcile(key)
        except ApiError as error:
            self._after_refusal(key, error, seen)
        except Exception as error:
            log.exception("cannot reconcile %s", key)
            self.queue.retry(key)
            if isinstance(key, Ref) and self.queue.failures(key) == _TRIES:
                self.cluster.troubles.unjudged[key] = type(error).__name__
                self._tell_policies(key)
        else:
            self.queue.forget(key)
            if isinstance(key, Ref) and self.cluster.troubles.over(key):
                self._tell_policies(key)
            if wrote and seen is not None:
                self.published_after(self.cluster.clock.monotonic() - seen)

    def _after_refusal(self, key: Key, error: ApiError, seen: float | None) -> None:
        """Try again, unless there is nobody to write for, or not for us; what somebody else changed is read anew."""
        is_watched = not isinstance(key, Ref)  # an object that somebody else makes and takes away
        if error.is_namespace_terminating or error.reason == "NotLeading" or (is_watched and error.is_not_found):
            self.queue.forget(key)
            return
        if is_watched and error.is_conflict:
            self.outdated()  # should kopf not have told us
        if seen is not None:
            self._seen.setdefault(key, seen)
        delay = self.queue.retry(key)
        level = logging.DEBUG if error.is_conflict or error.is_not_found else logging.WARNING
        log.log(level, "cannot publish %s: %s; again in %.1f s", key, error, delay)
        if isinstance(key, Ref) and self.queue.failures(key) == _TRIES:
            self.cluster.troubles.unwritten[key] = error.reason
            self._tell_policies(key)

    def _tell_policies(self, ref: Ref) -> None:
        """Have the policies looked at that may select a workload whose troubles begin or end; nobody waits for it."""
        for entry in self.cluster.book.in_reach(ref.namespace):
            entry.pending.discard(ref)
            self.figures_changed(entry.ref)

    def _begin_all(self) -> None:
        """Count every policy from zero, in one pass over the workloads."""
        book, inventory = self.cluster.book, self.cluster.inventory
        pending: dict[PolicyRef, set[Ref]] = {entry.ref: set() for entry in book}
        for ref in inventory.roots():
            workload = inventory.workload(ref)
            namespace = inventory.get(Namespace, Ref("Namespace", "", ref.namespace))
            for entry in book.selecting(workload, namespace) if workload is not None else ():
                pending[entry.ref].add(ref)
        for entry in book:
            entry.begin(pending[entry.ref], self.cluster.clock.monotonic() + _BUSY_AFTER)

    def _begin(self, ref: PolicyRef, before: Policy | None) -> None:
        """Judge every workload that a policy selects, or selected before."""
        entry = self.cluster.book.get(ref)
        if entry is None:
            return
        after = entry.active
        selected = self.cluster.book.selected(after, self.cluster.inventory) if after else set()
        entry.begin(selected, self.cluster.clock.monotonic() + _BUSY_AFTER)
        left = self.cluster.book.selected(before, self.cluster.inventory) if before else set()
        for subject in selected | left:
            self.queue.add(subject)
        self.queue.add(ref)

    def _judged_by(self, subject: Ref, policy: PolicyRef) -> bool:
        published = self.cluster.published.of(subject)
        return published is not None and policy in published.cards

    def _look_at(self, ref: Ref, delay: float = DEBOUNCE) -> None:
        self._seen.setdefault(ref, self.cluster.clock.monotonic())
        self.queue.add(ref, delay)


def _is_of_state(old: Record | None, new: Record | None) -> bool:
    """Whether a change is of pods, or of what a controller says of them: with every change of a spec it counts up."""
    if isinstance(new or old, Pod):
        return True
    return isinstance(old, Workload) and isinstance(new, Workload) and old.generation == new.generation > 0
