"""Pods that change at a steady pace, every second change one that a check could care about."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, cycle
from typing import Any

from tests.bench.usage import now

from readiness.adapters.kubeapi import KubeApi
from readiness.runtime.api import ApiError

_JSON_PATCH = "application/json-patch+json"
_AT_ONCE = 64

Raw = dict[str, Any]
Change = tuple[str, list[Raw]]  # path of a pod's status, JSON patch


@dataclass(slots=True)
class Churn:
    """What came of it: changes that the API server took, those it refused, and the seconds it all took."""

    made: int = 0
    refused: int = 0
    seconds: float = 0.0


async def churn(api: KubeApi, pods: list[Raw], *, rate: float, seconds: float) -> Churn:
    """Change so many pods a second, for so many seconds; when the server is slow, as many as it takes."""
    result, turns, began = Churn(), asyncio.Semaphore(_AT_ONCE), now()

    async def make(change: Change) -> None:
        try:
            await api.request("PATCH", change[0], body=change[1], content_type=_JSON_PATCH)
            result.made += 1
        except ApiError:
            result.refused += 1
        finally:
            turns.release()

    async with asyncio.TaskGroup() as group:
        for number, change in enumerate(_changes(pods)):
            due = began + number / rate
            if due >= began + seconds:
                break
            await asyncio.sleep(max(due - now(), 0.0))
            await turns.acquire()
            group.create_task(make(change))
    result.seconds = now() - began
    return result


def _changes(pods: list[Raw]) -> Iterator[Change]:
    """Of four: a message, a restart, a message, and readiness lost by one pod or found again by the same."""
    others, restarting, wavering = cycle(pods), cycle(pods), cycle(pods)
    unready: Raw | None = None
    for number in count(int(now())):  # from where no churn before began: to repeat a value would be no change
        match number % 4:
            case 0 | 2:
                yield _path(next(others)), [{"op": "add", "path": "/status/message", "value": f"change {number}"}]
            case 1:
                restarts = [{"op": "replace", "path": "/status/containerStatuses/0/restartCount", "value": number}]
                yield _path(next(restarting)), restarts
            case _:
                pod = unready or next(wavering)
                yield _path(pod), _readiness(pod, ready=unready is not None)
                unready = pod if unready is None else None


def _readiness(pod: Raw, *, ready: bool) -> list[Raw]:
    told = [
        (f"/status/conditions/{index}/status", str(ready))
        for index, condition in enumerate(pod["status"]["conditions"])
        if condition["type"] in ("Ready", "ContainersReady")
    ]
    values = [*told, ("/status/containerStatuses/0/ready", ready)]
    return [{"op": "replace", "path": path, "value": value} for path, value in values]


def _path(pod: Raw) -> str:
    metadata = pod["metadata"]
    return f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}/status"
