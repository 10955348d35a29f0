"""Which kind each relation of a snapshot reads: what a check must declare to use it."""

from collections.abc import Mapping

from readiness.model.deliveries import Gateway
from readiness.model.monitoring import PodMonitor, ServiceMonitor
from readiness.model.permissions import AccessRole
from readiness.model.pod import Pod
from readiness.model.sampled import Lease, Node, PodMetrics
from readiness.model.secret_sources import Certificate, SecretStore
from readiness.model.secrets import Secret
from readiness.model.storage import PersistentVolumeClaim, StorageClass
from readiness.model.strength import Strength
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

RELATIONS: Mapping[str, type] = {
    "pods_of": Pod,
    "services_for": Service,
    "service": Service,
    "endpoints_of": EndpointSlice,
    "ingresses_for": Ingress,
    "rivals_of": Ingress,
    "gateway": Gateway,
    "budgets_for": PodDisruptionBudget,
    "network_policies_for": NetworkPolicy,
    "autoscalers_of": HorizontalPodAutoscaler,
    "scalers_of": HorizontalPodAutoscaler,
    "config_map": ConfigMap,
    "secret": Secret,
    "strengths_of": Strength,
    "service_account_of": ServiceAccount,
    "grants_of": AccessRole,
    "volume_claims_of": PersistentVolumeClaim,
    "storage_class": StorageClass,
    "workloads_as": Workload,
    "limit_ranges_for": LimitRange,
    "quotas_for": ResourceQuota,
    "service_monitors_for": ServiceMonitor,
    "pod_monitors_for": PodMonitor,
    "certificates_of": Certificate,
    "secret_store_of": SecretStore,
    "metrics_of": PodMetrics,
    "leases_in": Lease,
    "node_of": Node,
    "workloads_behind": Workload,
    "workloads_among": Workload,
    "namespaces": Namespace,
    "namespace_of": Namespace,
    "namesake": Workload,
    "jobs_in": Workload,
    "hook_pods_in": Pod,
    "cron_jobs_in": Workload,
    "jobs_of": Workload,
    "dashboards": ConfigMap,
}
