"""Custom resources of autoscalers, gateways, flags and runs of tests: raw object to record."""

from readiness.model.foreign import (
    FeatureFlags,
    GatewayParent,
    GatewayRoute,
    Recommendation,
    ScaledObject,
    TestRun,
    VerticalPodAutoscaler,
)
from readiness.model.parse.fields import (
    Raw,
    count,
    items,
    labels,
    mapping,
    number,
    strings,
    text,
    texts,
    time,
)  # fmt: skip
from readiness.model.parse.workloads import ref_of
from readiness.model.ref import Ref


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
