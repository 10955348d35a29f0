"""
The mutable store of what the cluster (or a folder of manifests) holds, and who belongs to whom.

Events put and drop records; whatever order they arrive in, the store ends up the same. Nothing here decides.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address
from typing import TypeVar

from readiness.model.about import Key
from readiness.model.claims import Attestation, Claim, Waiver
from readiness.model.filing import discard, discard_from, shelves_of, uses
from readiness.model.index import LabelIndex, SelectorIndex
from readiness.model.parse.kind import Foreign, Record
from readiness.model.pod import Pod, ReplicaSet
from readiness.model.ref import Owner, Ref
from readiness.model.roots import from_pod, is_link, is_root, owner_of_link
from readiness.model.sampled import Lease
from readiness.model.surroundings import (
    ConfigMap,
    EndpointSlice,
    HorizontalPodAutoscaler,
    Ingress,
    LimitRange,
    NetworkPolicy,
    PodDisruptionBudget,
    ResourceQuota,
    Service,
)  # fmt: skip
from readiness.model.workload import Workload

R = TypeVar("R", bound=Record)
F = TypeVar("F", bound=Foreign)
C = TypeVar("C", Attestation, Waiver)
_READ_KINDS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"})  # others only through their pods
_READ_GROUPS = frozenset({"apps", "batch"})


class Inventory:
    """Records by type and name, with the indexes that relations need."""

    def __init__(self) -> None:
        self._records: dict[type, dict[Ref, Record]] = defaultdict(dict)
        self._pods_by_owner: dict[str, dict[Ref, Pod]] = defaultdict(dict)
        self._owned: dict[str, dict[Ref, ReplicaSet | Workload]] = defaultdict(dict)  # uid of a root -> its links
        self._owners: dict[str, Owner | None] = {}  # uid of a ReplicaSet or Job -> its controller
        self._shelves: dict[tuple[str, ...], dict[Ref, Record]] = defaultdict(dict)  # what is asked for by a name
        self._adopted: dict[Ref, dict[Ref, Pod]] = defaultdict(dict)  # roots known only through their pods
        self._users: dict[tuple[str, str, str], set[Ref]] = defaultdict(set)
        self.node_addresses: dict[IPv4Address | IPv6Address, dict[Ref, Pod]] = defaultdict(dict)
        self.services: SelectorIndex[Service] = SelectorIndex()
        self.budgets: SelectorIndex[PodDisruptionBudget] = SelectorIndex()
        self.network_policies: SelectorIndex[NetworkPolicy] = SelectorIndex()
        self.attestations: SelectorIndex[Attestation] = SelectorIndex()
        self.waivers: SelectorIndex[Waiver] = SelectorIndex()
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

    def has(self, kind: type) -> bool:
        """Whether there is any record of a type."""
        return bool(self._records[kind])

    def all(self, kind: type[R]) -> Iterator[R]:
        """Every record of a type, in no particular order."""
        yield from (record for record in self._records[kind].values() if isinstance(record, kind))

    def workload(self, ref: Ref) -> Workload | None:
        """The root workload with this name; None when there is none, or the name is not a root's."""
        known = self.get(Workload, ref)
        return self._through_pods(ref) if known is None else self._whole(known) if is_root(known) else None

    def roots(self) -> Iterator[Ref]:
        """The names of all root workloads, each once."""
        for workload in self.all(Workload):
            if is_root(workload) and (not workload.borrows or workload.ref in self._adopted):
                yield workload.ref
        yield from (ref for ref in self._adopted if ref not in self._records[Workload])

    def root_of(self, pod: Pod) -> Ref | None:
        """The root workload that a pod belongs to; None while the link (its ReplicaSet or Job) is not known yet."""
        owner = pod.owner
        if owner is None or owner.kind == "Node":  # a static pod's mirror stands for itself
            return pod.ref
        top = self._above(owner)
        return None if top is None else Ref(top.kind, pod.ref.namespace, top.name, top.group)

    def pods_of(self, workload: Workload) -> list[Pod]:
        """The live pods of a root workload, through its ReplicaSets or Jobs, by name."""
        if workload.ref.kind == "Pod":
            pod = self.get(Pod, workload.ref)
            return [pod] if pod else []
        if not workload.uid:
            return []
        found = self.pods_owned_by(workload.uid)
        for child in self._owned.get(workload.uid, {}).values():
            found += self.pods_owned_by(child.uid)
        found.sort(key=lambda pod: pod.ref.name)
        return found

    def pods_owned_by(self, uid: str) -> list[Pod]:
        """The pods whose controller has this uid, in no particular order."""
        return list(self._pods_by_owner.get(uid, {}).values())

    def slices_of(self, service: Ref) -> list[EndpointSlice]:
        """The EndpointSlices of a Service."""
        return self._shelved(EndpointSlice, service.namespace, service.name)

    def scalers_of(self, workload: Ref) -> list[HorizontalPodAutoscaler]:
        """The HorizontalPodAutoscalers that target a workload (two are a mistake that checks may tell)."""
        return self._shelved(HorizontalPodAutoscaler, workload.namespace, workload.kind, workload.name)

    def ingresses_to(self, service: Ref) -> list[Ingress]:
        """The Ingresses that lead to a Service, by name."""
        return self._shelved(Ingress, service.namespace, service.name)

    def rivals_of(self, ingress: Ingress) -> list[Ingress]:
        """The other Ingresses of its class, of any namespace, that name one of its hosts, by name."""
        found = {item.ref: item for host in ingress.hosts for item in self._shelved(Ingress, "", "Host", host)}
        found.pop(ingress.ref, None)
        return [found[ref] for ref in sorted(found) if found[ref].class_name == ingress.class_name]

    def limit_ranges_in(self, namespace: str) -> list[LimitRange]:
        """The LimitRanges of a namespace, by name."""
        return self._shelved(LimitRange, namespace)

    def quotas_in(self, namespace: str) -> list[ResourceQuota]:
        """The ResourceQuotas of a namespace, by name."""
        return self._shelved(ResourceQuota, namespace)

    def leases_in(self, namespace: str) -> list[Lease]:
        """The Leases of a namespace, by name."""
        return self._shelved(Lease, namespace)

    def batch_in(self, namespace: str, kind: str) -> list[Workload]:
        """The Jobs, or the CronJobs, of a namespace, finished or not, by name."""
        found = self._shelves.get((kind, namespace), {})
        return [job for ref in sorted(found) if isinstance(job := found[ref], Workload)]

    def hook_pods_in(self, namespace: str) -> list[Pod]:
        """The bare pods of a namespace that are hooks of Helm, by name."""
        return self._shelved(Pod, namespace)

    def dashboards(self) -> list[ConfigMap]:
        """The ConfigMaps with dashboards, by name."""
        return self._shelved(ConfigMap)

    def links_of(self, workload: Workload) -> list[ReplicaSet | Workload]:
        """The ReplicaSets or Jobs between a root and its pods, by name."""
        found = self._owned.get(workload.uid, {}) if workload.uid else {}
        return [found[ref] for ref in sorted(found)]

    def attestations_of(self, workload: Workload) -> list[Attestation]:
        """The attestations about a workload, those that name it first."""
        return self._naming(Attestation, workload) + self.attestations.selecting(
            workload.ref.namespace, workload.labels
        )

    def waivers_of(self, workload: Workload) -> list[Waiver]:
        """The waivers for a workload, those that name it first."""
        return self._naming(Waiver, workload) + self.waivers.selecting(workload.ref.namespace, workload.labels)

    def subjects_of(self, claim: Claim) -> Iterator[Workload]:
        """The root workloads that a claim is about."""
        for ref in self.workloads_by_label.inside(claim.ref.namespace):
            if claim.selector is not None or (ref.kind, ref.name) == (claim.subject.kind, claim.subject.name):
                workload = self.workload(ref)
                if workload is not None and claim.subject.matches(workload):
                    yield workload

    def _naming(self, kind: type[C], workload: Workload) -> list[C]:
        ref = workload.ref
        found = self._shelved(kind, ref.namespace, ref.kind, ref.name)
        return [claim for claim in found if claim.subject.matches(workload)] if found else found

    def users_of(self, kind: str, namespace: str, name: str) -> set[Ref]:
        """The workloads that refer to a ConfigMap, run as a ServiceAccount or a user, or name a Service or a claim."""
        return self._users.get((kind, namespace, name), set())

    def about(self, kind: type[F], workload: Workload) -> list[F]:
        """The objects of others of one kind that are about a workload, or about what it uses, by name."""
        return self.about_any(kind, *self._keys_of(workload)) if self._records[kind] else []

    def about_any(self, kind: type[F], *keys: Key) -> list[F]:
        """The objects of others of one kind that are about one of these, by name."""
        shelves = (self._shelves.get((kind.__name__, *key), {}) for key in keys)
        found = {ref: record for shelf in shelves for ref, record in shelf.items()}
        return [record for ref in sorted(found) if isinstance(record := found[ref], kind)]

    def _keys_of(self, workload: Workload) -> Iterator[Key]:
        """What objects of others may be about that are about this workload."""
        ref = workload.ref
        yield from ((), (ref.namespace,), (ref.namespace, ref.kind, ref.name))
        for link in self.links_of(workload):
            yield (ref.namespace, link.ref.kind, link.ref.name)
        for kind, _, name in uses(workload):
            if kind not in ("Service", "User"):
                yield (ref.namespace, kind, name)
        for service in self.services.selecting(ref.namespace, workload.pod.labels):
            yield (ref.namespace, "Service", service.ref.name)

    def concerned(self, key: Key) -> Iterator[Ref]:
        """The root workloads that an object of others is about."""
        match key:
            case ():
                yield from self.roots()
            case (namespace,):
                yield from self.workloads_by_label.inside(namespace)
            case (namespace, "Service", name):
                service = self.get(Service, Ref("Service", namespace, name))
                yield from self.workloads_by_label.selected(namespace, service.selector if service else None)
            case _:
                namespace, kind, name = key
                yield from self.users_of(kind, namespace, name)
                for ingress in self._shelved(Ingress, namespace, kind, name):  # whose certificate a Secret is
                    for served in ingress.services:
                        yield from self.concerned((namespace, "Service", served))
                yield from self._named(namespace, kind, name)

    def _named(self, namespace: str, kind: str, name: str) -> Iterator[Ref]:
        """The root of this kind and name, or the one that a ReplicaSet, Job or pod of them belongs to."""
        pod = self.get(Pod, Ref(kind, namespace, name))
        links = (
            self.get(ReplicaSet, Ref(kind, namespace, name, "apps")),
            self.get(Workload, Ref(kind, namespace, name, "batch")),
        )
        owners = [owner_of_link(link) for link in links if link is not None]
        roots = [Ref(owner.kind, namespace, owner.name, owner.group) for owner in owners if owner is not None]
        if pod is not None and (root := self.root_of(pod)) is not None:
            roots.append(root)
        yield from (root for root in roots if self.workload(root) is not None)
        for ref in self.workloads_by_label.inside(namespace):
            if (ref.kind, ref.name) == (kind, name):
                yield ref

    def _shelved(self, kind: type[R], *name: str) -> list[R]:
        found = self._shelves.get((kind.__name__, *name), {})
        return [record for ref in sorted(found) if isinstance(record := found[ref], kind)]

    def _link(self, record: Record) -> None:
        for shelf in shelves_of(record):
            self._shelves[shelf][record.ref] = record
        match record:
            case Workload() | ReplicaSet():
                self._own(record)
            case Pod():
                self._place(record)
            case Service():
                self.services.put(record)
            case PodDisruptionBudget():
                self.budgets.put(record)
            case NetworkPolicy():
                self.network_policies.put(record)
            case Attestation():
                self.attestations.put(record)
            case Waiver():
                self.waivers.put(record)
            case _:
                pass

    def _unlink(self, record: Record) -> None:
        for shelf in shelves_of(record):
            discard(self._shelves, shelf, record.ref)
        match record:
            case Workload() | ReplicaSet():
                self._disown(record)
            case Pod():
                self._displace(record)
            case Service():
                self.services.drop(record)
            case PodDisruptionBudget():
                self.budgets.drop(record)
            case NetworkPolicy():
                self.network_policies.drop(record)
            case Attestation():
                self.attestations.drop(record)
            case Waiver():
                self.waivers.drop(record)
            case _:
                pass

    def _place(self, pod: Pod) -> None:
        if pod.owner is not None:
            self._pods_by_owner[pod.owner.uid][pod.ref] = pod
        if pod.node_address is not None:
            self.node_addresses[pod.node_address][pod.ref] = pod
        self._adopt(pod)

    def _displace(self, pod: Pod) -> None:
        if pod.owner is not None:
            discard(self._pods_by_owner, pod.owner.uid, pod.ref)
        if pod.node_address is not None:
            discard(self.node_addresses, pod.node_address, pod.ref)
        self._release(pod)

    def _own(self, record: Workload | ReplicaSet) -> None:
        if isinstance(record, Workload):
            self._reindex(record.ref, self._through_pods(record.ref))
        if not is_link(record):
            return
        owner = owner_of_link(record)
        self._owners[record.uid] = owner
        if owner is not None:
            self._owned[owner.uid][record.ref] = record
        for pod in self.pods_owned_by(record.uid):
            self._adopt(pod)

    def _disown(self, record: Workload | ReplicaSet) -> None:
        if isinstance(record, Workload):
            self._reindex(record.ref, self._whole(record) if is_root(record) else None)
        if not is_link(record):
            return
        for pod in self.pods_owned_by(record.uid):
            self._release(pod)
        owner = self._owners.pop(record.uid, None)
        if owner is not None:
            discard(self._owned, owner.uid, record.ref)

    def _above(self, owner: Owner) -> Owner | None:
        """The owner of an owner where that is a link between pod and root; None while the link is not known."""
        if owner.kind not in ("ReplicaSet", "Job") or owner.group not in _READ_GROUPS:
            return owner
        return (self._owners[owner.uid] or owner) if owner.uid in self._owners else None

    def _adopt(self, pod: Pod) -> None:
        root = None if pod.spec is None else self.root_of(pod)
        if root is None or (root.kind in _READ_KINDS and root.group in _READ_GROUPS):
            return
        before = self.workload(root)
        self._adopted[root][pod.ref] = pod
        self._reindex(root, before)

    def _release(self, pod: Pod) -> None:
        root = None if pod.spec is None else self.root_of(pod)
        if root is not None and pod.ref in self._adopted.get(root, ()):
            before = self.workload(root)
            discard(self._adopted, root, pod.ref)
            self._reindex(root, before)

    def _whole(self, root: Workload) -> Workload | None:
        """A root with a template; one that borrows another's is judged by its newest pod, and is none without pods."""
        if not root.borrows:
            return root
        seen = self._through_pods(root.ref)
        return None if seen is None else replace(root, pod=seen.pod)

    def _through_pods(self, ref: Ref) -> Workload | None:
        """A root that is known only through its pods: judged by the newest of them."""
        pods = self._adopted.get(ref)
        if not pods:
            return None
        newest = max(pods.values(), key=lambda pod: (pod.created.timestamp() if pod.created else 0.0, pod.ref.name))
        return from_pod(ref, newest, self._above(newest.owner) if newest.owner is not None else None)

    def _reindex(self, ref: Ref, before: Workload | None) -> None:
        """Keep what finds roots by their labels and by what they use in step with the root of this name."""
        after = self.workload(ref)
        if before is not None:
            self.workloads_by_label.drop(ref)
            for used in uses(before):
                discard_from(self._users, used, ref)
        if after is not None:
            self.workloads_by_label.put(ref, after.pod.labels)
            for used in uses(after):
                self._users[used].add(ref)
