"""Objects of a small shop: workloads with and without faults, and policies over them."""

from copy import deepcopy
from typing import Any

from tests.fakeapi.store import Object, Store
from tests.flow.stage import NAMESPACE

POD_ADDRESS = "127.0.0.2"  # the API server is at 127.0.0.1, which no probe goes to


def deployment(name: str = "cart", *, root: bool = False, limits: bool = True, labels: Object | None = None) -> Object:
    """A Deployment whose container runs as root, or lacks limits, if the test wants it."""
    container: Object = {"name": "app", "image": "shop.example/app:1.2.3"}
    container["resources"] = {"requests": {"cpu": "5m", "memory": "16Mi"}}
    if limits:
        container["resources"]["limits"] = {"cpu": "200m", "memory": "64Mi"}
    pod = {"securityContext": {"runAsNonRoot": not root}, "containers": [container]}
    marks = {"app": name, **(labels or {})}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": NAMESPACE, "labels": marks},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": pod},
        },
    }


def policy(name: str = "production", *, namespace: str = NAMESPACE, **spec: Any) -> Object:
    """A policy that asks for non-root containers (blocking) and for limits; without a namespace for all of them."""
    requirements = [{"name": "run-as-non-root", "severity": "critical"}, {"name": "resource-limits", "severity": "low"}]
    return {
        "apiVersion": "readiness.dev/v1alpha1",
        "kind": "ReadinessPolicy" if namespace else "ClusterReadinessPolicy",
        "metadata": {"name": name, **({"namespace": namespace} if namespace else {})},
        "spec": {"requirements": requirements, **spec},
    }


def changed(held: Object, **spec: Any) -> Object:
    """An object as a user would send it back, with another spec."""
    copy = deepcopy(held)
    copy["spec"] |= spec
    return copy


def probed(workload: Object, port: int) -> Object:
    """The same, with a readiness probe on a port."""
    container = workload["spec"]["template"]["spec"]["containers"][0]
    container["ports"] = [{"name": "http", "containerPort": port}]
    container["readinessProbe"] = {"httpGet": {"path": "/", "port": "http"}}
    return workload


def pods_of(store: Store, workload: Object) -> list[Object]:
    """A pod of a Deployment that runs on loopback, by way of its ReplicaSet."""
    name, namespace = workload["metadata"]["name"], workload["metadata"]["namespace"]
    template = workload["spec"]["template"]
    replica_set = {
        "metadata": {"name": f"{name}-1", "namespace": namespace, "ownerReferences": [_owner("Deployment", workload)]}
    }
    store.put("/apis/apps/v1/replicasets", replica_set)
    held = store.objects["/apis/apps/v1/replicasets"][namespace, f"{name}-1"]
    started = "2026-11-21T09:00:00Z"
    status = {
        "phase": "Running",
        "podIP": POD_ADDRESS,
        "startTime": started,
        "conditions": [{"type": "Ready", "status": "True"}],
        "containerStatuses": [
            {"name": "app", "ready": True, "started": True, "state": {"running": {"startedAt": started}}}
        ],
    }
    metadata = {"name": f"{name}-1-a", "namespace": namespace, "labels": template["metadata"]["labels"]}
    metadata["ownerReferences"] = [_owner("ReplicaSet", held)]
    return [{"metadata": metadata, "spec": template["spec"], "status": status}]


def _owner(kind: str, held: Object) -> Object:
    metadata = held["metadata"]
    reference = {"apiVersion": "apps/v1", "kind": kind, "name": metadata["name"], "uid": metadata["uid"]}
    return {**reference, "controller": True}
