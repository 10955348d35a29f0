"""What images are built on, and how much of it they carry."""

from collections.abc import Iterator
from typing import Annotated

from readiness.checks.check import Kind, NoParameters, check
from readiness.checks.evidence.absence import absence
from readiness.checks.parameters.limits import Len, Predicate, doc
from readiness.checks.resources import is_quantity
from readiness.checks.scans import TRIVY, newest
from readiness.model import (
    SETTLING,
    Category,
    Container,
    Fail,
    Finding,
    Node,
    Pod,
    Recheck,
    Severity,
    Skip,
    Snapshot,
    Unknown,
    VulnerabilityReport,
    Workload,
)
from readiness.model.image import is_same
from readiness.model.quantity import quantity
from readiness.model.records import dataclass

_UNPULLED = frozenset({"ImagePullBackOff", "ErrImagePull", "ErrImageNeverPull", "InvalidImageName"})
_KEPT = 50  # images that kubelet tells of, the biggest first (nodeStatusMaxImages)


@check(
    "The base image still gets fixes",
    severity=Severity.MEDIUM,
    category=Category.IMAGES,
    kind=Kind.RELATION,
    reads=(Pod, VulnerabilityReport),
    remedy="Build on a release of the distribution that is still supported.",
)
def base_image_supported(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A distribution at its end gets no fixes: a scanner that finds nothing in it has stopped hearing of what there is.

    Rule: no VulnerabilityReport of Trivy's operator about the present image of a container says that its distribution
    is at the end of its life, and no pod waits for two minutes for an image that cannot be pulled. Where Trivy's
    operator is not installed an attestation decides.
    """
    reports = cluster.about(workload, VulnerabilityReport)
    unpulled = list(_unpulled(workload, cluster)) if cluster.live else []
    yield from unpulled
    if not reports and not cluster.serves(VulnerabilityReport):
        yield from absence("base-image-supported", TRIVY, workload, cluster)
        return
    for container in workload.pod.declared_containers:
        report = newest(reports, container)
        if report is None:
            yield Unknown(f"no report tells what the image of container {container.name} is built on")
        elif report.end_of_life:
            system = " ".join(word for word in (report.os_family, report.os_name) if word)
            yield Fail(container.path, f"container {container.name} is built on {system}, which gets no fixes any more")


def _unpulled(workload: Workload, cluster: Snapshot) -> Iterator[Finding]:
    for container in workload.pod.declared_containers:
        for pod in cluster.pods_of(workload):
            state = pod.container(container.name)
            if state is None or state.waiting_reason not in _UNPULLED:
                continue
            settled = max((at for at in (pod.created, pod.ready_changed) if at is not None), default=cluster.now)
            if cluster.now < settled + SETTLING:
                yield Recheck(settled + SETTLING)
            else:
                yield Fail(container.path, f"the image of container {container.name} cannot be pulled")
                break


@dataclass(frozen=True, slots=True)
class SizeParameters:
    """How big an image may be, and what it may be built on."""

    max_size: Annotated[str, Len(1, 32), Predicate(is_quantity), doc("The greatest size of an image on a node.")] = (
        "300Mi"
    )
    os_families: Annotated[
        tuple[Annotated[str, Len(1, 64)], ...] | None,
        Len(1, 16),
        doc("Distributions that pass, as Trivy calls them: none, wolfi, alpine, debian; any unless set."),
    ] = None


@check(
    "Images are small",
    severity=Severity.LOW,
    category=Category.IMAGES,
    kind=Kind.RELATION,
    reads=(Pod, Node, VulnerabilityReport),
    live=True,
    remedy="Copy only what runs into the last stage of the build, on a minimal base such as distroless.",
)
def minimal_image(workload: Workload, cluster: Snapshot, parameters: SizeParameters) -> Iterator[Finding]:
    """
    A big image is slow to start where it is needed most, on a new node, and brings along tools for whoever breaks in.

    Rule: on the nodes where its pods are, kubelet calls no image of a container bigger than maxSize. Kubelet tells of
    the 50 biggest images of a node: one that is not among them is no bigger than the smallest of these. With osFamilies
    the VulnerabilityReport of Trivy's operator about each image says one of them.
    """
    if not workload.wants_pods:
        yield Skip("nothing of it is meant to run")
        return
    bound = quantity(parameters.max_size) or 0
    pods = [pod for pod in cluster.pods_of(workload) if pod.running]
    for container in workload.pod.declared_containers:
        sizes = [size for pod in pods if (size := _size(container, pod, cluster)) is not None]
        if not sizes:
            yield Unknown(f"no node tells how big the image of container {container.name} is")
        elif max(sizes) > bound:
            yield Fail(container.path, f"the image of container {container.name} is bigger than {parameters.max_size}")
        if parameters.os_families is not None:
            yield from _family(container, parameters.os_families, workload, cluster)


def _size(container: Container, pod: Pod, cluster: Snapshot) -> int | None:
    """The size of a container's image on the pod's node, or the most that it can be, in bytes."""
    node, state = cluster.node_of(pod), pod.container(container.name)
    if node is None:
        return None
    names = [container.image, *((state.image, state.image_id) if state is not None else ())]
    for name, size in node.images.items():
        if any(wanted and is_same(wanted, name) for wanted in names):
            return size
    return min(node.images.values()) if len(set(node.images.values())) >= _KEPT else None


def _family(container: Container, allowed: tuple[str, ...], workload: Workload, cluster: Snapshot) -> Iterator[Finding]:
    report = newest(cluster.about(workload, VulnerabilityReport), container)
    if report is None:
        yield Unknown(f"no report tells what the image of container {container.name} is built on")
    elif (report.os_family or "none") not in allowed:
        message = f"container {container.name} is built on {report.os_family or 'none'}, not {' or '.join(allowed)}"
        yield Fail(container.path, message)
