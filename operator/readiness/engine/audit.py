"""Judging manifests without a cluster: each workload among the objects that would be deployed with it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field, replace
from datetime import datetime
from functools import partial
from operator import itemgetter

from readiness.engine.claim_status import by_claim, idleness
from readiness.engine.foreign_annotations import annotated, opt_outs
from readiness.engine.intake import POLICY_KINDS, Entry, Fault, Manifest, fault_at, take_in
from readiness.engine.judged import Judged, Missed, judge
from readiness.engine.overlays import Partings, Side, Sides
from readiness.engine.strays import strays
from readiness.engine.waiving import Allowances
from readiness.model import ConfigMap, Namespace, Ref, Snapshot, Workload
from readiness.model.claims import Attestation, Waiver
from readiness.model.inventory import Inventory
from readiness.model.parse import ON_DEMAND
from readiness.model.records import dataclass
from readiness.model.snapshot import strengths_among
from readiness.policy.compiled import Policy, PolicyRef
from readiness.policy.match import Scope
from readiness.policy.names import GROUP
from readiness.policy.profiles import profile
from readiness.policy.profiles.own import Find, OwnProfile, is_profile, of, read

_SCOPE = Scope()


@dataclass(frozen=True, slots=True)
class AuditRequest:
    """
    What is asked of the manifests.

    `policies` count besides those among the manifests; `fallback` does where there is no other. `namespace` is for
    objects that name none; `full` spells out what passes as well. `find` knows the profiles. `foreign`: opt-outs in
    annotations of other linters count as waivers. `mend`: what would mend the manifests is asked as well. `inspect`:
    the values of Secrets among them are looked at.
    """

    policies: tuple[Policy, ...] = ()
    fallback: Policy | None = None
    namespace: str = "default"
    full: bool = False
    find: Find = profile
    foreign: bool = False
    mend: bool = False
    inspect: bool = False


@dataclass(slots=True)
class Audit:
    """What came out: `judged` in the order of the manifests. `ignored` counts objects of kinds that say nothing."""

    judged: list[Judged] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    objects: int = 0
    ignored: int = 0
    policies: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """A workload, the policies that select it, and the objects on its side of every parting."""

    workload: Workload
    manifest: Manifest
    policies: list[Policy]
    snapshot: Snapshot


Work = Callable[[Sequence[Task]], list[Judged]]
Share = Callable[[Work, Sequence[Task]], list[Judged]]


def alone(work: Work, tasks: Sequence[Task]) -> list[Judged]:
    """Do all the work here."""
    return work(tasks)


def audit(manifests: Iterable[Manifest | Entry], now: datetime, request: AuditRequest, share: Share = alone) -> Audit:
    """Judge every workload of these manifests, taken in or not; `share` may have others do part of the judging."""
    entries = list(
        _told_apart(
            item if isinstance(item, Entry) else take_in(item, request.namespace, request.find) for item in manifests
        )
    )
    result = Audit(objects=len(entries))
    result.ignored = sum(entry.ignored for entry in entries)
    result.faults = [fault for entry in entries for fault in entry.faults] + list(_redefined(entries))
    asked = any(entry.ref.group == GROUP and entry.ref.kind in POLICY_KINDS for entry in entries)
    extra = list(request.policies)
    if request.fallback is not None and not extra and not asked:
        extra.append(request.fallback)
    result.policies = len(extra) + sum(entry.policy is not None for entry in entries)
    tasks = _tasks(entries, now, extra, request)
    result.missed = [Missed(task.workload.ref, task.manifest) for task in tasks if not task.policies]
    result.judged = share(partial(_judged, request=request), [task for task in tasks if task.policies])
    result.faults += _idle(entries, result.judged, tasks, extra)
    worlds = {id(task.snapshot.inventory): task.snapshot.inventory for task in tasks}
    result.faults += strays(entries, list(worlds.values()), request.namespace)
    if request.foreign:
        result.faults += _untranslated(tasks)
    return result


def _told_apart(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The same, with a number to every other one of our own objects that Kubernetes would give a name of its own."""
    again: Counter[Ref] = Counter()
    for entry in entries:
        ref, numbered = entry.ref, entry
        used = entry.record is not None or entry.policy is not None
        if ref.group == GROUP and used and "name" not in entry.manifest.obj["metadata"]:
            again[ref] += 1
            if again[ref] > 1:
                numbered = _renamed(entry, f"{ref.name}{again[ref]}")
        yield numbered


def _renamed(entry: Entry, name: str) -> Entry:
    ref, record, policy = replace(entry.ref, name=name), entry.record, entry.policy
    if isinstance(record, Attestation | Waiver):
        record = replace(record, ref=replace(record.ref, name=name))
    if policy is not None:
        policy = replace(policy, ref=replace(policy.ref, name=name))
    return replace(entry, ref=ref, record=record, policy=policy)


def _judged(tasks: Sequence[Task], *, request: AuditRequest) -> list[Judged]:
    full, mend = request.full, request.mend
    return [judge(task.workload, task.policies, task.snapshot, task.manifest, full=full, mend=mend) for task in tasks]


def _selects(policy: Policy, workload: Workload, namespace: Namespace | None) -> bool:
    """Whether it judges a workload: a profile that was asked for judges all that was handed over."""
    return policy.ref.kind == "Profile" or _SCOPE.selects(policy, workload, namespace)


def _tasks(entries: Sequence[Entry], now: datetime, extra: list[Policy], request: AuditRequest) -> list[Task]:
    """Every workload to judge, in the order of the manifests."""
    subjects = _subjects(entries)
    files: dict[Ref, list[str]] = defaultdict(list)
    for entry, workload in subjects:
        files[workload.ref].append(entry.manifest.source)
    partings = Partings(files.values())
    everything: Sides[tuple[int, Entry]] = Sides()
    sides: dict[str, Side] = {}
    for number, entry in enumerate(entries):
        source = entry.manifest.source
        if source not in sides:
            sides[source] = partings.side(source)
        everything.put(sides[source], (number, entry))
    worlds: dict[Side, _World] = {}
    tasks = []
    for entry, workload in subjects:
        side = sides[entry.manifest.source]
        if side not in worlds:
            seen = [item for _, item in sorted(everything.seen_from(side), key=itemgetter(0))]
            worlds[side] = _World.of(seen, now, extra).heeding(request)
        tasks.append(worlds[side].task(workload, entry.manifest))
    return tasks


def _subjects(entries: Sequence[Entry]) -> list[tuple[Entry, Workload]]:
    """The workloads to judge: not what belongs to another one here, has finished, or is run by `helm test` alone."""
    present = {entry.uid for entry in entries if entry.uid}
    return [
        (entry, entry.subject)
        for entry in entries
        if entry.subject is not None
        and not (entry.subject.finished or entry.subject.trial)
        and entry.controller not in present
    ]


@dataclass(frozen=True, slots=True)
class _World:
    """What exists for those who stand on one side of every parting."""

    snapshot: Snapshot
    policies: list[Policy]

    @classmethod
    def of(cls, seen: Sequence[Entry], now: datetime, extra: list[Policy]) -> "_World":
        """What is made of the objects that they see, in the order of the manifests."""
        inventory = _inventory(seen)
        missing = frozenset(kind for kind in ON_DEMAND if not inventory.has(kind))
        return cls(Snapshot(inventory, now, live=False, not_served=missing), [*extra, *_policies(seen)])

    def heeding(self, request: AuditRequest) -> "_World":
        """The same, where opt-outs in annotations count, and values of Secrets are looked at, if that is wanted."""
        seen = self.snapshot
        seen = replace(seen, opt_outs=opt_outs) if request.foreign else seen
        seen = replace(seen, inspect=partial(strengths_among, seen.inventory)) if request.inspect else seen
        return replace(self, snapshot=seen)

    def task(self, workload: Workload, manifest: Manifest) -> Task:
        namespace = self.snapshot.inventory.get(Namespace, Ref("Namespace", "", workload.ref.namespace))
        selecting = [policy for policy in self.policies if _selects(policy, workload, namespace)]
        return Task(workload, manifest, selecting, self.snapshot)


def _inventory(entries: Iterable[Entry]) -> Inventory:
    """What exists: of an object in several files the first, in one file the last, as after `kubectl apply`."""
    inventory = Inventory()
    files: dict[tuple[type, Ref], str] = {}
    for entry in entries:
        if entry.record is not None:
            key = type(entry.record), entry.ref
            if files.setdefault(key, entry.manifest.source) == entry.manifest.source:
                inventory.put(entry.record)
    return inventory


def _policies(entries: Iterable[Entry]) -> list[Policy]:
    found = {entry.policy.ref: entry.policy for entry in entries if entry.policy is not None}
    return sorted((policy for policy in found.values() if not policy.suspended), key=lambda policy: policy.ref)


def profiles_of(manifests: Iterable[Manifest | Entry]) -> Iterator[OwnProfile]:
    """The profiles of the team's own among manifests: documents, and ConfigMaps as a cluster would have them."""
    for item in manifests:
        if isinstance(item, Entry):
            yield from _profile_in(item.record)
        elif is_profile(item.obj):
            yield of(item.obj, item.source, "")


def profiles_in(inventory: Inventory) -> Iterator[OwnProfile]:
    """The profiles of the team's own in the ConfigMaps of a cluster."""
    for record in inventory.all(ConfigMap):
        yield from _profile_in(record)


def _profile_in(record: object) -> Iterator[OwnProfile]:
    if isinstance(record, ConfigMap) and record.profile:
        yield read(record.profile, f"ConfigMap {record.ref.namespace}/{record.ref.name}", record.ref.name)


def policies_of(
    manifests: Iterable[Manifest], namespace: str, find: Find = profile
) -> tuple[list[Policy], list[Fault]]:
    """The policies among manifests that should be nothing else, and what is wrong with the rest."""
    policies: list[Policy] = []
    faults: list[Fault] = []
    for manifest in manifests:
        entry = take_in(manifest, namespace, find)
        faults += entry.faults
        if entry.policy is not None and not entry.policy.suspended:
            policies.append(entry.policy)
        elif not entry.faults:
            faults.append(fault_at(manifest, "kind", f"{entry.ref} is not a policy"))
    return policies, faults


def _redefined(entries: Iterable[Entry]) -> Iterator[Fault]:
    """What one file defines twice: the last definition wins when it is applied, and both are judged."""
    seen: dict[tuple[str, Ref], Manifest] = {}
    for entry in entries:
        if entry.ignored or not entry.ref.name:
            continue
        key = entry.manifest.source, entry.ref
        if key in seen and "generateName" not in entry.manifest.obj.get("metadata", ()):
            line, _ = seen[key].locate(())
            message = f"{entry.ref} is defined again: line {line} defines it too, and what is applied last wins"
            yield fault_at(entry.manifest, "", message, "warning")
        seen[key] = entry.manifest


def _idle(
    entries: Sequence[Entry], judged: Iterable[Judged], tasks: Sequence[Task], policies: Iterable[Policy]
) -> Iterator[Fault]:
    """
    A warning for each waiver and attestation among the manifests that has no effect.

    Of one that a file defines twice the last counts, and of the others it is told that they are defined again.
    """
    claims = {
        (item.manifest.source, item.ref): (item, item.record)
        for item in entries
        if isinstance(item.record, Attestation | Waiver)
    }
    if not claims or not tasks:
        return
    missed = (Allowances.of(task.workload, task.snapshot) for task in tasks if not task.policies)
    effects = by_claim([*(item.claims for item in judged), *(dict(item.standings()) for item in missed)])
    known = {PolicyRef(ref.kind, ref.namespace, ref.name): judges for ref, judges in _found_policies(entries)}
    known |= {policy.ref: True for policy in policies}
    for entry, claim in claims.values():
        idle = idleness(claim, effects.get(claim.ref, ()), known, tasks[0].snapshot.now)
        if idle is not None:
            yield fault_at(entry.manifest, idle.path, f"{entry.ref} {idle.message}", "warning")


def _found_policies(entries: Iterable[Entry]) -> Iterator[tuple[Ref, bool]]:
    """The policies among manifests, and whether they judge: neither one with a mistake does, nor a suspended one."""
    for entry in entries:
        if entry.ref.group == GROUP and entry.ref.kind in POLICY_KINDS:
            yield entry.ref, entry.policy is not None and not entry.policy.suspended


def _untranslated(tasks: Iterable[Task]) -> Iterator[Fault]:
    """A warning for each opt-out of another linter that means nothing here."""
    for task in tasks:
        for found in annotated(task.workload):
            for name in found.unknown:
                message = f"{found.key}: no check here answers to {name}"
                yield fault_at(task.manifest, f"metadata.annotations[{found.key}]", message, "warning")
