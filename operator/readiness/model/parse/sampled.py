"""What is read now and then: leases, the use of resources, and the images on nodes: raw object to record."""

from sys import intern

from readiness.model.parse.fields import Raw, count, items, mapping, number, strings, text, texts, time
from readiness.model.parse.workloads import ref_of
from readiness.model.sampled import Lease, Node, PodMetrics


def lease(raw: Raw) -> Lease:
    """A Lease."""
    spec = mapping(raw, "spec")
    return Lease(
        ref_of(raw), text(spec, "holderIdentity"), time(spec, "renewTime"), count(spec, "leaseDurationSeconds", 15)
    )


def pod_metrics(raw: Raw) -> PodMetrics:
    """A PodMetrics of metrics.k8s.io."""
    usage = {text(item, "name"): strings(item, "usage") for item in items(raw, "containers")}
    return PodMetrics(ref_of(raw), usage, time(raw, "timestamp"))


def node(raw: Raw) -> Node:
    """A Node."""
    images: dict[str, int] = {}
    for item in items(mapping(raw, "status"), "images"):
        size = number(item, "sizeBytes")
        if size is not None:
            images |= dict.fromkeys(map(intern, texts(item, "names")), size)
    return Node(ref_of(raw), images)
