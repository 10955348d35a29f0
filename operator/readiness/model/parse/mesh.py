"""Custom resources of Istio, Linkerd and Traefik: raw object to record."""

import re
from collections import defaultdict

from readiness.model.labels import Selector
from readiness.model.mesh import (
    DestinationRule,
    LinkerdAuthorization,
    LinkerdRateLimit,
    LinkerdServer,
    PeerAuthentication,
    TraefikMiddleware,
    VirtualService,
    full_name,
    middleware_name,
    service_of,
)  # fmt: skip
from readiness.model.parse.fields import (
    Raw,
    int_or_text,
    items,
    labels,
    mapping,
    number,
    selector,
    text,
    texts,
    time,
)  # fmt: skip
from readiness.model.parse.workloads import ref_of

_DIGITS = re.compile(r"[0-9]{1,5}")
_IDENTITIES = ("MeshTLSAuthentication", "ServiceAccount")  # what shows itself by a certificate


def peer_authentication(raw: Raw) -> PeerAuthentication:
    """A PeerAuthentication; its selector has but labels, and an empty one is none."""
    spec = mapping(raw, "spec")
    pairs = labels(mapping(spec, "selector"), "matchLabels")
    ports = {_port(key): _mode(mtls) for key, mtls in mapping(spec, "portLevelMtls").items()}
    return PeerAuthentication(
        ref=ref_of(raw),
        selector=Selector(tuple(sorted(pairs.items()))) if pairs else None,
        mode=_mode(mapping(spec, "mtls")),
        ports={port: mode for port, mode in ports.items() if port is not None and mode},
        created=time(mapping(raw, "metadata"), "creationTimestamp"),
    )


def _mode(mtls: object) -> str:
    said = text(mtls, "mode") if isinstance(mtls, dict) else ""
    return "" if said == "UNSET" else said


def _port(key: object) -> int | None:
    """The number that is a key: text, as JSON has them, or a number, as YAML may."""
    if isinstance(key, str):
        return int(key) if _DIGITS.fullmatch(key) else None
    return key if isinstance(key, int) else None


def virtual_service(raw: Raw) -> VirtualService:
    """A VirtualService; a rule for HTTP without a time-out has none, which is Istio's default, others never have."""
    spec, ref = mapping(raw, "spec"), ref_of(raw)
    found: dict[tuple[str, str], tuple[str, ...]] = defaultdict(tuple)
    rules: list[tuple[Raw, tuple[str, ...]]] = [(rule, (text(rule, "timeout"),)) for rule in items(spec, "http")]
    rules += ((rule, ()) for kind in ("tls", "tcp") for rule in items(spec, kind))
    for rule, timeout in rules:
        hosts = {text(mapping(item, "destination"), "host") for item in items(rule, "route")}
        for service in {service_of(full_name(host, ref.namespace)) for host in hosts}:
            if service is not None:
                found[service] += timeout
    return VirtualService(ref, dict(found), public=any(name != "mesh" for name in texts(spec, "gateways")))


def destination_rule(raw: Raw) -> DestinationRule:
    """A DestinationRule. Without exportTo everybody sees it, with `.` its namespace."""
    spec, ref = mapping(raw, "spec"), ref_of(raw)
    shown = texts(spec, "exportTo")
    outliers = mapping(spec, "trafficPolicy").get("outlierDetection")
    return DestinationRule(
        ref=ref,
        host=full_name(text(spec, "host"), ref.namespace),
        breaks=isinstance(outliers, dict) and _ejects(outliers),
        namespaces=tuple(ref.namespace if name == "." else name for name in shown)
        if shown and "*" not in shown
        else None,
    )


def _ejects(outliers: Raw) -> bool:
    """Whether some kind of failure counts: five answers of 5xx in a row do, unless that is turned off."""
    kinds = ("consecutive5xxErrors", "consecutiveGatewayErrors", "consecutiveLocalOriginFailures")
    said = [number(outliers, kind) for kind in kinds]
    return said[0] != 0 or any(said)


def linkerd_server(raw: Raw) -> LinkerdServer:
    """A Server; before v1beta3 it had no accessPolicy, and let nobody in."""
    spec = mapping(raw, "spec")
    return LinkerdServer(
        ref=ref_of(raw),
        selector=selector(spec, "podSelector"),
        port=int_or_text(spec, "port"),
        access=text(spec, "accessPolicy", "deny"),
        labels=labels(mapping(raw, "metadata")),
    )


def authorization_policy(raw: Raw) -> LinkerdAuthorization:
    """An AuthorizationPolicy: for a Server, a route, or all Servers of its namespace."""
    spec = mapping(raw, "spec")
    target = mapping(spec, "targetRef")
    return LinkerdAuthorization(
        ref=ref_of(raw),
        server=text(target, "name") if text(target, "kind") == "Server" else "",
        identified=any(text(item, "kind") in _IDENTITIES for item in items(spec, "requiredAuthenticationRefs")),
    )


def server_authorization(raw: Raw) -> LinkerdAuthorization:
    """A ServerAuthorization, which AuthorizationPolicies replace."""
    spec = mapping(raw, "spec")
    server, client = mapping(spec, "server"), mapping(spec, "client")
    tls = mapping(client, "meshTLS")
    return LinkerdAuthorization(
        ref=ref_of(raw),
        server=text(server, "name"),
        selector=selector(server, "selector"),
        identified=True not in (client.get("unauthenticated"), tls.get("unauthenticatedTLS"))
        and any((*texts(tls, "identities"), *items(tls, "serviceAccounts"))),
    )


def rate_limit_policy(raw: Raw) -> LinkerdRateLimit:
    """An HTTPLocalRateLimitPolicy."""
    spec = mapping(raw, "spec")
    limited = any(number(mapping(spec, key), "requestsPerSecond") is not None for key in ("total", "identity"))
    target = mapping(spec, "targetRef")
    return LinkerdRateLimit(ref_of(raw), text(target, "name") if text(target, "kind") == "Server" else "", limited)


def middleware(raw: Raw) -> TraefikMiddleware:
    """A Middleware. A rateLimit without an average, or with 0, limits nothing; inFlightReq limits what runs at once."""
    spec, ref = mapping(raw, "spec"), ref_of(raw)
    members = items(mapping(spec, "chain"), "middlewares")
    return TraefikMiddleware(
        ref=ref,
        limits=bool(number(mapping(spec, "rateLimit"), "average") or number(mapping(spec, "inFlightReq"), "amount")),
        chain=tuple(middleware_name(text(item, "namespace") or ref.namespace, text(item, "name")) for item in members),
    )
