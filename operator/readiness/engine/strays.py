"""Objects among manifests that concern no workload there: their selector, or their target, is misspelt or gone."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import get_args

from readiness.engine.intake import Entry, Fault, fault_at
from readiness.model import (
    DatabaseCluster,
    HorizontalPodAutoscaler,
    Ingress,
    NetworkPolicy,
    PodDisruptionBudget,
    Ref,
    Service,
)
from readiness.model.inventory import Inventory

_Around = Service | PodDisruptionBudget | NetworkPolicy | HorizontalPodAutoscaler | Ingress
_KINDS: tuple[type[_Around], ...] = get_args(_Around)
_SELECTOR = {Service: "selector", PodDisruptionBudget: "selector", NetworkPolicy: "podSelector"}
_OWN_GROUPS = ".k8s.io"  # how the groups of Kubernetes' own end that have a dot


def strays(entries: Sequence[Entry], worlds: Sequence[Inventory], namespace: str) -> Iterator[Fault]:
    """
    A warning for each of them; `namespace` is for objects that name none.

    In a namespace without a workload, or with custom resources that may make pods, nothing can be said.
    """
    opaque = {entry.ref.namespace or namespace for entry in entries if _may_make_pods(entry)}
    targets = {(ref.namespace, ref.kind, ref.name) for world in worlds for ref in world.workloads_by_label.refs()}
    filled = {where for where, _, _ in targets} - opaque
    told: defaultdict[int, list[tuple[str, str] | None]] = defaultdict(list)  # by record, one from each world
    for world in worlds:
        for kind in _KINDS:
            for record in world.all(kind):
                if record.ref.namespace in filled:
                    told[id(record)].append(_astray(record, world, targets))
    for entry in entries:
        places = told.get(id(entry.record), [])
        first = places[0] if places and all(places) else None
        if first is not None:
            path, words = first
            yield fault_at(entry.manifest, path, f"{entry.ref} {words}", "warning")


def _may_make_pods(entry: Entry) -> bool:
    group = entry.ref.group
    unknown = entry.ignored and "." in group and not group.endswith(_OWN_GROUPS)
    return unknown or isinstance(entry.record, DatabaseCluster)


def _astray(record: _Around, world: Inventory, targets: set[tuple[str, str, str]]) -> tuple[str, str] | None:
    """The field that leads nowhere, and that in words; None where it leads somewhere, or is not meant to."""
    where = record.ref.namespace
    match record:
        case HorizontalPodAutoscaler(target_kind=kind, target_name=name):
            found = (where, kind, name) in targets
            return None if found else ("spec.scaleTargetRef.name", f"scales {kind} {name}, which is not here")
        case Ingress(services=names):
            found = not names or any(world.get(Service, Ref("Service", where, name)) for name in names)
            return None if found else ("spec", f"leads to no Service that is here: {', '.join(sorted(names))}")
        case Service(selector=None):
            return None
        case _:
            found = next(world.workloads_by_label.selected(where, record.selector), None) is not None
            return (
                None if found else (f"spec.{_SELECTOR[type(record)]}", "selects the pods of no workload that is here")
            )
