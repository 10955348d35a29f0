"""The policies as they are now: compiled, or what is wrong with them; their tallies; what was last published."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from readiness.engine.tally import Tally
from readiness.model import ConfigMap, Namespace, Ref, Workload
from readiness.model.inventory import Inventory
from readiness.policy.compile import compile_policy
from readiness.policy.compiled import Policy, PolicyRef
from readiness.policy.match import Scope
from readiness.policy.problem import InvalidPolicyError
from readiness.policy.profiles import names
from readiness.runtime.profileshelf import ProfileShelf
from readiness.runtime.stored import Deleted, Stored
from readiness.runtime.versions import newer

Raw = Mapping[str, Any]


@dataclass(slots=True)
class Entry:
    """
    One policy.

    `manifest` is kept where the policy takes a team's profile, whose text may change without it.
    `pending` are the selected workloads that were not judged yet for this generation; `wait_until` and `written_at`
    are monotonic seconds: when to say that judging takes long, and when the status was last written.
    """

    ref: PolicyRef
    stored: Stored
    policy: Policy | None = None
    error: InvalidPolicyError | None = None
    tally: Tally | None = None
    pending: set[Ref] = field(default_factory=set)
    wait_until: float = 0.0
    written_at: float = float("-inf")
    created: str = ""
    manifest: Raw | None = None

    @property
    def active(self) -> Policy | None:
        """The policy, when workloads are judged by it."""
        return self.policy if self.policy is not None and not self.policy.suspended else None

    def counts(self, ref: Ref) -> bool:
        """Whether a workload has been judged for this generation, and is counted."""
        return self.tally is not None and ref in self.tally and ref not in self.pending

    def begin(self, pending: set[Ref], wait_until: float) -> None:
        """Count from zero: these workloads are to be judged."""
        self.pending = pending
        self.wait_until = wait_until
        self.tally = Tally(self.policy) if self.policy is not None else None


def ref_of(raw: Raw) -> PolicyRef:
    """The name of a policy from its manifest."""
    metadata = raw["metadata"]
    return PolicyRef(raw["kind"], metadata.get("namespace") or "", metadata["name"])


class PolicyBook:
    """Entries by name, with the namespaced ones at hand by namespace; `home` is the operator's own namespace."""

    def __init__(self, scope: Scope, home: str = "") -> None:
        self.scope = scope
        self.profiles = ProfileShelf(home)
        self._entries: dict[PolicyRef, Entry] = {}
        self._by_namespace: dict[str, dict[PolicyRef, Entry]] = {}
        self.deleted: Deleted[PolicyRef] = Deleted()

    def __iter__(self) -> Iterator[Entry]:
        """Entry by entry."""
        return iter(list(self._entries.values()))

    def __len__(self) -> int:
        """How many policies there are."""
        return len(self._entries)

    def get(self, ref: PolicyRef) -> Entry | None:
        """The entry of a policy."""
        return self._entries.get(ref)

    def put(self, raw: Raw) -> tuple[Entry, Policy | None, bool]:
        """
        Take in a policy as it is now.

        Returns its entry, the policy that was active before, and whether anything but its status changed.
        """
        ref, stored = ref_of(raw), Stored.of(raw)
        known = self._entries.get(ref)
        if known is not None and not known.stored.superseded_by(stored):
            known.stored.refresh(stored)
            return known, known.active, False
        entry = Entry(ref, stored)
        entry.created = raw["metadata"].get("creationTimestamp", "")
        entry.manifest = raw if _takes_own_profile(raw) else None
        self._compile(entry, raw)
        self._entries[ref] = entry
        self._by_namespace.setdefault(ref.namespace, {})[ref] = entry
        return entry, known.active if known else None, True

    def saw_profile(self, old: ConfigMap | None, new: ConfigMap | None) -> list[tuple[Entry, Policy | None]]:
        """Take in a change of a ConfigMap: the policies that it makes others, with those that were active before."""
        reach = self.profiles.saw(old, new)
        changed = []
        for entry in self._entries.values() if reach is not None else ():
            if entry.manifest is not None and reach in ("", entry.ref.namespace):
                before, policy, error = entry.active, entry.policy, str(entry.error)
                self._compile(entry, entry.manifest)
                if (entry.policy, str(entry.error)) != (policy, error):
                    changed.append((entry, before))
        return changed

    def _compile(self, entry: Entry, raw: Raw) -> None:
        entry.policy = entry.error = None
        try:
            entry.policy = compile_policy(entry.ref, raw, self.profiles.finder(entry.ref.namespace))
        except InvalidPolicyError as error:
            entry.error = error

    def drop(self, ref: PolicyRef, version: str) -> Entry | None:
        """Forget a policy that was gone at a resourceVersion; returns it, if none of its name came later."""
        entry = self._entries.get(ref)
        if entry is not None and newer(entry.stored.version, version):
            return None
        self.deleted.note(ref, version)
        if entry is not None:
            del self._entries[ref]
            del self._by_namespace[ref.namespace][ref]
        return entry

    def in_reach(self, namespace: str) -> Iterator[Entry]:
        """The entries of the policies that could select workloads of a namespace."""
        for shelf in {"", namespace}:
            yield from self._by_namespace.get(shelf, {}).values()

    def selecting(self, workload: Workload, namespace: Namespace | None) -> list[Entry]:
        """The entries of the active policies that select a workload, by name."""
        found = [
            entry
            for entry in self.in_reach(workload.ref.namespace)
            if (policy := entry.active) is not None and self.scope.selects(policy, workload, namespace)
        ]
        found.sort(key=lambda entry: entry.ref)
        return found

    def selected(self, policy: Policy, inventory: Inventory) -> set[Ref]:
        """The root workloads that a policy selects."""
        found = set()
        for ref in inventory.roots():
            if policy.ref.namespace in ("", ref.namespace):
                workload = inventory.workload(ref)
                namespace = inventory.get(Namespace, Ref("Namespace", "", ref.namespace))
                if workload is not None and self.scope.selects(policy, workload, namespace):
                    found.add(ref)
        return found

    def frozen(self, ref: PolicyRef) -> bool:
        """Whether a policy is there and what it said must stay: it is suspended, or cannot be used."""
        entry = self._entries.get(ref)
        return entry is not None and entry.active is None


def _takes_own_profile(raw: Raw) -> bool:
    """Whether it names a profile that does not come with the operator; of any shape, as it is not validated yet."""
    spec = raw.get("spec")
    profile = spec.get("profile") if isinstance(spec, dict) else None
    return isinstance(profile, dict) and profile.get("name") not in names()
