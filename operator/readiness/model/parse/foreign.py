"""Custom resources of monitoring, secrets, certificates, gateways and autoscalers: raw object to record."""

import re
from datetime import datetime
from json import loads
from typing import Any, NamedTuple

from readiness.model.foreign import (
    Alert,
    Board,
    Certificate,
    FeatureFlags,
    GatewayParent,
    GatewayRoute,
    GrafanaDashboard,
    Instrumentation,
    PodMonitor,
    PrometheusRule,
    Recommendation,
    ScaledObject,
    ScrapedPort,
    SecretProviderClass,
    SecretSource,
    SecretStore,
    ServiceLevel,
    ServiceMonitor,
    TestRun,
    VerticalPodAutoscaler,
)  # fmt: skip
from readiness.model.parse.fields import (
    Raw,
    count,
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
from readiness.model.parse.workloads import ref_of
from readiness.model.ref import Ref

_MATCHER = re.compile(r'\b([a-z_]{1,64})\s*(=~?)\s*"([^"\\]{1,512})"')
_PINNING = frozenset(
    {"namespace", "deployment", "statefulset", "daemonset", "service", "app", "container", "pod", "job", "workload"}
)
_OF_THE_SYSTEM = re.compile(r"kube|exporter|cadvisor|apiserver")  # jobs that tell of every workload
_ANYTHING = re.compile(r"\.[*+]")
_LITERAL = re.compile(r"[\w*./-]+")
_LONGEST = 1_000_000  # characters of a dashboard: beyond it is not read
_ADDRESS = ("https://", "http://")


def service_monitor(raw: Raw) -> ServiceMonitor:
    """A ServiceMonitor."""
    spec, ref = mapping(raw, "spec"), ref_of(raw)
    return ServiceMonitor(ref, selector(spec, "selector"), _namespaces(spec, ref.namespace), _ports(spec, "endpoints"))


def pod_monitor(raw: Raw) -> PodMonitor:
    """A PodMonitor."""
    spec, ref = mapping(raw, "spec"), ref_of(raw)
    ports = _ports(spec, "podMetricsEndpoints")
    return PodMonitor(ref, selector(spec, "selector"), _namespaces(spec, ref.namespace), ports)


def _namespaces(spec: Raw, own: str) -> tuple[str, ...] | None:
    chosen = mapping(spec, "namespaceSelector")
    return None if chosen.get("any") is True else texts(chosen, "matchNames") or (own,)


def _ports(spec: Raw, key: str) -> tuple[ScrapedPort, ...]:
    return tuple(
        ScrapedPort(text(item, "port"), int_or_text(item, "portNumber") or int_or_text(item, "targetPort"))
        for item in items(spec, key)
    )


def prometheus_rule(raw: Raw) -> PrometheusRule:
    """A PrometheusRule."""
    rules = [rule for group in items(mapping(raw, "spec"), "groups") for rule in items(group, "rules")]
    return PrometheusRule(
        ref=ref_of(raw),
        alerts=tuple(_alert(rule) for rule in rules if text(rule, "alert")),
        records=tuple(text(rule, "record") for rule in rules if text(rule, "record")),
        labels=labels(mapping(raw, "metadata")),
    )


def _alert(raw: Raw) -> Alert:
    expression = text(raw, "expr")
    return Alert(
        name=text(raw, "alert"),
        expression=expression,
        severity=text(mapping(raw, "labels"), "severity"),
        links={key: value for key, value in strings(raw, "annotations").items() if value.startswith(_ADDRESS)},
        pins=_pins(expression),
    )


def _pins(expression: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What matchers of labels that name workloads allow; a pattern that is more than words and `.*` binds nothing."""
    found: dict[str, set[str]] = {}
    for label, operator, value in _MATCHER.findall(expression):
        if label not in _PINNING or (label == "job" and _OF_THE_SYSTEM.search(value)):
            continue
        values = [_ANYTHING.sub("*", part) for part in value.split("|")] if operator == "=~" else [value]
        found.setdefault(label, set()).update(part if _LITERAL.fullmatch(part) else "*" for part in values)
    return tuple((label, tuple(sorted(values))) for label, values in sorted(found.items()))


def service_level(raw: Raw) -> ServiceLevel:
    """A PrometheusServiceLevel of Sloth, a ServiceLevelObjective of Pyrra, or an SLO of OpenSLO."""
    spec = mapping(raw, "spec")
    return ServiceLevel(ref_of(raw), text(spec, "service"), tuple(_queries(spec)))


def _queries(value: Any, depth: int = 8) -> list[str]:
    """Every text below a spec, which is where either project has its queries."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [found for item in inner for found in _queries(item, depth - 1)] if depth else []


def board(content: object) -> Board | None:
    """A dashboard as Grafana has it, in JSON; None when it is none."""
    if not isinstance(content, str) or len(content) > _LONGEST:
        return None
    try:
        found = loads(content)
    except (RecursionError, ValueError):
        return None
    if not isinstance(found, dict) or not text(found, "title"):
        return None
    rows = [*items(found, "panels"), *items(found, "rows")]
    panels = [*rows, *(panel for row in rows for panel in items(row, "panels"))]
    return Board(text(found, "title"), tuple(text(panel, "title") for panel in panels if text(panel, "title")))


def grafana_dashboard(raw: Raw) -> GrafanaDashboard:
    """A GrafanaDashboard."""
    return GrafanaDashboard(ref_of(raw), board(mapping(raw, "spec").get("json")))


def instrumentation(raw: Raw) -> Instrumentation:
    """An Instrumentation of the OpenTelemetry operator."""
    return Instrumentation(ref_of(raw), text(mapping(mapping(raw, "spec"), "exporter"), "endpoint"))


def external_secret(raw: Raw) -> SecretSource:
    """An ExternalSecret."""
    spec, status, ref = mapping(raw, "spec"), mapping(raw, "status"), ref_of(raw)
    store = mapping(spec, "secretStoreRef")
    ready = said(status, "Ready")
    periodic = text(spec, "refreshPolicy", "Periodic") == "Periodic"  # else OnChange, or CreatedOnce
    return SecretSource(
        ref=ref,
        secret=text(mapping(spec, "target"), "name") or ref.name,
        store=text(store, "name"),
        store_kind=text(store, "kind", "SecretStore"),
        ready=ready.holds,
        reason=ready.reason,
        refreshed=time(status, "refreshTime"),
        interval=text(spec, "refreshInterval") if periodic else "",
    )


def vault_secret(raw: Raw) -> SecretSource:
    """A VaultStaticSecret, VaultDynamicSecret or VaultPKISecret."""
    ready = said(mapping(raw, "status"), "Ready", "SecretSynced")
    secret = text(mapping(mapping(raw, "spec"), "destination"), "name")
    return SecretSource(ref_of(raw), secret, ready=ready.holds, reason=ready.reason)


def sealed_secret(raw: Raw) -> SecretSource:
    """A SealedSecret; the Secret has its name, unless its template says otherwise."""
    ref = ref_of(raw)
    template = mapping(mapping(mapping(raw, "spec"), "template"), "metadata")
    ready = said(mapping(raw, "status"), "Synced")
    return SecretSource(ref, text(template, "name") or ref.name, ready=ready.holds, reason=ready.reason)


def secret_store(raw: Raw) -> SecretStore:
    """A SecretStore or ClusterSecretStore: the one key of its provider says which."""
    provider = mapping(mapping(raw, "spec"), "provider")
    return SecretStore(ref_of(raw), next((key for key, value in provider.items() if isinstance(value, dict)), ""))


def secret_provider_class(raw: Raw) -> SecretProviderClass:
    """A SecretProviderClass."""
    return SecretProviderClass(ref_of(raw), text(mapping(raw, "spec"), "provider"))


def certificate(raw: Raw) -> Certificate:
    """A Certificate of cert-manager."""
    status = mapping(raw, "status")
    ready = said(status, "Ready")
    secret = text(mapping(raw, "spec"), "secretName")
    return Certificate(ref_of(raw), secret, ready.holds, ready.reason, time(status, "notAfter"))


class Said(NamedTuple):
    """A condition of a status: whether it holds (None: not known), why, and since when."""

    holds: bool | None = None
    reason: str = ""
    since: datetime | None = None


def said(status: Raw, *types: str) -> Said:
    """The first of these conditions that a status has."""
    for wanted in types:
        for item in items(status, "conditions"):
            if item.get("type") == wanted:
                holds = {"True": True, "False": False}.get(text(item, "status"))
                return Said(holds, text(item, "reason"), time(item, "lastTransitionTime"))
    return Said()


def scaled_object(raw: Raw) -> ScaledObject:
    """A ScaledObject of KEDA; a target without a kind is a Deployment."""
    spec = mapping(raw, "spec")
    target = mapping(spec, "scaleTargetRef")
    return ScaledObject(
        ref=ref_of(raw),
        target_kind=text(target, "kind", "Deployment"),
        target_name=text(target, "name"),
        min_replicas=count(spec, "minReplicaCount", 0),
        max_replicas=count(spec, "maxReplicaCount", 100),
        triggers=tuple(text(item, "type") for item in items(spec, "triggers")),
    )


def vertical_pod_autoscaler(raw: Raw) -> VerticalPodAutoscaler:
    """A VerticalPodAutoscaler."""
    spec = mapping(raw, "spec")
    target = mapping(spec, "targetRef")
    found = items(mapping(mapping(raw, "status"), "recommendation"), "containerRecommendations")
    recommendations = (Recommendation(text(item, "containerName"), strings(item, "target")) for item in found)
    return VerticalPodAutoscaler(
        ref=ref_of(raw),
        target_kind=text(target, "kind"),
        target_name=text(target, "name"),
        recommendations=tuple(recommendations),
        mode=text(mapping(spec, "updatePolicy"), "updateMode", "Auto"),
        resources=_set_by_autoscaler(mapping(spec, "resourcePolicy")),
    )


def _set_by_autoscaler(policy: Raw) -> tuple[str, ...]:
    """What a VerticalPodAutoscaler sets for some container: both, but where its policies say otherwise of all."""
    policies = list(items(policy, "containerPolicies"))
    if not any(text(item, "containerName") == "*" for item in policies):
        return ("cpu", "memory")
    found = (item for item in policies if text(item, "mode", "Auto") != "Off")
    return tuple(sorted({name for item in found for name in texts(item, "controlledResources") or ("cpu", "memory")}))


def gateway_route(raw: Raw) -> GatewayRoute:
    """An HTTPRoute, GRPCRoute, TLSRoute, TCPRoute or UDPRoute."""
    spec, ref = mapping(raw, "spec"), ref_of(raw)
    timeouts: dict[tuple[str, str], tuple[str, ...]] = {}
    parents = list(items(spec, "parentRefs"))
    for rule in items(spec, "rules"):
        said = mapping(rule, "timeouts")
        for service in {_backend(item, ref.namespace) for item in items(rule, "backendRefs") if _is_service(item)}:
            timeouts[service] = (*timeouts.get(service, ()), text(said, "request") or text(said, "backendRequest"))
    return GatewayRoute(
        ref=ref,
        hosts=texts(spec, "hostnames"),
        services=frozenset(timeouts),
        public=any(text(item, "kind", "Gateway") != "Service" for item in parents),
        parents=tuple(_parent(item, ref) for item in parents if text(item, "kind", "Gateway") == "Gateway"),
        timeouts=timeouts,
    )


def _parent(raw: Raw, route: Ref) -> GatewayParent:
    namespace = text(raw, "namespace") or route.namespace
    return GatewayParent(namespace, text(raw, "name"), text(raw, "sectionName"), number(raw, "port"))


def _is_service(backend: Raw) -> bool:
    return text(backend, "kind", "Service") == "Service" and not text(backend, "group")


def _backend(raw: Raw, namespace: str) -> tuple[str, str]:
    return text(raw, "namespace") or namespace, text(raw, "name")


def feature_flags(raw: Raw) -> FeatureFlags:
    """A FeatureFlag or FeatureFlagSource of OpenFeature."""
    return FeatureFlags(ref_of(raw))


def k6_run(raw: Raw) -> TestRun:
    """A TestRun of k6; its stage says finished, error, or what it is at."""
    metadata, status = mapping(raw, "metadata"), mapping(raw, "status")
    passed = {"finished": True, "error": False}.get(text(status, "stage"))
    moments = [moment for item in items(status, "conditions") if (moment := time(item, "lastTransitionTime"))]
    at = max(moments, default=None) if passed is not None else None
    return TestRun(ref_of(raw), labels(metadata), passed, at or time(metadata, "creationTimestamp"))


def testkube_run(raw: Raw) -> TestRun:
    """A TestWorkflowExecution of Testkube."""
    metadata = mapping(raw, "metadata")
    result = mapping(mapping(mapping(raw, "status"), "latestExecution"), "result")
    passed = {"passed": True, "failed": False, "aborted": False}.get(text(result, "status"))
    return TestRun(
        ref=ref_of(raw),
        labels=labels(metadata),
        passed=passed,
        at=time(result, "finishedAt") or time(metadata, "creationTimestamp"),
    )
