"""Whom a change touches: from the old and the new record of an object to the workloads to look at again."""

from collections.abc import Iterable, Iterator

from readiness.model.inventory import Inventory
from readiness.model.labels import Selector
from readiness.model.parse import Record
from readiness.model.pod import Pod, ReplicaSet
from readiness.model.ref import Ref
from readiness.model.surroundings import (
    ConfigMap,
    EndpointSlice,
    HorizontalPodAutoscaler,
    LimitRange,
    Namespace,
    NetworkPolicy,
    PodDisruptionBudget,
    Service,
    ServiceAccount,
)  # fmt: skip
from readiness.model.workload import Workload


def touched(inventory: Inventory, old: Record | None, new: Record | None) -> set[Ref]:
    """
    The root workloads whose answer may differ after a change.

    Called after the inventory took the change; the old record still tells where things were. An equal record
    touches nobody.
    """
    if old == new:
        return set()
    return {ref for record in (old, new) if record is not None for ref in _touched_by(inventory, record)}


def _touched_by(inventory: Inventory, record: Record) -> Iterable[Ref]:
    namespace = record.ref.namespace
    match record:
        case Workload():
            return _root_of_workload(record)
        case Pod():
            root = inventory.root_of(record)
            return () if root is None else (root,)
        case ReplicaSet():
            return _root_of_set(record)
        case EndpointSlice():
            return _targets(inventory, record)
        case Service() | PodDisruptionBudget() | NetworkPolicy():
            return _selected(inventory, namespace, record.selector)
        case HorizontalPodAutoscaler():
            return (ref for ref in inventory.workloads_by_label.inside(namespace)
                    if (ref.kind, ref.name) == (record.target_kind, record.target_name))  # fmt: skip
        case ConfigMap() | ServiceAccount():
            return set(inventory.users_of(record.ref.kind, namespace, record.ref.name))
        case LimitRange():
            return set(inventory.workloads_by_label.inside(namespace))
        case Namespace():
            return set(inventory.workloads_by_label.inside(record.ref.name))


def _root_of_workload(workload: Workload) -> Iterator[Ref]:
    yield workload.ref
    owner = workload.owner
    if workload.ref.kind == "Job" and owner is not None:
        yield Ref(owner.kind, workload.ref.namespace, owner.name, owner.group)


def _root_of_set(replica_set: ReplicaSet) -> Iterator[Ref]:
    owner = replica_set.owner
    if owner is not None:
        yield Ref(owner.kind, replica_set.ref.namespace, owner.name, owner.group)


def _targets(inventory: Inventory, part: EndpointSlice) -> Iterator[Ref]:
    for endpoint in part.endpoints:
        pod = inventory.get(Pod, Ref("Pod", part.ref.namespace, endpoint.pod))
        root = inventory.root_of(pod) if pod is not None else None
        if root is not None:
            yield root
    service = inventory.get(Service, Ref("Service", part.ref.namespace, part.service))
    if service is not None:
        yield from _selected(inventory, part.ref.namespace, service.selector)


def _selected(inventory: Inventory, namespace: str, selector: Selector | None) -> set[Ref]:
    return set(inventory.workloads_by_label.selected(namespace, selector))
