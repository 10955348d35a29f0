"""Our own CRDs as the API server serves them: whether they are there, and which fields an older one lacks."""

import asyncio
import logging
from collections.abc import Mapping

from readiness.policy.names import GROUP, PLURALS, VERSION
from readiness.runtime.api import Api, ApiError

SCHEMA_ANNOTATION = f"{GROUP}/schema"
_PATH = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

log = logging.getLogger(__name__)


class Crds:
    """Waits for the CRDs; `problem` says why they are not usable yet (empty: they are)."""

    def __init__(self, api: Api, expected: Mapping[str, str]) -> None:
        self._api = api
        self._expected = expected
        self.problem = "not looked at yet"
        self.status_fields: dict[str, frozenset[str]] = {}

    async def wait(self, pause: float = 2.0) -> None:
        """Return when all of them are established."""
        told = ""
        while self.problem:
            try:
                found = [await self._look(plural) for plural in PLURALS.values()]
                self.problem = "; ".join(filter(None, found))
            except ApiError as error:
                self.problem = f"cannot read the CRDs: {error}"
            if self.problem:
                if self.problem != told:
                    log.warning("waiting for the CRDs: %s", self.problem)
                    told = self.problem
                await asyncio.sleep(pause)

    async def _look(self, plural: str) -> str:
        """Why one of them is not usable; empty when it is."""
        name = f"{plural}.{GROUP}"
        try:
            crd = await self._api.request("GET", f"{_PATH}/{name}")
        except ApiError as error:
            if error.is_not_found:
                return f"{name} is not installed"
            raise
        conditions = {item["type"]: item["status"] for item in crd.get("status", {}).get("conditions") or ()}
        if conditions.get("Established") != "True":
            return f"{name} is not established"
        kind = crd["spec"]["names"]["kind"]
        served = crd["metadata"].get("annotations", {}).get(SCHEMA_ANNOTATION)
        if served != self._expected.get(kind):
            log.warning("%s has another schema than this version was made for: fields it lacks are left out", name)
        version = next(item for item in crd["spec"]["versions"] if item["name"] == VERSION)
        schema = version["schema"]["openAPIV3Schema"]["properties"]
        self.status_fields[kind] = frozenset(schema["status"]["properties"])
        return ""
