"""A thousand Deployments on nodes that kwok plays: nothing runs, but the API server has it all."""

import asyncio
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.bench.patience import until
from tests.cluster import samples
from tests.cluster.kwok import POD_PLACEMENT

from readiness.adapters.kubeapi import KubeApi

Raw = dict[str, Any]

POLICY = ("ClusterReadinessPolicy", "", "fleet")
PODS = 5  # of each Deployment
_PER_NAMESPACE = 50
_AT_ONCE = 16
_LABELS = {"bench": "fleet"}


@dataclass(frozen=True, slots=True)
class Fleet:
    """So many Deployments, of which every third has no memory limit; the first few get changed."""

    deployments: int

    @property
    def pods(self) -> int:
        """How many pods they have."""
        return PODS * self.deployments

    @property
    def namespaces(self) -> list[str]:
        """Fifty Deployments in each."""
        return [f"fleet-{number:02}" for number in range(-(-self.deployments // _PER_NAMESPACE))]

    def namespace(self, number: int) -> str:
        """Where a Deployment is."""
        return f"fleet-{number // _PER_NAMESPACE:02}"

    def path(self, number: int) -> str:
        """A Deployment's path at the API server."""
        return f"{_deployments(self.namespace(number))}/{name(number)}"

    async def launch(self, api: KubeApi) -> None:
        """Create it all, and wait until every pod is Running and Ready."""
        for namespace in self.namespaces:
            await api.request("POST", "/api/v1/namespaces", body={"metadata": {"name": namespace}})
            await until(partial(_pods_welcome, api, namespace), within=60, pause=0.1)
        await at_once(
            api.request("POST", _deployments(self.namespace(number)), body=_deployment(number))
            for number in range(self.deployments)
        )
        await until(lambda: self._ready(api), within=900, pause=3.0)

    async def _ready(self, api: KubeApi) -> bool:
        found = await api.request("GET", "/apis/apps/v1/deployments", params={"labelSelector": "bench=fleet"})
        ready = sum(item.get("status", {}).get("readyReplicas", 0) for item in found["items"])
        return bool(ready == self.pods)

    async def list_pods(self, api: KubeApi) -> list[Raw]:
        """Its pods."""
        found = await api.request("GET", "/api/v1/pods", params={"labelSelector": "bench=fleet"})
        return list(found["items"])

    async def delete_reports(self, api: KubeApi) -> None:
        """Delete all reports on it."""
        for namespace in self.namespaces:
            await api.request("DELETE", f"/apis/readiness.dev/v1alpha1/namespaces/{namespace}/readinessreports")


def name(number: int) -> str:
    """A Deployment's name."""
    return f"app-{number:04}"


def policy() -> Raw:
    """The recommended profile over the whole fleet, without probing: the pods have no addresses."""
    return {
        "apiVersion": "readiness.dev/v1alpha1",
        "kind": POLICY[0],
        "metadata": {"name": POLICY[2]},
        "spec": {
            "selector": {"matchLabels": _LABELS},
            "profile": {"name": "recommended"},
            "probing": {"mode": "Disabled"},
        },
    }


async def at_once(requests: Iterable[Awaitable[Any]]) -> None:
    """Await many requests, some at a time."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def send(request: Awaitable[Any]) -> None:
        async with turns:
            await request

    async with asyncio.TaskGroup() as group:
        for request in requests:
            group.create_task(send(request))


def _deployments(namespace: str) -> str:
    return f"/apis/apps/v1/namespaces/{namespace}/deployments"


def _deployment(number: int) -> Raw:
    raw = samples.deployment(name(number), replicas=PODS)
    if number % 3 == 2:
        raw = samples.without_limits(raw)
    for amounts in samples.container_of(raw)["resources"].values():
        del amounts["ephemeral-storage"]  # of which kwok's nodes have none
    raw["metadata"]["labels"] |= _LABELS
    template = raw["spec"]["template"]
    template["metadata"]["labels"] |= _LABELS
    template["spec"] |= POD_PLACEMENT
    return raw


async def _pods_welcome(api: KubeApi, namespace: str) -> bool:
    """Whether the namespace has its ServiceAccount, without which pods are refused."""
    return bool((await api.request("GET", f"/api/v1/namespaces/{namespace}/serviceaccounts"))["items"])
