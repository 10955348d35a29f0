"""Writes ReadinessReports: plain create and replace, since there are many and all their lists are atomic."""

from collections.abc import Callable, Mapping
from typing import Any

from readiness.engine.published import Published
from readiness.model import Ref
from readiness.policy.names import API_PATH
from readiness.runtime.api import Api, ApiError
from readiness.runtime.bucket import TokenBucket

_PREFIX = f"{API_PATH}/namespaces"


class ReportWriter:
    """Fulfils `runtime.ports.Reports`; every write waits for a token and asks whether we still lead."""

    def __init__(self, api: Api, bucket: TokenBucket, may_write: Callable[[], bool]) -> None:
        self._api = api
        self._bucket = bucket
        self._may_write = may_write

    async def write(self, report: Mapping[str, Any], published: Published | None) -> Published:
        """
        Create a report, or replace the published one, which must still be as we know it (else 409).

        What stands under its name without our knowledge is replaced: an answer of ours that got lost, or somebody's
        own that is no report to us.
        """
        namespace, name = report["metadata"]["namespace"], report["metadata"]["name"]
        path = f"{_PREFIX}/{namespace}/readinessreports"
        await self._turn()
        identity = {"uid": published.uid, "resourceVersion": published.resource_version} if published else None
        if identity is None:
            try:
                return Published.of(await self._api.request("POST", path, body=report))
            except ApiError as error:
                if error.reason != "AlreadyExists":
                    raise
            metadata = (await self._api.request("GET", f"{path}/{name}"))["metadata"]
            identity = {"uid": metadata["uid"], "resourceVersion": metadata["resourceVersion"]}
        body = {**report, "metadata": {**report["metadata"], **identity}}
        return Published.of(await self._api.request("PUT", f"{path}/{name}", body=body))

    async def delete(self, published: Published) -> None:
        """Delete the very report that we know; one that is gone is no error."""
        await self._turn()
        try:
            body = {"preconditions": {"uid": published.uid}}
            await self._api.request("DELETE", _path(published.ref), body=body)
        except ApiError as error:
            if not error.is_not_found:
                raise

    async def read(self, published: Published) -> Mapping[str, Any]:
        """The raw report of a published one."""
        return dict(await self._api.request("GET", _path(published.ref)))

    async def _turn(self) -> None:
        await self._bucket.acquire()
        if not self._may_write():
            raise ApiError(0, "NotLeading", "another replica leads")


def _path(ref: Ref) -> str:
    return f"{_PREFIX}/{ref.namespace}/readinessreports/{ref.name}"
