"""What a user sees: conditions of reports and policies, and when a watch brought them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.bench.usage import now

from readiness.adapters.kubeapi import KubeApi
from readiness.adapters.reflector import Reflector, Source

_GROUP = "/apis/readiness.dev/v1alpha1"
PATHS = {
    "ReadinessReport": f"{_GROUP}/readinessreports",
    "ReadinessPolicy": f"{_GROUP}/readinesspolicies",
    "ClusterReadinessPolicy": f"{_GROUP}/clusterreadinesspolicies",
}

Key = tuple[str, str, str]  # kind, namespace, name


@dataclass(frozen=True, slots=True)
class Seen:
    """An object, as far as we look: the status of each condition."""

    key: Key
    conditions: dict[str, str]
    workloads: int  # how many a policy says that it has judged


@dataclass
class Sight:
    """All reports and policies, kept current; `turned` is when a condition came to its present status."""

    seen: dict[Key, Seen] = field(default_factory=dict)
    turned: dict[tuple[Key, str], float] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def watching(self, api: KubeApi) -> AsyncIterator[None]:
        """Watch while inside."""
        reflectors = [
            Reflector(api, Source(kind=kind, path=path), partial(_read, kind), self._take_in)
            for kind, path in PATHS.items()
        ]
        tasks = [asyncio.create_task(reflector.run()) for reflector in reflectors]
        try:
            for reflector in reflectors:
                await reflector.synced.wait()
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def count(self, kind: str) -> int:
        """How many objects there are of a kind."""
        return sum(1 for key in self.seen if key[0] == kind)

    def status(self, key: Key, condition: str) -> str:
        """The status of a condition; empty when there is none."""
        seen = self.seen.get(key)
        return seen.conditions.get(condition, "") if seen else ""

    async def until(self, happened: Callable[[], bool], within: float = 120.0) -> None:
        """Wait until something is seen. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while not happened():
                self._news.clear()
                await self._news.wait()

    async def turns(self, keys: list[Key], condition: str, status: str, within: float = 120.0) -> list[float]:
        """When each of these objects came to this status. Raises TimeoutError."""
        await self.until(lambda: all(self.status(key, condition) == status for key in keys), within)
        return [self.turned[key, condition] for key in keys]

    def _take_in(self, old: Seen | None, new: Seen | None) -> None:
        if new is None:
            if old is not None:
                del self.seen[old.key]
        else:
            before = old.conditions if old else {}
            for condition, status in new.conditions.items():
                if before.get(condition) != status:
                    self.turned[new.key, condition] = now()
            self.seen[new.key] = new
        self._news.set()


def _read(kind: str, raw: dict[str, Any], _before: Seen | None = None) -> Seen:
    metadata, status = raw["metadata"], raw.get("status", {})
    conditions = {each["type"]: each["status"] for each in status.get("conditions", ())}
    workloads = status.get("summary", {}).get("workloads", {}).get("total", 0)
    return Seen((kind, metadata.get("namespace", ""), metadata["name"]), conditions, workloads)
