"""Writes statuses of policies and claims by server-side apply, which takes back what it no longer says."""

from collections.abc import Callable, Mapping
from typing import Any

from readiness.policy.compiled import PolicyRef
from readiness.policy.names import API_PATH, API_VERSION, PLURALS
from readiness.runtime.api import APPLY_PATCH, Api, ApiError
from readiness.runtime.bucket import TokenBucket
from readiness.runtime.claimbook import ClaimRef

FIELD_MANAGER = "readiness-operator"


class StatusWriter:
    """
    Fulfils `runtime.ports.Statuses`.

    `fields` are those that the served schema knows, by kind: an older CRD answers 500 to one that it does not.
    """

    def __init__(
        self, api: Api, bucket: TokenBucket, may_write: Callable[[], bool], fields: Mapping[str, frozenset[str]]
    ) -> None:
        self._api = api
        self._bucket = bucket
        self._may_write = may_write
        self._fields = fields

    async def write(
        self, ref: PolicyRef | ClaimRef, resource_version: str, status: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Apply a status to the object as we know it (409 when it changed); returns it as it is now."""
        await self._bucket.acquire()
        if not self._may_write():
            raise ApiError(0, "NotLeading", "another replica leads")
        known = self._fields.get(ref.kind)
        body: dict[str, Any] = {
            "apiVersion": API_VERSION,
            "kind": ref.kind,
            "metadata": {"name": ref.name, "resourceVersion": resource_version},
            "status": {key: value for key, value in status.items() if known is None or key in known},
        }
        if ref.namespace:
            body["metadata"]["namespace"] = ref.namespace
        query = {"fieldManager": FIELD_MANAGER, "force": "true"}
        answer = await self._api.request(
            "PATCH", f"{_path(ref)}/status", body=body, params=query, content_type=APPLY_PATCH
        )
        return dict(answer)


def _path(ref: PolicyRef | ClaimRef) -> str:
    """Where the API server has an object of ours."""
    namespace = f"/namespaces/{ref.namespace}" if ref.namespace else ""
    return f"{API_PATH}{namespace}/{PLURALS[ref.kind]}/{ref.name}"
