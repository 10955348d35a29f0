"""Services: whether they lead to the pods, and how far they open them."""

from collections.abc import Iterator
from typing import Annotated, Literal

from readiness.checks.check import Kind, NoParameters, check
from readiness.checks.parameters.limits import doc
from readiness.model import Category, Fail, Finding, Ingress, Service, Severity, Skip, Snapshot, Workload
from readiness.model.container import Port
from readiness.model.records import dataclass

_NONE = "no Service selects its pods"
_Way = Literal["Local", "Cluster"]


@dataclass(frozen=True, slots=True)
class TargetParameters:
    """How strictly a numeric target port is judged."""

    declared: Annotated[
        bool, doc("A number must be declared by a container too, where containers declare any port of the protocol.")
    ] = True


@check(
    "Services lead to ports that exist",
    severity=Severity.HIGH,
    category=Category.NETWORKING,
    kind=Kind.RELATION,
    reads=(Service,),
    remedy="Let targetPort be the name or the number of a port that a container declares.",
)
def service_target_ports(workload: Workload, cluster: Snapshot, parameters: TargetParameters) -> Iterator[Finding]:
    """
    A Service whose target port nobody listens on is healthy in every list and refuses every connection.

    Rule: for each port of each Service that selects the pods, targetPort is the name of a port that a container or
    sidecar declares with this protocol; with declared, a number is one that is declared, unless containers declare
    none of this protocol.
    """
    services = cluster.services_for(workload)
    if not services:
        yield Skip(_NONE)
    ports = [port for container in workload.pod.app_containers for port in container.ports]
    for service in services:
        for port in service.ports:
            known = [declared for declared in ports if declared.protocol == port.protocol]
            if not _is_declared(port.target, known, strictly=parameters.declared):
                yield Fail("", f"{service.ref} sends port {port.port} to {port.target}, which no container declares")


def _is_declared(target: int | str, known: list[Port], *, strictly: bool) -> bool:
    if isinstance(target, str):
        return any(port.name == target for port in known)
    return not strictly or not known or any(port.number == target for port in known)


@check(
    "No Service takes a port of every node",
    severity=Severity.MEDIUM,
    category=Category.NETWORKING,
    kind=Kind.RELATION,
    reads=(Service,),
    remedy="Let the Service be of type ClusterIP, and lead outside traffic through an Ingress or a Gateway.",
)
def no_node_port_service(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A node port is open on every node, past the Ingress with its TLS, its limits and its logs.

    Rule: no Service that selects the pods is of type NodePort.
    """
    yield from _of_type(workload, cluster, "NodePort")


@check(
    "No Service has a load balancer of its own",
    severity=Severity.LOW,
    category=Category.NETWORKING,
    kind=Kind.RELATION,
    reads=(Service,),
    remedy="Let the Service be of type ClusterIP, and lead outside traffic through an Ingress or a Gateway.",
)
def no_load_balancer_service(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A load balancer for each Service costs money each, and is a way in that nobody looks after.

    Rule: no Service that selects the pods is of type LoadBalancer.
    """
    yield from _of_type(workload, cluster, "LoadBalancer")


def _of_type(workload: Workload, cluster: Snapshot, kind: str) -> Iterator[Finding]:
    services = cluster.services_for(workload)
    if not services:
        yield Skip(_NONE)
    for service in services:
        if service.type == kind:
            yield Fail("", f"{service.ref} is of type {kind}")


@check(
    "No Service claims external IPs",
    severity=Severity.HIGH,
    category=Category.NETWORKING,
    kind=Kind.RELATION,
    reads=(Service,),
    remedy="Remove externalIPs from the Service.",
)
def no_external_ips(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    Whoever may set externalIPs takes over traffic to any address, of other tenants too (CVE-2020-8554).

    Rule: no Service that selects the pods has externalIPs.
    """
    services = cluster.services_for(workload)
    if not services:
        yield Skip(_NONE)
    for service in services:
        if service.external_ips:
            yield Fail("", f"{service.ref} claims {', '.join(service.external_ips)}")


@check(
    "No two Services are the same",
    severity=Severity.LOW,
    category=Category.NETWORKING,
    kind=Kind.RELATION,
    reads=(Service,),
    remedy="Keep one of the Services, or give each the labels of the pods that only it means.",
)
def service_selector_unique(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    Two Services with one selector are mostly a copied manifest: one release's traffic reaches another one's pods.

    Rule: no two Services that select the pods have the same selector and the same ports. A headless Service beside
    another one, as for a StatefulSet, is none of them.
    """
    seen: dict[object, Service] = {}
    services = cluster.services_for(workload)
    if not services:
        yield Skip(_NONE)
    for service in services:
        key = (service.selector, frozenset((port.port, port.protocol) for port in service.ports), service.headless)
        first = seen.setdefault(key, service)
        if first is not service:
            yield Fail("", f"{service.ref} and {first.ref} have the same selector and ports")


@dataclass(frozen=True, slots=True)
class OutsideParameters:
    """Which way traffic from outside must take."""

    load_balancer: Annotated[_Way | None, doc("externalTrafficPolicy of a LoadBalancer; null: any.")] = "Local"
    node_port: Annotated[_Way | None, doc("externalTrafficPolicy of a NodePort; null: any.")] = "Cluster"


@check(
    "Traffic from outside takes the wanted way",
    severity=Severity.INFO,
    category=Category.NETWORKING,
    kind=Kind.RELATION,
    reads=(Service,),
    remedy="Set externalTrafficPolicy of the Service to the wanted one.",
)
def external_traffic_policy(workload: Workload, cluster: Snapshot, parameters: OutsideParameters) -> Iterator[Finding]:
    """
    By way of any node the client's address is lost, and a hop added; on the others' ports Local gives no answer at all.

    Rule: each Service that selects the pods has the externalTrafficPolicy (Cluster unless set) that is wanted for its
    type: by default Local behind a load balancer, which asks nodes for their health, and Cluster for node ports.
    """
    wanted = {"LoadBalancer": parameters.load_balancer, "NodePort": parameters.node_port}
    services = [service for service in cluster.services_for(workload) if wanted.get(service.type)]
    if not services:
        yield Skip("no Service of its pods is open to the outside")
    for service in services:
        if service.traffic_policy != wanted[service.type]:
            message = f"{service.ref} of type {service.type} has externalTrafficPolicy {service.traffic_policy}"
            yield Fail("", f"{message}, not {wanted[service.type]}")


@check(
    "Services and Ingresses refer to ports by name",
    severity=Severity.INFO,
    category=Category.NETWORKING,
    kind=Kind.RELATION,
    reads=(Service, Ingress),
    remedy="Name the port of the container and that of the Service, and let targetPort and backends give these names.",
)
def service_ports_named(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    Each number is one more place to change with the port, in another file, and the one that is forgotten.

    Rule: targetPort of each port of the Services that select the pods is a name, and so is the port of each backend by
    which an Ingress leads to one of them. Headless Services do not translate ports, and are left out.
    """
    services = {service.ref.name: service for service in cluster.services_for(workload)}
    if not services:
        yield Skip(_NONE)
    for service in services.values():
        for port in service.ports:
            if isinstance(port.target, int) and not service.headless:
                yield Fail("", f"{service.ref} sends port {port.port} to {port.target} by number")
    for ingress in cluster.ingresses_for(workload):
        for name, number in dict.fromkeys(backend for route in ingress.routes for backend in route.backends):
            if name in services and isinstance(number, int):
                yield Fail("", f"{ingress.ref} leads to port {number} of {services[name].ref} by number")
