"""One policy at a time: its status from its tally, written at once when a condition flips, else now and then."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from readiness.engine.status import (
    Blindness,
    denied_status,
    pending_status,
    stalled_status,
    status_of,
    suspended_status,
)  # fmt: skip
from readiness.model.reasons import EventReason
from readiness.policy.compiled import Policy, PolicyRef
from readiness.runtime.policybook import Entry
from readiness.runtime.ports import Event, Events, Statuses
from readiness.runtime.reconcile import Cluster, Key, policy_regarding
from readiness.runtime.workqueue import WorkQueue

FIGURES_PACE = 10.0  # seconds between two writes of a status in which no condition flips
_PATIENCE = 0.2  # seconds between two looks at workloads that are still being judged

log = logging.getLogger(__name__)

Raw = Mapping[str, Any]


@dataclass(slots=True)
class PolicyReconciler:
    """
    Publishes the status of policies.

    `denied` tells the selected kinds that we may not read, `blind` the other blind spots.
    """

    cluster: Cluster
    queue: WorkQueue[Key]
    statuses: Statuses
    events: Events
    denied: Callable[[Policy], list[str]] = lambda _policy: []
    blind: Callable[[], Blindness | None] = lambda: None

    async def reconcile(self, ref: PolicyRef) -> bool:
        """Bring the status of a policy up to date; returns whether that took a write. Raises ApiError."""
        entry = self.cluster.book.get(ref)
        if entry is None:
            return False
        desired = self._desired(entry)
        if desired is None or desired == entry.status:
            return False
        wait = FIGURES_PACE - (self.cluster.clock.monotonic() - entry.written_at)
        if wait > 0 and _signals(desired) == _signals(entry.status):
            self.queue.add(ref, wait)
            return False
        before = entry.status
        written = await self.statuses.write(ref, entry.resource_version, desired)
        entry.written_at = self.cluster.clock.monotonic()
        self.cluster.book.put(written)
        self._tell(entry, before, desired)
        return True

    def _desired(self, entry: Entry) -> dict[str, Any] | None:
        """The status to publish; None while it is too early to say anything."""
        now = self.cluster.clock.now()
        if entry.error is not None:
            return stalled_status(entry.generation, entry.error, entry.status, now)
        policy = entry.policy
        if policy is None:
            return None
        if policy.suspended:
            return suspended_status(policy, entry.status, now)
        denied = self.denied(policy)
        if denied:
            return denied_status(policy, entry.status, now, denied)
        if entry.pending or entry.tally is None:
            return self._pending(entry, policy)
        return status_of(entry.tally, entry.status, now, self.blind())

    def _pending(self, entry: Entry, policy: Policy) -> dict[str, Any] | None:
        """Nothing at first: most evaluations are over before anybody could read that they are going on."""
        wait = entry.wait_until - self.cluster.clock.monotonic()
        if wait > 0 or entry.status.get("observedGeneration") == entry.generation:
            self.queue.add(entry.ref, max(wait, _PATIENCE))
            return None
        return pending_status(policy, entry.status, self.cluster.clock.now(), len(entry.pending))

    def _tell(self, entry: Entry, before: Raw, after: Raw) -> None:
        regarding = policy_regarding(entry)
        if entry.error is not None:
            if _condition(before, "Stalled") != _condition(after, "Stalled"):
                self.events.tell(Event(regarding, EventReason.POLICY_INVALID, "Evaluate", str(entry.error), worse=True))
            return
        old, new = before.get("verdict"), after.get("verdict")
        if old is not None and new != old:
            note = f"verdict changed from {old} to {new}"
            self.events.tell(
                Event(regarding, EventReason.VERDICT_CHANGED, "Evaluate", note, worse=new in ("NoGo", "Unknown"))
            )


def _signals(status: Raw) -> Any:
    """What people wait for and alert on: worth a write at once."""
    conditions = {item["type"]: (item["status"], item["reason"]) for item in status.get("conditions", ())}
    return status.get("observedGeneration"), status.get("verdict"), conditions


def _condition(status: Raw, kind: str) -> Any:
    found = (item for item in status.get("conditions", ()) if item.get("type") == kind)
    return next(((item["status"], item["message"]) for item in found), None)
