"""Availability: what outlives the loss of a pod, or of a node."""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated

from readiness.checks.check import Kind, NoParameters, check
from readiness.checks.fix import Edit, Fix
from readiness.checks.parameters.limits import Ge, Len, doc
from readiness.model import (
    SETTLING,
    Category,
    Fail,
    Finding,
    HorizontalPodAutoscaler,
    Pod,
    PodSpec,
    Recheck,
    ScaledObject,
    Severity,
    Skip,
    Snapshot,
    Unknown,
    Workload,
)
from readiness.model.records import dataclass

_HOSTNAME = "kubernetes.io/hostname"
_DOMAINS: Mapping[str, Callable[[Pod], str]] = {  # what pods tell of their nodes
    _HOSTNAME: lambda pod: pod.node,
    "topology.kubernetes.io/zone": lambda pod: pod.zone,
    "topology.kubernetes.io/region": lambda pod: pod.region,
}


def unreplicated(workload: Workload) -> Skip | None:
    """Why a question about the number of replicas does not apply; None when it does."""
    if workload.batch:
        return Skip("its pods run to completion")
    if workload.ref.kind == "DaemonSet":
        return Skip("a DaemonSet runs one pod on each node")
    if not workload.wants_pods:
        return Skip("nothing is meant to run")
    return None


@dataclass(frozen=True, slots=True)
class ReplicaParameters:
    """How many replicas are enough."""

    min: Annotated[int, Ge(1), doc("The least number of replicas, asked for and ready.")] = 2


@check(
    "The workload has enough replicas",
    severity=Severity.HIGH,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(HorizontalPodAutoscaler, Pod),
    remedy="Raise spec.replicas, or minReplicas of the HorizontalPodAutoscaler.",
)
def min_replicas(workload: Workload, cluster: Snapshot, parameters: ReplicaParameters) -> Iterator[Finding]:
    """
    With a single replica every node drain, eviction and crash is an outage.

    Rule: spec.replicas, or the least that an autoscaler allows where one targets the workload (among manifests KEDA's
    ScaledObject too), is at least min. A bare pod is one replica. In a cluster at least min replicas are ready too;
    fewer count after two minutes without a change. DaemonSets, Jobs and what is scaled to zero are left out.
    """
    if (skip := unreplicated(workload)) is not None:
        yield skip
        return
    replicas = cluster.replicas_of(workload)
    if replicas is not None and replicas.least < parameters.min:
        yield _too_few(workload, cluster, replicas.least, parameters.min)
    elif cluster.live:
        yield from _ready_enough(workload, cluster, parameters.min)
    elif replicas is None:
        yield Unknown("nothing says how many replicas it has")


def _too_few(workload: Workload, cluster: Snapshot, least: int, wanted: int) -> Fail:
    if workload.ref.kind == "Pod":
        return Fail("", f"a bare pod is one replica, fewer than {wanted}, and nothing replaces it when it is evicted")
    scalers = cluster.scalers_of(workload)
    if scalers:
        return Fail("", f"{scalers[0].ref} may go down to {_counted(least)}, fewer than {wanted}")
    return Fail("spec.replicas", f"{_counted(least)} asked for, fewer than {wanted}")


def _ready_enough(workload: Workload, cluster: Snapshot, wanted: int) -> Iterator[Finding]:
    ready = workload.ready_replicas
    if ready is None:
        ready = sum(pod.ready and not pod.deleted for pod in cluster.pods_of(workload))
    moved = cluster.moved_at(workload)
    if ready >= wanted or moved is None:  # moved is None: not created yet, as at admission
        return
    if cluster.now >= moved + SETTLING:
        yield Fail("", f"{_counted(ready)} ready, fewer than {wanted}")
        return
    yield Recheck(moved + SETTLING)
    if cluster.starting(workload):
        yield Unknown("it was created less than two minutes ago and is not ready yet")


def _counted(replicas: int) -> str:
    return "1 replica" if replicas == 1 else f"{replicas} replicas"


@check(
    "The workload is not scaled to zero",
    severity=Severity.LOW,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(HorizontalPodAutoscaler, ScaledObject),
    remedy="Scale it up again, or delete what is not needed any more.",
)
def not_scaled_to_zero(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    What was scaled down for an hour and forgotten answers nobody, and nothing about it fails.

    Rule: spec.replicas is not 0, unless a ScaledObject of KEDA, or an autoscaler with minReplicas 0, targets the
    workload, and so may have done it. DaemonSets, Jobs and bare pods are left out.
    """
    if workload.replicas is None or workload.batch:
        yield Skip("it has no number of replicas")
    elif workload.replicas == 0:
        least = [item.min_replicas for item in cluster.about(workload, ScaledObject)]
        least += [item.min_replicas for item in cluster.autoscalers_of(workload)]
        if 0 in least:
            yield Skip("an autoscaler may scale it to zero")
        else:
            yield Fail("spec.replicas", "it is scaled to zero")


@dataclass(frozen=True, slots=True)
class SpreadParameters:
    """Over what replicas must be spread."""

    topology_key: Annotated[str, Len(1, 317), doc("The node label over whose values replicas are spread.")] = _HOSTNAME
    min_domains: Annotated[
        Annotated[int, Ge(2)] | None, doc("The least number of values of that label that replicas must be on.")
    ] = None


def _spread(workload: Workload, fail: Fail, parameters: SpreadParameters) -> Iterator[Edit]:
    """One constraint more, for the pods that the workload selects, where there is none for the key."""
    pod, key = workload.pod, parameters.topology_key
    labels = dict(workload.selector.pairs if workload.selector is not None else pod.labels)
    fits = labels and labels.items() <= pod.labels.items()
    if fail.path and fits and key not in {spread.topology_key for spread in pod.spreads}:
        hard = parameters.min_domains is not None
        constraint = {
            "maxSkew": 1,
            **({"minDomains": parameters.min_domains} if hard else {}),
            "topologyKey": key,
            "whenUnsatisfiable": "DoNotSchedule" if hard else "ScheduleAnyway",
            "labelSelector": {"matchLabels": labels},
        }
        yield Edit(f"{fail.path}[+]", constraint)


@check(
    "Replicas are spread",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(HorizontalPodAutoscaler, Pod),
    remedy="Add a topologySpreadConstraint for the key whose labelSelector matches the pod template's labels.",
    fix=Fix(_spread),
)
def topology_spread(workload: Workload, cluster: Snapshot, parameters: SpreadParameters) -> Iterator[Finding]:
    """
    Replicas that share a node, or a zone, go down together: their number then protects against nothing.

    Rule: a topologySpreadConstraint or a podAntiAffinity term, required or preferred, names topologyKey and selects the
    workload's own pods. With minDomains, that many are guaranteed (by minDomains of a DoNotSchedule constraint, or by
    required anti-affinity of as many replicas), or in a cluster running pods are on nodes of that many values. Pods
    tell their hosts, since Kubernetes 1.35 their zones and regions too; other keys are unknown. Single replicas,
    DaemonSets and Jobs are left out.
    """
    if (skip := unreplicated(workload)) is not None:
        yield skip
        return
    replicas = cluster.replicas_of(workload)
    if replicas is not None and replicas.most <= 1:
        yield Skip("a single replica cannot be spread")
        return
    least = 0 if replicas is None else replicas.least
    key, wanted = parameters.topology_key, parameters.min_domains
    domains = _domains(workload.pod, key, least)
    if domains is None:
        yield _unspread(workload.pod, key)
    elif wanted is not None and domains < wanted:
        if key in _DOMAINS and cluster.live:
            yield from _on_enough(key, workload, cluster, wanted)
        else:
            yield Unknown(f"nothing guarantees {wanted} values of {key}, and nodes are not read")


def _domains(pod: PodSpec, key: str, least: int) -> int | None:
    """How many domains the spec guarantees; None when it does not spread the pod's own replicas at all."""
    hard = {"DoNotSchedule": least}
    spreads = [
        min(spread.min_domains or 1, hard.get(spread.when_unsatisfiable, 1))
        for spread in pod.spreads
        if spread.topology_key == key and spread.selector is not None and spread.selector.matches(pod.labels)
    ]
    terms = [
        least if term.required else 1
        for term in pod.anti_affinity
        if term.topology_key == key and term.selector is not None and term.selector.matches(pod.labels)
    ]
    return max((*spreads, *terms), default=None)


def _unspread(pod: PodSpec, key: str) -> Fail:
    keys = {spread.topology_key for spread in pod.spreads} | {term.topology_key for term in pod.anti_affinity}
    told = f"the rule for {key} does not select its own pods" if key in keys else f"nothing spreads its pods over {key}"
    return Fail(f"{pod.path}.topologySpreadConstraints", told)


def _on_enough(key: str, workload: Workload, cluster: Snapshot, wanted: int) -> Iterator[Finding]:
    pods = [pod for pod in cluster.pods_of(workload) if pod.running and pod.node]
    found = {value for pod in pods if (value := _DOMAINS[key](pod))}
    moved = cluster.moved_at(workload)
    if len(found) >= wanted:
        return
    if moved is None or not found:
        yield Unknown(f"its pods do not tell their {key}" if pods else "no pod runs yet")
    elif cluster.now < moved + SETTLING:
        yield Recheck(moved + SETTLING)
    else:
        where = "on {} node" if key == _HOSTNAME else f"in {{}} {key.rpartition('/')[2]}"
        told = where.format(len(found)) + ("s" if len(found) > 1 else "")
        yield Fail("", f"its pods run {told}, fewer than {wanted}")
