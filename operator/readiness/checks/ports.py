"""Ports: which ones containers listen on, and whether they have names."""

from collections.abc import Iterator
from typing import Annotated

from readiness.checks.check import NoParameters, check
from readiness.checks.fix import Edit, Fix
from readiness.checks.parameters.limits import Ge, Le, Len, doc
from readiness.model import Category, Container, Fail, Finding, Port, Probe, Severity, Skip, Snapshot, Workload
from readiness.model.records import dataclass

_NAMELESS = frozenset({"exec", "grpc"})  # these take no name


@dataclass(frozen=True, slots=True)
class PortParameters:
    """From where on ports are open to everybody."""

    least: Annotated[int, Ge(1), Le(65535), doc("The lowest containerPort that passes.")] = 1024


@check(
    "Containers listen on unprivileged ports",
    severity=Severity.LOW,
    category=Category.SECURITY,
    remedy="Listen on a port from 1024 on, and let the Service keep the well-known number as its port.",
)
def unprivileged_ports(workload: Workload, _cluster: Snapshot, parameters: PortParameters) -> Iterator[Finding]:
    """
    Ports below 1024 take root or a capability on many nodes, for a number that only the Service needs to show.

    Rule: no containerPort is below `least`.
    """
    ports = list(_ports(workload))
    if not ports:
        yield Skip("it declares no ports")
    for container, port in ports:
        if port.number < parameters.least:
            message = f"container {container.name} listens on port {port.number}, below {parameters.least}"
            yield Fail(_path(container, port), message)


@dataclass(frozen=True, slots=True)
class LoginParameters:
    """Which ports are for logging in."""

    ports: Annotated[
        tuple[Annotated[int, Ge(1), Le(65535)], ...], Len(1, 32), doc("TCP ports that nobody may log in on.")
    ] = (22,)


@check(
    "Nobody logs in over SSH",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    remedy="Remove the SSH server from the image; kubectl exec and kubectl debug leave a trace in the audit log.",
)
def no_ssh_port(workload: Workload, _cluster: Snapshot, parameters: LoginParameters) -> Iterator[Finding]:
    """
    A login of its own passes by the cluster's access rules and audit log, with keys that nobody rotates.

    Rule: no container declares one of ports over TCP.
    """
    for container, port in _ports(workload):
        if port.protocol == "TCP" and port.number in parameters.ports:
            yield Fail(_path(container, port), f"container {container.name} listens on port {port.number}")


@check(
    "Ports have names",
    severity=Severity.INFO,
    category=Category.NETWORKING,
    remedy="Name each port, and refer to it by name in Services and probes.",
)
def ports_named(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    What refers to a port by name goes on working when the number changes, and a mesh reads the protocol off it.

    Rule: every port of app containers, sidecars and init containers has a name.
    """
    ports = list(_ports(workload))
    if not ports:
        yield Skip("it declares no ports")
    for container, port in ports:
        if not port.name:
            yield Fail(
                f"{_path(container, port)}.name", f"port {port.number} of container {container.name} has no name"
            )


def _by_name(workload: Workload, fail: Fail, _parameters: NoParameters) -> Iterator[Edit]:
    """The name that the container's ports have for the number."""
    for container in workload.pod.app_containers:
        for field, kind, port in _numbered(container):
            names = [item.name for item in container.ports if item.name and str(item.number) == str(port)]
            if names and fail.path == f"{container.path}.{field}.{kind}.port":
                yield Edit(fail.path, names[0])


@check(
    "Probes refer to ports by name",
    severity=Severity.INFO,
    category=Category.NETWORKING,
    remedy="Name the port in the container's ports, and give the probe that name.",
    fix=Fix(_by_name),
)
def probe_port_named(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A number in a probe is the second place to change with a port, and the one that is forgotten.

    Rule: the port of each httpGet and tcpSocket probe is a name. gRPC probes only take numbers.
    """
    found = [(container, *item) for container in workload.pod.app_containers for item in _numbered(container)]
    if not found:
        yield Skip("no container declares an httpGet or tcpSocket probe")
    for container, field, kind, port in found:
        if isinstance(port, int) or port.isdecimal():
            message = f"the {field} of container {container.name} asks port {port} by number"
            yield Fail(f"{container.path}.{field}.{kind}.port", message)


def _numbered(container: Container) -> Iterator[tuple[str, str, int | str]]:
    """Field, kind and port of each probe that could name its port."""
    probes: dict[str, Probe | None] = {
        "livenessProbe": container.liveness,
        "readinessProbe": container.readiness,
        "startupProbe": container.startup,
    }
    for field, probe in probes.items():
        handler = None if probe is None else probe.handler
        if handler is not None and handler.kind not in _NAMELESS:
            yield field, handler.kind, handler.port


def _ports(workload: Workload) -> Iterator[tuple[Container, Port]]:
    return ((container, port) for container in workload.pod.declared_containers for port in container.ports)


def _path(container: Container, port: Port) -> str:
    return f"{container.path}.ports[{port.name or port.number}]"
