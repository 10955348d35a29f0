"""
What Istio, Linkerd and Traefik are told of traffic: who needs a certificate, what is limited, what guards a caller.

Linkerd's and Istio's kinds share the name AuthorizationPolicy: it is Linkerd's that is read.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from readiness.model.about import EVERYBODY, Key
from readiness.model.labels import Labels, Selector
from readiness.model.records import dataclass
from readiness.model.ref import Ref

ISTIO_ROOT = "istio-system"  # the namespace whose policies are the whole mesh's, unless an installation says otherwise
CLUSTER_DOMAIN = "svc.cluster.local"


def full_name(host: str, namespace: str) -> str:
    """An Istio host in full; a name without a dot is a Service of the namespace where it is written."""
    return host if "." in host or "*" in host else f"{host}.{namespace}.{CLUSTER_DOMAIN}"


def service_of(host: str) -> tuple[str, str] | None:
    """Namespace and name of the Service that a full name stands for; None where it is none's."""
    name, _, rest = host.partition(".")
    namespace, _, domain = rest.partition(".")
    return (namespace, name) if name and domain == CLUSTER_DOMAIN and "*" not in host else None


@dataclass(frozen=True, slots=True)
class PeerAuthentication:
    """
    Whether Istio demands client certificates: `mode` is STRICT, PERMISSIVE, DISABLE, or empty where it inherits.

    Without a selector it is for its namespace, in Istio's own for the mesh. `ports` are those with a mode of their own.
    """

    ref: Ref
    selector: Selector | None = None
    mode: str = ""
    ports: Mapping[int, str] = field(default_factory=dict)
    created: datetime | None = None

    @property
    def about(self) -> tuple[Key, ...]:
        """Its namespace, or everybody."""
        return (EVERYBODY if self.ref.namespace == ISTIO_ROOT else (self.ref.namespace,),)


@dataclass(frozen=True, slots=True)
class VirtualService:
    """
    Routes of Istio: for the namespace and name of each Service, the time-outs of the rules for HTTP that lead to it.

    `public`: they hang on a gateway, rather than on the mesh alone.
    """

    ref: Ref
    timeouts: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    public: bool = False

    @property
    def about(self) -> tuple[Key, ...]:
        """Who is behind its Services."""
        return tuple((namespace, "Service", name) for namespace, name in sorted(self.timeouts))


@dataclass(frozen=True, slots=True)
class DestinationRule:
    """How Istio calls a host, in full: `breaks` says that endpoints which keep failing are left out for a while."""

    ref: Ref
    host: str = ""
    breaks: bool = False
    namespaces: tuple[str, ...] | None = None  # whose callers see it; None: everybody's

    @property
    def about(self) -> tuple[Key, ...]:
        """The callers: a namespace's, or everybody."""
        return (EVERYBODY,) if self.namespaces is None else tuple((name,) for name in self.namespaces)

    def covers(self, host: str) -> bool:
        """Whether it is for a host, by its full name or by a wildcard for the beginning."""
        return host.endswith(self.host[1:]) if self.host.startswith("*") else host == self.host


@dataclass(frozen=True, slots=True)
class LinkerdServer:
    """A Server of Linkerd: a port of pods, and who may come in where no authorization says."""

    ref: Ref
    selector: Selector | None = None
    port: int | str | None = None
    access: str = "deny"
    labels: Labels = field(default_factory=dict)

    @property
    def about(self) -> tuple[Key, ...]:
        """Its namespace."""
        return ((self.ref.namespace,),)


@dataclass(frozen=True, slots=True)
class LinkerdAuthorization:
    """
    An AuthorizationPolicy or ServerAuthorization of Linkerd: who else may come in.

    `server` is empty where it is not for one Server by name: then for those that `selector` selects, or, where that is
    None, for some route or all Servers of the namespace. `identified`: it lets in only who shows a certificate.
    """

    ref: Ref
    server: str = ""
    selector: Selector | None = None
    identified: bool = False

    @property
    def about(self) -> tuple[Key, ...]:
        """Its namespace."""
        return ((self.ref.namespace,),)

    def concerns(self, server: LinkerdServer) -> bool:
        """Whether it may let somebody in to a Server of its namespace."""
        if self.server:
            return self.server == server.ref.name
        return self.selector is None or self.selector.matches(server.labels)


@dataclass(frozen=True, slots=True)
class LinkerdRateLimit:
    """An HTTPLocalRateLimitPolicy: the Server that it is for, and whether it limits anything."""

    ref: Ref
    server: str = ""
    limits: bool = False

    @property
    def about(self) -> tuple[Key, ...]:
        """Its namespace."""
        return ((self.ref.namespace,),)


@dataclass(frozen=True, slots=True)
class TraefikMiddleware:
    """A Middleware of Traefik: whether it limits the rate of requests, and the others that it is a chain of."""

    ref: Ref
    limits: bool = False
    chain: tuple[str, ...] = ()

    @property
    def about(self) -> tuple[Key, ...]:
        """Everybody: an Ingress may name one of another namespace."""
        return (EVERYBODY,)

    @property
    def name(self) -> str:
        """What Ingresses and chains call it."""
        return middleware_name(self.ref.namespace, self.ref.name)


def middleware_name(namespace: str, name: str) -> str:
    """What Traefik calls a Middleware of a namespace."""
    return f"{namespace}-{name}@kubernetescrd"
