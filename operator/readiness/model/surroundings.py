"""The objects around workloads, each as far as checks read it."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from readiness.model.credentials import Hit
from readiness.model.foreign import ScaledObject
from readiness.model.labels import EVERYTHING, Labels, Selector
from readiness.model.monitoring import Board
from readiness.model.quantity import IntOrPercent, scaled
from readiness.model.records import dataclass
from readiness.model.ref import Owner, Ref


@dataclass(frozen=True, slots=True)
class Namespace:
    """A namespace, its labels, and its annotations for Linkerd, which hold for pods that have none of these names."""

    ref: Ref
    uid: str = ""
    labels: Labels = field(default_factory=dict)
    deleted: bool = False
    annotations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServicePort:
    """One port of a Service; `target` is a number or the name of a container port."""

    port: int
    target: int | str
    name: str = ""
    protocol: str = "TCP"


@dataclass(frozen=True, slots=True)
class Service:
    """A Service. `selector` is None when it has none: such a Service selects no pods."""

    ref: Ref
    uid: str = ""
    selector: Selector | None = None
    ports: tuple[ServicePort, ...] = ()
    type: str = "ClusterIP"
    headless: bool = False
    publish_not_ready: bool = False
    labels: Labels = field(default_factory=dict)
    external_name: str = ""
    external_ips: tuple[str, ...] = ()
    traffic_policy: str = "Cluster"  # externalTrafficPolicy

    @property
    def public(self) -> bool:
        """Whether the network outside the cluster reaches it, by its type or by an external IP."""
        return self.type in ("LoadBalancer", "NodePort") or bool(self.external_ips)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address of an EndpointSlice: whether it gets traffic, and whose pod it is ("" when no pod's)."""

    ready: bool
    pod: str = ""


@dataclass(frozen=True, slots=True)
class EndpointSlice:
    """An EndpointSlice and the Service that it belongs to."""

    ref: Ref
    uid: str = ""
    service: str = ""
    endpoints: tuple[Endpoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """
    A host of an Ingress, empty for any, and where its paths lead to: names of Services, and their ports.

    `paths` are those paths, as `/cart`, or `= /cart` where only that one is meant.
    """

    host: str
    backends: tuple[tuple[str, int | str], ...] = ()
    paths: tuple[str, ...] = ()

    @property
    def services(self) -> frozenset[str]:
        """The names of the Services."""
        return frozenset(service for service, _ in self.backends)


@dataclass(frozen=True, slots=True)
class IngressTLS:
    """Hosts of an Ingress that are served over TLS, and the Secret with their certificate (the controller's if "")."""

    hosts: tuple[str, ...] = ()
    secret: str = ""

    def covers(self, host: str) -> bool:
        """Whether a host is among them, itself or by a wildcard for its first label; none are every host."""
        wildcard = "*." + host.partition(".")[2]
        return not self.hosts or host in self.hosts or (bool(host) and wildcard in self.hosts)


@dataclass(frozen=True, slots=True)
class Ingress:
    """A networking.k8s.io/v1 Ingress; its default backend is a route for any host."""

    ref: Ref
    uid: str = ""
    class_name: str = ""
    routes: tuple[Route, ...] = ()
    tls: tuple[IngressTLS, ...] = ()
    annotations: Mapping[str, str] = field(default_factory=dict)
    api_version: str = ""

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that it names."""
        return frozenset(route.host for route in self.routes if route.host)

    @property
    def services(self) -> frozenset[str]:
        """The names of all Services that it leads to."""
        return frozenset(name for route in self.routes for name in route.services)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that a controller sets on its object: "True", "False" or "Unknown", why, and since when."""

    status: str
    reason: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class PodDisruptionBudget:
    """
    A policy/v1 PodDisruptionBudget. `selector` None selects nothing, the empty one every pod of the namespace.

    `healthy` and `expected` are the pods that the disruption controller counts; conditions by type.
    """

    ref: Ref
    uid: str = ""
    selector: Selector | None = None
    min_available: IntOrPercent | None = None
    max_unavailable: IntOrPercent | None = None
    disruptions_allowed: int | None = None
    healthy: int | None = None
    expected: int | None = None
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    api_version: str = ""
    unhealthy_eviction: str = ""  # unhealthyPodEvictionPolicy

    def spare(self, pods: int) -> int:
        """
        How many of `pods` healthy pods may be evicted at once.

        Percentages round up, for both bounds, and without a bound none may go, as in the disruption controller.
        """
        if (out := scaled(self.max_unavailable, pods, up=True)) is not None:
            return min(out, pods)
        if (stay := scaled(self.min_available, pods, up=True)) is not None:
            return max(pods - stay, 0)
        return 0


@dataclass(frozen=True, slots=True)
class HorizontalPodAutoscaler:
    """An autoscaling/v2 HorizontalPodAutoscaler; `metrics` are names such as `cpu`; conditions by type."""

    ref: Ref
    uid: str = ""
    target_kind: str = ""
    target_name: str = ""
    min_replicas: int = 1
    max_replicas: int = 1
    metrics: tuple[str, ...] = ()
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    api_version: str = ""
    owner: Owner | None = None

    @classmethod
    def of(cls, scaled: ScaledObject) -> "HorizontalPodAutoscaler":
        """What KEDA makes of a ScaledObject, but that it may go down to none."""
        return cls(
            ref=scaled.ref,
            min_replicas=scaled.min_replicas,
            max_replicas=scaled.max_replicas,
            metrics=scaled.triggers,
        )


@dataclass(frozen=True, slots=True)
class Peer:
    """Whom a rule of a NetworkPolicy means: `pods` of the policy's own namespace, or of those that are selected."""

    direction: str
    pods: Selector = EVERYTHING
    namespaces: Selector | None = None

    def __str__(self) -> str:
        """In words, such as `pods app=cart of namespaces team=shop`."""
        where = "" if self.namespaces is None else f" of namespaces {self.namespaces}"
        return f"pods {self.pods}{where}".replace("  ", " ").rstrip()


@dataclass(frozen=True, slots=True)
class NetworkPolicy:
    """A NetworkPolicy: whom it selects, which directions it restricts and leaves open to everybody, and its peers."""

    ref: Ref
    uid: str = ""
    selector: Selector | None = None
    directions: tuple[str, ...] = ("Ingress",)
    open_directions: tuple[str, ...] = ()  # a rule without from/to allows everything, and so do some peers
    api_version: str = ""
    peers: tuple[Peer, ...] = ()


@dataclass(frozen=True, slots=True)
class ConfigMap:
    """
    A ConfigMap as what the credential detector found in it on arrival, and the plain settings in it.

    `hits` and `placeholder_hits` (found only when placeholders count) go by data key. `settings` has every key, with
    its value where that is one short line in which the detector found no credential, or one that everybody knows.
    `boards` are the dashboards in it that Grafana loads, None for each that is broken; `profile` is the text of the
    profile that a team keeps in it. `malformed` are the keys of documents that cannot be parsed, and where; `documents`
    are those that can, of a few kilobytes and without a credential.
    """

    ref: Ref
    uid: str = ""
    hits: tuple[tuple[str, Hit], ...] = ()
    placeholder_hits: tuple[tuple[str, Hit], ...] = ()
    settings: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    boards: tuple[Board | None, ...] = ()
    profile: str = field(default="", repr=False)
    malformed: tuple[tuple[str, str], ...] = ()
    documents: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """
    A ServiceAccount: whether it mounts its token unless a pod says otherwise, and its secrets for pulling images.

    `secrets` are the others that it names: the tokens that Kubernetes made for it before 1.24, for one.
    """

    ref: Ref
    uid: str = ""
    automount_token: bool | None = None
    image_pull_secrets: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceQuota:
    """What a ResourceQuota bounds, such as limits.memory, and by how much; with scopes it is about some pods only."""

    ref: Ref
    uid: str = ""
    hard: Mapping[str, str] = field(default_factory=dict)
    scoped: bool = False


@dataclass(frozen=True, slots=True)
class LimitRange:
    """The container defaults that a LimitRange fills in when a pod is admitted."""

    ref: Ref
    uid: str = ""
    default_limits: Mapping[str, str] = field(default_factory=dict)
    default_requests: Mapping[str, str] = field(default_factory=dict)
    created: datetime | None = None
