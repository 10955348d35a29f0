"""State: the fields of StatefulSets, and the claims that workloads make for their data."""

from collections.abc import Iterator
from typing import Annotated, Literal

from readiness.checks.check import Kind, NoParameters, check
from readiness.checks.fix import Edit, Fix
from readiness.checks.parameters.limits import Len, doc
from readiness.model import Category, Fail, Finding, Service, Severity, Skip, Snapshot, Unknown, Workload
from readiness.model.records import dataclass

_NO_STATEFUL_SET = "it is no StatefulSet"
_NO_CLAIMS = "it makes no claims"


@check(
    "The StatefulSet's Service gives its pods names",
    severity=Severity.MEDIUM,
    category=Category.NETWORKING,
    kind=Kind.RELATION,
    reads=(Service,),
    remedy="Set serviceName to a Service with clusterIP: None whose selector matches the pods.",
)
def headless_service(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    The members of a database find each other by names that only a headless Service gives: without it none resolves.

    Rule: a StatefulSet's serviceName names a Service of its namespace that is headless and selects its pods. That
    there is none counts in a cluster; manifests may leave it to somebody else.
    """
    if workload.stateful is None:
        yield Skip(_NO_STATEFUL_SET)
        return
    name, path = workload.stateful.service, "spec.serviceName"
    service = cluster.service(workload.ref.namespace, name)
    if not name:
        yield Fail(path, "it has no serviceName")
    elif service is None:
        yield Fail(path, f"there is no Service {name}") if cluster.live else Unknown(f"Service {name} is not here")
    elif not service.headless:
        yield Fail(path, f"Service {name} is not headless")
    elif service.selector is None or not service.selector.matches(workload.pod.labels):
        yield Fail(path, f"Service {name} does not select its pods")


@dataclass(frozen=True, slots=True)
class ManagementParameters:
    """In which order pods come."""

    policy: Annotated[Literal["OrderedReady", "Parallel"], doc("The podManagementPolicy that is wanted.")]


@check(
    "The StatefulSet's pods come in the wanted order",
    severity=Severity.INFO,
    category=Category.DELIVERY,
    remedy="Set podManagementPolicy to the wanted one; a StatefulSet must be made anew for it.",
)
def pod_management_policy(
    workload: Workload, _cluster: Snapshot, parameters: ManagementParameters
) -> Iterator[Finding]:
    """
    OrderedReady stays stuck at a pod that never gets ready, even after a rollback; Parallel starts members too early.

    Rule: a StatefulSet's podManagementPolicy (OrderedReady unless set) is policy.
    """
    if workload.stateful is None:
        yield Skip(_NO_STATEFUL_SET)
    elif workload.stateful.pod_management != parameters.policy:
        message = f"podManagementPolicy is {workload.stateful.pod_management}, not {parameters.policy}"
        yield Fail("spec.podManagementPolicy", message)


@dataclass(frozen=True, slots=True)
class RetentionParameters:
    """What becomes of the data when pods go for good."""

    when_deleted: Annotated[Literal["Retain", "Delete"], doc("What whenDeleted must be.")] = "Retain"
    when_scaled: Annotated[Literal["Retain", "Delete"], doc("What whenScaled must be.")] = "Retain"


def _retained(_workload: Workload, fail: Fail, parameters: RetentionParameters) -> Iterator[Edit]:
    """Data is kept; to have it deleted is for people to say."""
    wanted = parameters.when_deleted if fail.path.endswith("whenDeleted") else parameters.when_scaled
    if wanted == "Retain":
        yield Edit(fail.path, wanted)


@check(
    "The StatefulSet's data outlives its pods",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    remedy="Set persistentVolumeClaimRetentionPolicy as wanted; Retain is the default for both.",
    fix=Fix(_retained),
)
def claim_retention(workload: Workload, _cluster: Snapshot, parameters: RetentionParameters) -> Iterator[Finding]:
    """
    With whenDeleted: Delete one wrong kubectl delete takes the data along, with whenScaled: Delete a wrong number does.

    Rule: of a StatefulSet with volumeClaimTemplates, persistentVolumeClaimRetentionPolicy has the wanted whenDeleted
    and whenScaled; both are Retain unless set.
    """
    rules = workload.stateful
    if rules is None or not rules.claims:
        yield Skip(_NO_STATEFUL_SET if rules is None else "it has no volumeClaimTemplates")
        return
    found = {
        "whenDeleted": (rules.when_deleted, parameters.when_deleted),
        "whenScaled": (rules.when_scaled, parameters.when_scaled),
    }
    for field, (chosen, wanted) in found.items():
        if chosen != wanted:
            yield Fail(f"spec.persistentVolumeClaimRetentionPolicy.{field}", f"{field} is {chosen}, not {wanted}")


@dataclass(frozen=True, slots=True)
class ClassParameters:
    """Which storage will do."""

    allowed: Annotated[
        tuple[Annotated[str, Len(1, 253)], ...], Len(0, 32), doc("The StorageClasses that pass; none listed: any.")
    ] = ()


@check(
    "Claims name their storage class",
    severity=Severity.LOW,
    category=Category.RELIABILITY,
    remedy="Set storageClassName on each claim template.",
)
def storage_class_named(workload: Workload, _cluster: Snapshot, parameters: ClassParameters) -> Iterator[Finding]:
    """
    The cluster's default class differs from cluster to cluster, and so do speed, backup and what becomes of the data.

    Rule: each template of a claim, of a StatefulSet or of an ephemeral volume, sets storageClassName, to one of allowed
    where these are listed. An empty name, for volumes that are made by hand, counts as set.
    """
    claims = list(workload.claims)
    if not claims:
        yield Skip(_NO_CLAIMS)
    for claim in claims:
        chosen = claim.storage_class
        if chosen is None:
            yield Fail(f"{claim.path}.storageClassName", f"claim {claim.name} names no storage class")
        elif parameters.allowed and chosen not in parameters.allowed:
            message = f"claim {claim.name} has storage class {chosen or 'none'}, not {' or '.join(parameters.allowed)}"
            yield Fail(f"{claim.path}.storageClassName", message)


@dataclass(frozen=True, slots=True)
class AccessParameters:
    """How many may use a volume at a time."""

    allowed: Annotated[
        tuple[Literal["ReadWriteOncePod", "ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"], ...],
        Len(1, 4),
        doc("The access modes that pass."),
    ] = ("ReadWriteOncePod", "ReadWriteOnce")


@check(
    "Each replica has its data to itself",
    severity=Severity.INFO,
    category=Category.RELIABILITY,
    remedy="Set accessModes of the claim template to [ReadWriteOncePod], or to [ReadWriteOnce].",
)
def claim_access_modes(workload: Workload, _cluster: Snapshot, parameters: AccessParameters) -> Iterator[Finding]:
    """
    A volume that many pods may write is written by two at once sooner or later, and few programs survive that.

    Rule: each template of a claim, of a StatefulSet or of an ephemeral volume, lists access modes of allowed only.
    ReadWriteOnce keeps out other nodes, ReadWriteOncePod other pods.
    """
    claims = list(workload.claims)
    if not claims:
        yield Skip(_NO_CLAIMS)
    for claim in claims:
        others = [mode for mode in claim.access_modes if mode not in parameters.allowed]
        if others:
            yield Fail(f"{claim.path}.accessModes", f"claim {claim.name} has access mode {', '.join(others)}")
