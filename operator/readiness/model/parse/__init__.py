"""
Raw objects, as the API server or a manifest has them, to records: the only place that knows Kubernetes' field names.

`KINDS` is the table of every kind that is read: from it come the watches, the RBAC rules and the offline audit.
"""

from readiness.model.parse import surroundings, workloads
from readiness.model.parse.fields import Raw
from readiness.model.parse.kind import Foreign, Kind, Record, Sampled
from readiness.model.parse.others import OTHERS
from readiness.model.parse.workloads import ref_of
from readiness.model.pod import Pod, ReplicaSet
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

KINDS: tuple[Kind, ...] = (
    Kind("Namespace", "", "v1", "namespaces", Namespace, surroundings.namespace, namespaced=False),
    Kind("ReplicaSet", "apps", "v1", "replicasets", ReplicaSet, workloads.replica_set, metadata_only=True),
    Kind("Deployment", "apps", "v1", "deployments", Workload, workloads.workload),
    Kind("StatefulSet", "apps", "v1", "statefulsets", Workload, workloads.workload),
    Kind("DaemonSet", "apps", "v1", "daemonsets", Workload, workloads.workload),
    Kind("Job", "batch", "v1", "jobs", Workload, workloads.workload),
    Kind("CronJob", "batch", "v1", "cronjobs", Workload, workloads.workload),
    Kind("Pod", "", "v1", "pods", Pod, workloads.pod),
    Kind("Service", "", "v1", "services", Service, surroundings.service),
    Kind("EndpointSlice", "discovery.k8s.io", "v1", "endpointslices", EndpointSlice, surroundings.endpoint_slice),
    Kind("PodDisruptionBudget", "policy", "v1", "poddisruptionbudgets", PodDisruptionBudget,
         surroundings.pod_disruption_budget),
    Kind("HorizontalPodAutoscaler", "autoscaling", "v2", "horizontalpodautoscalers", HorizontalPodAutoscaler,
         surroundings.horizontal_pod_autoscaler),
    Kind("NetworkPolicy", "networking.k8s.io", "v1", "networkpolicies", NetworkPolicy, surroundings.network_policy),
    Kind("Ingress", "networking.k8s.io", "v1", "ingresses", Ingress, surroundings.ingress),
    Kind("ConfigMap", "", "v1", "configmaps", ConfigMap, surroundings.config_map),
    Kind("ServiceAccount", "", "v1", "serviceaccounts", ServiceAccount, surroundings.service_account),
    Kind("LimitRange", "", "v1", "limitranges", LimitRange, surroundings.limit_range),
    Kind("ResourceQuota", "", "v1", "resourcequotas", ResourceQuota, surroundings.resource_quota),
    *OTHERS,
)  # fmt: skip

ON_DEMAND: frozenset[type] = frozenset(kind.record for kind in KINDS if kind.on_demand) - {Workload}
"""The records of kinds that are read where somebody asks for them and, most of them, where they are installed."""
GUARDED: frozenset[type] = frozenset(kind.record for kind in KINDS if kind.guarded)
"""Those that are read only where a setting allows it."""

__all__ = ["GUARDED", "KINDS", "ON_DEMAND", "Foreign", "Kind", "Raw", "Record", "Sampled", "ref_of"]
