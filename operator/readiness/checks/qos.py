"""Quality of service: how far limits and requests lie apart, and what that makes of a pod on a full node."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Annotated, Literal, NamedTuple

from readiness.checks.check import NoParameters, check
from readiness.checks.fix import REMOVED, Edit, Fix
from readiness.checks.parameters.limits import Ge, Le, doc
from readiness.model import Category, Fail, Finding, LimitRange, PodSpec, Severity, Snapshot, Workload
from readiness.model.quantity import quantity
from readiness.model.records import dataclass

_COUNTED = ("cpu", "memory")  # what Kubernetes derives the QoS class from


class _Given(NamedTuple):
    """What a container, or the pod for all of them, asks for and may take, with what Kubernetes fills in."""

    path: str
    owner: str
    requests: Mapping[str, str]
    limits: Mapping[str, str]


def _unlimited(workload: Workload, fail: Fail, _parameters: NoParameters) -> Iterator[Edit]:
    """A limit of its own; what it was as the request, too, stays that."""
    for path, requests, limits in _own(workload.pod):
        if fail.path == f"{path}.limits.cpu" and "cpu" in limits:
            yield Edit(fail.path, REMOVED)
            if "cpu" not in requests:
                yield Edit(f"{path}.requests.cpu", limits["cpu"])


@check(
    "No container has a CPU limit",
    severity=Severity.INFO,
    category=Category.PERFORMANCE,
    reads=(LimitRange,),
    remedy="Remove resources.limits.cpu, and set resources.requests.cpu to what the container needs.",
    fix=Fix(_unlimited),
)
def no_cpu_limits(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    At its CPU limit a container is throttled, though the node may be idle: latency grows, and no other metric says why.

    Rule: neither a container nor the pod has a limit on cpu, nor does a LimitRange of the namespace give one. The
    opposite opinion, `resource-limits` with cpu listed, is as common: a policy holds one of them.
    """
    for given in (*_pod_level(workload.pod), *_containers(workload, cluster)):
        if "cpu" in given.limits:
            yield Fail(f"{given.path}.limits.cpu", f"{given.owner} has a cpu limit of {given.limits['cpu']}")


@dataclass(frozen=True, slots=True)
class ClassParameters:
    """Which class is good enough."""

    least: Annotated[
        Literal["Burstable", "Guaranteed"],
        doc("The least class: Burstable has some request, Guaranteed has requests equal to limits everywhere."),
    ] = "Burstable"


def _guaranteed(workload: Workload, fail: Fail, _parameters: ClassParameters) -> Iterator[Edit]:
    """A request raised to the limit of its own; which limit there should be nobody tells."""
    for path, _, limits in _own(workload.pod):
        name = fail.path.removeprefix(f"{path}.requests.")
        if name in limits:
            yield Edit(fail.path, limits[name])


@check(
    "The QoS class is good enough",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    reads=(LimitRange,),
    remedy="Set requests of cpu and memory; for Guaranteed set limits to the same amounts on every container.",
    fix=Fix(_guaranteed, risk="pods for which no node has that much room"),
)
def qos_class(workload: Workload, cluster: Snapshot, parameters: ClassParameters) -> Iterator[Finding]:
    """
    When a node runs out of memory BestEffort pods die first, whatever they do, and Guaranteed ones last.

    Rule: for Burstable some container, or the pod, has a request or a limit of cpu or memory above zero. For
    Guaranteed each container, init containers included, has limits of both and no request that differs; where the pod
    has resources of its own, they alone count. A LimitRange's defaults count.
    """
    given = [*_pod_level(workload.pod)] or [*_containers(workload, cluster)]
    if parameters.least == "Guaranteed":
        for item in given:
            yield from _not_guaranteed(item)
    elif not any(_amount(item.requests, name) for item in given for name in _COUNTED):
        yield Fail("", "its pods are BestEffort: nothing has a request or a limit of cpu or memory")


def _not_guaranteed(given: _Given) -> Iterator[Finding]:
    for name in _COUNTED:
        limit = _amount(given.limits, name)
        if not limit:
            yield Fail(f"{given.path}.limits.{name}", f"{given.owner} has no {name} limit")
        elif _amount(given.requests, name) != limit:
            told = f"requests {given.requests[name]} of {name} and is limited to {given.limits[name]}"
            yield Fail(f"{given.path}.requests.{name}", f"{given.owner} {told}")


@dataclass(frozen=True, slots=True)
class RatioParameters:
    """How much more than requested may be used."""

    cpu: Annotated[
        Annotated[float, Ge(1), Le(1000)] | None, doc("The most that a cpu limit may be, as a multiple of the request.")
    ] = None
    memory: Annotated[
        Annotated[float, Ge(1), Le(1000)] | None, doc("The same for memory; 1 asks for limits equal to requests.")
    ] = 2.0
    ephemeral_storage: Annotated[Annotated[float, Ge(1), Le(1000)] | None, doc("The same for local disk.")] = None


@check(
    "Limits stay near requests",
    severity=Severity.LOW,
    category=Category.RELIABILITY,
    reads=(LimitRange,),
    remedy="Raise the request to what is used in a busy hour, or lower the limit.",
)
def limit_request_ratio(workload: Workload, cluster: Snapshot, parameters: RatioParameters) -> Iterator[Finding]:
    """
    Nodes are filled by requests and used up to limits: far apart, memory that was promised is not there.

    Rule: where a container, or the pod, has both a request and a limit of a resource, the limit is at most so many
    times the request as the parameter of that resource says. A LimitRange's defaults count. What has no request or no
    limit is not judged here.
    """
    bounds = {"cpu": parameters.cpu, "memory": parameters.memory, "ephemeral-storage": parameters.ephemeral_storage}
    for given in (*_pod_level(workload.pod), *_containers(workload, cluster)):
        for name, most in bounds.items():
            request, limit = _amount(given.requests, name), _amount(given.limits, name)
            if most is not None and request and limit > request * Fraction(most):
                told = f"the {name} limit of {given.limits[name]} is more than {most:g} times the request"
                yield Fail(f"{given.path}.limits.{name}", f"{given.owner}: {told} of {given.requests[name]}")


def _own(pod: PodSpec) -> Iterator[tuple[str, Mapping[str, str], Mapping[str, str]]]:
    """Where resources stand, with the requests and the limits as they are written."""
    yield f"{pod.path}.resources", pod.resource_requests, pod.resource_limits
    yield from ((f"{c.path}.resources", c.requests, c.limits) for c in pod.declared_containers)


def _pod_level(pod: PodSpec) -> Iterator[_Given]:
    """The pod's own resources, where it has any; a limit without a request is the request too."""
    if pod.resource_requests or pod.resource_limits:
        requests = {**pod.resource_limits, **pod.resource_requests}
        yield _Given(f"{pod.path}.resources", "the pod", requests, pod.resource_limits)


def _containers(workload: Workload, cluster: Snapshot) -> Iterator[_Given]:
    ranges = cluster.limit_ranges_for(workload)
    requests = {name: amount for item in ranges for name, amount in item.default_requests.items()}
    limits = {name: amount for item in ranges for name, amount in item.default_limits.items()}
    for container in workload.pod.declared_containers:
        yield _Given(
            f"{container.path}.resources",
            f"container {container.name}",
            {**requests, **container.limits, **container.requests},
            {**limits, **container.limits},
        )


def _amount(amounts: Mapping[str, str], name: str) -> Fraction:
    return max(quantity(amounts.get(name, "")) or Fraction(), Fraction())
