"""The objects around workloads: raw object to its record."""

import base64
from collections.abc import Iterator
from sys import intern

from readiness.model.credentials import DEFAULTS, find_in_text
from readiness.model.labels import EVERYTHING, Selector
from readiness.model.monitoring import Board
from readiness.model.parse.documents import fault_of, is_kept
from readiness.model.parse.fields import (
    Raw,
    annotations,
    controller,
    count,
    flag,
    int_or_text,
    items,
    labels,
    mapping,
    number,
    selector,
    strings,
    text,
    texts,
    time,
)  # fmt: skip
from readiness.model.parse.monitoring import board
from readiness.model.parse.workloads import ref_of
from readiness.model.surroundings import (
    Condition,
    ConfigMap,
    Endpoint,
    EndpointSlice,
    HorizontalPodAutoscaler,
    Ingress,
    IngressTLS,
    LimitRange,
    Namespace,
    NetworkPolicy,
    Peer,
    PodDisruptionBudget,
    ResourceQuota,
    Route,
    Service,
    ServiceAccount,
    ServicePort,
)  # fmt: skip

_SERVICE_NAME = "kubernetes.io/service-name"
_LINKERD = "linkerd.io"  # of the annotations of a namespace, nobody else's are read
_CLASS = "kubernetes.io/ingress.class"  # what stood for ingressClassName, and still works
_DASHBOARD = "grafana_dashboard"  # the label that Grafana's charts look for
_LONGEST_SETTING = 128
_EVERY_ADDRESS = ("0.0.0.0/0", "::/0")
_PROFILE_LABEL, _PROFILE_KEY = "readiness.dev/profile", "profile.yaml"
_LONGEST_PROFILE = 64 * 1024 + 1  # characters: one more than is read of a profile, which says so


def _uid(raw: Raw) -> str:
    return text(mapping(raw, "metadata"), "uid")


def _api_version(raw: Raw) -> str:
    return intern(text(raw, "apiVersion"))


def namespace(raw: Raw) -> Namespace:
    """A namespace."""
    metadata = mapping(raw, "metadata")
    named = labels(metadata)
    named.setdefault("kubernetes.io/metadata.name", text(metadata, "name"))  # the API server sets it on all
    notes = {key: value for key, value in annotations(metadata).items() if key.partition("/")[0].endswith(_LINKERD)}
    return Namespace(ref_of(raw), _uid(raw), named, bool(text(metadata, "deletionTimestamp")), notes)


def service(raw: Raw) -> Service:
    """A Service; its selector is a plain map, and an empty one selects nothing."""
    spec = mapping(raw, "spec")
    pairs = tuple(sorted(labels(spec, "selector").items()))
    kind = text(spec, "type", "ClusterIP")
    return Service(
        ref=ref_of(raw),
        uid=_uid(raw),
        selector=Selector(pairs=pairs) if pairs else None,
        ports=tuple(_service_port(item) for item in items(spec, "ports")),
        type=kind,
        headless=spec.get("clusterIP") == "None",
        publish_not_ready=spec.get("publishNotReadyAddresses") is True,
        labels=labels(mapping(raw, "metadata")),
        external_name=text(spec, "externalName"),
        external_ips=texts(spec, "externalIPs"),
        traffic_policy=text(spec, "externalTrafficPolicy", "Cluster"),
    )


def _service_port(raw: Raw) -> ServicePort:
    port = count(raw, "port", 0)
    target = int_or_text(raw, "targetPort") or port
    return ServicePort(port, target, text(raw, "name"), text(raw, "protocol", "TCP"))


def endpoint_slice(raw: Raw) -> EndpointSlice:
    """An EndpointSlice; an unknown readiness counts as ready, as the API says."""
    return EndpointSlice(
        ref=ref_of(raw),
        uid=_uid(raw),
        service=labels(mapping(raw, "metadata")).get(_SERVICE_NAME, ""),
        endpoints=tuple(
            Endpoint(ready=mapping(item, "conditions").get("ready") is not False, pod=_target_pod(item))
            for item in items(raw, "endpoints")
        ),
    )


def _target_pod(raw: Raw) -> str:
    target = mapping(raw, "targetRef")
    return text(target, "name") if target.get("kind") == "Pod" else ""


def pod_disruption_budget(raw: Raw) -> PodDisruptionBudget:
    """A PodDisruptionBudget."""
    spec = mapping(raw, "spec")
    status = mapping(raw, "status")
    return PodDisruptionBudget(
        ref=ref_of(raw),
        uid=_uid(raw),
        selector=selector(spec, "selector"),
        min_available=int_or_text(spec, "minAvailable"),
        max_unavailable=int_or_text(spec, "maxUnavailable"),
        disruptions_allowed=number(status, "disruptionsAllowed"),
        healthy=number(status, "currentHealthy"),
        expected=number(status, "expectedPods"),
        conditions=_conditions(status),
        api_version=_api_version(raw),
        unhealthy_eviction=text(spec, "unhealthyPodEvictionPolicy"),
    )


def horizontal_pod_autoscaler(raw: Raw) -> HorizontalPodAutoscaler:
    """An autoscaling/v2 HorizontalPodAutoscaler; v1 is read as far as it goes."""
    spec = mapping(raw, "spec")
    target = mapping(spec, "scaleTargetRef")
    metrics = tuple(_metric(item) for item in items(spec, "metrics"))
    if not metrics and number(spec, "targetCPUUtilizationPercentage") is not None:
        metrics = ("cpu",)
    return HorizontalPodAutoscaler(
        ref=ref_of(raw),
        uid=_uid(raw),
        target_kind=text(target, "kind"),
        target_name=text(target, "name"),
        min_replicas=count(spec, "minReplicas", 1),
        max_replicas=count(spec, "maxReplicas", 1),
        metrics=metrics,
        conditions=_conditions(mapping(raw, "status")),
        api_version=_api_version(raw),
        owner=controller(mapping(raw, "metadata")),
    )


def _conditions(status: Raw) -> dict[str, Condition]:
    return {
        text(item, "type"): Condition(text(item, "status"), text(item, "reason"), time(item, "lastTransitionTime"))
        for item in items(status, "conditions")
    }


def _metric(raw: Raw) -> str:
    kind = text(raw, "type")
    body = mapping(raw, kind[:1].lower() + kind[1:])
    return text(body, "name") or text(mapping(body, "metric"), "name") or kind


def network_policy(raw: Raw) -> NetworkPolicy:
    """A NetworkPolicy. Absent policyTypes mean Ingress, and Egress too when there are egress rules, not only a list."""
    spec = mapping(raw, "spec")
    directions = texts(spec, "policyTypes")
    if not directions:
        directions = ("Ingress", "Egress") if list(items(spec, "egress")) else ("Ingress",)
    rules = [
        (direction, list(items(rule, peers)))
        for direction, field, peers in (("Ingress", "ingress", "from"), ("Egress", "egress", "to"))
        if direction in directions
        for rule in items(spec, field)
    ]
    return NetworkPolicy(
        ref=ref_of(raw),
        uid=_uid(raw),
        selector=selector(spec, "podSelector") or Selector(),
        directions=directions,
        open_directions=tuple(dict.fromkeys(way for way, peers in rules if not peers or any(map(_everybody, peers)))),
        api_version=_api_version(raw),
        peers=tuple(_peer(direction, item) for direction, peers in rules for item in peers if "ipBlock" not in item),
    )


def _peer(direction: str, raw: Raw) -> Peer:
    return Peer(direction, selector(raw, "podSelector") or EVERYTHING, selector(raw, "namespaceSelector"))


def _everybody(raw: Raw) -> bool:
    """Whether a peer is every address, or every pod of every namespace."""
    block = mapping(raw, "ipBlock")
    if block:
        return text(block, "cidr") in _EVERY_ADDRESS and not texts(block, "except")
    peer = _peer("", raw)
    return peer.namespaces == peer.pods == EVERYTHING


def ingress(raw: Raw) -> Ingress:
    """An Ingress."""
    spec, metadata = mapping(raw, "spec"), mapping(raw, "metadata")
    notes = annotations(metadata)
    routes = [Route(text(rule, "host"), _backends(rule), _paths(rule)) for rule in items(spec, "rules")]
    if default := _backend(mapping(spec, "defaultBackend")):
        routes.append(Route("", (default,)))
    return Ingress(
        ref=ref_of(raw),
        uid=_uid(raw),
        class_name=text(spec, "ingressClassName") or notes.get(_CLASS, ""),
        routes=tuple(routes),
        tls=tuple(IngressTLS(texts(item, "hosts"), text(item, "secretName")) for item in items(spec, "tls")),
        annotations=notes,
        api_version=_api_version(raw),
    )


def _backends(rule: Raw) -> tuple[tuple[str, int | str], ...]:
    paths = items(mapping(rule, "http"), "paths")
    return tuple(dict.fromkeys(found for item in paths if (found := _backend(mapping(item, "backend")))))


def _paths(rule: Raw) -> tuple[str, ...]:
    """With a sign in front where a path means itself alone; what controllers make of their own types they know."""
    found = ((item, text(item, "path") or "/") for item in items(mapping(rule, "http"), "paths"))
    return tuple(f"= {path}" if item.get("pathType") == "Exact" else path.rstrip("/") or "/" for item, path in found)


def _backend(raw: Raw) -> tuple[str, int | str] | None:
    """The Service and its port; None for a backend of another kind."""
    service = mapping(raw, "service")
    port, name = mapping(service, "port"), text(service, "name")
    return (name, text(port, "name") or count(port, "number", 0)) if name else None


def config_map(raw: Raw) -> ConfigMap:
    """A ConfigMap: scanned for credentials here; its short lines and documents and a profile are what is kept."""
    hits, placeholders = [], []
    settings: dict[str, str | None] = {}
    for key, value in _texts(raw):
        strict = find_in_text(key, value, placeholders=False)
        real = set(find_in_text(key, value)) if strict else set()
        hits += [(key, hit) for hit in strict if hit in real]
        placeholders += [(key, hit) for hit in strict if hit not in real]
        settings[intern(key)] = _setting(value.strip(), secret=bool(real))
    settings |= {intern(key): None for key in mapping(raw, "binaryData") if isinstance(key, str)}
    return ConfigMap(
        ref=ref_of(raw),
        uid=_uid(raw),
        hits=tuple(hits),
        placeholder_hits=tuple(placeholders),
        settings=settings,
        boards=_boards(raw),
        profile=profile_text(raw),
        malformed=_malformed(raw),
        documents={} if _DASHBOARD in labels(mapping(raw, "metadata")) else _documents(raw, {key for key, _ in hits}),
    )


def _texts(raw: Raw) -> Iterator[tuple[str, str]]:
    """The values that are text, also in binaryData: charts put whole files there."""
    for name in ("data", "binaryData"):
        for key, value in mapping(raw, name).items():
            if isinstance(key, str) and isinstance(value, str):
                try:
                    yield key, value if name == "data" else base64.b64decode(value, validate=True).decode()
                except ValueError:
                    continue


def _malformed(raw: Raw) -> tuple[tuple[str, str], ...]:
    data = mapping(raw, "data")
    found = ((key, fault_of(key, value)) for key, value in data.items() if isinstance(key, str))
    return tuple((key, fault) for key, fault in found if fault)


def _documents(raw: Raw, confidential: set[str]) -> dict[str, str]:
    data = mapping(raw, "data")
    return {
        intern(key): value
        for key, value in data.items()
        if isinstance(key, str) and key not in confidential and isinstance(value, str) and is_kept(key, value)
    }


def profile_text(raw: Raw) -> str:
    """The profile in a ConfigMap that carries our label, cut beyond what is read of one."""
    if labels(mapping(raw, "metadata")).get(_PROFILE_LABEL) != "true":
        return ""
    return text(mapping(raw, "data"), _PROFILE_KEY)[:_LONGEST_PROFILE]


def _boards(raw: Raw) -> tuple[Board | None, ...]:
    """The dashboards in a ConfigMap that carries the label which Grafana's sidecar looks for."""
    if _DASHBOARD not in labels(mapping(raw, "metadata")):
        return ()
    return tuple(board(value) for value in mapping(raw, "data").values())


def _setting(value: str, *, secret: bool) -> str | None:
    """A value that is one short line and confidential to nobody."""
    if len(value) > _LONGEST_SETTING or "\n" in value or (secret and value.lower() not in DEFAULTS):
        return None
    return intern(value)


def service_account(raw: Raw) -> ServiceAccount:
    """A ServiceAccount."""
    pull_secrets = tuple(text(item, "name") for item in items(raw, "imagePullSecrets"))
    secrets = tuple(text(item, "name") for item in items(raw, "secrets"))
    return ServiceAccount(ref_of(raw), _uid(raw), flag(raw, "automountServiceAccountToken"), pull_secrets, secrets)


def resource_quota(raw: Raw) -> ResourceQuota:
    """A ResourceQuota: what its spec says. What is used moves all the time, and is not kept."""
    spec = mapping(raw, "spec")
    scoped = bool(texts(spec, "scopes")) or bool(mapping(spec, "scopeSelector"))
    return ResourceQuota(ref_of(raw), _uid(raw), strings(spec, "hard"), scoped)


def limit_range(raw: Raw) -> LimitRange:
    """A LimitRange's defaults for containers. A default limit is a default request too, as upstream fills it in."""
    limits: dict[str, str] = {}
    requests: dict[str, str] = {}
    for item in items(mapping(raw, "spec"), "limits"):
        if item.get("type") == "Container":
            default = strings(item, "max") | strings(item, "default")
            limits |= default
            requests |= strings(item, "min") | default | strings(item, "defaultRequest")
    return LimitRange(ref_of(raw), _uid(raw), limits, requests, time(mapping(raw, "metadata"), "creationTimestamp"))
