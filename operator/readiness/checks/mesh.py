"""Meshes: what their policies do for a workload that the program itself need not do."""

from collections.abc import Iterator
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.dependencies import called, mentioning
from readiness.checks.evidence.absence import attested_or
from readiness.checks.evidence.environment import environment_of
from readiness.checks.evidence.hosts import Host, host_of
from readiness.checks.evidence.meshes import (
    demanded_by_istio,
    demanded_by_linkerd,
    first_port,
    has_istio_sidecar,
    rule_for,
)  # fmt: skip
from readiness.checks.parameters.limits import doc
from readiness.checks.parameters.setting import MaybePort, Words
from readiness.model import (
    Category,
    ConfigMap,
    DestinationRule,
    Finding,
    LinkerdAuthorization,
    LinkerdServer,
    Namespace,
    PeerAuthentication,
    Pod,
    Service,
    Severity,
    Snapshot,
    Unknown,
    Workload,
)
from readiness.model.reasons import Reason
from readiness.model.records import dataclass


@dataclass(frozen=True, slots=True)
class PortParameters:
    """Where certificates are demanded."""

    port: Annotated[MaybePort, doc("Port that is asked; the container's first if absent.")] = None


@check(
    "Client certificates are demanded",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    kind=Kind.PROBE,
    reads=(Pod, Namespace, PeerAuthentication, LinkerdServer, LinkerdAuthorization),
    remedy="Demand client certificates in the service, or strict mTLS in the mesh.",
)
def mtls_required(workload: Workload, cluster: Snapshot, parameters: PortParameters) -> Iterator[Finding]:
    """
    Without a certificate of the caller, every pod that gets in can call every service.

    Rule: a handshake without a client certificate is refused. The policies of a mesh that has the traffic of the pods
    show it: of Istio, that the PeerAuthentication which counts for the port says STRICT; of Linkerd, that a Server for
    the port and every authorization for it let in only who shows a certificate, or that the default policy of the pods
    or of their namespace does. Else it is unknown, as nobody tries a handshake yet, or an attestation counts: a mesh
    that lets in anybody does not tell what the program does.
    """
    port = parameters.port or first_port(workload)
    found = (demanded_by_istio(workload, port, cluster), demanded_by_linkerd(workload, port, cluster))
    seen = [item for item in found if item is not None]
    if not any(item.demands for item in seen):
        why = " and ".join(item.told for item in seen) or "no policy of a mesh covers its pods"
        gap = Unknown(f"{why}: whether the program demands certificates is not tried yet", Reason.NOT_IMPLEMENTED)
        yield from attested_or("mtls-required", gap, workload, cluster)


@dataclass(frozen=True, slots=True)
class BreakerParameters:
    """Whom breakers guard, and how they are seen."""

    metrics: Annotated[Words, doc("Patterns of the metrics' names.")] = (
        "*circuit_breaker_state*",
        "*circuitbreaker_state*",
    )
    dependencies: Annotated[
        Words, doc("Dependencies that are meant, by the names that they have in health answers.")
    ] = ()


@check(
    "Circuit breakers guard dependencies",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    kind=Kind.PROBE,
    reads=(Pod, Namespace, ConfigMap, Service, DestinationRule),
    remedy="Stop calling what keeps failing for a while, and export the state of the breaker.",
)
def circuit_breaker(workload: Workload, cluster: Snapshot, parameters: BreakerParameters) -> Iterator[Finding]:
    """
    Calls that wait for a dead neighbour hold threads and connections until this service is dead too.

    Rule: the metrics have the state of a breaker, one for each dependency, and none stays open; or the pods have a
    sidecar of Istio, and the DestinationRule that counts for each dependency has outlierDetection in its trafficPolicy.
    Its hosts are those of the settings with its name, in theirs or the host's, else the Service of that name; without
    dependencies all hosts that settings name. Metrics are not read yet: without such rules it is unknown, or an
    attestation counts.
    """
    hosts = _hosts(parameters.dependencies, workload, cluster)
    sidecar = has_istio_sidecar(workload, cluster)
    bare = [label for label, found in hosts.items() if not (sidecar and _guarded(found, workload, cluster))]
    if bare or not hosts:
        whom = " and ".join(bare) or "what it calls"
        wanted = " or ".join(parameters.metrics) or "such"
        text = f"no DestinationRule breaks the circuit to {whom}, and whether metrics like {wanted} do is not read yet"
        yield from attested_or("circuit-breaker", Unknown(text, Reason.NOT_IMPLEMENTED), workload, cluster)


def _hosts(names: tuple[str, ...], workload: Workload, cluster: Snapshot) -> dict[str, list[Host]]:
    """The hosts of each dependency, by what messages call it; none where a setting does not tell."""
    environment = environment_of(workload, cluster)
    if names:
        told = {name: [host_of(item.known or "") for item in mentioning(name, environment)] for name in names}
        return {name: [host for host in hosts if host is not None] or [Host(name)] for name, hosts in told.items()}
    found = [(item, host_of(item.known or "")) for item in called(environment)]
    return {
        f"the host of {item}": [] if host is None else [host]
        for item, host in found
        if item.known is None or (host is not None and not host.is_local)
    }


def _guarded(hosts: list[Host], workload: Workload, cluster: Snapshot) -> bool:
    rules = [rule_for(host, workload, cluster) for host in hosts]
    return bool(rules) and all(rule is not None and rule.breaks for rule in rules)
