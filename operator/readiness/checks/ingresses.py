"""Ingresses: how requests from outside come in."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from readiness.checks.check import Kind, NoParameters, check
from readiness.checks.evidence.listeners import open_listeners, routes_to
from readiness.checks.evidence.values import switch
from readiness.checks.parameters.limits import doc
from readiness.model import (
    Category,
    Certificate,
    Fail,
    Finding,
    Gateway,
    GatewayRoute,
    Ingress,
    Namespace,
    Recheck,
    Secret,
    Service,
    Severity,
    Skip,
    Snapshot,
    Unknown,
    Workload,
)
from readiness.model.records import dataclass
from readiness.model.surroundings import Route

# Certificates that clouds' controllers take from elsewhere than spec.tls, as their documentation has it.
_CERTIFICATES = (
    "alb.ingress.kubernetes.io/certificate-arn",
    "ingress.gcp.kubernetes.io/pre-shared-cert",
    "networking.gke.io/managed-certificates",
)
# Annotations that send plain HTTP to HTTPS, as the controllers' documentation has it. A port is on, too.
_REDIRECTS = (
    "nginx.ingress.kubernetes.io/ssl-redirect",
    "alb.ingress.kubernetes.io/ssl-redirect",
    "haproxy.org/ssl-redirect",
    "haproxy-ingress.github.io/ssl-redirect",
    "ingress.kubernetes.io/ssl-redirect",
)
_FORCED = "nginx.ingress.kubernetes.io/force-ssl-redirect"  # its absence turns nothing off
_CANARY = "nginx.ingress.kubernetes.io/canary"
_ALLOWS_HTTP = "kubernetes.io/ingress.allow-http"
_ENTRY_POINTS = "traefik.ingress.kubernetes.io/router.entrypoints"
_NGINX = ("nginx.ingress.kubernetes.io/", "nginx.org/")
_REDIRECTING_CLASSES = ("nginx", "haproxy")  # these redirect hosts with TLS unless they are told not to


@dataclass(frozen=True, slots=True)
class IngressParameters:
    """Whether plain HTTP must lead to HTTPS."""

    redirect: Annotated[bool, doc("Plain HTTP must be redirected to HTTPS, or refused.")] = True


@check(
    "Ingresses terminate TLS for every host",
    severity=Severity.HIGH,
    category=Category.NETWORKING,
    kind=Kind.RELATION,
    reads=(Service, Ingress, Certificate, Secret, Gateway, GatewayRoute, Namespace),
    remedy="Add spec.tls with every host and the Secret of its certificate, and let the controller redirect HTTP.",
)
def ingress_tls(workload: Workload, cluster: Snapshot, parameters: IngressParameters) -> Iterator[Finding]:
    """
    Over plain HTTP everybody on the way reads passwords and cookies, and changes what is delivered.

    Rule: each host by which an Ingress leads to a Service of the pods is in spec.tls with a Secret, or the Ingress has
    a cloud's annotation for a certificate. With redirect nothing turns the redirect to HTTPS off, and the class of the
    Ingress or an annotation says that there is one. A Certificate of cert-manager that makes one of these Secrets is
    ready, and has not expired; of others whether they are valid is not judged here. Where the operator reads the
    metadata of Secrets, they exist. Routes of the Gateway API hang on a listener with TLS and a certificate, with
    redirect on no other: a route that redirects leads to no Service.
    """
    ingresses, routes = cluster.ingresses_for(workload), routes_to(workload, cluster)
    if not ingresses and not routes:
        yield Skip("no Ingress and no route of a Gateway leads to its pods")
    for route in routes:
        yield from open_listeners(route, workload, cluster, redirect=parameters.redirect)
    services = {service.ref.name for service in cluster.services_for(workload)}
    for ingress in ingresses:
        open_hosts = list(_open_hosts(ingress, services))
        for host, why in open_hosts:
            yield Fail("", f"{ingress.ref} {why} for {host or 'requests for any host'}")
        for certificate in cluster.certificates_of(ingress):
            yield from _invalid(certificate, ingress, cluster)
        yield from _without_secret(ingress, cluster)
        if parameters.redirect and not open_hosts:
            yield from _redirect(ingress)


def _invalid(certificate: Certificate, ingress: Ingress, cluster: Snapshot) -> Iterator[Finding]:
    """What is wrong with a certificate now; manifests do not tell."""
    end = certificate.not_after
    if certificate.ready is False:
        why = f": {certificate.reason}" if certificate.reason else ""
        yield Fail("", f"{certificate.ref} of {ingress.ref} is not ready{why}")
    elif end is not None and cluster.now >= end:
        yield Fail("", f"{certificate.ref} of {ingress.ref} has expired")
    elif end is not None:
        yield Recheck(end)


def _without_secret(ingress: Ingress, cluster: Snapshot) -> Iterator[Fail]:
    if not cluster.live or not cluster.serves(Secret):
        return  # manifests leave it to cert-manager
    for name in dict.fromkeys(entry.secret for entry in ingress.tls if entry.secret):
        if cluster.secret(ingress.ref.namespace, name) is None:
            yield Fail("", f"{ingress.ref} names Secret {name}, which does not exist")


def _open_hosts(ingress: Ingress, services: set[str]) -> Iterator[tuple[str, str]]:
    """Hosts that lead to one of the Services without a certificate, and what is missing."""
    if any(ingress.annotations.get(name) for name in _CERTIFICATES):
        return
    hosts = dict.fromkeys(route.host for route in ingress.routes if not services.isdisjoint(route.services))
    for host in hosts:
        covering = [entry for entry in ingress.tls if entry.covers(host)]
        if not covering:
            yield host, "has no TLS"
        elif not any(entry.secret for entry in covering):
            yield host, "names no Secret with a certificate"


def _redirect(ingress: Ingress) -> Iterator[Finding]:
    notes = ingress.annotations
    said = [switch(notes[name]) is not False for name in _REDIRECTS if name in notes]
    if _ALLOWS_HTTP in notes:
        said.append(switch(notes[_ALLOWS_HTTP]) is False)
    if _ENTRY_POINTS in notes:
        said.append("web" not in (point.strip() for point in notes[_ENTRY_POINTS].split(",")))
    if any(said) or switch(notes.get(_FORCED, "")):
        return
    if said:
        yield Fail("", f"{ingress.ref} serves plain HTTP too: an annotation asks for it")
    elif not any(word in ingress.class_name for word in _REDIRECTING_CLASSES):
        yield Unknown(f"nothing says that {ingress.ref} redirects HTTP to HTTPS")


@check(
    "Ingresses lead to Services that exist",
    severity=Severity.HIGH,
    category=Category.NETWORKING,
    kind=Kind.RELATION,
    reads=(Service, Ingress),
    remedy="Let each backend name a Service of the namespace and one of its ports.",
)
def ingress_backends_exist(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A path whose backend is not there answers 503 to everybody, and only to those who take this path.

    Rule: each backend of an Ingress that leads to the pods names a Service of the namespace, and a number or a name
    of one of its ports. Services of type ExternalName have any port.
    """
    ingresses = cluster.ingresses_for(workload)
    if not ingresses:
        yield Skip("no Ingress leads to its pods")
    for ingress in ingresses:
        backends = dict.fromkeys(backend for route in ingress.routes for backend in route.backends)
        for name, port in backends:
            service = cluster.service(workload.ref.namespace, name)
            if service is None:
                yield Fail("", f"{ingress.ref} leads to a Service {name} that does not exist")
            elif service.type != "ExternalName" and not any(port in (item.port, item.name) for item in service.ports):
                yield Fail("", f"{ingress.ref} leads to port {port} of {service.ref}, which has no such port")


@dataclass(frozen=True, slots=True)
class HostParameters:
    """Which hosts an Ingress may claim."""

    wildcards: Annotated[bool, doc("A host like *.shop.example is fine.")] = False


@check(
    "Ingresses claim hosts by name",
    severity=Severity.MEDIUM,
    category=Category.NETWORKING,
    kind=Kind.RELATION,
    reads=(Service, Ingress),
    remedy="Give each rule of the Ingress the full name of its host.",
)
def ingress_hosts(workload: Workload, cluster: Snapshot, parameters: HostParameters) -> Iterator[Finding]:
    """
    A rule for any host takes requests that are meant for others, and shows an admin page under every name.

    Rule: each route by which an Ingress leads to a Service of the pods has a host, without a wildcard unless wildcards
    allows it.
    """
    ingresses = cluster.ingresses_for(workload)
    if not ingresses:
        yield Skip("no Ingress leads to its pods")
    services = {service.ref.name for service in cluster.services_for(workload)}
    for ingress in ingresses:
        for host in dict.fromkeys(r.host for r in ingress.routes if not services.isdisjoint(r.services)):
            if not host:
                yield Fail("", f"{ingress.ref} leads requests for any host to it")
            elif "*" in host and not parameters.wildcards:
                yield Fail("", f"{ingress.ref} claims {host}")


@check(
    "No two Ingresses claim the same requests",
    severity=Severity.MEDIUM,
    category=Category.NETWORKING,
    kind=Kind.RELATION,
    reads=(Service, Ingress),
    remedy="Keep the path in one of the Ingresses; for a canary use the controller's own annotations.",
)
def ingress_paths_unique(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    Of two Ingresses with one path a controller takes one, today this and tomorrow that; it may be a stranger's.

    Rule: no path of a host, by which an Ingress leads to a Service of the pods, is in another Ingress of its class, of
    whatever namespace. Different paths of one host may be in several; canaries of ingress-nginx are left out, and so
    are rules for any host.
    """
    ingresses = cluster.ingresses_for(workload)
    if not ingresses:
        yield Skip("no Ingress leads to its pods")
    services = {service.ref.name for service in cluster.services_for(workload)}
    for ingress in ingresses:
        mine = _claimed(route for route in ingress.routes if not services.isdisjoint(route.services))
        for rival in cluster.rivals_of(ingress):
            for host, path in sorted(mine & _claimed(rival.routes)):
                if not (_is_canary(ingress) or _is_canary(rival)):
                    where = f"{rival.ref} of namespace {rival.ref.namespace}"
                    yield Fail("", f"{ingress.ref} and {where} both claim {host}{path.removeprefix('= ')}")


def _claimed(routes: Iterable[Route]) -> set[tuple[str, str]]:
    """Hosts with paths."""
    return {(route.host, path) for route in routes if route.host for path in route.paths}


def _is_canary(ingress: Ingress) -> bool:
    return bool(switch(ingress.annotations.get(_CANARY, "")))


@check(
    "No Ingress writes into the controller's configuration",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    kind=Kind.RELATION,
    reads=(Service, Ingress),
    remedy="Remove the snippet annotations, and use the controller's own annotations or a ConfigMap of its operators.",
)
def ingress_nginx_annotations(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A snippet runs inside the controller, which may read the Secrets of every namespace (CVE-2021-25742).

    Rule: no Ingress that leads to the pods has an annotation nginx.ingress.kubernetes.io/...-snippet, or
    nginx.org/...-snippets.
    """
    ingresses = cluster.ingresses_for(workload)
    if not ingresses:
        yield Skip("no Ingress leads to its pods")
    for ingress in ingresses:
        for name in sorted(ingress.annotations):
            if name.startswith(_NGINX) and name.endswith(("-snippet", "-snippets")):
                yield Fail("", f"{ingress.ref} has the annotation {name}")
