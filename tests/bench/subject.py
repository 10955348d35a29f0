"""The operator's only pod, as it is measured: ended, started, and what its process used."""

import asyncio
from dataclasses import dataclass
from typing import Any

from tests.bench.patience import until
from tests.bench.usage import now
from tests.cluster.errors import ClusterError
from tests.cluster.installed import NAMESPACE, SERVICE_ACCOUNT, Installation, writes_of
from tests.cluster.machine import Cluster

from readiness.adapters.kubeapi import KubeApi
from readiness.runtime.api import MERGE_PATCH

_SCALE = f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments/readiness-operator/scale"
_PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"
_LABELS = {"labelSelector": "app.kubernetes.io/name=readiness-operator,app.kubernetes.io/component!=test"}


@dataclass
class Subject:
    """The operator in a cluster that this process can reach."""

    api: KubeApi
    cluster: Cluster

    async def end(self) -> None:
        """Scale it down, and wait until its pod is gone."""
        await self._scale(0)
        await until(self._gone, within=60)

    async def start(self) -> int:
        """Scale it up; the id of its process, as soon as there is one."""
        await self._scale(1)
        await until(self.process, within=60)
        process = await self.process()
        assert process is not None, "it was there just now"
        return process

    async def process(self) -> int | None:
        """The id of its process; None while there is none."""
        pods = await self._pods()
        try:
            return Installation(self.cluster).process(pods[0]) if pods else None
        except ClusterError:
            return None

    def writes(self) -> list[dict[str, Any]]:
        """What it wrote so far, as the API server's audit log has it, without the renewals of its Lease."""
        writes = writes_of(self.cluster, SERVICE_ACCOUNT)
        return [event for event in writes if event["objectRef"]["resource"] != "leases"]

    async def quiet(self, seconds: float, within: float = 120.0) -> None:
        """Wait until it has written nothing for some seconds; gives up after a while, and what is measured tells."""
        deadline, before = now() + within, -1
        while now() < deadline and (count := len(self.writes())) != before:
            before = count
            await asyncio.sleep(seconds)

    async def _scale(self, replicas: int) -> None:
        await self.api.request("PATCH", _SCALE, body={"spec": {"replicas": replicas}}, content_type=MERGE_PATCH)

    async def _gone(self) -> bool:
        return not await self._pods()

    async def _pods(self) -> list[dict[str, Any]]:
        return list((await self.api.request("GET", _PODS, params=_LABELS))["items"])
