"""Monitoring: whether Prometheus asks for the metrics of a workload."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from readiness.checks.check import Kind, NoParameters, check
from readiness.checks.evidence.absence import absence
from readiness.checks.parameters.limits import Len
from readiness.model import (
    Category,
    Fail,
    Finding,
    Pod,
    PodMonitor,
    ScrapedPort,
    Service,
    ServiceMonitor,
    Severity,
    Skip,
    Snapshot,
    Workload,
)

_PROMETHEUS = "the Prometheus operator"
_SCRAPE, _SCRAPE_PORT = "prometheus.io/scrape", "prometheus.io/port"
_BATCH = "its pods run to completion"
_MOST_PORTS = 65535
Word = Annotated[str, Len(1, 128)]


@check(
    "Prometheus asks for its metrics",
    severity=Severity.HIGH,
    category=Category.OBSERVABILITY,
    kind=Kind.RELATION,
    reads=(Pod, Service, ServiceMonitor, PodMonitor),
    remedy="Add a ServiceMonitor whose selector matches the labels of the Service, and that names one of its ports.",
)
def metrics_scraped(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    Metrics that nobody collects warn of nothing: a selector that misses a label looks like a quiet service.

    Rule: a ServiceMonitor selects a Service of the pods by its labels, in a namespace that it looks into, and names a
    port of it; or a PodMonitor selects the pods, and a port of theirs; or the pod template has the annotation
    prometheus.io/scrape: "true" with a prometheus.io/port that a container declares, or none and a declared port.
    Whether Prometheus chooses this monitor, and reaches the pods, is not judged here.
    """
    if workload.batch:
        yield Skip(_BATCH)
        return
    faults = list(_annotated(workload))
    faults += [fault for fault in _monitored(workload, cluster) if fault not in faults]
    if "" in faults:
        return
    if faults:
        yield Fail("", faults[0])
    elif cluster.serves(ServiceMonitor, PodMonitor):
        yield Fail(
            "", f"no ServiceMonitor, no PodMonitor and no annotation {_SCRAPE} has Prometheus ask for its metrics"
        )
    else:
        yield from absence("metrics-scraped", _PROMETHEUS, workload, cluster)


def _annotated(workload: Workload) -> Iterator[str]:
    """What is wrong with the annotation that asks for metrics to be collected; empty where it is fine."""
    notes = workload.pod.annotations
    if notes.get(_SCRAPE) != "true":
        return
    declared = {port.number for container in workload.pod.app_containers for port in container.ports}
    wanted = notes.get(_SCRAPE_PORT)
    if wanted is None:
        yield "" if declared else f"annotation {_SCRAPE} names no port, and no container declares one"
    elif not (wanted.isascii() and wanted.isdecimal() and 0 < int(wanted[:6]) <= _MOST_PORTS):
        yield f"annotation {_SCRAPE_PORT} is no port"
    else:
        yield (
            ""
            if not declared or int(wanted) in declared
            else f"annotation {_SCRAPE_PORT} is {wanted}, which no container declares"
        )


def _monitored(workload: Workload, cluster: Snapshot) -> Iterator[str]:
    """What is wrong with each monitor that selects it; empty where it is fine."""
    containers = list(workload.pod.app_containers)
    names = {port.name for container in containers for port in container.ports}
    numbers = {port.number for container in containers for port in container.ports}
    for service in cluster.services_for(workload):
        for monitor in cluster.service_monitors_for(service):
            own = {port.name for port in service.ports}
            found = _has_port(monitor.ports, own, names | numbers | {port.target for port in service.ports})
            yield "" if found else f"{monitor.ref} asks for no port that Service {service.ref.name} has"
    for pod_monitor in cluster.pod_monitors_for(workload):
        found = _has_port(pod_monitor.ports, names, names | numbers)
        yield "" if found else f"{pod_monitor.ref} asks for no port that a container declares"


def _has_port(asked: Iterable[ScrapedPort], names: set[str], targets: set[int | str]) -> bool:
    return any(port.name in names if port.name else port.target in targets for port in asked)
