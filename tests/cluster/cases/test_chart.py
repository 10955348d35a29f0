"""The chart's life in a real cluster: installed, asked, upgraded, uninstalled, and nothing hangs."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from tests.cluster import images
from tests.cluster.installed import CHART, wait_for
from tests.cluster.machine import Cluster
from tests.cluster.programs import Programs

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(240, func_only=True)]

Raw = dict[str, Any]
CRDS = {f"{kind}.readiness.dev" for kind in ("clusterreadinesspolicies", "readinesspolicies", "readinessreports")}
SYSTEM, SHOP = "chart-system", "chart-shop"
WORKLOAD = f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: cart, namespace: {SHOP}}}
spec:
  replicas: 0
  selector: {{matchLabels: {{app: cart}}}}
  template:
    metadata: {{labels: {{app: cart}}}}
    spec: {{containers: [{{name: app, image: "shop.example/cart:1"}}]}}
---
apiVersion: readiness.dev/v1alpha1
kind: ReadinessPolicy
metadata: {{name: production, namespace: {SHOP}}}
spec: {{profile: {{name: recommended}}}}
"""


@dataclass(frozen=True, slots=True)
class Release:
    """A release of the chart with its defaults, but for the image."""

    cluster: Cluster

    def upgrade(self, **values: Any) -> None:
        """Install or upgrade, and wait as a user does."""
        repository, _, tag = images.OPERATOR.rpartition(":")
        image = {"repository": repository, "tag": tag}
        text = json.dumps({"image": image, "fullnameOverride": "readiness-operator", **values})
        (file := self.cluster.layout.folder / "chart-values.json").write_text(text)
        self.cluster.helm(
            "upgrade", "--install", "readiness", str(CHART), "--namespace", SYSTEM, "--values", str(file),
            "--wait", "--timeout", "90s",
        )  # fmt: skip

    def uninstall(self) -> None:
        """Uninstall, and wait until the objects are gone."""
        self.cluster.helm("uninstall", "readiness", "--namespace", SYSTEM, "--wait", "--timeout", "60s")

    def pods(self) -> dict[str, Raw]:
        """The operator's pods that are not on their way out, by uid."""
        items = self.cluster.objects("pods", "-n", SYSTEM, "-l", "app.kubernetes.io/instance=readiness")["items"]
        return {pod["metadata"]["uid"]: pod for pod in items if "deletionTimestamp" not in pod["metadata"]}

    def judged(self) -> str:
        """The verdict of the sample policy; empty when there is none yet."""
        policies = self.cluster.objects("rdp", "-n", SHOP)["items"]
        return str(policies[0].get("status", {}).get("verdict", "")) if policies else ""

    def metrics(self) -> list[str]:
        """The exposition of every replica."""
        found = []
        for pod in self.pods().values():
            url = f"http://{pod['status']['podIP']}:8080/metrics"
            done = self.cluster.run(["curl", "-sSf", "-m", "15", url], capture_output=True, text=True, check=True)
            found.append(str(done.stdout))
        return found


@pytest.fixture(scope="module")
def own_cluster(programs: Programs) -> Iterator[Cluster]:
    """A cluster of its own: CRDs come and go here, which others would miss."""
    archive = images.operator_archive()
    with Cluster(f"chart-{os.getpid()}") as cluster:
        cluster.load_image(archive)
        yield cluster


@pytest.fixture
def release(own_cluster: Cluster) -> Iterator[Release]:
    """A fresh release in a namespace that refuses pods which are not `restricted`, and a namespace for workloads."""
    for name in (SYSTEM, SHOP):
        own_cluster.kubectl("create", "namespace", name)
    own_cluster.kubectl("label", "namespace", SYSTEM, "pod-security.kubernetes.io/enforce=restricted")
    release = Release(own_cluster)
    release.upgrade()
    yield release
    own_cluster.helm("uninstall", "readiness", "--namespace", SYSTEM, "--wait", "--ignore-not-found")
    own_cluster.kubectl("delete", "namespace", SYSTEM, SHOP, "--timeout=110s")
    own_cluster.kubectl("delete", "crd", *sorted(CRDS), "--ignore-not-found", "--timeout=60s")


def _may(cluster: Cluster, user: str, verb: str, kind: str, *options: str) -> bool:
    command = ["kubectl", "auth", "can-i", verb, f"{kind}.readiness.dev", *options, "-n", SHOP, "--as", user]
    return cluster.run(command, capture_output=True).returncode == 0


def test_an_installation_is_ready_when_helm_says_so_and_passes_helms_test(release: Release) -> None:
    pods = release.pods().values()
    assert len(pods) == 2
    assert all(pod["status"]["containerStatuses"][0]["ready"] for pod in pods)
    assert "Phase:          Succeeded" in release.cluster.helm("test", "readiness", "-n", SYSTEM, "--timeout", "60s")
    wait_for(lambda: sum("readiness_leader 1.0" in text for text in release.metrics()) == 1, 60)
    expected = "readiness_build_info{", "readiness_workqueue_lag_seconds ", "process_resident_memory_bytes "
    assert all(name in text for text in release.metrics() for name in expected)


def test_an_upgrade_restarts_only_what_changed_and_is_never_without_a_replica(release: Release) -> None:
    release.cluster.kubectl("apply", "-f", "-", input=WORKLOAD)
    wait_for(release.judged)
    before = release.pods()
    release.upgrade(service={"annotations": {"owner": "sre"}})
    assert release.pods().keys() == before.keys()

    deployment = ("deployment", "-n", SYSTEM, "readiness-operator")
    available = [item for item in release.cluster.objects(*deployment)["status"]["conditions"]
                 if item["type"] == "Available"]  # fmt: skip
    release.upgrade(logging={"level": "debug"})
    assert not release.pods().keys() & before.keys()
    after = release.cluster.objects(*deployment)["status"]["conditions"]
    still = next(item for item in after if item["type"] == "Available")
    assert (still["status"], still["lastTransitionTime"]) == ("True", available[0]["lastTransitionTime"])
    assert release.judged()


def test_an_uninstallation_ends_and_leaves_what_it_promises_to_leave(release: Release) -> None:
    cluster = release.cluster
    cluster.kubectl("apply", "-f", "-", input=WORKLOAD)
    wait_for(lambda: cluster.objects("rdr", "-n", SHOP)["items"] and release.judged())
    verdict = release.judged()
    release.uninstall()
    wait_for(lambda: not cluster.objects("all,networkpolicies,pdb,roles,rolebindings", "-n", SYSTEM)["items"])
    left = cluster.objects("clusterroles,clusterrolebindings")["items"]
    assert [item for item in left if item["metadata"]["name"].startswith("readiness-operator")] == []
    crds = {crd["metadata"]["name"] for crd in cluster.objects("crd")["items"]}
    assert crds >= CRDS
    assert release.judged() == verdict
    assert len(cluster.objects("rdr", "-n", SHOP)["items"]) == 1

    release.upgrade(crds={"keep": False})  # takes over what was left
    assert release.judged() == verdict
    release.uninstall()
    wait_for(lambda: not CRDS & {crd["metadata"]["name"] for crd in cluster.objects("crd")["items"]})


def test_people_may_do_what_their_role_in_the_namespace_says(release: Release) -> None:
    cluster = release.cluster
    for role in ("view", "edit", "admin"):
        cluster.kubectl("create", "rolebinding", role, f"--clusterrole={role}", f"--user={role}", "-n", SHOP)
    wait_for(lambda: _may(cluster, "admin", "create", "readinesspolicies"))  # aggregation takes a moment
    for user in ("view", "edit", "admin"):
        wait_for(partial(_may, cluster, user, "get", "readinesspolicies"))
        wait_for(partial(_may, cluster, user, "list", "readinessreports"))
        assert not _may(cluster, user, "update", "readinessreports")
        assert not _may(cluster, user, "patch", "readinesspolicies", "--subresource=status")
    assert not _may(cluster, "edit", "patch", "readinesspolicies")
    assert not _may(cluster, "somebody", "get", "clusterreadinesspolicies")
    release.upgrade(rbac={"readClusterPolicies": True})
    wait_for(lambda: _may(cluster, "somebody", "get", "clusterreadinesspolicies"))
