"""
The mutable store of what the cluster (or a folder of manifests) holds, and who belongs to whom.

Events put and drop records; whatever order they arrive in, the store ends up the same. Nothing here decides.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeVar

from readiness.model.index import LabelIndex, SelectorIndex
from readiness.model.parse import Record
from readiness.model.pod import Pod, ReplicaSet
from readiness.model.ref import Owner, Ref
from readiness.model.surroundings import (
    EndpointSlice,
    HorizontalPodAutoscaler,
    LimitRange,
    NetworkPolicy,
    PodDisruptionBudget,
    Service,
)  # fmt: skip
from readiness.model.workload import Workload

R = TypeVar("R", bound=Record)
_OWN_KINDS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"})


class Inventory:
    """Records by type and name, with the indexes that relations need."""

    def __init__(self) -> None:
        self._records: dict[type, dict[Ref, Record]] = defaultdict(dict)
        self._pods_by_owner: dict[str, dict[Ref, Pod]] = defaultdict(dict)
        self._owned: dict[str, dict[str, ReplicaSet | Workload]] = defaultdict(dict)  # owner uid -> uid -> child
        self._owners: dict[str, Owner | None] = {}  # uid of a ReplicaSet or Job -> its controller
        self._slices: dict[tuple[str, str], dict[Ref, EndpointSlice]] = defaultdict(dict)
        self._scalers: dict[tuple[str, str, str], dict[Ref, HorizontalPodAutoscaler]] = defaultdict(dict)
        self._limit_ranges: dict[str, dict[Ref, LimitRange]] = defaultdict(dict)
        self._adopted: dict[Ref, dict[Ref, Pod]] = defaultdict(dict)  # roots known only through their pods
        self._users: dict[tuple[str, str, str], set[Ref]] = defaultdict(set)
        self.services: SelectorIndex[Service] = SelectorIndex()
        self.budgets: SelectorIndex[PodDisruptionBudget] = SelectorIndex()
        self.network_policies: SelectorIndex[NetworkPolicy] = SelectorIndex()
        self.workloads_by_label = LabelIndex()

    def put(self, record: Record) -> Record | None:
        """Add or replace a record; returns the one it replaced."""
        old = self._records[type(record)].get(record.ref)
        if old is not None:
            self.drop(old)
        self._records[type(record)][record.ref] = record
        self._link(record)
        return old

    def drop(self, record: Record) -> None:
        """Remove a record by its name; one that is not there is no error."""
        kept = self._records[type(record)].pop(record.ref, None)
        if kept is not None:
            self._unlink(kept)

    def get(self, kind: type[R], ref: Ref) -> R | None:
        """The record of a type with this name."""
        record = self._records[kind].get(ref)
        return record if isinstance(record, kind) else None

    def all(self, kind: type[R]) -> Iterator[R]:
        """Every record of a type, in no particular order."""
        for record in self._records[kind].values():
            if isinstance(record, kind):
                yield record

    def workload(self, ref: Ref) -> Workload | None:
        """The root workload with this name; None when there is none, or the name is not a root's."""
        known = self.get(Workload, ref)
        if known is not None:
            return known if _is_root(known) else None
        pods = self._adopted.get(ref)
        return _from_pods(ref, pods.values()) if pods else None

    def roots(self) -> Iterator[Ref]:
        """The names of all root workloads."""
        for workload in self.all(Workload):
            if _is_root(workload):
                yield workload.ref
        yield from self._adopted

    def root_of(self, pod: Pod) -> Ref | None:
        """The root workload that a pod belongs to; None while the link (its ReplicaSet or Job) is not known yet."""
        owner = pod.owner
        if owner is None or owner.kind == "Node":  # a static pod's mirror stands for itself
            return pod.ref
        if owner.kind in ("ReplicaSet", "Job"):
            if owner.uid not in self._owners:
                return None
            above = self._owners[owner.uid]
            owner = above if above is not None else owner
        return _ref_of_owner(owner, pod.ref.namespace)

    def pods_of(self, workload: Workload) -> list[Pod]:
        """The live pods of a root workload, through its ReplicaSets or Jobs, by name."""
        if workload.ref.kind == "Pod":
            pod = self.get(Pod, workload.ref)
            return [pod] if pod else []
        if not workload.uid:
            return []
        found = list(self._pods_by_owner.get(workload.uid, {}).values())
        for child in self._owned.get(workload.uid, {}):
            found += self._pods_by_owner.get(child, {}).values()
        found.sort(key=lambda pod: pod.ref)
        return found

    def slices_of(self, service: Ref) -> list[EndpointSlice]:
        """The EndpointSlices of a Service."""
        found = self._slices.get((service.namespace, service.name), {})
        return [found[ref] for ref in sorted(found)]

    def scalers_of(self, workload: Ref) -> list[HorizontalPodAutoscaler]:
        """The HorizontalPodAutoscalers that target a workload (two are a mistake that checks may tell)."""
        found = self._scalers.get((workload.namespace, workload.kind, workload.name), {})
        return [found[ref] for ref in sorted(found)]

    def limit_ranges_in(self, namespace: str) -> list[LimitRange]:
        """The LimitRanges of a namespace, by name."""
        found = self._limit_ranges.get(namespace, {})
        return [found[ref] for ref in sorted(found)]

    def users_of(self, kind: str, namespace: str, name: str) -> set[Ref]:
        """The workloads whose pods refer to a ConfigMap or run as a ServiceAccount."""
        return self._users.get((kind, namespace, name), set())

    def _link(self, record: Record) -> None:
        match record:
            case Workload() | ReplicaSet():
                self._own(record)
            case Pod():
                if record.owner is not None:
                    self._pods_by_owner[record.owner.uid][record.ref] = record
                self._adopt(record)
            case EndpointSlice():
                self._slices[record.ref.namespace, record.service][record.ref] = record
            case HorizontalPodAutoscaler():
                self._scalers[_target(record)][record.ref] = record
            case LimitRange():
                self._limit_ranges[record.ref.namespace][record.ref] = record
            case Service():
                self.services.put(record)
            case PodDisruptionBudget():
                self.budgets.put(record)
            case NetworkPolicy():
                self.network_policies.put(record)
            case _:
                pass

    def _unlink(self, record: Record) -> None:
        match record:
            case Workload() | ReplicaSet():
                self._disown(record)
            case Pod():
                if record.owner is not None:
                    _discard(self._pods_by_owner, record.owner.uid, record.ref)
                self._release(record)
            case EndpointSlice():
                _discard(self._slices, (record.ref.namespace, record.service), record.ref)
            case HorizontalPodAutoscaler():
                _discard(self._scalers, _target(record), record.ref)
            case LimitRange():
                _discard(self._limit_ranges, record.ref.namespace, record.ref)
            case Service():
                self.services.drop(record)
            case PodDisruptionBudget():
                self.budgets.drop(record)
            case NetworkPolicy():
                self.network_policies.drop(record)
            case _:
                pass

    def _own(self, record: Workload | ReplicaSet) -> None:
        self._owners[record.uid] = record.owner
        if record.owner is not None:
            self._owned[record.owner.uid][record.uid] = record
        if isinstance(record, Workload):
            self._know(record.ref, record)
        else:
            for pod in self._pods_by_owner.get(record.uid, {}).values():
                self._adopt(pod)

    def _disown(self, record: Workload | ReplicaSet) -> None:
        if isinstance(record, Workload):
            self._forget(record.ref, record)
        else:
            for pod in self._pods_by_owner.get(record.uid, {}).values():
                self._release(pod)
        self._owners.pop(record.uid, None)
        if record.owner is not None:
            _discard(self._owned, record.owner.uid, record.uid)

    def _adopt(self, pod: Pod) -> None:
        if pod.spec is None:
            return
        root = self.root_of(pod)
        if root is not None and (root.kind not in _OWN_KINDS or root.group not in ("apps", "batch")):
            before = self.workload(root)
            self._adopted[root][pod.ref] = pod
            self._readopt(root, before)

    def _release(self, pod: Pod) -> None:
        root = self.root_of(pod)
        if root is not None and pod.ref in self._adopted.get(root, ()):
            before = self.workload(root)
            _discard(self._adopted, root, pod.ref)
            self._readopt(root, before)

    def _readopt(self, root: Ref, before: Workload | None) -> None:
        after = self.workload(root)
        if before is not None:
            self._forget(root, before)
        if after is not None:
            self._know(root, after)

    def _know(self, ref: Ref, workload: Workload) -> None:
        self.workloads_by_label.put(ref, workload.pod.labels)
        for used in _uses(workload):
            self._users[used].add(ref)

    def _forget(self, ref: Ref, workload: Workload) -> None:
        self.workloads_by_label.drop(ref)
        for used in _uses(workload):
            self._users[used].discard(ref)
            if not self._users[used]:
                del self._users[used]


def _is_root(workload: Workload) -> bool:
    if workload.ref.kind != "Job":
        return True
    return not workload.finished and (workload.owner is None or workload.owner.kind != "CronJob")


def _ref_of_owner(owner: Owner, namespace: str) -> Ref:
    return Ref(owner.kind, namespace, owner.name, owner.group)


def _from_pods(ref: Ref, pods: Iterable[Pod]) -> Workload | None:
    """A workload that is known through its pods only: judged by the newest of them."""
    newest = max(pods, key=lambda pod: (pod.created.timestamp() if pod.created else 0.0, pod.ref.name))
    if newest.spec is None:
        return None
    alone = ref.kind == "Pod" and not ref.group
    owner = newest.owner
    return Workload(
        ref=ref,
        api_version="v1" if alone or owner is None else owner.api_version,
        pod=newest.spec,
        uid=newest.uid if alone or owner is None else owner.uid,
        owner=owner if alone else None,
        labels=newest.spec.labels,
        annotations=newest.spec.annotations,
        created=newest.created,
        finished=alone and newest.ended,
        deleted=alone and newest.deleted,
    )


def _target(scaler: HorizontalPodAutoscaler) -> tuple[str, str, str]:
    return scaler.ref.namespace, scaler.target_kind, scaler.target_name


def _uses(workload: Workload) -> set[tuple[str, str, str]]:
    namespace, pod = workload.ref.namespace, workload.pod
    used = {("ConfigMap", namespace, reference.to.name) for reference in pod.references("ConfigMap")}
    used.add(("ServiceAccount", namespace, pod.service_account))
    return used


K = TypeVar("K")
J = TypeVar("J")
V = TypeVar("V")


def _discard(shelves: dict[K, dict[J, V]], shelf: K, key: J) -> None:
    """Take a key off a shelf, and the shelf away when it is empty."""
    if shelf in shelves:
        shelves[shelf].pop(key, None)
        if not shelves[shelf]:
            del shelves[shelf]
