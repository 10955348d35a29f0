"""Time limits: how long a token, a cached answer and a request may live."""

from collections.abc import Callable, Iterator
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.evidence.environment import Name, Names, Setting, environment_of
from readiness.checks.evidence.values import span
from readiness.checks.parameters.duration import Duration, seconds
from readiness.checks.parameters.limits import doc
from readiness.model import (
    Category,
    ConfigMap,
    Finding,
    GatewayRoute,
    Ingress,
    Service,
    Severity,
    Snapshot,
    VirtualService,
    Workload,
)
from readiness.model.records import dataclass

_READ_TIMEOUT = "nginx.ingress.kubernetes.io/proxy-read-timeout"

# Time-outs that no request waits for: a policy that asks for *_TIMEOUT does not mean them.
_OTHERS = ("SHUTDOWN", "GRACE", "DRAIN", "IDLE", "SESSION", "KEEPALIVE", "KEEP_ALIVE")


def _outside(most: str | None) -> Callable[[Setting, str], str | None]:
    """What is wrong with a length of time that must be above nothing and at most so long."""

    def fault(setting: Setting, value: str) -> str | None:
        length = span(setting.name, value)
        if length is None:
            return "is no duration"
        if length <= 0:
            return f"is {value}: there is no limit"
        if most is not None and length > seconds(most):
            return f"is {value}, more than {most}"
        return None

    return fault


@dataclass(frozen=True, slots=True)
class TokenParameters:
    """Where the lifetime of access tokens is set, and how long it may be."""

    env: Annotated[Name, doc("The variable, or the key of a mounted ConfigMap, with the lifetime.")] = "JWT_ACCESS_TTL"
    max: Annotated[Duration, doc("The longest lifetime.")] = "15m"


@check(
    "Access tokens are short-lived",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    kind=Kind.RELATION,
    reads=(ConfigMap,),
    remedy="Set the lifetime of access tokens to minutes, and renew them with refresh tokens.",
)
def access_token_ttl(workload: Workload, cluster: Snapshot, parameters: TokenParameters) -> Iterator[Finding]:
    """
    A stolen access token works until it ends, since most servers check it without asking anybody.

    Rule: the variable, or the key of a mounted ConfigMap, is set, to a duration above zero and at most max: 90s, 1h30m,
    or a number in the unit that the name ends with (_MS, _MINUTES), else in seconds.
    """
    yield from environment_of(workload, cluster).judged((parameters.env,), _outside(parameters.max))


@dataclass(frozen=True, slots=True)
class CacheParameters:
    """Where lifetimes of cached answers are set, and how long they may be."""

    env: Names
    max: Annotated[Duration | None, doc("The longest lifetime; any will do unless set.")] = None


@check(
    "Cache lifetimes are set",
    severity=Severity.LOW,
    category=Category.PERFORMANCE,
    kind=Kind.RELATION,
    reads=(ConfigMap,),
    remedy="Set each lifetime to the longest time for which an outdated answer does no harm.",
)
def cache_ttl(workload: Workload, cluster: Snapshot, parameters: CacheParameters) -> Iterator[Finding]:
    """
    What is cached for ever is wrong for ever: a role that was taken away still opens doors.

    Rule: each of env is set, as a variable or a key of a mounted ConfigMap, to a duration above zero and at most max:
    90s, 1h30m, or a number in the unit that the name ends with (_MS, _MINUTES), else in seconds.
    """
    yield from environment_of(workload, cluster).judged(parameters.env, _outside(parameters.max))


@dataclass(frozen=True, slots=True)
class TimeoutParameters:
    """Where time-outs are set, and how long they may be."""

    env: Names = ("*_TIMEOUT*",)
    max: Annotated[Duration, doc("The longest time-out.")] = "60s"
    routes: Annotated[
        bool,
        doc(
            "Time-outs of routes will do instead: proxy-read-timeout of ingress-nginx, of Istio and of the Gateway API."
        ),
    ] = False


@check(
    "Request and dependency time-outs are set",
    severity=Severity.HIGH,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(ConfigMap, Service, Ingress, GatewayRoute, VirtualService),
    remedy="Give each client and server a time-out of seconds, taken from an environment variable.",
)
def request_timeouts(workload: Workload, cluster: Snapshot, parameters: TimeoutParameters) -> Iterator[Finding]:
    """
    One dependency that hangs takes every thread of whoever waits for it without an end, and then of whoever calls that.

    Rule: each of env is set, as a variable or a key of a mounted ConfigMap, to a duration above zero and at most max;
    of a pattern with * one match at least, less time-outs of shutdown and of idle connections. With routes, it will do
    that there is a route to a Service of the pods, and that each has such a time-out: an Ingress by the annotation
    proxy-read-timeout of ingress-nginx, each rule of a VirtualService of Istio by timeout, and each of an HTTPRoute by
    timeouts.request or timeouts.backendRequest; other routes of the Gateway API have none.
    """
    if parameters.routes and _has_limited_route(workload, cluster, seconds(parameters.max)):
        return
    environment = environment_of(workload, cluster)
    of_requests = environment.less(_OTHERS)
    for name in parameters.env:
        yield from (of_requests if "*" in name else environment).judged((name,), _outside(parameters.max))


def _has_limited_route(workload: Workload, cluster: Snapshot, most: float) -> bool:
    said = [ingress.annotations.get(_READ_TIMEOUT, "") for ingress in cluster.ingresses_for(workload)]
    services = [(service.ref.namespace, service.ref.name) for service in cluster.services_for(workload)]
    routes = [route.timeouts for route in cluster.about(workload, GatewayRoute)]
    routes += (route.timeouts for route in cluster.about(workload, VirtualService))
    said += (text for timeouts in routes for service in services for text in timeouts.get(service, ()))
    lengths = [span(_READ_TIMEOUT, text) for text in said]
    return bool(lengths) and all(length is not None and 0 < length <= most for length in lengths)
