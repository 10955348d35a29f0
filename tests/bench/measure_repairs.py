"""How soon a repair shows: real pods get a fault and lose it again, and the policy's condition follows."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp
from tests.bench.figures import Figure
from tests.bench.patience import until
from tests.bench.progress import tell
from tests.bench.sight import Key, Sight
from tests.bench.subject import Subject
from tests.bench.usage import now
from tests.cluster import samples

from readiness.adapters.kubeapi import KubeApi
from readiness.runtime.api import APPLY_PATCH

Raw = dict[str, Any]

NAMESPACE = "repairs"
_POLICY: Key = ("ReadinessPolicy", NAMESPACE, "production")
_FAULTS: dict[str, tuple[str, Callable[[Raw], Raw]]] = {
    "legacy": ("RunsAsNonRoot", samples.as_root),
    "hungry": ("ResourceLimitsSet", samples.without_limits),
    "leaky": ("SecretsProtected", samples.with_password),
}
_AIM = 5.0  # seconds after the API server took the change
_THRESHOLDS = 10.0  # seconds: failureThreshold x interval of samples.policy


@dataclass(frozen=True, slots=True)
class _Shop:
    api: KubeApi
    sight: Sight

    async def apply(self, raw: Raw, path: str) -> None:
        """As `kubectl apply --server-side`."""
        body = {**raw, "metadata": {**raw["metadata"], "namespace": NAMESPACE}}
        params = {"fieldManager": "bench", "force": "true"}
        target = f"{path}/namespaces/{NAMESPACE}/{_plural(raw)}/{raw['metadata']['name']}"
        await self.api.request("PATCH", target, body=body, params=params, content_type=APPLY_PATCH)

    async def deploy(self, raw: Raw) -> None:
        """Apply a Deployment."""
        await self.apply(raw, "/apis/apps/v1")

    async def answer(self, workload: str, status: int) -> None:
        """Have the pods of a workload answer so to their readiness probe."""
        pods = await self.pods(workload)
        async with aiohttp.ClientSession() as session:
            for pod in pods:
                url = f"http://{pod['status']['podIP']}:8080/control?readyz={status}"
                async with session.post(url) as response:
                    response.raise_for_status()

    async def pods(self, workload: str) -> list[Raw]:
        """The pods of a workload."""
        path = f"/api/v1/namespaces/{NAMESPACE}/pods"
        return list((await self.api.request("GET", path, params={"labelSelector": f"app={workload}"}))["items"])

    async def ready(self, workload: str) -> bool:
        """Whether both of its pods are."""
        found = await self.api.request("GET", f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments/{workload}")
        return bool(found.get("status", {}).get("readyReplicas") == 2)


async def measure(subject: Subject, *, small: bool) -> AsyncIterator[Figure]:
    """The figures, one after the other."""
    sight = Sight()
    async with sight.watching(subject.api):
        shop = _Shop(subject.api, sight)
        await _open(shop)
        delays: dict[str, list[float]] = {}
        for turn in range(1 if small else 5):
            tell(f"faults and repairs, turn {turn + 1}")
            endpoint = await _repaired(
                shop,
                "HealthEndpointsHealthy",
                partial(shop.answer, "search", 503),
                partial(shop.answer, "search", 200),
            )
            delays.setdefault("HealthEndpointsHealthy", []).append(endpoint)
            for workload, (topic, fault) in _FAULTS.items():
                good = samples.deployment(workload)
                delay = await _repaired(shop, topic, partial(shop.deploy, fault(good)), partial(shop.deploy, good))
                delays.setdefault(topic, []).append(delay)
    await subject.api.request("DELETE", f"/api/v1/namespaces/{NAMESPACE}")
    for topic, seconds in delays.items():
        live = topic == "HealthEndpointsHealthy"
        what = "the endpoint's repair" if live else "the repaired Deployment's answer"
        yield Figure(f"from {what} to the policy's {topic}", tuple(seconds), "s", _AIM + _THRESHOLDS * live)


async def _open(shop: _Shop) -> None:
    """Four good workloads, running, and a policy that says so."""
    tell("starting workloads")
    await shop.api.request("POST", "/api/v1/namespaces", body={"metadata": {"name": NAMESPACE}})
    for workload in ("search", *_FAULTS):
        for raw in samples.surroundings(workload):
            version = raw["apiVersion"]
            await shop.apply(raw, f"/apis/{version}" if "/" in version else f"/api/{version}")
        await shop.deploy(samples.deployment(workload))
    await shop.apply(samples.policy("production"), "/apis/readiness.dev/v1alpha1")
    for workload in ("search", *_FAULTS):
        await until(partial(shop.ready, workload), within=120)
    for topic in ("HealthEndpointsHealthy", *(topic for topic, _ in _FAULTS.values())):
        await shop.sight.turns([_POLICY], topic, "True")


async def _repaired(
    shop: _Shop, topic: str, harm: Callable[[], Awaitable[None]], repair: Callable[[], Awaitable[None]]
) -> float:
    """Seconds from the answer to a repair until the policy's condition is True; the fault was told before."""
    await harm()
    await shop.sight.turns([_POLICY], topic, "False")
    await asyncio.sleep(2.0)
    await repair()
    mended = now()
    (turned,) = await shop.sight.turns([_POLICY], topic, "True")
    return turned - mended


def _plural(raw: Raw) -> str:
    kind = str(raw["kind"]).lower()
    return f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
