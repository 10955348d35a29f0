"""
What other projects' custom resources say of workloads, each as far as checks read it.

Each of these objects is *about* something, told as keys: `()` is everybody, `("shop",)` a namespace,
`("shop", "Deployment", "cart")` a workload, `("shop", "Service", "cart")` whoever is behind that Service, and
`("shop", "Secret", "cart-db")` whoever uses that Secret.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from readiness.model.labels import Labels, Selector
from readiness.model.records import dataclass
from readiness.model.ref import Ref

Key = tuple[str, ...]
EVERYBODY: Key = ()


def _in(namespaces: tuple[str, ...] | None) -> tuple[Key, ...]:
    """The keys of some namespaces; None are all of them."""
    return (EVERYBODY,) if namespaces is None else tuple((name,) for name in namespaces)


@dataclass(frozen=True, slots=True)
class ScrapedPort:
    """Where Prometheus asks for metrics: the name of a Service's or a container's port, or what the pod listens on."""

    name: str = ""
    target: int | str | None = None


@dataclass(frozen=True, slots=True)
class ServiceMonitor:
    """Which Services Prometheus asks for metrics; `namespaces` None are all."""

    ref: Ref
    selector: Selector | None = None
    namespaces: tuple[str, ...] | None = ()
    ports: tuple[ScrapedPort, ...] = ()

    @property
    def about(self) -> tuple[Key, ...]:
        """The namespaces that it looks into."""
        return _in(self.namespaces)


@dataclass(frozen=True, slots=True)
class PodMonitor:
    """Which pods Prometheus asks for metrics; `namespaces` None are all."""

    ref: Ref
    selector: Selector | None = None
    namespaces: tuple[str, ...] | None = ()
    ports: tuple[ScrapedPort, ...] = ()

    @property
    def about(self) -> tuple[Key, ...]:
        """The namespaces that it looks into."""
        return _in(self.namespaces)


@dataclass(frozen=True, slots=True)
class Alert:
    """
    An alerting rule.

    `pins` are what its expression binds it to: a label, and the values that it may have (`*` stands for anything), as
    in `("namespace", ("shop", "mail-*"))`. `links` are the annotations that are an address.
    """

    name: str
    expression: str
    severity: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    pins: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class PrometheusRule:
    """Alerts, and the names of the series that recording rules make. Rules of any namespace may be about another."""

    ref: Ref
    alerts: tuple[Alert, ...] = ()
    records: tuple[str, ...] = ()
    labels: Labels = field(default_factory=dict)

    @property
    def about(self) -> tuple[Key, ...]:
        """The namespaces that all its alerts are bound to, or everybody."""
        found = [dict(alert.pins).get("namespace", ("*",)) for alert in self.alerts] or [("*",)]
        names = {name for values in found for name in values}
        if self.records or any("*" in name for name in names):
            return (EVERYBODY,)
        return tuple((name,) for name in sorted(names))


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """A service level objective of Sloth, Pyrra or OpenSLO: the service that it names, and the metrics in it."""

    ref: Ref
    service: str = ""
    metrics: tuple[str, ...] = ()

    @property
    def about(self) -> tuple[Key, ...]:
        """Everybody: it may be anywhere."""
        return (EVERYBODY,)


@dataclass(frozen=True, slots=True)
class Board:
    """A Grafana dashboard: its title, and those of its panels."""

    title: str
    panels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GrafanaDashboard:
    """A dashboard of the Grafana operator; `board` is None where it is kept elsewhere, or broken."""

    ref: Ref
    board: Board | None = None

    @property
    def about(self) -> tuple[Key, ...]:
        """Everybody: dashboards live where Grafana does."""
        return (EVERYBODY,)


@dataclass(frozen=True, slots=True)
class Instrumentation:
    """Where the OpenTelemetry operator has the programs send their traces that it instruments."""

    ref: Ref
    endpoint: str = ""

    @property
    def about(self) -> tuple[Key, ...]:
        """Everybody: a pod may name one of another namespace."""
        return (EVERYBODY,)


@dataclass(frozen=True, slots=True)
class SecretSource:
    """
    What makes a Secret out of something else: ExternalSecret, Vault*Secret, SealedSecret.

    `store` is the name of its SecretStore, `ready` is None where it does not tell, `refreshed` when it last synced.
    """

    ref: Ref
    secret: str = ""
    store: str = ""
    store_kind: str = "SecretStore"
    ready: bool | None = None
    reason: str = ""
    refreshed: datetime | None = None
    interval: str = ""

    @property
    def about(self) -> tuple[Key, ...]:
        """Who uses the Secret."""
        return ((self.ref.namespace, "Secret", self.secret),)


@dataclass(frozen=True, slots=True)
class SecretStore:
    """A store that ExternalSecrets read, of a namespace or of the cluster; `provider` is vault, aws, azurekv, …."""

    ref: Ref
    provider: str = ""

    @property
    def about(self) -> tuple[Key, ...]:
        """Its namespace, or everybody."""
        return ((self.ref.namespace,) if self.ref.namespace else EVERYBODY,)


@dataclass(frozen=True, slots=True)
class SecretProviderClass:
    """What the Secrets Store CSI driver mounts; `provider` is vault, aws, azure, gcp, …."""

    ref: Ref
    provider: str = ""

    @property
    def about(self) -> tuple[Key, ...]:
        """Who mounts it."""
        return ((self.ref.namespace, "SecretProviderClass", self.ref.name),)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of cert-manager, the Secret that it lives in, and until when it holds."""

    ref: Ref
    secret: str = ""
    ready: bool | None = None
    reason: str = ""
    not_after: datetime | None = None

    @property
    def about(self) -> tuple[Key, ...]:
        """Who uses the Secret."""
        return ((self.ref.namespace, "Secret", self.secret),)


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scanner looked at, and when: a container of a workload (or of its ReplicaSet), and its image."""

    kind: str = ""
    name: str = ""
    container: str = ""
    image: str = ""  # repository and tag, or digest
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class VulnerabilityReport:
    """What Trivy found in an image; `end_of_life` says that its distribution gets no more fixes."""

    ref: Ref
    scan: Scan = Scan()
    critical: int | None = None
    high: int | None = None
    os_family: str = ""
    os_name: str = ""
    end_of_life: bool = False

    @property
    def about(self) -> tuple[Key, ...]:
        """Whose image it is."""
        return ((self.ref.namespace, self.scan.kind, self.scan.name),)


@dataclass(frozen=True, slots=True)
class ExposedSecretReport:
    """How many secrets Trivy found in an image, by how bad that is."""

    ref: Ref
    scan: Scan = Scan()
    critical: int | None = None
    high: int | None = None

    @property
    def about(self) -> tuple[Key, ...]:
        """Whose image it is."""
        return ((self.ref.namespace, self.scan.kind, self.scan.name),)


@dataclass(frozen=True, slots=True)
class SbomReport:
    """That Trivy listed what an image is made of, and how many components those are."""

    ref: Ref
    scan: Scan = Scan()
    components: int | None = None

    @property
    def about(self) -> tuple[Key, ...]:
        """Whose image it is."""
        return ((self.ref.namespace, self.scan.kind, self.scan.name),)


@dataclass(frozen=True, slots=True)
class ScaledObject:
    """A workload that KEDA scales; without `min_replicas` it may have none."""

    ref: Ref
    target_kind: str = ""
    target_name: str = ""
    min_replicas: int = 0
    max_replicas: int = 100
    triggers: tuple[str, ...] = ()

    @property
    def about(self) -> tuple[Key, ...]:
        """Whom it scales."""
        return ((self.ref.namespace, self.target_kind, self.target_name),)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What a VerticalPodAutoscaler thinks that a container needs, as quantities by resource."""

    container: str
    target: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VerticalPodAutoscaler:
    """
    What it recommends for the containers of a workload; in the `mode` Off it does no more.

    `resources` are those that it sets for some container.
    """

    ref: Ref
    target_kind: str = ""
    target_name: str = ""
    recommendations: tuple[Recommendation, ...] = ()
    mode: str = "Auto"
    resources: tuple[str, ...] = ("cpu", "memory")

    @property
    def about(self) -> tuple[Key, ...]:
        """Whom it looks at."""
        return ((self.ref.namespace, self.target_kind, self.target_name),)


@dataclass(frozen=True, slots=True)
class GatewayParent:
    """A Gateway that a route hangs on, or one listener or port of it."""

    namespace: str
    name: str
    listener: str = ""
    port: int | None = None


@dataclass(frozen=True, slots=True)
class GatewayRoute:
    """
    A route of the Gateway API: the hosts that it is for, and namespaces and names of Services that it leads to.

    `public`: it hangs on a Gateway, rather than on Services alone, as a mesh's routes inside the cluster do.
    `timeouts` has those of the rules that lead to each Service, "" for a rule without one.
    """

    ref: Ref
    hosts: tuple[str, ...] = ()
    services: frozenset[tuple[str, str]] = frozenset()
    public: bool = False
    parents: tuple[GatewayParent, ...] = ()
    timeouts: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    @property
    def about(self) -> tuple[Key, ...]:
        """Who is behind its Services."""
        return tuple((namespace, "Service", name) for namespace, name in sorted(self.services))


@dataclass(frozen=True, slots=True)
class FeatureFlags:
    """Feature flags of OpenFeature, or the source that a pod names."""

    ref: Ref

    @property
    def about(self) -> tuple[Key, ...]:
        """Everybody: a pod may name one of another namespace."""
        return (EVERYBODY,)


@dataclass(frozen=True, slots=True)
class TestRun:
    """A run of k6 or Testkube: `passed` is None while it goes on; `at` is when it ended, or began."""

    __test__ = False  # no test of pytest's

    ref: Ref
    labels: Labels = field(default_factory=dict)
    passed: bool | None = None
    at: datetime | None = None

    @property
    def about(self) -> tuple[Key, ...]:
        """Its namespace."""
        return ((self.ref.namespace,),)
