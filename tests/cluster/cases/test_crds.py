"""The CRDs against a real API server: accepted, readable, and refusing what they should."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.cluster.errors import ClusterError
from tests.cluster.machine import Cluster
from tests.policy.bounds import policy_at_its_bounds, status_at_its_bounds

pytestmark = pytest.mark.cluster

REPOSITORY = Path(__file__).parents[3]
BAD_POLICIES = yaml.safe_load((REPOSITORY / "tests/policy/bad_policies.yaml").read_text(encoding="utf-8"))
REPORT = {
    "apiVersion": "readiness.dev/v1alpha1",
    "kind": "ReadinessReport",
    "metadata": {"name": "deployment-cart"},
    "spec": {"workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "cart"}},
    "status": {"verdict": "NoGo", "score": 57, "items": "19/33", "stage": "alpha", "blockersTotal": 1, "policies": 1},
}


@pytest.fixture
def namespace(server: Cluster) -> Iterator[str]:
    """A namespace for one test."""
    manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"generateName": "crds-"}}
    created = server.kubectl("create", "-f", "-", "-o", "json", input=json.dumps(manifest))
    name = str(json.loads(created)["metadata"]["name"])
    yield name
    server.kubectl("delete", "namespace", name, "--wait=false")


def _refusal(server: Cluster, *command: str, document: dict[str, Any]) -> str:
    with pytest.raises(ClusterError) as caught:
        server.kubectl(*command, "-f", "-", input=json.dumps(document))
    return str(caught.value)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in BAD_POLICIES])
def test_a_bad_policy_is_refused_with_the_name_of_the_field(server: Cluster, case: dict[str, Any]) -> None:
    assert case["message"] in _refusal(server, "create", "--dry-run=server", document=case["object"])


def test_client_side_apply_takes_the_crds_too(server: Cluster) -> None:
    server.kubectl("apply", "--dry-run=server", "-f", str(REPOSITORY / "crds"))


def test_a_fresh_policy_has_defaults_and_says_that_nobody_has_looked_at_it(server: Cluster, namespace: str) -> None:
    policy = {
        "apiVersion": "readiness.dev/v1alpha1",
        "kind": "ReadinessPolicy",
        "metadata": {"name": "production"},
        "spec": {"profile": {"name": "recommended"}, "probing": {"timeout": "3s"}},
    }
    created = json.loads(server.kubectl("create", "-n", namespace, "-o", "json", "-f", "-", input=json.dumps(policy)))
    assert created["status"] == {"observedGeneration": -1}
    assert created["spec"] == {
        "profile": {"name": "recommended"},
        "waivers": "Allowed",
        "probing": {
            "mode": "Passive",
            "interval": "60s",
            "timeout": "3s",
            "podsPerWorkload": 2,
            "failureThreshold": 3,
        },
        "interval": "10m",
        "suspend": False,
    }


def test_a_report_keeps_to_its_workload_and_can_be_found_by_it(server: Cluster, namespace: str) -> None:
    server.kubectl("create", "-n", namespace, "-f", "-", input=json.dumps(REPORT))
    newer = {"apiVersion": "apps/v2", "kind": "Deployment", "name": "cart"}
    server.kubectl("apply", "--server-side", "--force-conflicts", "-n", namespace, "-f", "-",
                   input=json.dumps({**REPORT, "spec": {"workloadRef": newer}}))  # fmt: skip
    for changed in ({"kind": "StatefulSet"}, {"name": "search"}, {"apiVersion": "argoproj.io/v1"}):
        moved = {**REPORT, "spec": {"workloadRef": {**newer, **changed}}}
        refusal = _refusal(server, "apply", "--server-side", "-n", namespace, document=moved)
        assert "kind, name and group of workloadRef cannot change" in refusal
    for selector in ("spec.workloadRef.name=cart", "spec.workloadRef.kind=Deployment", "status.verdict=NoGo"):
        found = server.kubectl("get", "rdr", "-n", namespace, "--field-selector", selector, "-o", "name")
        assert found.strip() == "readinessreport.readiness.dev/deployment-cart"


def test_kubectl_shows_reports_in_columns(server: Cluster, namespace: str) -> None:
    server.kubectl("create", "-n", namespace, "-f", "-", input=json.dumps(REPORT))
    header, row = server.kubectl("get", "rdr", "-n", namespace).splitlines()
    assert header.split() == ["NAME", "VERDICT", "SCORE", "ITEMS", "STAGE", "BLOCKERS", "POLICIES", "AGE"]
    assert row.split()[:7] == ["deployment-cart", "NoGo", "57", "19/33", "alpha", "1", "1"]


def _undescribed(node: dict[str, Any], path: str) -> Iterator[str]:
    """The fields in a schema that `kubectl explain` shows as <no description>."""
    inside = node.get("items", node)
    for name, field in inside.get("properties", {}).items():
        if not field.get("description"):
            yield f"{path}.{name}"
        yield from _undescribed(field, f"{path}.{name}")


@pytest.mark.parametrize("kind", ["ReadinessPolicy", "ClusterReadinessPolicy", "ReadinessReport"])
def test_every_field_of_every_level_has_a_description_for_kubectl(server: Cluster, kind: str) -> None:
    # What `kubectl explain` reads.
    schemas = json.loads(server.kubectl("get", "--raw", "/openapi/v3/apis/readiness.dev/v1alpha1"))["components"]
    properties = schemas["schemas"][f"dev.readiness.v1alpha1.{kind}"]["properties"]
    assert properties["spec"]["properties"]
    assert properties["status"]["properties"]
    assert [path for part in ("spec", "status") for path in _undescribed(properties[part], part)] == []


def test_kubectl_explains_a_field_down_below(server: Cluster) -> None:
    text = server.kubectl("explain", "rdp.spec.requirements.checks.parameters")
    assert "`readiness explain ID`" in text
    assert "<no description>" not in server.kubectl("explain", "crdp.spec", "--recursive=false")


def _status_seconds(server: Cluster) -> tuple[float, float]:
    """Seconds that the API server has spent on status writes of policies, and how many there were."""
    metrics = server.kubectl("get", "--raw", "/metrics")
    spent, count = (
        sum(
            float(line.rsplit(" ", 1)[1])
            for line in metrics.splitlines()
            if line.startswith(f"apiserver_request_duration_seconds_{part}")
            and 'resource="readinesspolicies"' in line
            and 'subresource="status"' in line
        )
        for part in ("sum", "count")
    )
    return spent, count


def test_the_status_of_a_policy_at_its_bounds_is_written_quickly(server: Cluster, namespace: str) -> None:
    policy = policy_at_its_bounds()
    policy["metadata"]["namespace"] = namespace
    status = {**policy, "status": status_at_its_bounds()}
    del status["spec"]
    server.kubectl("apply", "--server-side", "-f", "-", input=json.dumps(policy))
    taken = []
    for score in range(5):
        status["status"]["score"] = score
        spent_before, count_before = _status_seconds(server)
        server.kubectl("apply", "--server-side", "--subresource=status", "--field-manager=test", "-f", "-",
                       input=json.dumps(status))  # fmt: skip
        spent, count = _status_seconds(server)
        assert count == count_before + 1
        taken.append(spent - spent_before)
    # 35 ms on an idle machine, more while others use it; quadratic rules cost 700 ms every time.
    assert min(taken) < 0.1
