"""Reads a cluster once: every kind that checks look at, into an inventory, and what of our own is there."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from readiness.model import Namespace, Ref, Strength, Workload
from readiness.model.inventory import Inventory
from readiness.model.parse import KINDS, Kind, Record
from readiness.model.parse.secrets import strengths
from readiness.policy.claims import CLAIM_KINDS
from readiness.policy.names import API_PATH, API_VERSION, PLURALS
from readiness.runtime.api import METADATA_LIST, PAGE_SIZE, Api, ApiError, list_pages
from readiness.runtime.outlook import served

T = TypeVar("T")
_OWN = ("ReadinessPolicy", "ClusterReadinessPolicy", "ReadinessWaiver", "ReadinessAttestation")
_ATTEMPTS = 3  # a list whose snapshot expires between two pages is begun anew


@dataclass(slots=True)
class Scan:
    """
    What there is, of which `kinds` are the ones that were read.

    `unreadable` and `unreadable_own` are kinds that we may not read, `not_served` records that nobody installed, or
    that are left alone. `strengths` of values of Secrets are None where nobody may look.
    """

    inventory: Inventory = field(default_factory=Inventory)
    policies: list[Mapping[str, Any]] = field(default_factory=list)
    claims: list[Mapping[str, Any]] = field(default_factory=list)
    unreadable: list[Kind] = field(default_factory=list)
    not_served: frozenset[type] = frozenset()
    unreadable_own: list[str] = field(default_factory=list)
    strengths: Mapping[Ref, Mapping[str, Strength]] | None = None


async def scan(api: Api, namespace: str | None = None) -> Scan:
    """
    List every kind of Kubernetes' own once, in one namespace or in all, and our own kinds.

    A kind that we may not read is noted; one that the server does not serve has no objects. Raises ApiError where the
    server does not answer.
    """
    found = Scan()
    await _take_in(api, found, [kind for kind in KINDS if not kind.on_demand], namespace)
    for kind in _OWN:
        within = f"/namespaces/{namespace}" if namespace is not None and kind != "ClusterReadinessPolicy" else ""
        objects = await _listed(api, f"{API_PATH}{within}/{PLURALS[kind]}", partial(_own, kind))
        if objects is None:
            found.unreadable_own.append(kind)
        (found.claims if kind in CLAIM_KINDS else found.policies).extend(objects or ())
    return found


async def scan_on_demand(
    api: Api, found: Scan, wanted: frozenset[type], namespace: str | None = None, *, guarded: bool = False
) -> None:
    """
    List what policies ask for besides, as far as it is there, and of `guarded` kinds if they may be read.

    Raises ApiError where the server does not answer.
    """
    kinds = [kind for kind in KINDS if kind.on_demand and kind.record in wanted | {Workload}]
    there = await served(api, [kind for kind in kinds if guarded or not kind.guarded])
    await _take_in(api, found, list(there.values()), namespace)
    found.not_served = frozenset(kind.record for kind in kinds) - {kind.record for kind in there.values()} - {Workload}


async def inspect(api: Api, secrets: Iterable[Ref]) -> dict[Ref, Mapping[str, Strength]]:
    """How strong the values of these Secrets are, by key, of those that there are and that we may read."""
    found = {}
    for ref in secrets:
        try:
            raw = await api.request("GET", f"/api/v1/namespaces/{ref.namespace}/secrets/{ref.name}")
        except ApiError as error:
            if not error.is_not_found and not error.is_forbidden:
                raise
        else:
            found[ref] = strengths(raw)
    return found


async def _take_in(api: Api, found: Scan, kinds: Sequence[Kind], namespace: str | None) -> None:
    lists = await asyncio.gather(*(_records(api, kind, namespace) for kind in kinds))
    for kind, records in zip(kinds, lists, strict=True):
        if records is None:
            found.unreadable.append(kind)
        for record in records or ():
            found.inventory.put(record)


def _own(kind: str, item: dict[str, Any]) -> dict[str, Any]:
    """An object of ours as a manifest has it; items of a list do not carry their kind."""
    return {**item, "apiVersion": API_VERSION, "kind": kind}


async def _records(api: Api, kind: Kind, namespace: str | None) -> list[Record] | None:
    path, params = kind.path, {"fieldSelector": kind.field_selector} if kind.field_selector else {}
    if namespace is not None and kind.namespaced and not kind.afar:
        path = f"{path.removesuffix(kind.plural)}namespaces/{namespace}/{kind.plural}"
        params = {}
    elif namespace is not None and kind.record is Namespace:
        params = {"fieldSelector": f"metadata.name={namespace}"}

    def read(item: dict[str, Any]) -> Record:
        return kind.read({**item, "kind": kind.kind, "apiVersion": kind.api_version})

    accept = METADATA_LIST if kind.metadata_only else None
    return await _listed(api, path, read, params=params, accept=accept, page_size=kind.page_size or PAGE_SIZE)


async def _listed(
    api: Api,
    path: str,
    read: Callable[[dict[str, Any]], T],
    *,
    params: Mapping[str, str] | None = None,
    accept: str | None = None,
    page_size: int = PAGE_SIZE,
) -> list[T] | None:
    """
    What is read from each item of a collection, page by page, so that raw objects do not pile up.

    None where we may not read it, nothing where it is not served.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            pages = list_pages(api, path, params=params, accept=accept, page_size=page_size)
            return [read(item) async for page in pages for item in page["items"] or ()]
        except ApiError as error:
            if error.is_forbidden:
                return None
            if error.is_not_found:
                return []
            if not error.is_gone or attempt == _ATTEMPTS:
                raise
    raise AssertionError(path)
