"""Under which names the inventory files records, and what a workload uses."""

from collections.abc import Iterable
from typing import TypeVar

from readiness.model.about import Key
from readiness.model.claims import Attestation, Waiver
from readiness.model.parse.kind import Foreign, Record
from readiness.model.permissions import RoleBinding, binding_key
from readiness.model.pod import HELM_HOOK, Pod
from readiness.model.sampled import Lease
from readiness.model.surroundings import (
    ConfigMap,
    EndpointSlice,
    HorizontalPodAutoscaler,
    Ingress,
    LimitRange,
    ResourceQuota,
)  # fmt: skip
from readiness.model.workload import Workload


def shelves_of(record: Record) -> Iterable[Key]:
    """Under which names a record is asked for: that of a Service, of a workload, or its namespace's."""
    kind, namespace = type(record).__name__, record.ref.namespace
    match record:
        case EndpointSlice():
            return [(kind, namespace, record.service)]
        case HorizontalPodAutoscaler():
            return [(kind, namespace, record.target_kind, record.target_name)]
        case Attestation() | Waiver() if record.selector is None:
            return [(kind, namespace, record.subject.kind, record.subject.name)]
        case Ingress():
            secrets = {entry.secret for entry in record.tls if entry.secret}
            return [
                *((kind, namespace, service) for service in record.services),
                *((kind, "", "Host", host) for host in record.hosts),
                *((kind, namespace, "Secret", name) for name in secrets),
            ]
        case LimitRange() | ResourceQuota() | Lease():
            return [(kind, namespace)]
        case Workload() | Pod() if _is_run(record):
            return [(record.ref.kind, namespace)]
        case ConfigMap() if record.boards:
            return [(kind,)]
        case RoleBinding():
            return {(kind, *key) for key in (*record.about, binding_key(record.role))}
        case _ if isinstance(record, Foreign):
            return {(kind, *key) for key in record.about}
        case _:
            return []


def _is_run(record: Workload | Pod) -> bool:
    """Whether it is a Job, a CronJob or a bare pod that is a hook of Helm."""
    if isinstance(record, Workload):
        return record.job is not None
    return record.spec is not None and HELM_HOOK in record.spec.annotations


def uses(workload: Workload) -> set[tuple[str, str, str]]:
    """What a workload names, as kind, namespace and name."""
    namespace, pod = workload.ref.namespace, workload.pod
    used = {(kind, namespace, item.to.name) for kind in ("ConfigMap", "Secret") for item in pod.references(kind)}
    used |= {("Secret", namespace, name) for name in pod.image_pull_secrets}
    used |= {("SecretProviderClass", namespace, volume.provider_class) for volume in pod.volumes}
    used |= {("PersistentVolumeClaim", namespace, volume.claim_name) for volume in pod.volumes if volume.claim_name}
    used |= {("User", namespace, str(user)) for user in pod.users}
    used.add(("ServiceAccount", namespace, pod.service_account))
    if workload.stateful is not None:
        used.add(("Service", namespace, workload.stateful.service))
        templates = (f"{claim.name}-{workload.ref.name}" for claim in workload.stateful.claims)
        used |= {("VolumeClaimTemplate", namespace, name) for name in templates}
    return used


K = TypeVar("K")
J = TypeVar("J")
V = TypeVar("V")


def discard(shelves: dict[K, dict[J, V]], shelf: K, key: J) -> None:
    """Take a key off a shelf, and the shelf away when it is empty."""
    del shelves[shelf][key]
    if not shelves[shelf]:
        del shelves[shelf]


def discard_from(shelves: dict[K, set[J]], shelf: K, item: J) -> None:
    """Take an item off a shelf, and the shelf away when it is empty."""
    shelves[shelf].remove(item)
    if not shelves[shelf]:
        del shelves[shelf]
