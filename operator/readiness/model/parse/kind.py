"""What is known of a kind that is read: where the API server has it, and what its objects become here."""

from collections.abc import Callable
from dataclasses import replace

from readiness.model.backups import BackupPlan, BackupRun, BackupTest, DatabaseCluster, VolumeSnapshot
from readiness.model.claims import Attestation, Waiver
from readiness.model.deliveries import Application, FlaggerCanary, Gateway
from readiness.model.foreign import FeatureFlags, GatewayRoute, ScaledObject, TestRun, VerticalPodAutoscaler
from readiness.model.mesh import (
    DestinationRule,
    LinkerdAuthorization,
    LinkerdRateLimit,
    LinkerdServer,
    PeerAuthentication,
    TraefikMiddleware,
    VirtualService,
)  # fmt: skip
from readiness.model.monitoring import (
    GrafanaDashboard,
    Instrumentation,
    PodMonitor,
    PrometheusRule,
    ServiceLevel,
    ServiceMonitor,
)
from readiness.model.parse.fields import Raw
from readiness.model.permissions import AccessRole, RoleBinding
from readiness.model.pod import Pod, ReplicaSet
from readiness.model.records import dataclass
from readiness.model.ref import CORE_GROUPS
from readiness.model.sampled import Lease, Node, PodMetrics
from readiness.model.scans import ExposedSecretReport, SbomReport, VulnerabilityReport
from readiness.model.secret_sources import Certificate, SecretProviderClass, SecretSource, SecretStore  # fmt: skip
from readiness.model.secrets import Secret
from readiness.model.storage import PersistentVolumeClaim, StorageClass
from readiness.model.surroundings import (
    ConfigMap,
    EndpointSlice,
    HorizontalPodAutoscaler,
    Ingress,
    LimitRange,
    Namespace,
    NetworkPolicy,
    PodDisruptionBudget,
    ResourceQuota,
    Service,
    ServiceAccount,
)  # fmt: skip
from readiness.model.workload import Workload

Foreign = (
    AccessRole | Application | BackupPlan | BackupRun | BackupTest | Certificate | DatabaseCluster | DestinationRule
    | ExposedSecretReport | FeatureFlags | FlaggerCanary | Gateway | GatewayRoute | GrafanaDashboard
    | Instrumentation | LinkerdAuthorization | LinkerdRateLimit | LinkerdServer | PeerAuthentication
    | PersistentVolumeClaim | PodMonitor | PrometheusRule | RoleBinding | SbomReport | ScaledObject | Secret
    | SecretProviderClass | SecretSource | SecretStore | ServiceLevel | ServiceMonitor | StorageClass | TestRun
    | TraefikMiddleware | VerticalPodAutoscaler | VirtualService | VolumeSnapshot | VulnerabilityReport
)  # fmt: skip
Sampled = Lease | Node | PodMetrics
Record = (
    Workload | Pod | ReplicaSet | ConfigMap | EndpointSlice | HorizontalPodAutoscaler | Ingress | LimitRange
    | Namespace | NetworkPolicy | PodDisruptionBudget | ResourceQuota | Service | ServiceAccount | Attestation | Waiver
    | Foreign | Sampled
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """
    A kind that is read.

    `foreign` ones are there only where somebody installed them, in `version` or one of the `older` ones, newest
    first. What has a number of seconds in `every` is listed so often, and not watched. Both are read only while some
    policy asks for them, as are `optional` ones, of which the `guarded` need a setting that allows it besides. Objects
    of a kind that reaches `afar` are about workloads of other namespaces too.
    """

    kind: str
    group: str
    version: str
    plural: str
    record: type[Record]
    _parse: Callable[..., Record]  # of workloads: with what it was
    namespaced: bool = True
    metadata_only: bool = False
    foreign: bool = False
    optional: bool = False
    guarded: bool = False
    older: tuple[str, ...] = ()
    every: float = 0.0
    afar: bool = False
    page_size: int | None = None
    field_selector: str = ""

    @property
    def name(self) -> str:
        """Kind, and where several projects may have one of this name, the group."""
        return f"{self.kind}.{self.group}" if self.foreign and self.group not in CORE_GROUPS else self.kind

    @property
    def path(self) -> str:
        """The path of the collection over all namespaces."""
        return f"/{'apis' if self.group else 'api'}/{self.api_version}/{self.plural}"

    @property
    def api_version(self) -> str:
        """Group and version as objects carry them."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def on_demand(self) -> bool:
        """Whether it is read only while some policy asks for it."""
        return self.foreign or self.optional or self.every > 0

    @property
    def versions(self) -> tuple[str, ...]:
        """All versions that can be read, newest first."""
        return (self.version, *self.older)

    def at(self, version: str) -> "Kind":
        """The same kind in another version."""
        return self if version == self.version else replace(self, version=version)

    def read(self, raw: Raw, before: Record | None = None) -> Record:
        """
        The record of one raw object; items of a list do not carry their kind, so it is added.

        `before` is the record of the same object as it was.
        """
        if self.metadata_only:  # that is called PartialObjectMetadata
            raw["kind"], raw["apiVersion"] = self.kind, self.api_version
        raw.setdefault("kind", self.kind)
        raw.setdefault("apiVersion", self.api_version)
        return self._parse(raw, before) if isinstance(before, Workload) else self._parse(raw)
