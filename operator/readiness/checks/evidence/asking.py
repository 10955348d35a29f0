"""From a container's declared probe and a policy's wishes to the question that its pods are asked."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import StrEnum
from typing import Annotated

from readiness.checks.parameters.limits import Ge, Le, Len, Predicate, doc
from readiness.model import Container, Demand, Handler, Probe, Question, Scheme, Workload
from readiness.model.records import dataclass

PORTS = range(1, 65536)
_MAX_NAME = 15


def is_path(text: str) -> bool:
    """Whether it is an absolute path, a query included (the name stands in the error that a policy's author sees)."""
    return _PATH.fullmatch(text) is not None


def is_port(port: int | str) -> bool:
    """Whether it is a port's number, 1 to 65535, or can be its name."""
    return port in PORTS if isinstance(port, int) else 1 <= len(port) <= _MAX_NAME


_PATH = re.compile("/[!-~]*")
Path = Annotated[str, Len(1, 1024), Predicate(is_path)]
DeclaredPort = Annotated[int | str, Predicate(is_port)]
Status = Annotated[int, Ge(100), Le(599)]
_KINDS = {"httpGet": Scheme.HTTP, "tcpSocket": Scheme.TCP, "grpc": Scheme.GRPC}


class Purpose(StrEnum):
    """Which of a container's probes is meant."""

    LIVENESS = "liveness"
    READINESS = "readiness"

    @property
    def field(self) -> str:
        """The field of a container that declares it."""
        return f"{self}Probe"

    def of(self, container: Container) -> Probe | None:
        """The probe that a container declares for this purpose; one without a handler asks nothing."""
        probe = container.liveness if self is Purpose.LIVENESS else container.readiness
        return probe if probe is not None and probe.handler is not None else None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What a policy says of an endpoint; what it leaves out is as the container's probe declares it."""

    path: Annotated[Path | None, doc("Path to GET instead of the declared probe's.")] = None
    port: Annotated[DeclaredPort | None, doc("Declared port, by number or name, instead of the declared probe's.")] = (
        None
    )
    expect: Annotated[
        tuple[Status, ...] | None, Len(1, 16), doc("Statuses that count as success instead of 200 to 399.")
    ] = None

    @property
    def wanted(self) -> bool:
        """Whether it names an endpoint, so that a container without a probe can be asked too."""
        return self.path is not None or self.port is not None

    @property
    def success(self) -> str:
        """What counts as success, in words."""
        return " or ".join(map(str, self.expect)) if self.expect else "success"


AS_DECLARED = Endpoint()


@dataclass(frozen=True, slots=True)
class EndpointAsk:
    """
    What one container's endpoint is asked.

    `question` is None where only kubelet can ask; `vouched` says whether kubelet asks the same, so that its result
    is an answer to this question too. Where nothing is declared, `probe` has Kubernetes' defaults.
    """

    purpose: Purpose
    container: Container
    probe: Probe
    question: Question | None
    vouched: bool

    @property
    def path(self) -> str:
        """The field that declares it."""
        return f"{self.container.path}.{self.purpose.field}"


def question_of(container: Container, handler: Handler) -> Question | None:
    """
    What a declared probe asks of the pod's own address.

    None for exec, for a `host` of its own, which only kubelet may ask, and for a port that does not resolve.
    """
    scheme = _KINDS.get(handler.kind)
    port = container.port(handler.port)
    if scheme is None or handler.host or port is None or port not in PORTS:
        return None
    if scheme is Scheme.HTTP:
        scheme = Scheme.HTTPS if handler.scheme == "HTTPS" else Scheme.HTTP
        path = handler.path if handler.path.startswith("/") else f"/{handler.path}"
        return Question(scheme, port, path, handler.headers)
    return Question(scheme, port, handler.service)


def owns(container: Container, port: int | str) -> bool:
    """
    Whether a container declares this port, as a TCP port or in one of its probes: no other port is ever asked.

    A probe with a `host` of its own says nothing about the pod's ports.
    """
    number = container.port(port)
    probes = (container.liveness, container.readiness, container.startup)
    handlers = [probe.handler for probe in probes if probe is not None and probe.handler is not None]
    probed = (container.port(handler.port) for handler in handlers if not handler.host)
    return number in PORTS and number in (*_tcp_ports(container), *probed)


def asks(workload: Workload, purpose: Purpose, endpoint: Endpoint = AS_DECLARED) -> Iterator[EndpointAsk]:
    """
    What the containers of a workload are asked, in their order.

    Every declared probe is asked. A `port` concerns only containers that declare it. Where a policy names an endpoint
    and no probe is concerned, the first container that has such a port is asked, after kubelet's default patience.
    """
    containers = list(workload.pod.app_containers)
    concerned = [c for c in containers if endpoint.port is None or owns(c, endpoint.port)]
    unprobed = endpoint.wanted and not any(purpose.of(container) for container in concerned)
    candidates = [c for c in concerned if _tcp_ports(c) or endpoint.port is not None] if unprobed else []
    for container in containers:
        if purpose.of(container) is not None or container in candidates[:1]:
            yield _ask(workload, container, purpose, endpoint)


def demands_of(*purposes: Purpose) -> Callable[[Workload, object], Iterator[Demand]]:
    """The demands function of a check on these endpoints; its parameters may be an `Endpoint`."""

    def demands(workload: Workload, parameters: object) -> Iterator[Demand]:
        endpoint = parameters if isinstance(parameters, Endpoint) else AS_DECLARED
        if workload.batch or not workload.wants_pods:
            return
        for purpose in purposes:
            for ask in asks(workload, purpose, endpoint):
                if ask.question is not None:
                    yield Demand(ask.question, ask.container.name, ask.probe.patience, ask.probe.timeout)

    return demands


def _tcp_ports(container: Container) -> list[int]:
    return [port.number for port in container.ports if port.protocol == "TCP"]


def _ask(workload: Workload, container: Container, purpose: Purpose, endpoint: Endpoint) -> EndpointAsk:
    probe = purpose.of(container)
    declared = question_of(container, probe.handler) if probe is not None and probe.handler is not None else None
    question = _overridden(container, probe, declared, endpoint)
    return EndpointAsk(
        purpose=purpose,
        container=container,
        probe=probe or Probe(handler=None),
        question=None if workload.pod.host_network else question,  # a node's address is never asked
        vouched=probe is not None and question == declared,
    )


def _overridden(
    container: Container, probe: Probe | None, declared: Question | None, endpoint: Endpoint
) -> Question | None:
    """The declared question with a policy's port and path; a path alone means nothing to exec and gRPC."""
    if declared is not None and endpoint.port is None and endpoint.path is None:
        return declared
    port = declared.port if declared is not None else None
    if endpoint.port is not None:
        port = container.port(endpoint.port) if owns(container, endpoint.port) else None
    elif probe is None:
        port = _tcp_ports(container)[0]
    if port is None or (endpoint.port is None and declared is not None and declared.scheme is Scheme.GRPC):
        return declared
    asked = replace(declared, port=port) if declared is not None else Question(Scheme.TCP, port)
    if endpoint.path is None:
        return asked
    scheme = Scheme.HTTPS if asked.scheme is Scheme.HTTPS else Scheme.HTTP
    return Question(scheme, port, endpoint.path, asked.headers)
