"""Nodes that kwok plays: pods there are Running without a process, for tests of scale."""

from typing import Any

ANNOTATION = {"kwok.x-k8s.io/node": "fake"}
LABEL = {"type": "kwok"}
SELECTOR = "type=kwok"
TAINT = {"key": "kwok.x-k8s.io/node", "value": "fake", "effect": "NoSchedule"}

# What a pod template needs to land there; without it, pods stay on the real node.
POD_PLACEMENT: dict[str, Any] = {
    "nodeSelector": LABEL,
    "tolerations": [{"key": TAINT["key"], "operator": "Exists", "effect": TAINT["effect"]}],
}


def nodes(count: int) -> dict[str, Any]:
    """A List of fake nodes, each with room for a thousand pods."""
    room = {"cpu": "1000", "memory": "1000Gi", "ephemeral-storage": "1000Gi", "pods": "1000"}
    return {
        "apiVersion": "v1",
        "kind": "List",
        "items": [
            {
                "apiVersion": "v1",
                "kind": "Node",
                "metadata": {
                    "name": f"kwok-{number}",
                    "annotations": ANNOTATION,
                    "labels": LABEL | {"kubernetes.io/hostname": f"kwok-{number}", "kubernetes.io/os": "linux"},
                },
                "spec": {"taints": [TAINT]},
                "status": {"allocatable": room, "capacity": room},
            }
            for number in range(count)
        ],
    }
