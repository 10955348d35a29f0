"""Health: whether kubelet can tell that a container is dead, ready, or still starting."""

from collections.abc import Iterator
from typing import Annotated

from readiness.checks.check import NoParameters, check
from readiness.checks.evidence.asking import PORTS, DeclaredPort, Path, Purpose
from readiness.checks.evidence.serving import served_by
from readiness.checks.fix import Edit, Fix, container_at
from readiness.checks.parameters.limits import Ge, Le, doc
from readiness.model import (
    Category,
    Container,
    Fail,
    Finding,
    Handler,
    Probe,
    Role,
    Service,
    Severity,
    Skip,
    Snapshot,
    Topic,
    Workload,
)  # fmt: skip
from readiness.model.records import dataclass

BATCH = "its pods run to completion"
_REMEDY = "Declare a {} with httpGet, tcpSocket, grpc or exec on each container."


@dataclass(frozen=True, slots=True)
class Declared:
    """What the probe must ask, beyond being there."""

    path: Annotated[Path | None, doc("Path that the probe must GET.")] = None
    port: Annotated[DeclaredPort | None, doc("Port that the probe must ask, by number or name.")] = None


@check(
    "Containers declare a liveness probe",
    severity=Severity.HIGH,
    category=Category.RELIABILITY,
    topic=Topic.HEALTH_ENDPOINTS,
    remedy=_REMEDY.format("livenessProbe"),
)
def liveness_probe(workload: Workload, _cluster: Snapshot, parameters: Declared) -> Iterator[Finding]:
    """
    Without a liveness probe a process that hangs is never restarted: the pod counts as running and serves nobody.

    Rule: every container that lives as long as its pod, sidecars included, declares a livenessProbe with a handler;
    with a path or port given, that is what it asks. Pods that run to completion need none.
    """
    if workload.batch:
        yield Skip(BATCH)
        return
    for container in workload.pod.app_containers:
        yield from _undeclared(container, Purpose.LIVENESS, parameters)


@check(
    "Containers that serve declare a readiness probe",
    severity=Severity.CRITICAL,
    category=Category.RELIABILITY,
    topic=Topic.HEALTH_ENDPOINTS,
    reads=(Service,),
    remedy=_REMEDY.format("readinessProbe").replace("each container", "each container that serves"),
)
def readiness_probe(workload: Workload, cluster: Snapshot, parameters: Declared) -> Iterator[Finding]:
    """
    Without a readiness probe a pod gets traffic as soon as its process starts, and a rollout goes on over broken pods.

    Rule: every container that declares a port to which a Service leads has a readinessProbe with a handler; with a path
    or port given, that is what it asks. Where no Service leads to a declared port, that is so for every container that
    declares ports; where none does and a Service selects the pods, for one container. Pods that nobody connects to, or
    that run to completion, need none.
    """
    if workload.batch:
        yield Skip(BATCH)
        return
    services = cluster.services_for(workload)
    containers = served_by(services, workload.pod) or [c for c in workload.pod.app_containers if c.ports]
    if not containers and services:
        apps = [c for c in workload.pod.app_containers if c.role is Role.APP]
        containers = [c for c in apps if Purpose.READINESS.of(c)] or apps[:1]
    if not containers:
        yield Skip("no container declares a port, and no Service selects the pods")
    for container in containers:
        yield from _undeclared(container, Purpose.READINESS, parameters)


def _undeclared(container: Container, purpose: Purpose, wanted: Declared) -> Iterator[Finding]:
    path, probe = f"{container.path}.{purpose.field}", purpose.of(container)
    if probe is None or probe.handler is None:
        yield Fail(path, f"container {container.name} has no {purpose.field}")
        return
    handler = probe.handler
    if wanted.path is not None and (handler.kind, handler.path) != ("httpGet", wanted.path):
        yield Fail(path, f"the {purpose.field} of container {container.name} does not GET {wanted.path}")
    if wanted.port is not None and (
        not handler.port or _port(container, handler.port) != _port(container, wanted.port)
    ):
        yield Fail(path, f"the {purpose.field} of container {container.name} does not ask port {wanted.port}")


def _port(container: Container, wanted: int | str) -> int | str:
    """The number behind a port where there is one: a name that nobody declares still equals itself."""
    number = container.port(wanted)
    return wanted if number is None else number


@dataclass(frozen=True, slots=True)
class Start:
    """How long a slow start may take."""

    min_start_seconds: Annotated[int, Ge(1), Le(3600), doc("Seconds that a container has to start, at least.")] = 30


@check(
    "Containers have time to start",
    severity=Severity.LOW,
    category=Category.RELIABILITY,
    remedy="Declare a startupProbe that waits for as long as the slowest start takes.",
)
def startup_probe(workload: Workload, _cluster: Snapshot, parameters: Start) -> Iterator[Finding]:
    """
    A container that is slower than its liveness probe has patience is killed before it is up, again and again.

    Rule: every container with a livenessProbe has a startupProbe too, or its livenessProbe's initialDelaySeconds +
    failureThreshold x periodSeconds is at least minStartSeconds.
    """
    found = [(c, probe) for c in workload.pod.app_containers if (probe := Purpose.LIVENESS.of(c)) is not None]
    if not found:
        yield Skip("no container declares a livenessProbe that could end a slow start")
    for container, probe in found:
        if container.startup is None and probe.patience < parameters.min_start_seconds:
            message = f"container {container.name} has {probe.patience} s to start and no startupProbe"
            yield Fail(f"{container.path}.startupProbe", f"{message}; {parameters.min_start_seconds} s are wanted")


@dataclass(frozen=True, slots=True)
class Timing:
    """The bounds of sane probes."""

    max_timeout_seconds: Annotated[int, Ge(1), Le(300), doc("The longest timeoutSeconds.")] = 1
    max_period_seconds: Annotated[int, Ge(1), Le(3600), doc("The longest periodSeconds.")] = 30
    min_failure_threshold: Annotated[int, Ge(1), Le(100), doc("The lowest failureThreshold.")] = 2


def _within_bounds(_workload: Workload, fail: Fail, parameters: Timing) -> Iterator[Edit]:
    bounds = {
        "timeoutSeconds": parameters.max_timeout_seconds,
        "periodSeconds": parameters.max_period_seconds,
        "failureThreshold": parameters.min_failure_threshold,
    }
    yield Edit(fail.path, bounds[fail.path.rpartition(".")[2]])


@check(
    "Probes time out quickly and forgive a single failure",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    remedy="Set timeoutSeconds, periodSeconds and failureThreshold of the probe inside these bounds.",
    fix=Fix(_within_bounds, risk="containers whose probes need longer than is asked for"),
)
def probe_timing(workload: Workload, _cluster: Snapshot, parameters: Timing) -> Iterator[Finding]:
    """
    A patient probe finds a dead pod late, and one that acts on a single failure turns a hiccup into a restart.

    Rule: timeoutSeconds (1 unless set) and periodSeconds (10) of each livenessProbe and readinessProbe are at most
    maxTimeoutSeconds and maxPeriodSeconds, failureThreshold (3) is at least minFailureThreshold.
    """
    found = [
        (f"{container.path}.{purpose.field}", f"the {purpose.field} of container {container.name}", probe)
        for container in workload.pod.app_containers
        for purpose in Purpose
        if (probe := purpose.of(container)) is not None
    ]
    if not found:
        yield Skip("no container declares a livenessProbe or a readinessProbe")
    for path, name, probe in found:
        for field, message in _out_of_bounds(probe, parameters):
            yield Fail(f"{path}.{field}", f"{name} has {field} {message}")


def _out_of_bounds(probe: Probe, bounds: Timing) -> Iterator[tuple[str, str]]:
    if probe.timeout > bounds.max_timeout_seconds:
        yield "timeoutSeconds", f"{probe.timeout}, above {bounds.max_timeout_seconds}"
    if probe.period > bounds.max_period_seconds:
        yield "periodSeconds", f"{probe.period}, above {bounds.max_period_seconds}"
    if probe.failure_threshold < bounds.min_failure_threshold:
        yield "failureThreshold", f"{probe.failure_threshold}, below {bounds.min_failure_threshold}"


@check(
    "Liveness and readiness probes ask different questions",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    remedy="Let liveness ask an endpoint about the process alone, and readiness one that knows its dependencies.",
)
def probes_distinct(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    With one endpoint for both, a dependency that is down has all pods restarted instead of taken out of traffic.

    Rule: livenessProbe and readinessProbe of one container do not GET the same path on the same port, nor ask the same
    gRPC service. TCP and exec probes are not compared.
    """
    both = [c for c in workload.pod.app_containers if all(purpose.of(c) for purpose in Purpose)]
    if not both:
        yield Skip("no container declares both a livenessProbe and a readinessProbe")
    for container in both:
        asked = {_identity(container, purpose.of(container)) for purpose in Purpose}
        if len(asked) == 1 and None not in asked:
            message = f"livenessProbe and readinessProbe of container {container.name} ask the same endpoint"
            yield Fail(f"{container.path}.livenessProbe", message)


def _identity(container: Container, probe: Probe | None) -> tuple[str, int | str, str, str] | None:
    """What a probe asks, comparable; None for handlers that say nothing of dependencies, or not what they ask."""
    handler = probe.handler if probe is not None else None
    if handler is None or handler.kind not in ("httpGet", "grpc"):
        return None
    return handler.kind, _port(container, handler.port), handler.path or handler.service, handler.host


def _patient(workload: Workload, fail: Fail, _parameters: NoParameters) -> Iterator[Edit]:
    """As many failures as take liveness at least as long as readiness."""
    enough = {_threshold(c): -(-_silence(ready) // max(alive.period, 1)) for c, alive, ready in _probed_twice(workload)}
    yield Edit(fail.path, enough[fail.path])


def _probed_twice(workload: Workload) -> list[tuple[Container, Probe, Probe]]:
    """The containers that declare both a livenessProbe and a readinessProbe, with these."""
    containers = workload.pod.app_containers
    return [(c, c.liveness, c.readiness) for c in containers if c.liveness is not None and c.readiness is not None]


def _threshold(container: Container) -> str:
    return f"{container.path}.livenessProbe.failureThreshold"


def _silence(probe: Probe) -> int:
    """For how many seconds a probe must fail until kubelet acts."""
    return probe.period * probe.failure_threshold


@check(
    "Liveness has more patience than readiness",
    severity=Severity.LOW,
    category=Category.RELIABILITY,
    remedy="Raise failureThreshold of the livenessProbe until, times periodSeconds, it is that of the readinessProbe.",
    fix=Fix(_patient, risk="programs that hang: they are restarted later"),
)
def liveness_patience(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A busy pod should lose its traffic and recover: with an impatient liveness probe it is killed while it could.

    Rule: where a container has both, failureThreshold x periodSeconds of its livenessProbe is at least that of its
    readinessProbe.
    """
    both = _probed_twice(workload)
    if not both:
        yield Skip("no container declares both a livenessProbe and a readinessProbe")
    for container, alive, ready in both:
        killed, spared = _silence(alive), _silence(ready)
        if killed < spared:
            message = f"container {container.name} is restarted after {killed} s, but unready only after {spared} s"
            yield Fail(_threshold(container), message)


def _only_port(workload: Workload, fail: Fail, _parameters: NoParameters) -> Iterator[Edit]:
    """The port of a container that has one: no other can be meant. gRPC probes take numbers only."""
    container = container_at(workload, fail.path)
    ports = [port for port in container.ports if port.protocol == "TCP"] if container is not None else []
    if len(ports) == 1:
        (port,) = ports
        yield Edit(fail.path, port.number if ".grpc." in fail.path else port.name or port.number)


@check(
    "Probes ask ports that exist",
    severity=Severity.HIGH,
    category=Category.RELIABILITY,
    remedy="Name a port in the container's ports, or give the probe its number.",
    fix=Fix(_only_port),
)
def probe_port_declared(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A probe that asks a port name which its own container does not declare never succeeds: the pod never gets ready.

    Rule: the port of each livenessProbe, readinessProbe and startupProbe is a number from 1 to 65535, or the name of a
    port of the same container. Numbers need no declaration; exec probes have no port.
    """
    found = [
        (container, field, probe.handler)
        for container in workload.pod.app_containers
        for field, probe in _probes(container)
        if probe.handler is not None and probe.handler.kind != "exec"
    ]
    if not found:
        yield Skip("no container declares a probe with a port")
    for container, field, handler in found:
        yield from _nowhere(container, field, handler)


def _probes(container: Container) -> Iterator[tuple[str, Probe]]:
    declared = (
        ("livenessProbe", container.liveness),
        ("readinessProbe", container.readiness),
        ("startupProbe", container.startup),
    )
    yield from ((field, probe) for field, probe in declared if probe is not None)


def _nowhere(container: Container, field: str, handler: Handler) -> Iterator[Finding]:
    path = f"{container.path}.{field}.{handler.kind}.port"
    number = container.port(handler.port)
    if number is None:
        yield Fail(path, f"the {field} of container {container.name} asks port {handler.port}, which it does not name")
    elif number not in PORTS:
        yield Fail(path, f"the {field} of container {container.name} asks port {number}, outside 1 to 65535")
