"""Placement: on which nodes pods may run, and who makes room for whom."""

from collections.abc import Iterator
from typing import Annotated

from readiness.checks.check import NoParameters, check
from readiness.checks.fix import put, remove
from readiness.checks.parameters.limits import Len, doc
from readiness.model import Category, Fail, Finding, Severity, Skip, Snapshot, Workload
from readiness.model.placement import Toleration
from readiness.model.records import dataclass

_EVERYWHERE = "a DaemonSet is meant for every node"
_SAFE = "cluster-autoscaler.kubernetes.io/safe-to-evict"
_SAFE_VOLUMES = "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes"


@dataclass(frozen=True, slots=True)
class PriorityParameters:
    """Which priorities will do."""

    allowed: Annotated[
        tuple[Annotated[str, Len(1, 253)], ...], Len(0, 32), doc("The PriorityClasses that pass; none listed: any.")
    ] = ()


@check(
    "Pods have a priority",
    severity=Severity.LOW,
    category=Category.RELIABILITY,
    remedy="Set priorityClassName on the pod.",
)
def priority_class(workload: Workload, _cluster: Snapshot, parameters: PriorityParameters) -> Iterator[Finding]:
    """
    When a node or the cluster is full priority decides who stays: without one the shop goes before the nightly report.

    Rule: priorityClassName is set, and one of allowed where these are listed. A default PriorityClass of the cluster
    is not read: it is the same for everybody.
    """
    chosen, path = workload.pod.placement.priority_class, f"{workload.pod.path}.priorityClassName"
    if not chosen:
        yield Fail(path, "it has no priorityClassName")
    elif parameters.allowed and chosen not in parameters.allowed:
        yield Fail(path, f"its priorityClassName is {chosen}, not {' or '.join(parameters.allowed)}")


@check(
    "Pods say which nodes they want",
    severity=Severity.INFO,
    category=Category.RELIABILITY,
    remedy="Set nodeAffinity or a nodeSelector, for the architecture or the pool of nodes that fits.",
)
def node_affinity(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    In a cluster of mixed nodes pods without a wish land on spot machines, or on a processor their image cannot run on.

    Rule: the pod spec has a nodeAffinity, required or preferred, or a nodeSelector. DaemonSets are left out.
    """
    pod = workload.pod
    if workload.ref.kind == "DaemonSet":
        yield Skip(_EVERYWHERE)
    elif not (pod.placement.node_affinity or pod.placement.node_selector):
        yield Fail(f"{pod.path}.affinity.nodeAffinity", "it has neither a nodeAffinity nor a nodeSelector")


@check(
    "The scheduler chooses the node",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    remedy="Remove nodeName, and use nodeAffinity or a nodeSelector instead.",
    fix=remove(risk="programs that need what that one node has"),
)
def no_node_name(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A pod with a node's name passes by the scheduler: it fails on a full node, and waits for ever on one that is gone.

    Rule: the pod template has no nodeName. Pods that run have one from the scheduler, so bare pods, and controllers
    that are judged by their pods, are left out in a cluster.
    """
    pod = workload.pod
    if cluster.live and pod.path == "spec":
        yield Skip("it is judged by a pod that has its node already")
    elif pod.placement.node_name:
        yield Fail(f"{pod.path}.nodeName", f"its nodeName is {pod.placement.node_name}")


@check(
    "Pods do not tolerate everything",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    remedy="Name the key of the taint that the pods are meant to tolerate.",
)
def no_blanket_tolerations(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    Taints keep pods off nodes that are broken, drained or somebody else's: who tolerates all of them lands just there.

    Rule: no toleration has the operator Exists without a key. DaemonSets are left out: agents belong on every node.
    """
    pod = workload.pod
    if workload.ref.kind == "DaemonSet":
        yield Skip(_EVERYWHERE)
        return
    for number, toleration in enumerate(pod.placement.tolerations):
        if _is_blanket(toleration):
            effect = f" of effect {toleration.effect}" if toleration.effect else ""
            yield Fail(f"{pod.path}.tolerations[{number}]", f"it tolerates every taint{effect}")


def _is_blanket(toleration: Toleration) -> bool:
    return not toleration.key and toleration.operator == "Exists"


@dataclass(frozen=True, slots=True)
class EvictionParameters:
    """Whether volumes of the node count."""

    local_storage: Annotated[
        bool, doc("Pods with an emptyDir on disk or a hostPath need the annotation, as the autoscaler's default is.")
    ] = True


@check(
    "The cluster autoscaler may move the pods",
    severity=Severity.INFO,
    category=Category.PERFORMANCE,
    remedy="Annotate the pod template with cluster-autoscaler.kubernetes.io/safe-to-evict: true.",
    fix=put("true", risk="programs that cannot be moved at any time, or without what they keep on the node"),
)
def safe_to_evict(workload: Workload, _cluster: Snapshot, parameters: EvictionParameters) -> Iterator[Finding]:
    """
    One pod that may not be evicted keeps a node that is otherwise empty, and its bill, alive.

    Rule: the pods' annotation safe-to-evict is not false. With localStorage it is true where the pod has a hostPath or
    an emptyDir on disk that safe-to-evict-local-volumes does not name, and for bare pods. DaemonSets are left out.
    """
    pod = workload.pod
    if workload.ref.kind == "DaemonSet":
        yield Skip("the autoscaler does not wait for pods of DaemonSets")
        return
    said, path = pod.annotations.get(_SAFE), f"{pod.path.removesuffix('spec')}metadata.annotations[{_SAFE}]"
    if said == "false":
        yield Fail(path, "safe-to-evict is false: its pods keep their nodes")
    elif said != "true":
        exempt = pod.annotations.get(_SAFE_VOLUMES, "").split(",")
        held = [
            v.name for v in pod.volumes if v.name not in exempt and (v.kind == "hostPath" or _on_disk(v.kind, v.medium))
        ]
        if held and parameters.local_storage:
            yield Fail(path, f"volume {held[0]} is the node's, and safe-to-evict is not set: its pods keep their nodes")
        elif workload.ref.kind == "Pod":
            yield Fail(path, "nothing would replace a bare pod, and safe-to-evict is not set: it keeps its node")


def _on_disk(kind: str, medium: str) -> bool:
    return kind == "emptyDir" and medium != "Memory"


@check(
    "A controller looks after the pods",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    remedy="Create a Deployment, StatefulSet or Job instead of the pod.",
)
def no_bare_pods(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A pod without a controller is gone for good when its node goes, and nothing rolls it out or back.

    Rule: the workload is not a Pod. Static pods, which their kubelet looks after, are left out.
    """
    if workload.ref.kind != "Pod":
        return
    if workload.owner is not None:
        yield Skip("its kubelet looks after a static pod")
    else:
        yield Fail("", "it is a bare pod: nothing replaces it")
