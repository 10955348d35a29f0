"""The table of the kinds that are read only while somebody asks: other projects', and Kubernetes' less needed ones."""

from functools import partial

from readiness.model import backups as saved
from readiness.model import deliveries as brought
from readiness.model import foreign as shown
from readiness.model import mesh as routed
from readiness.model import monitoring as watched
from readiness.model import scans as scanned
from readiness.model import secret_sources as sourced
from readiness.model.parse import (
    backups,
    deliveries,
    foreign,
    mesh,
    monitoring,
    permissions,
    sampled,
    scans,
    secrets,
    storage,
    workloads,
)
from readiness.model.parse import secret_sources as sources
from readiness.model.parse.kind import Kind
from readiness.model.permissions import RBAC, AccessRole, RoleBinding
from readiness.model.sampled import Lease, Node, PodMetrics
from readiness.model.secrets import Secret
from readiness.model.storage import PersistentVolumeClaim, StorageClass
from readiness.model.workload import Workload

_Kind = partial(Kind, foreign=True)
_OfKubernetes = partial(Kind, optional=True)
_MONITORING, _VAULT, _TRIVY = "monitoring.coreos.com", "secrets.hashicorp.com", "aquasecurity.github.io"
_ISTIO, _ISTIO_SECURITY, _LINKERD = "networking.istio.io", "security.istio.io", "policy.linkerd.io"
_ESO, _GATEWAY, _CNPG = "external-secrets.io", "gateway.networking.k8s.io", "postgresql.cnpg.io"
_BIG = 20  # objects to a page, where one may have hundreds of kilobytes

OTHERS: tuple[Kind, ...] = (
    _Kind("Rollout", "argoproj.io", "v1alpha1", "rollouts", Workload, workloads.workload),
    _Kind("Application", "argoproj.io", "v1alpha1", "applications", brought.Application, deliveries.application,
          afar=True, page_size=_BIG),
    _Kind("Canary", "flagger.app", "v1beta1", "canaries", brought.FlaggerCanary, deliveries.flagger_canary),
    _Kind("ServiceMonitor", _MONITORING, "v1", "servicemonitors", watched.ServiceMonitor, monitoring.service_monitor,
          afar=True),
    _Kind("PodMonitor", _MONITORING, "v1", "podmonitors", watched.PodMonitor, monitoring.pod_monitor, afar=True),
    _Kind("PrometheusRule", _MONITORING, "v1", "prometheusrules", watched.PrometheusRule, monitoring.prometheus_rule,
          afar=True),
    _Kind("PrometheusServiceLevel", "sloth.slok.dev", "v1", "prometheusservicelevels", watched.ServiceLevel,
          monitoring.service_level, afar=True),
    _Kind("ServiceLevelObjective", "pyrra.dev", "v1alpha1", "servicelevelobjectives", watched.ServiceLevel,
          monitoring.service_level, afar=True),
    _Kind("SLO", "openslo.com", "v1", "slos", watched.ServiceLevel, monitoring.service_level, afar=True),
    _Kind("GrafanaDashboard", "grafana.integreatly.org", "v1beta1", "grafanadashboards", watched.GrafanaDashboard,
          monitoring.grafana_dashboard, afar=True, page_size=_BIG),
    _Kind("Instrumentation", "opentelemetry.io", "v1alpha1", "instrumentations", watched.Instrumentation,
          monitoring.instrumentation, afar=True),
    _Kind("ExternalSecret", _ESO, "v1", "externalsecrets", sourced.SecretSource, sources.external_secret,
          older=("v1beta1",)),
    _Kind("SecretStore", _ESO, "v1", "secretstores", sourced.SecretStore, sources.secret_store, older=("v1beta1",)),
    _Kind("ClusterSecretStore", _ESO, "v1", "clustersecretstores", sourced.SecretStore, sources.secret_store,
          older=("v1beta1",), namespaced=False, afar=True),
    _Kind("VaultStaticSecret", _VAULT, "v1beta1", "vaultstaticsecrets", sourced.SecretSource, sources.vault_secret),
    _Kind("VaultDynamicSecret", _VAULT, "v1beta1", "vaultdynamicsecrets", sourced.SecretSource, sources.vault_secret),
    _Kind("VaultPKISecret", _VAULT, "v1beta1", "vaultpkisecrets", sourced.SecretSource, sources.vault_secret),
    _Kind("SealedSecret", "bitnami.com", "v1alpha1", "sealedsecrets", sourced.SecretSource, sources.sealed_secret),
    _Kind("SecretProviderClass", "secrets-store.csi.x-k8s.io", "v1", "secretproviderclasses",
          sourced.SecretProviderClass, sources.secret_provider_class, older=("v1alpha1",)),
    _Kind("Certificate", "cert-manager.io", "v1", "certificates", sourced.Certificate, sources.certificate),
    _Kind("VulnerabilityReport", _TRIVY, "v1alpha1", "vulnerabilityreports", scanned.VulnerabilityReport,
          scans.vulnerability_report, page_size=_BIG),
    _Kind("ExposedSecretReport", _TRIVY, "v1alpha1", "exposedsecretreports", scanned.ExposedSecretReport,
          scans.exposed_secret_report),
    _Kind("SbomReport", _TRIVY, "v1alpha1", "sbomreports", scanned.SbomReport, scans.sbom_report, page_size=_BIG),
    _Kind("ScaledObject", "keda.sh", "v1alpha1", "scaledobjects", shown.ScaledObject, foreign.scaled_object),
    _Kind("VerticalPodAutoscaler", "autoscaling.k8s.io", "v1", "verticalpodautoscalers",
          shown.VerticalPodAutoscaler, foreign.vertical_pod_autoscaler),
    _Kind("Gateway", _GATEWAY, "v1", "gateways", brought.Gateway, deliveries.gateway, older=("v1beta1",), afar=True),
    _Kind("HTTPRoute", _GATEWAY, "v1", "httproutes", shown.GatewayRoute, foreign.gateway_route, older=("v1beta1",)),
    _Kind("GRPCRoute", _GATEWAY, "v1", "grpcroutes", shown.GatewayRoute, foreign.gateway_route),
    _Kind("TLSRoute", _GATEWAY, "v1", "tlsroutes", shown.GatewayRoute, foreign.gateway_route,
          older=("v1alpha3", "v1alpha2")),
    _Kind("TCPRoute", _GATEWAY, "v1", "tcproutes", shown.GatewayRoute, foreign.gateway_route, older=("v1alpha2",)),
    _Kind("UDPRoute", _GATEWAY, "v1", "udproutes", shown.GatewayRoute, foreign.gateway_route, older=("v1alpha2",)),
    _Kind("PeerAuthentication", _ISTIO_SECURITY, "v1", "peerauthentications", routed.PeerAuthentication,
          mesh.peer_authentication, older=("v1beta1",), afar=True),
    _Kind("VirtualService", _ISTIO, "v1", "virtualservices", routed.VirtualService, mesh.virtual_service,
          older=("v1beta1", "v1alpha3"), afar=True),
    _Kind("DestinationRule", _ISTIO, "v1", "destinationrules", routed.DestinationRule, mesh.destination_rule,
          older=("v1beta1", "v1alpha3"), afar=True),
    _Kind("Server", _LINKERD, "v1beta3", "servers", routed.LinkerdServer, mesh.linkerd_server,
          older=("v1beta2", "v1beta1")),
    _Kind("AuthorizationPolicy", _LINKERD, "v1alpha1", "authorizationpolicies", routed.LinkerdAuthorization,
          mesh.authorization_policy),
    _Kind("ServerAuthorization", _LINKERD, "v1beta1", "serverauthorizations", routed.LinkerdAuthorization,
          mesh.server_authorization),
    _Kind("HTTPLocalRateLimitPolicy", _LINKERD, "v1alpha1", "httplocalratelimitpolicies", routed.LinkerdRateLimit,
          mesh.rate_limit_policy),
    _Kind("Middleware", "traefik.io", "v1alpha1", "middlewares", routed.TraefikMiddleware, mesh.middleware, afar=True),
    _Kind("FeatureFlag", "core.openfeature.dev", "v1beta1", "featureflags", shown.FeatureFlags,
          foreign.feature_flags, afar=True),
    _Kind("FeatureFlagSource", "core.openfeature.dev", "v1beta1", "featureflagsources", shown.FeatureFlags,
          foreign.feature_flags, afar=True),
    _Kind("TestRun", "k6.io", "v1alpha1", "testruns", shown.TestRun, foreign.k6_run),
    _Kind("TestWorkflowExecution", "testworkflows.testkube.io", "v1", "testworkflowexecutions", shown.TestRun,
          foreign.testkube_run),
    _Kind("Schedule", "velero.io", "v1", "schedules", saved.BackupPlan, backups.velero_schedule, afar=True),
    _Kind("Backup", "velero.io", "v1", "backups", saved.BackupRun, backups.velero_backup, afar=True),
    _Kind("Restore", "velero.io", "v1", "restores", saved.BackupTest, backups.velero_restore, afar=True),
    _Kind("Cluster", _CNPG, "v1", "clusters", saved.DatabaseCluster, backups.cnpg_cluster),
    _Kind("ScheduledBackup", _CNPG, "v1", "scheduledbackups", saved.BackupPlan, backups.cnpg_schedule),
    _Kind("Backup", _CNPG, "v1", "backups", saved.BackupRun, backups.cnpg_backup),
    _Kind("Schedule", "k8up.io", "v1", "schedules", saved.BackupPlan, backups.k8up_schedule),
    _Kind("Backup", "k8up.io", "v1", "backups", saved.BackupRun, backups.k8up_backup),
    _Kind("Check", "k8up.io", "v1", "checks", saved.BackupTest, backups.k8up_check),
    _Kind("VolumeSnapshot", "snapshot.storage.k8s.io", "v1", "volumesnapshots", saved.VolumeSnapshot,
          backups.volume_snapshot),
    _OfKubernetes("Role", RBAC, "v1", "roles", AccessRole, permissions.access_role, afar=True),
    _OfKubernetes("ClusterRole", RBAC, "v1", "clusterroles", AccessRole, permissions.access_role, namespaced=False,
                  afar=True),
    _OfKubernetes("RoleBinding", RBAC, "v1", "rolebindings", RoleBinding, permissions.role_binding, afar=True),
    _OfKubernetes("ClusterRoleBinding", RBAC, "v1", "clusterrolebindings", RoleBinding, permissions.role_binding,
                  namespaced=False, afar=True),
    _OfKubernetes("PersistentVolumeClaim", "", "v1", "persistentvolumeclaims", PersistentVolumeClaim,
                  storage.persistent_volume_claim),
    _OfKubernetes("Secret", "", "v1", "secrets", Secret, secrets.secret, metadata_only=True, guarded=True),
    _OfKubernetes("StorageClass", "storage.k8s.io", "v1", "storageclasses", StorageClass, storage.storage_class,
                  namespaced=False, afar=True),
    _Kind("PodMetrics", "metrics.k8s.io", "v1beta1", "pods", PodMetrics, sampled.pod_metrics, every=60.0),
    Kind("Lease", "coordination.k8s.io", "v1", "leases", Lease, sampled.lease, every=60.0,
         field_selector="metadata.namespace!=kube-node-lease"),
    Kind("Node", "", "v1", "nodes", Node, sampled.node, namespaced=False, every=600.0, page_size=50),
)  # fmt: skip
