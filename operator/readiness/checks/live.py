"""What runs: whether health endpoints answer, Services reach somebody, and containers stay up."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.evidence.answers import Hearing, live_pods, told
from readiness.checks.evidence.asking import Endpoint, EndpointAsk, Purpose, asks, demands_of, owns
from readiness.checks.evidence.kubelet import FINE, NOTHING, Opinion, opinion_of
from readiness.checks.parameters.duration import Duration, seconds
from readiness.checks.parameters.limits import Ge, Le, doc
from readiness.model import (
    SETTLING,
    Category,
    ContainerState,
    EndpointSlice,
    Fail,
    Finding,
    Pod,
    Recheck,
    Service,
    Severity,
    Skip,
    Snapshot,
    Topic,
    Unknown,
    Workload,
)  # fmt: skip
from readiness.model.reasons import Reason
from readiness.model.records import dataclass

BATCH = "its pods run to completion"
IDLE = "nothing of it is meant to run"


@check(
    "Liveness endpoint answers with success",
    severity=Severity.CRITICAL,
    category=Category.RELIABILITY,
    kind=Kind.PROBE,
    topic=Topic.HEALTH_ENDPOINTS,
    reads=(Pod,),
    live=True,
    demands=demands_of(Purpose.LIVENESS),
    remedy="Make the endpoint answer with success as long as the process works, whatever its dependencies do.",
)
def liveness_endpoint(workload: Workload, cluster: Snapshot, parameters: Endpoint) -> Iterator[Finding]:
    """
    A liveness endpoint that fails has healthy pods restarted, all of them at once when they share the reason.

    Rule: no started pod answers the declared livenessProbe, or the policy's path, port and statuses, without success as
    often in a row as probing.failureThreshold says. Where nobody but kubelet can ask (exec, a host of its own, the
    node's network, unreachable pods), its result decides: alive is what keeps running. A container that is restarted
    again and again, after runs no longer than kubelet's patience, fails.
    """
    yield from _endpoint(workload, cluster, Purpose.LIVENESS, parameters)


@check(
    "Readiness endpoint answers with success",
    severity=Severity.CRITICAL,
    category=Category.RELIABILITY,
    kind=Kind.PROBE,
    topic=Topic.HEALTH_ENDPOINTS,
    reads=(Pod,),
    live=True,
    demands=demands_of(Purpose.READINESS),
    remedy="Find out from the pod's log why the endpoint does not answer with success, and mend that.",
)
def readiness_endpoint(workload: Workload, cluster: Snapshot, parameters: Endpoint) -> Iterator[Finding]:
    """
    Pods whose readiness endpoint fails get no traffic: what is left carries the load, or nothing does.

    Rule: no started pod answers the declared readinessProbe, or the policy's path, port and statuses, without success
    as often in a row as probing.failureThreshold says. Where nobody but kubelet can ask (exec, a host of its own, the
    node's network, unreachable pods), its result decides: not to be ready for longer than the probe's patience and
    two minutes fails, as does to be restarted again and again.
    """
    yield from _endpoint(workload, cluster, Purpose.READINESS, parameters)


def _endpoint(workload: Workload, cluster: Snapshot, purpose: Purpose, endpoint: Endpoint) -> Iterator[Finding]:
    if idle := _idle(workload):
        yield Skip(idle)
        return
    port = endpoint.port
    if port is not None and not any(owns(container, port) for container in workload.pod.app_containers):
        yield Unknown(f"no container declares port {port}, so it is not asked", Reason.NOT_ASKABLE)
        return
    found = list(asks(workload, purpose, endpoint))
    if not found:
        yield Skip(f"no container declares a {purpose.field}")
    for ask in found:
        hearing = Hearing(ask, workload, cluster, endpoint)
        yield from told(ask.path, list(hearing.opinions()), "no pod could be asked yet")


@dataclass(frozen=True, slots=True)
class ResponseTime:
    """How quick is quick enough."""

    timeout: Annotated[Duration, doc("The longest that an answer may take, such as 500ms.")] = "1s"
    samples: Annotated[int, Ge(1), Le(10), doc("How many of the last answers count.")] = 5


@check(
    "Health endpoints answer quickly",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    kind=Kind.PROBE,
    reads=(Pod,),
    live=True,
    demands=demands_of(*Purpose),
    remedy="Take slow work, such as queries of dependencies, out of the endpoint, or do it in the background.",
)
def health_response_time(workload: Workload, cluster: Snapshot, parameters: ResponseTime) -> Iterator[Finding]:
    """
    A health endpoint that is slow when all is well times out under load: pods go just when they are needed.

    Rule: the slowest of the last answers to the declared livenessProbe and readinessProbe is at or under the timeout,
    for every pod. Fewer answers than asked for can pass, not fail. A pod without answers passes when kubelet's probe
    succeeds and has no longer timeoutSeconds.
    """
    if idle := _idle(workload):
        yield Skip(idle)
        return
    found = [ask for purpose in Purpose for ask in asks(workload, purpose)]
    if not found:
        yield Skip("no container declares a livenessProbe or a readinessProbe")
    pods = live_pods(workload, cluster)
    for ask in found:
        quick = [_quick(ask, pod, workload, cluster, parameters) for pod in pods]
        yield from told(ask.path, quick, "no answer has been timed yet")


def _quick(ask: EndpointAsk, pod: Pod, workload: Workload, cluster: Snapshot, wanted: ResponseTime) -> Opinion:
    bound = seconds(wanted.timeout)
    asked = ask.question if cluster.probing.enabled else None
    seen = cluster.observation(pod, asked) if asked is not None else None
    samples = seen.samples[-wanted.samples :] if seen is not None else ()
    if not samples:
        return FINE if _answers_kubelet(ask, pod, workload, cluster) and ask.probe.timeout <= bound else NOTHING
    if max(samples) <= bound:
        return FINE
    slow = Opinion(fine=False, text=f"takes longer than {wanted.timeout} to answer {asked}")
    return slow if len(samples) == wanted.samples else NOTHING


def _answers_kubelet(ask: EndpointAsk, pod: Pod, workload: Workload, cluster: Snapshot) -> bool:
    state = pod.container(ask.container.name)
    fine = opinion_of(ask, pod, workload.pod, cluster).fine
    return fine is not False and (fine or (state is not None and state.ready))


@dataclass(frozen=True, slots=True)
class ReadyEndpoints:
    """How many endpoints a Service needs. Two replicas are what min-replicas asks for."""

    min_ready: Annotated[int, Ge(1), Le(1000), doc("Ready endpoints that each Service of the pods has at least.")] = 1


@check(
    "Services have ready endpoints",
    severity=Severity.HIGH,
    category=Category.NETWORKING,
    kind=Kind.RELATION,
    reads=(Pod, Service, EndpointSlice),
    live=True,
    remedy="Compare the Service's selector and targetPort with the pods, and find out why they are not ready.",
)
def service_endpoints(workload: Workload, cluster: Snapshot, parameters: ReadyEndpoints) -> Iterator[Finding]:
    """
    A Service without a ready endpoint refuses every connection, however many pods run behind it.

    Rule: each Service that selects the pods has at least minReady ready endpoints, and every port that it targets by
    name is a container's. Fails only when no pod changed for two minutes. Where a Service publishes pods that are not
    ready, readiness is the pods' own.
    """
    if idle := _idle(workload):
        yield Skip(idle)
        return
    services = [service for service in cluster.services_for(workload) if service.type != "ExternalName"]
    if not services:
        yield Skip("no Service selects its pods")
    for service in services:
        yield from _unnamed_targets(service, workload, cluster)
        endpoints = cluster.endpoints_of(service)
        if endpoints is None:
            yield Unknown(f"the EndpointSlices of Service {service.ref.name} are not there yet")
            continue
        ready = {pod.ref.name for pod in live_pods(workload, cluster) if pod.ready}
        reached = [item.pod in ready if service.publish_not_ready else item.ready for item in endpoints]
        if sum(reached) < parameters.min_ready:
            yield from _too_few(service, workload, cluster, parameters.min_ready)


def _unnamed_targets(service: Service, workload: Workload, cluster: Snapshot) -> Iterator[Finding]:
    containers = {container.name: container for container in workload.pod.containers}
    names = {port.name for container in containers.values() for port in container.ports}
    missing = [port.target for port in service.ports if isinstance(port.target, str) and port.target not in names]
    states = (state for pod in live_pods(workload, cluster) for state in pod.containers)
    if missing and not any(state.name not in containers for state in states):  # an injected container may have it
        yield Fail("", f"Service {service.ref.name} targets port {missing[0]}, which no container names")


def _too_few(service: Service, workload: Workload, cluster: Snapshot, wanted: int) -> Iterator[Finding]:
    pods = cluster.pods_of(workload)
    changes = [at for pod in pods for at in (pod.created, pod.ready_changed, pod.gone_by)]
    settled = max((at for at in (workload.created, *changes) if at is not None), default=cluster.now) + SETTLING
    if cluster.now < settled:
        yield Recheck(settled)
    if not pods or cluster.starting(workload):
        yield Unknown(f"the pods behind Service {service.ref.name} are not there yet")
    elif cluster.now >= settled:
        few = "no endpoint" if wanted == 1 else f"fewer than {wanted} endpoints"
        yield Fail("", f"{few} of Service {service.ref.name} {'is' if wanted == 1 else 'are'} ready")


@dataclass(frozen=True, slots=True)
class Restarts:
    """How many restarts are too many."""

    max_restarts: Annotated[int, Ge(0), Le(1000), doc("Restarts of one container that are tolerated.")] = 3
    window: Annotated[Duration, doc("For how long a restart counts, such as 24h.")] = "24h"


_PULLING = "the image of container {} cannot be pulled"
_STUCK = {
    "CrashLoopBackOff": "container {} crashes again and again",
    "RunContainerError": "container {} cannot be started",
    "CreateContainerError": "container {} cannot be started",
    "ImagePullBackOff": _PULLING,
    "ErrImagePull": _PULLING,
    "ErrImageNeverPull": _PULLING,
    "InvalidImageName": _PULLING,
}


@check(
    "Containers do not keep restarting",
    severity=Severity.HIGH,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(Pod,),
    live=True,
    remedy="Read the log of the container's last run (kubectl logs --previous), and give it the memory that it needs.",
)
def container_restarts(workload: Workload, cluster: Snapshot, parameters: Restarts) -> Iterator[Finding]:
    """
    A container that crashes again and again serves only between two crashes, and its neighbours feel each start.

    Rule: no container restarted more than maxRestarts times with the last time inside the window (kubelet tells the
    total of a pod's life and the last time only), was OOMKilled inside the window, or waits for two minutes because it
    crashes, cannot be started, or its image cannot be pulled. Init containers count.
    """
    if idle := _idle(workload):
        yield Skip(idle)
        return
    pods = live_pods(workload, cluster)
    for container in workload.pod.declared_containers:
        states = ((pod, pod.container(container.name)) for pod in pods)
        found = [_trouble(pod, state, cluster.now, parameters) for pod, state in states if state is not None]
        yield from told(container.path, found, f"kubelet tells nothing of container {container.name} yet")


def _trouble(pod: Pod, state: ContainerState, now: datetime, parameters: Restarts) -> Opinion:
    if state.terminated is state.last_terminated is None and not state.waiting_reason:
        return FINE
    stuck = _STUCK.get(state.waiting_reason, "").format(state.name)
    settled = max((at for at in (pod.created, pod.ready_changed) if at is not None), default=now) + SETTLING
    if stuck and now >= settled:
        return Opinion(fine=False, text=stuck)
    window = timedelta(seconds=seconds(parameters.window))
    ends = [end for end in (state.terminated, state.last_terminated) if end is not None and end.finished is not None]
    recent = [(end.finished + window, end.reason) for end in ends if end.finished and now < end.finished + window]
    until = max((moment for moment, _ in recent), default=None)
    if any(reason == "OOMKilled" for _, reason in recent):
        return Opinion(
            fine=False, text=f"container {state.name} was OOMKilled within {parameters.window}", recheck=until
        )
    if recent and state.restarts > parameters.max_restarts:
        often = f"container {state.name} restarted more than {parameters.max_restarts} times, the last time within"
        return Opinion(fine=False, text=f"{often} {parameters.window}", recheck=until)
    return Opinion(recheck=settled) if stuck else FINE


def _idle(workload: Workload) -> str:
    """Why nothing of a workload is there to be looked at; empty when something is."""
    return BATCH if workload.batch else "" if workload.wants_pods else IDLE
