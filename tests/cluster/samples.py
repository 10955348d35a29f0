"""Workloads of the cluster tests: a good one, and what makes it bad."""

from copy import deepcopy
from typing import Any

from tests.cluster.images import SAMPLE

Raw = dict[str, Any]
WEAK = "shop-signing-key"  # a value of a Secret: short, and of words


def probe(path: str) -> Raw:
    """A probe that soon tells."""
    return {"httpGet": {"path": path, "port": "http"}, "periodSeconds": 1, "failureThreshold": 2}


def deployment(name: str, *, replicas: int = 2) -> Raw:
    """A Deployment that meets the recommended profile, together with its `surroundings`."""
    container = {
        "name": "app",
        "image": SAMPLE,
        "imagePullPolicy": "Never",
        "ports": [{"name": "http", "containerPort": 8080}],
        "livenessProbe": probe("/healthz"),
        "readinessProbe": probe("/readyz"),
        "resources": {
            "requests": {"cpu": "5m", "memory": "16Mi", "ephemeral-storage": "8Mi"},
            "limits": {"cpu": "200m", "memory": "64Mi", "ephemeral-storage": "16Mi"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    spread = {
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": {"app": name}},
    }
    pod = {
        "securityContext": {"runAsNonRoot": True, "runAsUser": 1000, "seccompProfile": {"type": "RuntimeDefault"}},
        "automountServiceAccountToken": False,
        "topologySpreadConstraints": [spread],
        "containers": [container],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": pod},
        },
    }


def surroundings(name: str) -> list[Raw]:
    """The objects around a good workload."""
    selector = {"matchLabels": {"app": name}}
    metadata = {"name": name}
    return [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": metadata,
            "spec": {"selector": {"app": name}, "ports": [{"port": 80, "targetPort": "http"}]},
        },
        {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": metadata,
            "spec": {"maxUnavailable": 1, "selector": selector},
        },
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": metadata,
            "spec": {
                "podSelector": selector,
                "policyTypes": ["Ingress"],
                "ingress": [{"from": [{"podSelector": {}}], "ports": [{"port": "http"}]}],
            },
        },
    ]


def container_of(workload: Raw) -> Raw:
    """Its only container."""
    container: Raw = workload["spec"]["template"]["spec"]["containers"][0]
    return container


def as_root(workload: Raw) -> Raw:
    """The same, running as root."""
    bad = deepcopy(workload)
    bad["spec"]["template"]["spec"]["securityContext"] = {"seccompProfile": {"type": "RuntimeDefault"}}
    return bad


def without_limits(workload: Raw) -> Raw:
    """The same, without a memory limit."""
    bad = deepcopy(workload)
    del container_of(bad)["resources"]["limits"]["memory"]
    return bad


def with_password(workload: Raw) -> Raw:
    """The same, with a password in its environment."""
    bad = deepcopy(workload)
    container_of(bad)["env"] = [{"name": "DB_PASSWORD", "value": "hunter2-but-longer"}]
    return bad


def taking(workload: Raw, variable: str, secret: str, key: str) -> Raw:
    """The same, with a variable from a Secret."""
    changed = deepcopy(workload)
    reference = {"name": variable, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}
    container_of(changed)["env"] = [reference]
    return changed


def policy(name: str, **spec: Any) -> Raw:
    """A policy of the recommended profile that asks every 5 seconds."""
    probing = {"interval": "5s", "timeout": "1s", "failureThreshold": 2}
    merged = {"profile": {"name": "recommended"}, "probing": probing, **spec}
    return {
        "apiVersion": "readiness.dev/v1alpha1",
        "kind": "ReadinessPolicy",
        "metadata": {"name": name},
        "spec": merged,
    }
