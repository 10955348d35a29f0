"""A fake API server that commands reach through a kubeconfig, each in a process of its own."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from tests.cli.conftest import Result
from tests.cli.manifests import budget, deployment, policy
from tests.fakeapi.server import FakeApi

PATHS = {
    "Deployment": "/apis/apps/v1/deployments",
    "PodDisruptionBudget": "/apis/policy/v1/poddisruptionbudgets",
    "Pod": "/api/v1/pods",
    "ConfigMap": "/api/v1/configmaps",
    "ReadinessPolicy": "/apis/readiness.dev/v1alpha1/readinesspolicies",
    "ClusterReadinessPolicy": "/apis/readiness.dev/v1alpha1/clusterreadinesspolicies",
    "ReadinessWaiver": "/apis/readiness.dev/v1alpha1/readinesswaivers",
    "ReadinessAttestation": "/apis/readiness.dev/v1alpha1/readinessattestations",
}


@dataclass
class Cluster:
    """Objects to scan, and the kubeconfig that leads to them."""

    api: FakeApi
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Write the kubeconfig."""
        kubeconfig = self.folder / "kubeconfig"
        kubeconfig.write_text(json.dumps(_kubeconfig(self.api.url)))
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.environment = {**inherited, "KUBECONFIG": str(kubeconfig)}

    def put(self, *manifests: str) -> None:
        """Put objects into the cluster."""
        for number, text in enumerate(manifests):
            raw: dict[str, Any] = yaml.safe_load(text)
            raw["metadata"] |= {"uid": f"uid-{raw['kind']}-{raw['metadata']['name']}-{number}", "generation": 1}
            self.api.store.put(PATHS[raw["kind"]], raw)

    async def run(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Result:
        """Run a command to its end."""
        process = await self.start(*arguments, environment=environment)
        out, err = await process.communicate()
        return Result(process.returncode or 0, out.decode(), err.decode())

    async def start(self, *arguments: str, environment: Mapping[str, str] | None = None) -> asyncio.subprocess.Process:
        """Start a command."""
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "readiness", *arguments,
            cwd=self.folder, env={**self.environment, **(environment or {})},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip


def shop() -> list[str]:
    """Two Deployments with a budget, of which one runs as root, one in another namespace, and a policy."""
    return [
        deployment("cart"), budget("cart"), deployment("search", user=0), budget("search"),
        deployment("dns", namespace="kube-system", user=0), deployment("web", namespace="web"), policy(),
    ]  # fmt: skip


def _kubeconfig(server: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "shop",
        "clusters": [{"name": "shop", "cluster": {"server": server}}],
        "users": [{"name": "me", "user": {"token": "t"}}],
        "contexts": [{"name": "shop", "context": {"cluster": "shop", "user": "me"}}],
    }
