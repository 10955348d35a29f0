"""Rate limits: what keeps one caller from taking a service from all others."""

from collections.abc import Iterator
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.evidence.absence import attested_or
from readiness.checks.evidence.meshes import first_port, has_linkerd_proxy, servers_of
from readiness.checks.evidence.values import number
from readiness.checks.parameters.limits import doc
from readiness.checks.parameters.setting import MaybeCount, Paths, Words
from readiness.model import (
    Category,
    Finding,
    GatewayRoute,
    Ingress,
    LinkerdRateLimit,
    LinkerdServer,
    Namespace,
    Pod,
    Service,
    Severity,
    Snapshot,
    TraefikMiddleware,
    Unknown,
    VirtualService,
    Workload,
)
from readiness.model.reasons import Reason
from readiness.model.records import dataclass

# Annotations of ingress-nginx whose numbers limit what one address may send.
_LIMITS = tuple(f"nginx.ingress.kubernetes.io/limit-{name}" for name in ("rps", "rpm", "connections"))
_MIDDLEWARES = "traefik.ingress.kubernetes.io/router.middlewares"
_EDGE, _ALL = "edge", "all"  # the scopes that objects can answer


@dataclass(frozen=True, slots=True)
class RateParameters:
    """What is asked, and what shows a limit."""

    paths: Annotated[Paths, doc("Paths that are asked.")] = ()
    burst: Annotated[MaybeCount, doc("Requests of a burst.")] = None
    headers: Annotated[Words, doc("Headers of which one shows a limit.")] = (
        "RateLimit-Limit",
        "X-RateLimit-Limit",
        "Retry-After",
    )
    scope: Annotated[Words, doc("Where limits must be, such as edge or endpoint.")] = ()

    def __str__(self) -> str:
        """What would be asked."""
        asked = [f"answers have {' or '.join(self.headers)}"] if self.headers else []
        times = f" of {self.burst} requests" if self.burst else ""
        asked.append(f"a burst{times} to {' and '.join(self.paths) or '/'} gets 429")
        return " or ".join(asked)


@check(
    "Requests are rate limited",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    kind=Kind.ACTIVE,
    reads=(
        Pod,
        Namespace,
        Service,
        Ingress,
        GatewayRoute,
        VirtualService,
        TraefikMiddleware,
        LinkerdServer,
        LinkerdRateLimit,
    ),
    remedy="Limit by caller, at the edge or in the service, and answer 429 with Retry-After.",
)
def rate_limiting(workload: Workload, cluster: Snapshot, parameters: RateParameters) -> Iterator[Finding]:
    """
    One script in a loop is enough to take a service from everybody that has no limit.

    Rule: answers carry one of the headers; with active probing, a burst to each path is answered with 429. Objects show
    two limits already. That of the edge: Ingresses lead to the pods, neither a public Service nor a route of a gateway
    does, and each Ingress has one of the annotations limit-rps, limit-rpm and limit-connections of ingress-nginx, or
    names a Middleware of Traefik with rateLimit or inFlightReq. That of all requests: an HTTPLocalRateLimitPolicy of
    Linkerd for a Server of the containers' first port. Either will do without a scope; else each scope needs its own,
    and those that are neither edge nor all are unknown, as is the rest, since nobody asks yet; or an attestation
    counts.
    """
    seen = {_EDGE: _limited_at_the_edge(workload, cluster), _ALL: _limited_by_linkerd(workload, cluster)}
    missing = [place for place in parameters.scope if not seen.get(place)]
    if missing or not any(seen.values()):
        where = f" for {' and '.join(missing)}" if missing else ""
        gap = Unknown(f"no object shows a limit{where}; whether {parameters} is not asked yet", Reason.NOT_IMPLEMENTED)
        yield from attested_or("rate-limiting", gap, workload, cluster)


def _limited_at_the_edge(workload: Workload, cluster: Snapshot) -> bool:
    others = any(service.public for service in cluster.services_for(workload))
    others |= any(route.public for route in cluster.about(workload, GatewayRoute))
    if others or any(route.public for route in cluster.about(workload, VirtualService)):
        return False
    ingresses = cluster.ingresses_for(workload)
    middlewares = {item.name: item for item in cluster.about(workload, TraefikMiddleware)}
    return bool(ingresses) and all(_limits(ingress, middlewares) for ingress in ingresses)


def _limits(ingress: Ingress, middlewares: dict[str, TraefikMiddleware]) -> bool:
    if any((number(ingress.annotations.get(name, "")) or 0) > 0 for name in _LIMITS):
        return True
    wanted = [name.strip() for name in ingress.annotations.get(_MIDDLEWARES, "").split(",")]
    for name in wanted:  # which grows by the members of chains
        found = middlewares.get(name)
        if found is not None and found.limits:
            return True
        wanted += (member for member in (found.chain if found is not None else ()) if member not in wanted)
    return False


def _limited_by_linkerd(workload: Workload, cluster: Snapshot) -> bool:
    limited = {policy.server for policy in cluster.about(workload, LinkerdRateLimit) if policy.limits}
    servers = servers_of(workload, first_port(workload), cluster)
    return any(server.ref.name in limited for server in servers) and has_linkerd_proxy(workload, cluster)
