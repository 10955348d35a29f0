"""One waiver or attestation at a time: its status, and a word when it ends soon or has ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from readiness.engine.claim_status import (
    CONDITIONS,
    View,
    attestation_status,
    event_between,
    invalid_status,
    next_change,
    policy_of,
    waiver_status,
)  # fmt: skip
from readiness.engine.waiving import Use
from readiness.model.claims import Claim, Waiver
from readiness.model.reasons import Reason
from readiness.policy.names import API_VERSION
from readiness.runtime.claimbook import ClaimEntry, ClaimRef
from readiness.runtime.ports import Event, Events, Regarding, Statuses
from readiness.runtime.reconcile import Cluster, Key
from readiness.runtime.workqueue import WorkQueue

Raw = Mapping[str, Any]


@dataclass(slots=True)
class ClaimReconciler:
    """Publishes the status of waivers and attestations."""

    cluster: Cluster
    queue: WorkQueue[Key]
    statuses: Statuses
    events: Events

    async def reconcile(self, ref: ClaimRef) -> bool:
        """Bring the status of a claim up to date; returns whether that took a write. Raises ApiError."""
        entry = self.cluster.claims.get(ref)
        if entry is None:
            return False
        desired = self._desired(entry)
        if desired is None or entry.stored.holds(desired, CONDITIONS):
            return False
        before = entry.stored.status
        written = await self.statuses.write(ref, entry.stored.version, desired)
        entry.stored.wrote(desired, written)
        self._tell(entry, before, desired)
        return True

    def _desired(self, entry: ClaimEntry) -> Raw | None:
        """The status to publish; None while some of its workloads were not looked at yet."""
        view = View(entry.stored.generation, self.cluster.clock.now(), entry.stored.status)
        if entry.claim is None:
            return invalid_status(entry.ref.kind, entry.error, view) if entry.error is not None else None
        change = next_change(entry.claim.validity, view.now)
        if change is not None:
            self.queue.add(entry.ref, max((change - view.now).total_seconds(), 0.05))
        subjects = self.cluster.inventory.subjects_of(entry.claim)
        if not all(self.cluster.claims.is_counted(workload.ref) for workload in subjects):
            return None  # each of them has the claim looked at again
        return self._status(entry.ref, entry.claim, view)

    def _status(self, ref: ClaimRef, claim: Claim, view: View) -> Raw:
        effects = self.cluster.claims.effects_of(ref)
        if isinstance(claim, Waiver):
            uses = [effect for effect in effects if isinstance(effect, Use)]
            return waiver_status(claim, uses, view, policy_known=self._knows_policy_of(claim))
        return attestation_status(claim, [effect for effect in effects if isinstance(effect, Reason)], view)

    def _knows_policy_of(self, waiver: Waiver) -> bool:
        policy = policy_of(waiver)
        return policy is None or self.cluster.book.get(policy) is not None

    def _tell(self, entry: ClaimEntry, before: Raw, after: Raw) -> None:
        reason = event_between(entry.ref.kind, before, after)
        if reason is not None:
            note = next(item["message"] for item in after["conditions"] if item["type"] == "Expiring")
            about = Regarding(API_VERSION, entry.ref.kind, entry.ref.namespace, entry.ref.name, entry.stored.uid)
            self.events.tell(Event(about, reason, "Expire", note, worse=True))
