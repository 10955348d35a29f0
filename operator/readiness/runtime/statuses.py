"""One policy at a time: its status from its tally, written at once when a condition flips, else now and then."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from readiness.engine.changes import is_first_verdict
from readiness.engine.conditions import by_type, listed
from readiness.engine.status import (
    Blindness,
    denied_status,
    failed_status,
    pending_status,
    stalled_status,
    status_of,
    suspended_status,
)  # fmt: skip
from readiness.engine.tally import Tally
from readiness.model import Namespace, Ref, Topic, Verdict, Workload
from readiness.model.reasons import ConditionType, EventReason, Reason
from readiness.policy.compiled import Policy, PolicyRef
from readiness.runtime.policybook import Entry
from readiness.runtime.ports import Event, Events, Statuses
from readiness.runtime.reconcile import Cluster, Key, policy_regarding
from readiness.runtime.workqueue import WorkQueue

FIGURES_PACE = 10.0  # seconds between two writes of a status in which no condition flips
_OURS = frozenset({*ConditionType, *Topic})

log = logging.getLogger(__name__)

Raw = Mapping[str, Any]


@dataclass(slots=True)
class PolicyReconciler:
    """Publishes the status of policies."""

    cluster: Cluster
    queue: WorkQueue[Key]
    statuses: Statuses
    events: Events

    async def reconcile(self, ref: PolicyRef) -> bool:
        """Bring the status of a policy up to date; returns whether that took a write. Raises ApiError."""
        entry = self.cluster.book.get(ref)
        if entry is None:
            return False
        desired = self._desired(entry)
        if desired is None or entry.stored.holds(desired, _OURS):
            return False
        wait = FIGURES_PACE - (self.cluster.clock.monotonic() - entry.written_at)
        if wait > 0 and _signals(desired) == _signals(entry.stored.status):
            self.queue.add(ref, wait)
            return False
        before = entry.stored.status
        written = await self.statuses.write(ref, entry.stored.version, desired)
        entry.written_at = self.cluster.clock.monotonic()
        entry.stored.wrote(desired, written)
        self._tell(entry, before, desired)
        return True

    def _desired(self, entry: Entry) -> dict[str, Any] | None:
        """The status to publish; None while it is too early to say anything."""
        now = self.cluster.clock.now()
        if entry.error is not None:
            return stalled_status(entry.stored.generation, entry.error, entry.stored.status, now)
        policy = entry.policy
        if policy is None:
            return None
        if policy.suspended:
            return suspended_status(policy, entry.stored.status, now)
        denied = self._denied(policy)
        if denied:
            return denied_status(policy, entry.stored.status, now, denied)
        broken = {ref: name for ref, name in self.cluster.troubles.unjudged.items() if self._selects(policy, ref)}
        if broken:
            return failed_status(policy, entry.stored.status, now, broken)
        if entry.pending or entry.tally is None:
            return self._pending(entry, policy)
        return status_of(entry.tally, entry.stored.status, now, self._blindness(policy, entry.tally))

    def _selects(self, policy: Policy, ref: Ref) -> bool:
        workload = self.cluster.inventory.workload(ref)
        namespace = self.cluster.inventory.get(Namespace, Ref("Namespace", "", ref.namespace))
        return workload is not None and self.cluster.book.scope.selects(policy, workload, namespace)

    def _denied(self, policy: Policy) -> list[str]:
        """The selected kinds of workload that we may not read."""
        kinds = (kind.kind for kind in self.cluster.hidden if kind.record is Workload)
        return [kind for kind in kinds if not policy.kinds or kind in policy.kinds]

    def _blindness(self, policy: Policy, tally: Tally) -> Blindness | None:
        """The worst blind spot, if there is one."""
        hidden = [kind.name for kind in self.cluster.hidden if kind.record is not Workload]
        if hidden:
            return Blindness(Reason.PERMISSION_DENIED, f"the operator may not read {', '.join(hidden)}")
        troubles = self.cluster.troubles
        for refs, reason, told in (
            (troubles.unwritten, Reason.REPORT_WRITE_FAILED, "reports that the API server refuses"),
            (troubles.shortened, Reason.RESULTS_TRUNCATED, "reports that leave findings out, since there are too many"),
        ):
            names = sorted(ref for ref in refs if ref in tally)
            if names:
                return Blindness(reason, f"{told}: {listed(map(str, names), len(names))}")
        if self.cluster.late and policy.probing.enabled:
            return Blindness(Reason.EVIDENCE_STALE, "endpoints are asked much later than policies want")
        return None

    def _pending(self, entry: Entry, policy: Policy) -> dict[str, Any] | None:
        """
        Nothing at first: most evaluations are over before anybody could read that they are going on.

        Once for a new generation; else what is published is right until we know better. The last workload to be
        judged has the policy looked at again.
        """
        if entry.stored.status.get("observedGeneration") == entry.stored.generation:
            return None
        wait = entry.wait_until - self.cluster.clock.monotonic()
        if wait > 0:
            self.queue.add(entry.ref, wait)
            return None
        retrying = any(self.queue.failures(ref) for ref in entry.pending)
        now, before = self.cluster.clock.now(), entry.stored.status
        return pending_status(policy, before, now, len(entry.pending), retrying=retrying)

    def _tell(self, entry: Entry, before: Raw, after: Raw) -> None:
        regarding = policy_regarding(entry)
        if entry.error is not None:
            if _condition(before, "Stalled") != _condition(after, "Stalled"):
                self.events.tell(Event(regarding, EventReason.POLICY_INVALID, "Evaluate", str(entry.error), worse=True))
            return
        old, new = before.get("verdict"), after.get("verdict")
        if old is None or new in (None, old) or is_first_verdict(old, entry.created, self.cluster.clock.now()):
            return
        note, worse = f"verdict changed from {old} to {new}", Verdict(str(new)).rank > Verdict(old).rank
        self.events.tell(Event(regarding, EventReason.VERDICT_CHANGED, "Evaluate", note, worse))


def _signals(status: Raw) -> Any:
    """What people wait for and alert on: worth a write at once."""
    conditions = {kind: (item["status"], item["reason"]) for kind, item in by_type(status, _OURS).items()}
    return status.get("observedGeneration"), status.get("verdict"), conditions


def _condition(status: Raw, kind: str) -> Any:
    found = (item for item in status.get("conditions", ()) if item.get("type") == kind)
    return next(((item["status"], item["message"]) for item in found), None)
