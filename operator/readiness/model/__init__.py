"""
The world as values: what a cluster or a folder of manifests holds, how it hangs together, and what is said of it.

Checks import from here; the parts live in one file each.
"""

from readiness.model.backups import BackupPlan, BackupRun, BackupTest, DatabaseCluster, VolumeSnapshot
from readiness.model.container import (
    Container,
    Env,
    Handler,
    KeyRef,
    Mount,
    PodSpec,
    Port,
    Probe,
    Role,
    Security,
    Strategy,
    Volume,
)  # fmt: skip
from readiness.model.deliveries import Application, FlaggerCanary, Gateway
from readiness.model.evidence import Answer, Demand, Observation, Probing, Question, Reading, Scheme
from readiness.model.finding import (
    Category,
    Fail,
    Finding,
    Outcome,
    Recheck,
    Severity,
    Skip,
    Topic,
    Unknown,
    Verdict,
)  # fmt: skip
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
    Alert,
    Board,
    GrafanaDashboard,
    Instrumentation,
    PodMonitor,
    PrometheusRule,
    ScrapedPort,
    ServiceLevel,
    ServiceMonitor,
)
from readiness.model.permissions import AccessRole, Grant, PolicyRule, RoleBinding
from readiness.model.pod import ContainerState, Pod
from readiness.model.ref import Owner, Ref
from readiness.model.sampled import Lease, Node, PodMetrics
from readiness.model.scans import ExposedSecretReport, SbomReport, Scan, VulnerabilityReport
from readiness.model.secret_sources import Certificate, SecretProviderClass, SecretSource, SecretStore  # fmt: skip
from readiness.model.secrets import Secret
from readiness.model.snapshot import SETTLING, Snapshot
from readiness.model.storage import PersistentVolumeClaim, StorageClass
from readiness.model.strength import Strength
from readiness.model.surroundings import (
    Condition,
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
from readiness.model.workload import Replicas, Workload

__all__ = [
    "SETTLING", "AccessRole", "Alert", "Answer", "Application", "BackupPlan", "BackupRun", "BackupTest", "Board",
    "Category", "Certificate", "Condition", "ConfigMap", "Container", "ContainerState", "DatabaseCluster", "Demand",
    "DestinationRule", "EndpointSlice", "Env", "ExposedSecretReport", "Fail", "FeatureFlags", "Finding",
    "FlaggerCanary", "Gateway", "GatewayRoute", "GrafanaDashboard", "Grant", "Handler", "HorizontalPodAutoscaler",
    "Ingress", "Instrumentation", "KeyRef", "Lease", "LimitRange", "LinkerdAuthorization", "LinkerdRateLimit",
    "LinkerdServer", "Mount", "Namespace", "NetworkPolicy", "Node", "Observation", "Outcome", "Owner",
    "PeerAuthentication", "PersistentVolumeClaim", "Pod", "PodDisruptionBudget", "PodMetrics", "PodMonitor", "PodSpec",
    "PolicyRule", "Port", "Probe", "Probing", "PrometheusRule", "Question", "Reading", "Recheck", "Ref", "Replicas",
    "ResourceQuota", "Role", "RoleBinding", "SbomReport", "ScaledObject", "Scan", "Scheme", "ScrapedPort", "Secret",
    "SecretProviderClass", "SecretSource", "SecretStore", "Security", "Service", "ServiceAccount", "ServiceLevel",
    "ServiceMonitor", "Severity", "Skip", "Snapshot", "StorageClass", "Strategy", "Strength", "TestRun", "Topic",
    "TraefikMiddleware", "Unknown", "Verdict", "VerticalPodAutoscaler", "VirtualService", "Volume", "VolumeSnapshot",
    "VulnerabilityReport", "Workload",
]  # fmt: skip
