"""By which listeners of gateways requests from outside come to a workload, and which of them are open to readers."""

from collections.abc import Iterator

from readiness.model import Fail, Finding, GatewayRoute, Snapshot, Unknown, Workload
from readiness.model.deliveries import Listener
from readiness.model.foreign import GatewayParent
from readiness.model.labels import Labels
from readiness.model.reasons import Reason

_SECURE = ("HTTPS", "TLS")
_LEADING = ("HTTPRoute", "GRPCRoute", "TLSRoute")


def routes_to(workload: Workload, cluster: Snapshot) -> list[GatewayRoute]:
    """The routes that lead from gateways to its Services, but for those of plain TCP."""
    return [route for route in cluster.about(workload, GatewayRoute) if route.parents and route.ref.kind in _LEADING]


def open_listeners(route: GatewayRoute, workload: Workload, cluster: Snapshot, *, redirect: bool) -> Iterator[Finding]:
    """What is wrong with the TLS of the gateways that a route hangs on. Who uses it reads Gateway and Namespace."""
    found: list[Listener] = []
    labels = _labels(route, workload, cluster)
    for parent in dict.fromkeys(route.parents):
        gateway = cluster.gateway(parent)
        if gateway is None:
            yield _unknown(parent, route, cluster)
            continue
        taking = [
            item
            for item in gateway.listeners
            if item.takes(parent, route.hosts) and item.admits(route.ref, gateway.ref, labels)
        ]
        if not taking:
            yield Unknown(f"no listener of {gateway.ref} takes {route.ref}")
        for item in taking:
            if item.protocol in _SECURE and not item.certified:
                yield Fail("", f"listener {item.name} of {gateway.ref} names no Secret with a certificate")
        found += taking
    plain = [item.name for item in found if item.protocol == "HTTP"]
    if plain and not any(item.protocol in _SECURE for item in found):
        yield Fail("", f"{route.ref} is reached by listener {plain[0]} without TLS")
    elif plain and redirect:
        yield Fail("", f"{route.ref} serves plain HTTP too, by listener {plain[0]}")


def _unknown(parent: GatewayParent, route: GatewayRoute, cluster: Snapshot) -> Unknown:
    missing = f"Gateway {parent.name} of namespace {parent.namespace}, which {route.ref} names,"
    if cluster.live:
        return Unknown(f"{missing} was not found")
    return Unknown(f"{missing} is not among the manifests", Reason.NOT_EVALUATED)


def _labels(route: GatewayRoute, workload: Workload, cluster: Snapshot) -> Labels | None:
    """Those of the namespace of a route, where it is the workload's."""
    namespace = cluster.namespace_of(workload) if route.ref.namespace == workload.ref.namespace else None
    return namespace.labels if namespace is not None else None
