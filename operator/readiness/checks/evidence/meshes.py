"""Which mesh carries the traffic of a workload's pods, and what its policies demand of callers."""

import re
from collections.abc import Iterable, Mapping

from readiness.checks.evidence.hosts import Host
from readiness.checks.evidence.values import switch
from readiness.model import (
    DestinationRule,
    LinkerdAuthorization,
    LinkerdServer,
    PeerAuthentication,
    Snapshot,
    Workload,
)
from readiness.model.mesh import CLUSTER_DOMAIN, ISTIO_ROOT
from readiness.model.records import dataclass

_ISTIO_PROXY, _LINKERD_PROXY = "istio-proxy", "linkerd-proxy"  # containers
_INJECTION, _REVISION, _DATAPLANE = "istio-injection", "istio.io/rev", "istio.io/dataplane-mode"  # labels
_INJECT, _LINKERD_INJECT = "sidecar.istio.io/inject", "linkerd.io/inject"
_EXCLUDED = "traffic.sidecar.istio.io/excludeInboundPorts"
_SKIPPED, _DEFAULT_POLICY = "config.linkerd.io/skip-inbound-ports", "config.linkerd.io/default-inbound-policy"
_IDENTIFYING = frozenset({"all-authenticated", "cluster-authenticated", "deny"})  # policies of Linkerd
_PORTS = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the policies of a mesh say of callers: whether each needs a certificate, and in words."""

    demands: bool
    told: str


def first_port(workload: Workload) -> int | None:
    """The first port that its containers declare, but for the proxies of meshes."""
    containers = (c for c in workload.pod.app_containers if c.name not in (_ISTIO_PROXY, _LINKERD_PROXY))
    return next((port.number for container in containers for port in container.ports), None)


def has_istio_sidecar(workload: Workload, cluster: Snapshot) -> bool:
    """Whether a sidecar of Istio takes its traffic, or is to. Who uses it reads Pod and Namespace."""
    shown = _has_proxy(_ISTIO_PROXY, workload, cluster)
    if shown is not None:
        return shown
    around, own = _labels_around(workload, cluster), workload.pod.labels
    if around.get(_INJECTION) == "disabled" or workload.pod.host_network:
        return False
    said = own.get(_INJECT) or workload.pod.annotations.get(_INJECT)
    return bool(switch(said)) if said else _INJECTION in around or _REVISION in {**around, **own}


def _is_ambient(workload: Workload, cluster: Snapshot) -> bool:
    labels = {**_labels_around(workload, cluster), **workload.pod.labels}
    return labels.get(_DATAPLANE) == "ambient" and not workload.pod.host_network


def _labels_around(workload: Workload, cluster: Snapshot) -> Mapping[str, str]:
    namespace = cluster.namespace_of(workload)
    return {} if namespace is None else namespace.labels


def has_linkerd_proxy(workload: Workload, cluster: Snapshot) -> bool:
    """Whether a proxy of Linkerd takes its traffic, or is to. Who uses it reads Pod and Namespace."""
    shown = _has_proxy(_LINKERD_PROXY, workload, cluster)
    return _notes(workload, cluster).get(_LINKERD_INJECT) in ("enabled", "ingress") if shown is None else shown


def _notes(workload: Workload, cluster: Snapshot) -> Mapping[str, str]:
    """The annotations of its pods, over those of Linkerd that its namespace has."""
    namespace = cluster.namespace_of(workload)
    return {**(namespace.annotations if namespace is not None else {}), **workload.pod.annotations}


def _has_proxy(name: str, workload: Workload, cluster: Snapshot) -> bool | None:
    """Whether there is a container of this name: in the template, or in all pods; None where there are none."""
    if any(container.name == name for container in workload.pod.declared_containers):
        return True
    pods = [pod for pod in cluster.pods_of(workload) if pod.running]
    return all(pod.container(name) is not None for pod in pods) if pods else None


def demanded_by_istio(workload: Workload, port: int | None, cluster: Snapshot) -> Seen | None:
    """
    What PeerAuthentications say of callers of a port (None: of any); None where there is none that says.

    That of some pods beats the namespace's, and that the mesh's; of several the oldest counts, and only that of some
    pods has ports. Source: Istio's reference of PeerAuthentication. Who uses it reads PeerAuthentication, Pod and
    Namespace.
    """
    known = cluster.about(workload, PeerAuthentication)
    levels = (
        [item for item in known if item.selector is None and item.ref.namespace == ISTIO_ROOT],
        [item for item in known if item.selector is None and item.ref.namespace != ISTIO_ROOT],
        [item for item in known if _selects(item, workload)],
    )
    deciding, mode = None, ""
    for policy in map(_oldest, levels):
        if policy is not None and policy.mode:
            deciding, mode = policy, policy.mode
    own = _oldest(levels[-1])
    if own is not None and (special := _mode_of(port, own)):
        deciding, mode = own, special
    if deciding is None:
        return None
    said = f"{deciding.ref} says {mode}"
    if mode != "STRICT":
        return Seen(demands=False, told=said)
    meshed = has_istio_sidecar(workload, cluster) or _is_ambient(workload, cluster)
    return _kept(said, "Istio", port, workload.pod.annotations.get(_EXCLUDED, ""), meshed=meshed)


def _selects(policy: PeerAuthentication, workload: Workload) -> bool:
    selector = policy.selector
    return selector is not None and policy.ref.namespace != ISTIO_ROOT and selector.matches(workload.pod.labels)


def _oldest(policies: list[PeerAuthentication]) -> PeerAuthentication | None:
    return min(policies, key=lambda item: (item.created is None, item.created, item.ref), default=None)


def _mode_of(port: int | None, policy: PeerAuthentication) -> str:
    """The mode that a policy has for a port alone; where no port is known, one that is not strict counts."""
    if port is not None:
        return policy.ports.get(port, "")
    return next((mode for mode in policy.ports.values() if mode != "STRICT"), "")


def _kept(said: str, project: str, port: int | None, left_out: str, *, meshed: bool) -> Seen:
    """What a policy that demands certificates is worth: something where the mesh has the traffic of the port."""
    if not meshed:
        return Seen(demands=False, told=f"{said}, and {project} does not have the traffic of its pods")
    if _lists(left_out, port):
        return Seen(demands=False, told=f"{said}, and an annotation keeps {project} from its port")
    return Seen(demands=True, told=said)


def _lists(ports: str, port: int | None) -> bool:
    """Whether a list such as `8080,9000-9100` or `*` has a port; where none is known, whether it has any."""
    parts = [part.strip() for part in ports.split(",") if part.strip()]
    if port is None or "*" in parts:
        return bool(parts)
    spans = (found for part in parts if (found := _PORTS.fullmatch(part)))
    return any(int(first) <= port <= int(last or first) for first, last in (found.groups() for found in spans))


def servers_of(workload: Workload, port: int | None, cluster: Snapshot) -> list[LinkerdServer]:
    """The Servers of Linkerd for a port of its pods. Who uses it reads LinkerdServer."""
    names = {
        named.name for container in workload.pod.app_containers for named in container.ports if named.number == port
    }
    return [
        server
        for server in cluster.about(workload, LinkerdServer)
        if server.selector is not None and server.selector.matches(workload.pod.labels)
        if port is not None and (server.port == port or server.port in names)
    ]


def demanded_by_linkerd(workload: Workload, port: int | None, cluster: Snapshot) -> Seen | None:
    """
    What Linkerd's policies say of callers of a port; None where there are none.

    Where a Server is for the port, all that it and its authorizations let in must show who they are; else the default
    policy of the pods, or of their namespace, counts. Source: Linkerd's reference of authorization policies. Who uses
    it reads LinkerdServer, LinkerdAuthorization, Pod and Namespace.
    """
    notes = _notes(workload, cluster)
    servers = servers_of(workload, port, cluster)
    if servers:
        open_to_all = _opening(servers, cluster.about(workload, LinkerdAuthorization))
        said = f"{open_to_all or servers[0].ref} lets in {'anybody' if open_to_all else 'who shows a certificate'}"
    elif _DEFAULT_POLICY in notes:
        open_to_all = "" if notes[_DEFAULT_POLICY] in _IDENTIFYING else _DEFAULT_POLICY
        said = f"the annotation {_DEFAULT_POLICY} says {notes[_DEFAULT_POLICY]}"
    else:
        return None
    if open_to_all:
        return Seen(demands=False, told=said)
    return _kept(said, "Linkerd", port, notes.get(_SKIPPED, ""), meshed=has_linkerd_proxy(workload, cluster))


def _opening(servers: list[LinkerdServer], authorizations: Iterable[LinkerdAuthorization]) -> str:
    """Who lets in callers that show no certificate, as findings call it; empty where nobody does."""
    lax = [server.ref for server in servers if server.access not in _IDENTIFYING]
    others = (item for item in authorizations if not item.identified)
    lax += (item.ref for item in others if any(item.concerns(server) for server in servers))
    return str(lax[0]) if lax else ""


def rule_for(host: Host, workload: Workload, cluster: Snapshot) -> DestinationRule | None:
    """
    How Istio has a workload call a host: the rule of its own namespace, of the host's, or of the mesh.

    In each the one with the closest host counts. Who uses it reads DestinationRule and Service.
    """
    own = workload.ref.namespace
    services = {
        f"{name}.{namespace}.{CLUSTER_DOMAIN}": namespace
        for namespace, name in host.services(own)
        if host.is_inside or cluster.service(namespace, name) is not None
    }
    rules = cluster.about(workload, DestinationRule)
    for full, namespace in (services or {host.name: own}).items():
        for place in dict.fromkeys((own, namespace, ISTIO_ROOT)):
            found = [rule for rule in rules if rule.ref.namespace == place and rule.covers(full)]
            if found:
                return max(found, key=lambda rule: (not rule.host.startswith("*"), len(rule.host)))
    return None
