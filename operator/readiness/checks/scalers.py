"""Scalers: that no two of them, and no manifest, pull at the same number."""

from collections.abc import Iterator
from typing import Annotated, Literal

from readiness.checks.availability import unreplicated
from readiness.checks.check import Kind, NoParameters, check
from readiness.checks.evidence.absence import absence
from readiness.checks.fix import remove
from readiness.checks.parameters.limits import Len, doc
from readiness.model import (
    Category,
    Fail,
    Finding,
    HorizontalPodAutoscaler,
    Pod,
    ScaledObject,
    Severity,
    Skip,
    Snapshot,
    Unknown,
    VerticalPodAutoscaler,
    Workload,
)
from readiness.model.records import dataclass

_UNSCALED = "nothing scales it"


@check(
    "One autoscaler is in charge",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(HorizontalPodAutoscaler, ScaledObject, VerticalPodAutoscaler),
    remedy="Keep one of them, and let a VerticalPodAutoscaler set only what the replicas do not depend on.",
)
def one_autoscaler(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    Two autoscalers undo each other's work: pods come and go all day, and neither of them is right.

    Rule: at most one HorizontalPodAutoscaler or ScaledObject targets the workload (the HorizontalPodAutoscaler that
    KEDA makes is its ScaledObject's), and no VerticalPodAutoscaler that acts, in a mode other than Off, sets cpu or
    memory where that also is a metric of the HorizontalPodAutoscaler.
    """
    scaled = cluster.about(workload, ScaledObject)
    scalers = cluster.autoscalers_of(workload)
    acting = [item for item in cluster.about(workload, VerticalPodAutoscaler) if item.mode != "Off"]
    if not (scaled or scalers or acting):
        yield Skip(_UNSCALED)
    own = [item.ref for item in scalers if item.owner is None or item.owner.kind != "ScaledObject"]
    in_charge = [*own, *(item.ref for item in scaled)]
    if len(in_charge) > 1:
        yield Fail("", f"{' and '.join(map(str, in_charge))} scale it at once")
    read = {metric for item in scalers for metric in item.metrics}
    read |= {trigger for item in scaled for trigger in item.triggers}
    for item in acting:
        if both := [resource for resource in item.resources if resource in read]:
            yield Fail("", f"{item.ref} sets {' and '.join(both)}, by which its replicas are scaled")


@check(
    "The manifest leaves the number of replicas to the autoscaler",
    severity=Severity.LOW,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(HorizontalPodAutoscaler, ScaledObject),
    remedy="Remove spec.replicas from the manifest; kubectl apply needs edit-last-applied first.",
    fix=remove(risk="workloads whose autoscaler is not there yet: they begin with one replica"),
)
def no_replicas_with_autoscaler(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    Each deployment sets the number back that the autoscaler had found: at the peak that is most of the pods at once.

    Rule: where a HorizontalPodAutoscaler or a ScaledObject among the manifests targets the workload, its manifest has
    no spec.replicas, but for 0, which switches autoscaling off. In a cluster every workload has the field, whoever set
    it: there it does not apply.
    """
    if cluster.live:
        yield Skip("in a cluster the field does not tell who set it")
    elif not (cluster.autoscalers_of(workload) or cluster.about(workload, ScaledObject)):
        yield Skip(_UNSCALED)
    elif workload.replicas_stated and workload.replicas != 0:
        yield Fail("spec.replicas", f"replicas is {workload.replicas}, although it is autoscaled")


@dataclass(frozen=True, slots=True)
class VerticalParameters:
    """What it must do."""

    modes: Annotated[
        tuple[Literal["Off", "Initial", "Recreate", "InPlaceOrRecreate", "Auto"], ...],
        Len(0, 5),
        doc("The update modes that pass; none listed: any. Off only recommends."),
    ] = ()


@check(
    "A VerticalPodAutoscaler looks at the workload",
    severity=Severity.LOW,
    category=Category.PERFORMANCE,
    kind=Kind.RELATION,
    reads=(VerticalPodAutoscaler, Pod),
    remedy="Add one VerticalPodAutoscaler whose targetRef names the workload, in the mode Off to begin with.",
)
def vertical_pod_autoscaler(workload: Workload, cluster: Snapshot, parameters: VerticalParameters) -> Iterator[Finding]:
    """
    Requests that were guessed once stay, while the program grows: either memory is paid for and idle, or it runs out.

    Rule: exactly one VerticalPodAutoscaler targets the workload, by its kind and name, in one of modes; in a cluster
    it has a recommendation. DaemonSets count; Jobs and what is scaled to zero are left out. Where nobody has installed
    the kind, an attestation can stand in.
    """
    if (skip := unreplicated(workload)) is not None and workload.ref.kind != "DaemonSet":
        yield skip
        return
    if not cluster.serves(VerticalPodAutoscaler):
        yield from absence("vertical-pod-autoscaler", "the Vertical Pod Autoscaler", workload, cluster)
        return
    found = cluster.about(workload, VerticalPodAutoscaler)
    if not found:
        yield Fail("", "no VerticalPodAutoscaler targets it")
    elif len(found) > 1:
        yield Fail("", f"{' and '.join(str(item.ref) for item in found)} set its requests at once")
    elif parameters.modes and found[0].mode not in parameters.modes:
        yield Fail("", f"{found[0].ref} has mode {found[0].mode}, not {' or '.join(parameters.modes)}")
    elif cluster.live and not found[0].recommendations:
        yield Unknown(f"{found[0].ref} has no recommendation yet")
