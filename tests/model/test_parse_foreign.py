"""Custom resources of others become the records that they say; what is sampled as well."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.model.objects import raw

from readiness.model.about import EVERYBODY, Key
from readiness.model.backups import BackupPlan, BackupRun, BackupTest, DatabaseCluster, VolumeSnapshot
from readiness.model.foreign import (
    FeatureFlags,
    GatewayParent,
    GatewayRoute,
    Recommendation,
    ScaledObject,
    TestRun,
    VerticalPodAutoscaler,
)
from readiness.model.labels import Selector
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
from readiness.model.parse import KINDS, Foreign, Record
from readiness.model.parse.monitoring import board
from readiness.model.ref import Ref
from readiness.model.sampled import Lease, Node, PodMetrics
from readiness.model.scans import ExposedSecretReport, SbomReport, Scan, VulnerabilityReport
from readiness.model.secret_sources import Certificate, SecretProviderClass, SecretSource, SecretStore

BY_NAME = {kind.name: kind for kind in KINDS}
AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
MONTH = timedelta(days=30)
CART = Selector((("app", "cart"),))
MONITORING, ESO, VAULT = "monitoring.coreos.com", "external-secrets.io", "secrets.hashicorp.com"
TRIVY, GATEWAY, CNPG = "aquasecurity.github.io", "gateway.networking.k8s.io", "postgresql.cnpg.io"
SCAN = Scan("ReplicaSet", "cart-5d9c", "app", "shop/cart:1.4.2", AT)
CART_SERVICE = frozenset({("shop", "cart")})
USED = (("shop", "ReplicaSet", "cart-5d9c"),)


def ref(kind: str, name: str, group: str, namespace: str = "shop") -> Ref:
    return Ref(kind, namespace, name, group)


RECORDS: list[tuple[Foreign, tuple[Key, ...]]] = [
    (
        ServiceMonitor(
            ref("ServiceMonitor", "cart", MONITORING, "monitoring"),
            CART,
            ("shop",),
            (ScrapedPort("http"), ScrapedPort("", 9090)),
        ),
        (("shop",),),
    ),
    (
        PodMonitor(ref("PodMonitor", "cart", MONITORING), CART, None, (ScrapedPort("http"), ScrapedPort("", 9090))),
        (EVERYBODY,),
    ),
    (
        PrometheusRule(
            ref("PrometheusRule", "cart", MONITORING),
            (
                Alert(
                    "CartDown",
                    'up{namespace="shop", job="cart"} == 0',
                    "critical",
                    {"runbook_url": "https://runbooks.shop.example/cart-down"},
                    (("job", ("cart",)), ("namespace", ("shop",))),
                ),
                Alert(
                    "CartSlow",
                    'latency{namespace=~"shop-.*|mail", job="kube-state-metrics", pod=~"cart-[a-z]+"} > 1',
                    pins=(("namespace", ("mail", "shop-*")), ("pod", ("*",))),
                ),
            ),
            ("slo:sli_error:ratio_rate5m",),
            {"role": "alerts"},
        ),
        (EVERYBODY,),
    ),
    (
        ServiceLevel(
            ref("PrometheusServiceLevel", "cart", "sloth.slok.dev"),
            "cart",
            ("cart", "availability", 'errors{service="cart"}'),
        ),
        (EVERYBODY,),
    ),
    (
        ServiceLevel(ref("ServiceLevelObjective", "cart-errors", "pyrra.dev"), "", ("99.9", 'errors{service="cart"}')),
        (EVERYBODY,),
    ),
    (
        GrafanaDashboard(
            ref("GrafanaDashboard", "cart", "grafana.integreatly.org", "monitoring"),
            Board("Cart overview", ("Requests", "Errors")),
        ),
        (EVERYBODY,),
    ),
    (
        Instrumentation(ref("Instrumentation", "java", "opentelemetry.io"), "http://collector.tracing:4317"),
        (EVERYBODY,),
    ),
    (
        SecretSource(
            ref("ExternalSecret", "cart", ESO),
            "cart-db",
            "vault",
            "ClusterSecretStore",
            ready=True,
            reason="SecretSynced",
            refreshed=AT,
            interval="1h",
        ),
        (("shop", "Secret", "cart-db"),),
    ),
    (SecretStore(ref("SecretStore", "aws", ESO), "aws"), (("shop",),)),
    (SecretStore(ref("ClusterSecretStore", "vault", ESO, ""), "vault"), (EVERYBODY,)),
    (
        SecretSource(ref("VaultStaticSecret", "cart", VAULT), "cart-db", ready=False, reason="VaultClientError"),
        (("shop", "Secret", "cart-db"),),
    ),
    (SecretSource(ref("VaultDynamicSecret", "cart", VAULT), "cart-db"), (("shop", "Secret", "cart-db"),)),
    (SecretSource(ref("VaultPKISecret", "cart", VAULT), "cart-tls"), (("shop", "Secret", "cart-tls"),)),
    (
        SecretSource(ref("SealedSecret", "cart-db", "bitnami.com"), "cart-db", ready=True),
        (("shop", "Secret", "cart-db"),),
    ),
    (
        SecretProviderClass(ref("SecretProviderClass", "cart", "secrets-store.csi.x-k8s.io"), "vault"),
        (("shop", "SecretProviderClass", "cart"),),
    ),
    (
        Certificate(
            ref("Certificate", "cart", "cert-manager.io"),
            "cart-tls",
            ready=False,
            reason="Expired",
            not_after=AT + MONTH,
        ),
        (("shop", "Secret", "cart-tls"),),
    ),
    (
        VulnerabilityReport(
            ref("VulnerabilityReport", "replicaset-cart-5d9c-app", TRIVY),
            SCAN,
            1,
            4,
            "debian",
            "11.6",
            end_of_life=True,
        ),
        USED,
    ),
    (
        ExposedSecretReport(
            ref("ExposedSecretReport", "replicaset-cart-5d9c-app", TRIVY),
            Scan("ReplicaSet", "cart-5d9c", "app", "shop/cart@sha256:ab", AT),
            0,
            2,
        ),
        USED,
    ),
    (SbomReport(ref("SbomReport", "replicaset-cart-5d9c-app", TRIVY), SCAN, 97), USED),
    (
        ScaledObject(ref("ScaledObject", "cart", "keda.sh"), "Deployment", "cart", 2, 9, ("prometheus",)),
        (("shop", "Deployment", "cart"),),
    ),
    (
        VerticalPodAutoscaler(
            ref("VerticalPodAutoscaler", "cart", "autoscaling.k8s.io"),
            "Deployment",
            "cart",
            (Recommendation("app", {"cpu": "120m", "memory": "262144k"}),),
        ),
        (("shop", "Deployment", "cart"),),
    ),
    (
        GatewayRoute(
            ref("HTTPRoute", "cart", GATEWAY),
            ("cart.shop.example",),
            CART_SERVICE | {("search", "search")},
            public=True,
            parents=(GatewayParent("gateways", "edge"),),
            timeouts={("shop", "cart"): ("10s", "5s", ""), ("search", "search"): ("10s",)},
        ),
        (("search", "Service", "search"), ("shop", "Service", "cart")),
    ),
    *(
        (
            GatewayRoute(ref(kind, "cart", GATEWAY), (), CART_SERVICE, timeouts={("shop", "cart"): ("",)}),
            (("shop", "Service", "cart"),),
        )
        for kind in ("GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")
    ),
    (FeatureFlags(ref("FeatureFlag", "cart", "core.openfeature.dev")), (EVERYBODY,)),
    (FeatureFlags(ref("FeatureFlagSource", "cart", "core.openfeature.dev")), (EVERYBODY,)),
    (TestRun(ref("TestRun", "smoke", "k6.io"), {"app": "cart"}, passed=True, at=AT), (("shop",),)),
    (
        TestRun(ref("TestWorkflowExecution", "smoke", "testworkflows.testkube.io"), {}, passed=False, at=AT),
        (("shop",),),
    ),
    (
        BackupPlan(
            ref("Schedule", "nightly", "velero.io", "velero"),
            "0 3 * * *",
            namespaces=("shop",),
            excluded=("mail",),
            selector=CART,
            keep="720h0m0s",
            last=AT,
            labels={"tier": "db"},
        ),
        (("shop",),),
    ),
    (
        BackupRun(
            ref("Backup", "nightly-1", "velero.io", "velero"),
            "nightly",
            None,
            completed=False,
            phase="PartiallyFailed",
            at=AT,
            expires=AT + MONTH,
        ),
        (EVERYBODY,),
    ),
    (
        BackupTest(
            ref("Restore", "drill", "velero.io", "velero"),
            "nightly-1",
            ("shop",),
            completed=True,
            phase="Completed",
            at=AT,
        ),
        (("shop",),),
    ),
    (
        DatabaseCluster(ref("Cluster", "cart-db", CNPG), archived=True, archiving=True, keep="30d", last_backup=AT),
        (("shop",),),
    ),
    (
        BackupPlan(ref("ScheduledBackup", "cart-db", CNPG), "0 0 3 * * *", paused=True, cluster="cart-db", last=AT),
        (("shop",),),
    ),
    (
        BackupRun(
            ref("Backup", "cart-db-1", CNPG), "cart-db", cluster="cart-db", completed=True, phase="completed", at=AT
        ),
        (("shop",),),
    ),
    (
        BackupPlan(
            ref("Schedule", "shop", "k8up.io"), "0 * * * *", namespaces=("shop",), keep="14d 4w 5", checks="0 1 * * 1"
        ),
        (("shop",),),
    ),
    (
        BackupRun(ref("Backup", "shop-1", "k8up.io"), namespaces=("shop",), completed=False, phase="Failed", at=AT),
        (("shop",),),
    ),
    (
        BackupTest(ref("Check", "shop-1", "k8up.io"), namespaces=("shop",), completed=True, phase="Succeeded", at=AT),
        (("shop",),),
    ),
    (
        VolumeSnapshot(
            ref("VolumeSnapshot", "cart", "snapshot.storage.k8s.io"),
            "data-cart-0",
            ready=True,
            at=AT,
            labels={"app": "cart"},
        ),
        (("shop",),),
    ),
]
SAMPLED: list[Record] = [
    PodMetrics(ref("PodMetrics", "cart-1", "metrics.k8s.io"), {"app": {"cpu": "12m", "memory": "80Mi"}}, AT),
    Lease(ref("Lease", "cart", "coordination.k8s.io"), "cart-1_ab", AT, 30),
    Node(
        ref("Node", "one", "", ""),
        {"registry.shop.example/cart@sha256:ab": 91234567, "registry.shop.example/cart:1.4.2": 91234567},
    ),
]


def name_of(record: Record) -> str:
    return next(kind.name for kind in KINDS if (kind.kind, kind.group) == (record.ref.kind, record.ref.group))


@pytest.mark.parametrize("record", [*(item for item, _ in RECORDS), *SAMPLED], ids=name_of)
def test_a_record_has_what_its_object_says(record: Record) -> None:
    name = name_of(record)
    assert BY_NAME[name].read(raw(name)) == record


@pytest.mark.parametrize("record, about", RECORDS, ids=lambda item: getattr(item, "ref", ""))
def test_a_record_is_about_whom_its_object_names(record: Foreign, about: tuple[Key, ...]) -> None:
    assert record.about == about


def test_a_rollout_may_borrow_its_template() -> None:
    rollout = BY_NAME["Rollout.argoproj.io"].read(raw("Rollout.argoproj.io"))
    assert getattr(rollout, "borrows", None) is True


SAYINGS: list[tuple[str, dict[str, Any], str, object]] = [
    # kind, what it says, attribute, what that is then
    ("ServiceMonitor.monitoring.coreos.com", {"spec": {"selector": {}}}, "namespaces", ("shop",)),
    ("ServiceMonitor.monitoring.coreos.com", {}, "selector", None),
    ("GrafanaDashboard.grafana.integreatly.org", {"spec": {"url": "https://grafana.shop.example"}}, "board", None),
    ("ExternalSecret.external-secrets.io", {}, "secret", "it"),
    ("ExternalSecret.external-secrets.io", {"status": {"conditions": [{"type": "Ready"}]}}, "ready", None),
    ("SealedSecret.bitnami.com", {"spec": {"template": {"metadata": {"name": "db"}}}}, "secret", "db"),
    ("VaultStaticSecret.secrets.hashicorp.com", {}, "ready", None),
    ("SecretStore.external-secrets.io", {}, "provider", ""),
    ("VerticalPodAutoscaler.autoscaling.k8s.io", {"spec": {"updatePolicy": {"updateMode": "Off"}}}, "mode", "Off"),
    ("VerticalPodAutoscaler.autoscaling.k8s.io", {"spec": {"resourcePolicy": {"containerPolicies": [
        {"containerName": "*", "mode": "Off"}, {"containerName": "app", "controlledResources": ["memory"]},
    ]}}}, "resources", ("memory",)),
    ("VerticalPodAutoscaler.autoscaling.k8s.io", {"spec": {"resourcePolicy": {"containerPolicies": [
        {"containerName": "app", "controlledResources": ["memory"]},
    ]}}}, "resources", ("cpu", "memory")),
    ("ScaledObject.keda.sh", {"spec": {"scaleTargetRef": {"name": "a"}}}, "max_replicas", 100),
    ("VulnerabilityReport.aquasecurity.github.io", {"report": {"os": {"EOSL": True}}}, "end_of_life", True),
    ("SbomReport.aquasecurity.github.io", {"report": {"artifact": {"repository": "a"}}}, "scan", Scan(image="a")),
    ("Schedule.velero.io", {}, "namespaces", None),
    ("Schedule.velero.io", {"status": {"phase": "FailedValidation"}}, "paused", True),
    ("Backup.velero.io", {"status": {"phase": "InProgress"}}, "completed", None),
    ("Backup.postgresql.cnpg.io", {"status": {"phase": "running"}}, "completed", None),
    ("Cluster.postgresql.cnpg.io", {"spec": {"backup": {"barmanObjectStore": {"x": 1}}}}, "archived", True),
    ("Cluster.postgresql.cnpg.io", {}, "archived", False),
    ("Backup.k8up.io", {}, "completed", None),
    ("TestRun.k6.io", {"status": {"stage": "started"}}, "passed", None),
    ("PrometheusRule.monitoring.coreos.com", {}, "about", (EVERYBODY,)),
    (
        "PrometheusRule.monitoring.coreos.com",
        {"spec": {"groups": [{"rules": [{"alert": "A", "expr": 'up{namespace=~"a|b"}'}]}]}},
        "about",
        (("a",), ("b",)),
    ),
    (
        "PrometheusRule.monitoring.coreos.com",
        {"spec": {"groups": [{"rules": [{"alert": "A", "expr": "up == 0"}]}]}},
        "about",
        (EVERYBODY,),
    ),
    ("Lease", {}, "seconds", 15),
    ("Node", {"status": {"images": [{"names": ["a"]}]}}, "images", {}),
]  # fmt: skip


@pytest.mark.parametrize("name, said, attribute, expected", SAYINGS)
def test_what_is_left_out_has_its_default(name: str, said: dict[str, object], attribute: str, expected: object) -> None:
    kind = BY_NAME[name]
    record = kind.read({"metadata": {"name": "it", "namespace": "shop"}, **said})
    assert getattr(record, attribute) == expected


@pytest.mark.parametrize(
    "content",
    [None, "", "{", "[]", '{"title": 5}', "[" * 100_000, '"x"' * 400_000, "{}"],
    ids=["none", "empty", "broken", "list", "number", "deep", "long", "untitled"],
)
def test_what_is_no_dashboard_is_none(content: object) -> None:
    assert board(content) is None


def test_a_kind_in_another_version_has_another_path() -> None:
    kind = BY_NAME["ExternalSecret.external-secrets.io"]
    assert kind.versions == ("v1", "v1beta1")
    assert kind.at("v1") is kind
    assert kind.at("v1beta1").path == "/apis/external-secrets.io/v1beta1/externalsecrets"


def test_no_two_kinds_share_a_name_or_a_path() -> None:
    assert len({kind.name for kind in KINDS}) == len({kind.path for kind in KINDS}) == len(KINDS)
