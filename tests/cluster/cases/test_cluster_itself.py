"""The cluster that the other cases rely on is a real one, and stays by itself."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cluster import cgroups, kwok
from tests.cluster.errors import ClusterError
from tests.cluster.identity import Process
from tests.cluster.images import REPOSITORY
from tests.cluster.installed import READS
from tests.cluster.machine import Cluster, sweep
from tests.cluster.record import Record

pytestmark = pytest.mark.cluster


@pytest.fixture
def namespace(cluster: Cluster) -> Iterator[str]:
    name = f"itself-{time.monotonic_ns()}"
    cluster.kubectl("create", "namespace", name)
    cluster.kubectl("wait", "--for=create", "serviceaccount/default", "--namespace", name, "--timeout=20s")
    yield name
    cluster.kubectl("delete", "namespace", name, "--wait=false")


@pytest.fixture
def sample(cluster: Cluster, namespace: str, sample_image: str) -> str:
    """A pod with a real readiness probe, and a Service before it, both called sample; returns the Service's address."""
    cluster.kubectl("apply", "--namespace", namespace, "-f", "-", input=json.dumps(_sample(sample_image)))
    cluster.kubectl("wait", "--namespace", namespace, "--for=condition=Ready", "pod/sample", "--timeout=30s")
    address = str(cluster.objects("service", "sample", "--namespace", namespace)["spec"]["clusterIP"])
    # kube-proxy hears of the endpoint a moment after the pod is Ready
    cluster.run(["sh", "-c", 'until curl -sf "$0"; do sleep 0.1; done', address], timeout=60, stdout=subprocess.DEVNULL)
    return address


@pytest.fixture(scope="module")
def second() -> Iterator[Cluster]:
    """A cluster to break."""
    with Cluster(f"second-{os.getpid()}") as second:
        yield second


def test_the_node_is_ready_and_says_which_kubernetes_it_is(cluster: Cluster) -> None:
    [node] = cluster.objects("nodes")["items"]
    assert {condition["type"]: condition["status"] for condition in node["status"]["conditions"]}["Ready"] == "True"
    assert node["status"]["nodeInfo"]["kubeletVersion"].startswith("v1.")


def test_a_pod_is_ready_while_its_real_probe_says_so(cluster: Cluster, namespace: str, sample: str) -> None:
    inside = ("exec", "sample", "--namespace", namespace, "--", "/sample", "get")
    assert "200 OK" in cluster.kubectl(*inside, f"http://{sample}/")  # through the Service, to the pod itself
    answer = cluster.run(["curl", "-sf", "-X", "POST", f"http://{sample}/control?readyz=503"])
    assert answer.returncode == 0
    cluster.kubectl("wait", "--namespace", namespace, "--for=condition=Ready=false", "pod/sample", "--timeout=20s")
    with pytest.raises(ClusterError, match="503"):
        cluster.kubectl(*inside, "http://127.0.0.1:8080/readyz")


def test_pods_run_as_a_foreign_user_with_a_read_only_root(cluster: Cluster, namespace: str, sample: str) -> None:
    pod = cluster.objects("pod", "sample", "--namespace", namespace)
    assert pod["spec"]["containers"][0]["securityContext"]["readOnlyRootFilesystem"]
    assert pod["status"]["containerStatuses"][0]["restartCount"] == 0
    assert "serving PORT=8080" in cluster.kubectl("logs", "sample", "--namespace", namespace)


def test_a_write_is_in_the_audit_log_when_it_returns(cluster: Cluster, namespace: str) -> None:
    token = cluster.token_for(namespace, "default")
    with pytest.raises(ClusterError, match="forbidden"):
        cluster.kubectl("--token", token, "--namespace", namespace, "create", "configmap", "not-mine")
    cluster.kubectl("--namespace", namespace, "create", "configmap", "mine")
    writes = [
        (event["user"]["username"], event["verb"], event["objectRef"].get("name"), event["responseStatus"]["code"])
        for event in cluster.audit_events()
        if event["objectRef"].get("namespace") == namespace and event["objectRef"]["resource"] == "configmaps"
    ]
    account = f"system:serviceaccount:{namespace}:default"
    assert (account, "create", None, 403) in writes  # refused before its body was read
    assert ("admin", "create", "mine", 201) in writes
    reads = {event["objectRef"]["resource"] for event in cluster.audit_events() if event["verb"] in READS}
    assert reads <= {"secrets"}


def test_helm_speaks_to_it(cluster: Cluster) -> None:
    assert cluster.helm("list", "--namespace", "default", "--short") == ""


def test_the_firewall_is_its_own(cluster: Cluster) -> None:
    rule = ["-d", "192.0.2.1", "-j", "DROP"]
    assert cluster.run(["iptables", "-A", "OUTPUT", *rule]).returncode == 0
    assert cluster.run(["iptables", "-D", "OUTPUT", *rule]).returncode == 0
    assert subprocess.run(["iptables", "-C", "OUTPUT", *rule], capture_output=True, check=False).returncode != 0


def test_two_clusters_do_not_meet(cluster: Cluster, second: Cluster) -> None:
    cluster.kubectl("create", "namespace", "only-first")
    assert "only-first" not in second.kubectl("get", "namespaces", "-o", "name")
    with pytest.raises(ClusterError, match="Unauthorized"):  # same address, another network, another key
        second.kubectl("--kubeconfig", str(_with_other_token(cluster, second)), "get", "nodes")
    cluster.kubectl("delete", "namespace", "only-first", "--wait=false")


def test_components_can_be_frozen_and_restarted(second: Cluster) -> None:
    second.pause("etcd")
    with pytest.raises(ClusterError, match=r"(?i)timed? ?out|deadline|unable"):
        second.kubectl("create", "configmap", "late", "--request-timeout=1s")
    second.resume("etcd")
    second.restart("apiserver")
    second.kubectl("create", "configmap", "in-time")
    second.stop_component("scheduler")
    assert not second.component_alive("scheduler")
    with pytest.raises(ClusterError, match="scheduler does not run"):
        second.pause("scheduler")
    second.start_component("scheduler")
    assert second.component_alive("scheduler")


def test_fake_nodes_run_pods_without_processes(second: Cluster) -> None:
    second.start_kwok(nodes=2)
    second.kubectl("apply", "-f", "-", input=json.dumps(_fake_deployment(replicas=20)))
    second.kubectl("rollout", "status", "deployment/fake", "--timeout=60s")
    nodes = {pod["spec"]["nodeName"] for pod in second.objects("pods")["items"]}
    assert nodes == {"kwok-0", "kwok-1"}


@pytest.mark.timeout(240)
def test_by_hand_it_outlives_the_command_and_goes_without_a_trace() -> None:
    def command(*arguments: str) -> str:
        line = [sys.executable, "-m", "tests.cluster", "--name", name, *arguments]
        return subprocess.run(line, cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=True).stdout

    name = f"by-hand-{os.getpid()}"
    layout = Cluster(name).layout
    command("up")
    try:
        record = Record.read(layout.folder)
        assert command("kubectl", "get", "nodes", "-o", "name") == "node/node-0\n"
        assert "containerd" in command("logs", "containerd")
    finally:
        command("down")
    assert record
    assert not record.first.alive
    assert not layout.folder.exists()
    assert not [path for hierarchy in cgroups.hierarchies() if (path := hierarchy / layout.cgroup).exists()]


@pytest.mark.timeout(180)
def test_a_killed_session_takes_its_cluster_along_and_the_next_one_cleans_up() -> None:
    name = f"killed-{os.getpid()}"
    script = f"from tests.cluster.machine import Cluster; Cluster({name!r}).start(); print('up', flush=True); input()"
    session = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=REPOSITORY
    )
    with session:
        assert session.stdout
        assert session.stdout.readline() == b"up\n"
        left = Cluster(name)
        record = Record.read(left.layout.folder)
        assert record
        assert record.owner == Process.of(session.pid)
        with pytest.raises(ClusterError, match="runs already"):
            Cluster(name).start()
        session.send_signal(signal.SIGKILL)
    assert record.first.wait(30)
    assert left.layout.folder.exists()
    sweep()
    assert not left.layout.folder.exists()


def _with_other_token(cluster: Cluster, other: Cluster) -> Path:
    """A kubeconfig for `other` with the token of `cluster`."""
    configs = [json.loads(each.kubeconfig.read_text()) for each in (cluster, other)]
    mixed = configs[1] | {"users": configs[0]["users"]}
    file = other.layout.folder / "mixed-kubeconfig"
    file.write_text(json.dumps(mixed))
    return file


def _sample(image: str) -> dict[str, Any]:
    locked_down = {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
        "runAsUser": 23456,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    probe = {"httpGet": {"path": "/readyz", "port": 8080}, "periodSeconds": 1, "failureThreshold": 1}
    container = {"name": "sample", "image": image, "readinessProbe": probe, "securityContext": locked_down}
    pod = {"metadata": {"name": "sample", "labels": {"app": "sample"}}, "spec": {"containers": [container]}}
    service = {"selector": {"app": "sample"}, "ports": [{"port": 80, "targetPort": 8080}]}
    return {
        "apiVersion": "v1",
        "kind": "List",
        "items": [
            {"apiVersion": "v1", "kind": "Pod"} | pod,
            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "sample"}, "spec": service},
        ],
    }


def _fake_deployment(replicas: int) -> dict[str, Any]:
    containers = [{"name": "fake", "image": "fake.example/fake:1"}]
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "fake"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "fake"}},
            "template": {
                "metadata": {"labels": {"app": "fake"}},
                "spec": {"containers": containers} | kwok.POD_PLACEMENT,
            },
        },
    }
