"""The operator's pod and what surrounds it, as the chart renders them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.chart.rendering import CHART, Helm, Raw, Rendered

from readiness.adapters.manifests import Document, parse_bytes
from readiness.engine.audit import AuditRequest, audit
from readiness.policy.compile import compile_policy
from readiness.policy.compiled import PolicyRef
from readiness.settings import Settings

pytestmark = pytest.mark.cluster  # for its Helm

_OF_THE_POD = {"READINESS_NAMESPACE", "READINESS_POD_NAME"}
_LEFT_ALONE = {"READINESS_HOST", "READINESS_PORT", "READINESS_PROBE_LOOPBACK"}  # fixed in a pod, or for tests only


def _environment(rendered: Rendered) -> dict[str, str]:
    return {item["name"]: item.get("value", "") for item in rendered.container["env"]}


def _selectors(rendered: Rendered) -> list[Raw]:
    return [
        rendered.one("Deployment")["spec"]["selector"]["matchLabels"],
        rendered.one("Service")["spec"]["selector"],
        rendered.one("PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        rendered.one("NetworkPolicy")["spec"]["podSelector"]["matchLabels"],
        rendered.pod["spec"]["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"],
    ]


def test_helm_lints_the_chart_strictly(helm: Helm) -> None:
    assert "0 chart(s) failed" in helm.run("lint", "--strict", str(CHART))


def test_a_kubernetes_whose_cel_lacks_what_the_crds_use_is_refused(helm: Helm) -> None:
    with pytest.raises(Exception, match=r"requires kubeVersion: >=1\.35"):
        helm.template(None, "--kube-version", "1.34.9")


def test_the_pod_is_restricted(default: Rendered) -> None:
    pod, container = default.pod["spec"], default.container
    assert pod["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 65532,
        "runAsGroup": 65532,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["volumes"] == [{"name": "tmp", "emptyDir": {"sizeLimit": "16Mi"}}]
    assert pod["enableServiceLinks"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)


def test_the_token_is_mounted_where_it_is_needed_and_only_there(default: Rendered) -> None:
    assert default.one("ServiceAccount")["automountServiceAccountToken"] is False
    assert default.pod["spec"]["automountServiceAccountToken"] is True
    assert default.one("Pod", "-test")["spec"]["automountServiceAccountToken"] is False


def test_one_replica_is_always_up_during_a_rollout(default: Rendered) -> None:
    spec = default.one("Deployment")["spec"]
    assert spec["replicas"] == 2
    assert spec["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}


def test_every_setting_has_a_value_and_the_defaults_agree(default: Rendered) -> None:
    told = _environment(default)
    assert set(told) | _LEFT_ALONE == {f"READINESS_{name.upper()}" for name in Settings.model_fields}
    values = {name.removeprefix("READINESS_").lower(): told[name] for name in set(told) - _OF_THE_POD}
    lease = values.pop("lease_name")
    assert Settings.model_validate(values, by_name=True) == Settings()
    assert lease == "ready-readiness-operator"


def test_values_reach_the_settings(helm: Helm) -> None:
    rendered = helm.template(
        {
            "logging": {"level": "debug", "format": "text"},
            "workers": 8,
            "resync": 86400,
            "writesPerSecond": 12.5,
            "probeConcurrency": 1000,
            "workloadEvents": False,
            "workloadMetrics": {"enabled": True, "limit": 100000},
            "extraEnv": [{"name": "READINESS_HOST", "value": "::"}],
        }
    )
    told = {name.removeprefix("READINESS_").lower(): value for name, value in _environment(rendered).items()}
    settings = Settings.model_validate(told, by_name=True)
    assert settings.log_level == "debug"
    assert settings.log_format == "text"
    assert (settings.workers, settings.resync, settings.writes_per_second) == (8, 86400.0, 12.5)
    assert settings.probe_concurrency == 1000
    assert (settings.workload_events, settings.workload_metrics) == (False, True)
    assert settings.workload_metrics_limit == 100000
    assert settings.host == "::"


@pytest.mark.parametrize(
    "value, setting",
    [
        ("workers", "workers"),
        ("resync", "resync"),
        ("writesPerSecond", "writes_per_second"),
        ("probeConcurrency", "probe_concurrency"),
        ("workloadMetrics.limit", "workload_metrics_limit"),
    ],
)
def test_the_values_have_the_bounds_of_the_settings(value: str, setting: str) -> None:
    node: Any = json.loads((CHART / "values.schema.json").read_text())
    for part in value.split("."):
        node = node["properties"][part]
    bounds = Settings.model_json_schema()["properties"][setting]
    assert {key: node[key] for key in ("minimum", "maximum")} == {key: bounds[key] for key in ("minimum", "maximum")}


def test_selectors_hold_name_and_instance_and_nothing_that_changes(helm: Helm) -> None:
    rendered = helm.template({"commonLabels": {"team": "platform", "app.kubernetes.io/name": "other"}})
    expected = {"app.kubernetes.io/name": "readiness-operator", "app.kubernetes.io/instance": "ready"}
    assert all(selector == expected for selector in _selectors(rendered))
    assert rendered.pod["metadata"]["labels"]["team"] == "platform"
    assert "helm.sh/chart" not in rendered.pod["metadata"]["labels"]


def test_every_object_carries_the_common_labels(helm: Helm) -> None:
    rendered = helm.template({"commonLabels": {"team": "platform"}, "commonAnnotations": {"owner": "sre"}})
    without = [item["kind"] for item in rendered.objects if item["metadata"].get("labels", {}).get("team") is None]
    assert without == ["Pod"]  # the one of `helm test`


def test_nothing_takes_the_pod_of_helm_test_for_a_replica(default: Rendered) -> None:
    test = default.one("Pod", "-test")
    labels = test["metadata"]["labels"]
    assert not any(selector.items() <= labels.items() for selector in _selectors(default))
    assert test["spec"]["containers"][0]["image"] == default.container["image"]
    assert "$(READY_READINESS_OPERATOR_SERVICE_HOST)" in test["spec"]["containers"][0]["args"]


def test_a_single_replica_has_no_budget(helm: Helm, default: Rendered) -> None:
    assert default.one("PodDisruptionBudget")["spec"]["unhealthyPodEvictionPolicy"] == "AlwaysAllow"
    assert not helm.template({"replicaCount": 1}).all("PodDisruptionBudget")


def test_only_the_port_of_health_and_metrics_can_be_reached(helm: Helm, default: Rendered) -> None:
    spec = default.one("NetworkPolicy")["spec"]
    assert spec["policyTypes"] == ["Ingress"]
    assert spec["ingress"] == [{"ports": [{"port": "http", "protocol": "TCP"}]}]
    peer = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}
    narrowed = helm.template({"networkPolicy": {"from": [peer]}}).one("NetworkPolicy")
    assert narrowed["spec"]["ingress"][0]["from"] == [peer]
    assert not helm.template({"networkPolicy": {"enabled": False}}).all("NetworkPolicy")


_DIGEST = f"sha256:{'0123456789abcdef' * 4}"


@pytest.mark.parametrize(
    "image, expected",
    [
        ({}, "readiness-operator:0.1.0"),
        ({"registry": "registry.shop.example/platform"}, "registry.shop.example/platform/readiness-operator:0.1.0"),
        ({"repository": "localhost/op", "tag": "test"}, "localhost/op:test"),
        ({"tag": "1.2.3", "digest": _DIGEST}, f"readiness-operator@{_DIGEST}"),
    ],
)
def test_the_image_is_put_together(helm: Helm, image: Raw, expected: str) -> None:
    assert helm.template({"image": image}).container["image"] == expected


def test_long_names_stay_names(helm: Helm) -> None:
    rendered = helm.template({"fullnameOverride": "a" * 60})
    assert all(
        len(item["metadata"]["name"]) <= 63 for item in rendered.objects if item["kind"] != "CustomResourceDefinition"
    )


def test_extra_objects_may_be_maps_or_templates(helm: Helm) -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "as-map-{{ .Release.Name }}"}}
    text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: 'as-text-{{ .Release.Name }}'}}"
    rendered = helm.template({"extraObjects": [config, text]})
    assert [item["metadata"]["name"] for item in rendered.all("ConfigMap")] == ["as-map-ready", "as-text-ready"]


def test_the_chart_meets_the_recommended_profile(default: Rendered) -> None:
    wanted = {"spec": {"profile": {"name": "recommended"}}}
    policy = compile_policy(PolicyRef("ClusterReadinessPolicy", "", "own"), wanted)
    read = [part for part in parse_bytes(default.text.encode(), "chart") if isinstance(part, Document)]
    assert len(read) == len(default.objects)
    request = AuditRequest(policies=(policy,), namespace="readiness-system")
    result = audit(read, datetime(2026, 11, 21, tzinfo=UTC), request)
    reports = {item.report["metadata"]["name"]: item.report["status"] for item in result.judged}
    assert set(reports) == {"deployment-ready-readiness-operator"}  # what only `helm test` runs is not judged
    status = reports["deployment-ready-readiness-operator"]
    lines = status["scorecards"][0].get("requirements", [])
    assert [line["name"] for line in lines if line["outcome"] in ("fail", "warn", "error")] == []
    assert status["verdict"] in ("Go", "Unknown")  # Unknown where only a running cluster can tell
