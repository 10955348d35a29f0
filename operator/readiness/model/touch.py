"""Whom a change touches: from the old and the new record of an object to the workloads to look at again."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from readiness.model.about import Key
from readiness.model.claims import RUN_LABEL, Attestation, Waiver
from readiness.model.container import PodSpec
from readiness.model.controllers import CronRules, JobRules
from readiness.model.inventory import Inventory
from readiness.model.labels import Labels, Selector
from readiness.model.monitoring import PodMonitor, ServiceMonitor
from readiness.model.parse.kind import Foreign, Record, Sampled
from readiness.model.permissions import AccessRole, RoleBinding, binding_key
from readiness.model.pod import Pod, ReplicaSet
from readiness.model.ref import Ref
from readiness.model.roots import owner_of_link
from readiness.model.surroundings import (
    ConfigMap,
    EndpointSlice,
    HorizontalPodAutoscaler,
    Ingress,
    LimitRange,
    Namespace,
    NetworkPolicy,
    PodDisruptionBudget,
    ResourceQuota,
    Service,
    ServiceAccount,
)  # fmt: skip
from readiness.model.workload import Workload

HOOKS = frozenset({"helm.sh/hook", "argocd.argoproj.io/hook"})  # annotations of Jobs that belong to a deployment


def touched(inventory: Inventory, old: Record | None, new: Record | None) -> set[Ref]:
    """
    The root workloads whose answer may differ after a change.

    Called after the inventory took the change; the old record still tells where things were. An equal record
    touches nobody.
    """
    if old == new:
        return set()
    records = [record for record in (old, new) if record is not None]
    found = {ref for record in records for ref in _touched_by(inventory, record)}
    if _example(old) != _example(new):
        found.update(ref for record in records for ref in inventory.workloads_by_label.inside(record.ref.namespace))
    if _users(old) != _users(new):
        found.update(ref for record in records for ref in _namesakes(inventory, record))
    if _weight(old) != _weight(new):
        found.update(ref for record in records for ref in _neighbours(inventory, record))
    return found


def _touched_by(inventory: Inventory, record: Record) -> Iterable[Ref]:  # noqa: C901, PLR0911, PLR0912 - a line for each kind
    namespace = record.ref.namespace
    if isinstance(record, Sampled):
        return ()
    if isinstance(record, Foreign):
        return _concerned(inventory, record)
    match record:
        case Workload() | ReplicaSet():
            return (_root_of(record),)
        case Pod():
            root = inventory.root_of(record)
            return () if root is None else (root,)
        case EndpointSlice():
            return _targets(inventory, record)
        case Ingress():
            found = (record, *inventory.rivals_of(record))
            return {
                ref for item in found for name in item.services for ref in _behind(inventory, item.ref.namespace, name)
            }
        case Service():
            beside = {name for ingress in inventory.ingresses_to(record.ref) for name in ingress.services}
            named = inventory.users_of("Service", namespace, record.ref.name)
            named = named.union(*(_behind(inventory, namespace, name) for name in beside))
            return named | _selected(inventory, namespace, record.selector)
        case PodDisruptionBudget() | NetworkPolicy():
            return _selected(inventory, namespace, record.selector)
        case HorizontalPodAutoscaler():
            return _scaled(inventory, record)
        case ConfigMap() if record.boards:
            return inventory.roots()
        case ConfigMap() | ServiceAccount():
            return set(inventory.users_of(record.ref.kind, namespace, record.ref.name))
        case Attestation() | Waiver():
            return [workload.ref for workload in inventory.subjects_of(record)]
        case LimitRange() | ResourceQuota() | Namespace():
            return set(inventory.workloads_by_label.inside(namespace or record.ref.name))
        case _:
            assert_never(record)


def _concerned(inventory: Inventory, record: Foreign) -> Iterator[Ref]:
    for ref in {ref for key in _subjects(inventory, record) for ref in inventory.concerned(key)}:
        labels = inventory.workloads_by_label.labels_of(ref)
        match record:
            case PodMonitor(selector=wanted):
                found = wanted is not None and wanted.matches(labels)
            case ServiceMonitor(selector=wanted):
                services = inventory.services.selecting(ref.namespace, labels)
                found = wanted is not None and any(wanted.matches(service.labels) for service in services)
            case _:
                found = True
        if found:
            yield ref


def _subjects(inventory: Inventory, record: Foreign) -> Iterable[Key]:
    """What a record is about; a role is about those that it is bound to."""
    if not isinstance(record, AccessRole):
        return record.about
    return {key for item in inventory.about_any(RoleBinding, binding_key(record.ref)) for key in item.about}


def _example(record: Record | None) -> object:
    """What of a Job or CronJob its neighbours look at at once; how the rest went they see when their turn comes."""
    match record:
        case Workload(cron=CronRules() as cron):
            return record.labels, record.annotations, cron.schedule, record.suspended
        case Workload(job=JobRules() as job) if not HOOKS.isdisjoint(record.annotations) or RUN_LABEL in record.labels:
            return record.labels, record.annotations, job.complete
        case _:
            return None


def _users(record: Record | None) -> object:
    """What of a record decides as which users a root runs, which others that run as them look at."""
    match record:
        case Workload():
            return record.pod.users, record.finished, record.owner
        case Pod():
            return record.owner, None if record.spec is None else record.spec.users
        case ReplicaSet():
            return record.uid, record.owner
        case _:
            return None


def _namesakes(inventory: Inventory, record: Record) -> Iterator[Ref]:
    """Who runs as a user that a record says, or said before the change."""
    assert isinstance(record, Workload | Pod | ReplicaSet), "nothing else says whom it runs as"
    for user in {user for spec in _specs(inventory, record) for user in spec.users}:
        yield from inventory.users_of("User", record.ref.namespace, str(user))


def _weight(record: Record | None) -> object:
    """What of a record decides how many pods a PodDisruptionBudget counts, which its neighbours under it look at."""
    match record:
        case Workload():
            return record.pod.labels, record.replicas, record.finished, record.owner
        case Pod():
            return record.owner, None if record.spec is None else record.spec.labels
        case ReplicaSet():
            return record.uid, record.owner
        case HorizontalPodAutoscaler():
            return record.target_kind, record.target_name, record.min_replicas
        case _:
            return None


def _neighbours(inventory: Inventory, record: Record) -> Iterator[Ref]:
    namespace = record.ref.namespace
    seen = {frozenset(labels.items()): labels for labels in _labels(inventory, record)}
    for labels in seen.values():
        for budget in inventory.budgets.selecting(namespace, labels):
            yield from _selected(inventory, namespace, budget.selector)


def _labels(inventory: Inventory, record: Record) -> Iterator[Labels]:
    """The labels of the pods that a record counts for, or counted for before the change."""
    if isinstance(record, HorizontalPodAutoscaler):
        for ref in _scaled(inventory, record):
            yield inventory.workloads_by_label.labels_of(ref)
    else:
        assert isinstance(record, Workload | Pod | ReplicaSet), "nothing else weighs"
        yield from (spec.labels for spec in _specs(inventory, record))


def _specs(inventory: Inventory, record: Workload | Pod | ReplicaSet) -> Iterator[PodSpec]:
    """The specs that the root of a record is judged by, or was before the change."""
    match record:
        case Workload():
            yield record.pod
        case Pod():
            yield from (pod.spec for pod in (record, *_siblings(inventory, record)) if pod.spec is not None)
        case _:
            for pod in inventory.pods_owned_by(record.uid):
                yield from (p.spec for p in (pod, *_siblings(inventory, pod)) if p.spec is not None)


def _siblings(inventory: Inventory, pod: Pod) -> list[Pod]:
    """The pods of the same root, of which another may have been the newest, which the root is judged by."""
    root = inventory.root_of(pod)
    workload = None if root is None or pod.spec is None else inventory.workload(root)
    return [] if workload is None else inventory.pods_of(workload)


def _scaled(inventory: Inventory, scaler: HorizontalPodAutoscaler) -> list[Ref]:
    return [
        ref
        for ref in inventory.workloads_by_label.inside(scaler.ref.namespace)
        if (ref.kind, ref.name) == (scaler.target_kind, scaler.target_name)
    ]


def _root_of(record: Workload | ReplicaSet) -> Ref:
    owner = owner_of_link(record)
    return record.ref if owner is None else Ref(owner.kind, record.ref.namespace, owner.name, owner.group)


def _targets(inventory: Inventory, part: EndpointSlice) -> Iterator[Ref]:
    for endpoint in part.endpoints:
        pod = inventory.get(Pod, Ref("Pod", part.ref.namespace, endpoint.pod))
        root = inventory.root_of(pod) if pod is not None else None
        if root is not None:
            yield root
    yield from _behind(inventory, part.ref.namespace, part.service)


def _behind(inventory: Inventory, namespace: str, service: str) -> set[Ref]:
    """The workloads that a Service of this name selects."""
    found = inventory.get(Service, Ref("Service", namespace, service))
    return set() if found is None else _selected(inventory, namespace, found.selector)


def _selected(inventory: Inventory, namespace: str, selector: Selector | None) -> set[Ref]:
    return set(inventory.workloads_by_label.selected(namespace, selector))
