"""How reports and statuses are written: what a request looks like, and what becomes of a refusal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from tests.fakeapi import virtual_time
from tests.fakeapi.server import FakeApi
from tests.fakeapi.store import Object
from tests.fakeapi.virtual_time import clock

from readiness.adapters.kubeapi import Connection, KubeApi
from readiness.adapters.publish.reports import ReportWriter
from readiness.adapters.publish.statuses import StatusWriter
from readiness.policy.compiled import PolicyRef
from readiness.runtime.api import APPLY_PATCH, ApiError
from readiness.runtime.bucket import TokenBucket

REPORTS = "/apis/readiness.dev/v1alpha1/readinessreports"
POLICIES = "/apis/readiness.dev/v1alpha1/readinesspolicies"
REF = PolicyRef("ReadinessPolicy", "shop", "production")


def report(verdict: str = "Go") -> Object:
    return {
        "apiVersion": "readiness.dev/v1alpha1",
        "kind": "ReadinessReport",
        "metadata": {"name": "deployment-cart", "namespace": "shop", "labels": {"readiness.dev/verdict": verdict}},
        "spec": {"workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "cart"}},
        "status": {"verdict": verdict, "scorecards": [], "conditions": []},
    }


@asynccontextmanager
async def reports(*, leads: bool = True) -> AsyncIterator[tuple[FakeApi, ReportWriter]]:
    async with FakeApi() as server, KubeApi(Connection(server=server.url)) as api:
        yield server, ReportWriter(api, TokenBucket(100, 100, clock=clock), lambda: leads)


@asynccontextmanager
async def statuses(fields: Any = None, *, leads: bool = True) -> AsyncIterator[tuple[FakeApi, StatusWriter]]:
    async with FakeApi() as server, KubeApi(Connection(server=server.url)) as api:
        yield server, StatusWriter(api, TokenBucket(100, 100, clock=clock), lambda: leads, fields or {})


def test_a_report_is_created_without_and_replaced_with_its_identity() -> None:
    async def scenario() -> None:
        async with reports() as (server, writer):
            first = await writer.write(report(), None)
            second = await writer.write(report("NoGo"), first)
            created, updated = server.writes()
            assert (created.verb, updated.verb) == ("create", "update")
            assert not {"uid", "resourceVersion"} & set(created.body["metadata"])
            assert updated.body["metadata"]["uid"] == first.uid
            assert updated.body["metadata"]["resourceVersion"] == first.resource_version
            assert second.resource_version != first.resource_version
            assert (await writer.read(second))["status"]["verdict"] == "NoGo"

    virtual_time.run(scenario())


def test_a_report_that_changed_meanwhile_is_a_conflict() -> None:
    async def scenario() -> None:
        async with reports() as (_, writer):
            first = await writer.write(report(), None)
            await writer.write(report("NoGo"), first)
            with pytest.raises(ApiError) as refusal:
                await writer.write(report(), first)
            assert refusal.value.is_conflict

    virtual_time.run(scenario())


def test_a_report_that_is_there_already_is_replaced_as_it_is() -> None:
    async def scenario() -> None:
        async with reports() as (server, writer):
            first = await writer.write(report(), None)
            again = await writer.write(report(), None)
            assert again.resource_version == first.resource_version
            assert [each.verb for each in server.writes()] == ["create", "create", "update"]

    virtual_time.run(scenario())


def test_any_other_refusal_of_a_first_write_is_passed_on() -> None:
    async def scenario() -> None:
        async with reports() as (server, writer):
            server.refuse(422, "Invalid")
            with pytest.raises(ApiError, match="Invalid"):
                await writer.write(report(), None)
            assert len(server.requests) == 1

    virtual_time.run(scenario())


def test_only_the_known_report_is_deleted_and_its_absence_is_fine() -> None:
    async def scenario() -> None:
        async with reports() as (server, writer):
            first = await writer.write(report(), None)
            with pytest.raises(ApiError) as refusal:
                await writer.delete(replace(first, uid="of-another-one"))
            assert refusal.value.is_conflict
            await writer.delete(first)
            assert server.store.objects[REPORTS] == {}
            await writer.delete(first)
            server.refuse(500, "InternalError")
            with pytest.raises(ApiError):
                await writer.delete(first)

    virtual_time.run(scenario())


def test_who_does_not_lead_writes_no_report_and_no_status() -> None:
    async def scenario() -> None:
        async with reports(leads=False) as (server, writer):
            with pytest.raises(ApiError, match="NotLeading"):
                await writer.write(report(), None)
            assert server.requests == []
        async with statuses(leads=False) as (server, status_writer):
            with pytest.raises(ApiError, match="NotLeading"):
                await status_writer.write(REF, "1", {"verdict": "Go"})
            assert server.requests == []

    virtual_time.run(scenario())


@pytest.mark.parametrize("ref", [REF, PolicyRef("ClusterReadinessPolicy", "", "production")])
def test_a_status_is_applied_to_the_version_we_know(ref: PolicyRef) -> None:
    async def scenario() -> None:
        async with statuses() as (server, writer):
            plural = "readinesspolicies" if ref.namespace else "clusterreadinesspolicies"
            metadata = {"name": ref.name, **({"namespace": ref.namespace} if ref.namespace else {})}
            server.store.put(f"/apis/readiness.dev/v1alpha1/{plural}", {"metadata": metadata, "spec": {}})
            written = await writer.write(ref, "2", {"verdict": "Go"})
            assert written["status"] == {"verdict": "Go"}
            request = server.writes()[0]
            assert request.headers["Content-Type"] == APPLY_PATCH
            assert request.query == {"fieldManager": "readiness-operator", "force": "true"}
            assert request.body["metadata"] == {**metadata, "resourceVersion": "2"}
            with pytest.raises(ApiError) as refusal:
                await writer.write(ref, "2", {"verdict": "NoGo"})
            assert refusal.value.is_conflict

    virtual_time.run(scenario())


def test_fields_that_an_older_crd_lacks_are_left_out() -> None:
    async def scenario() -> None:
        async with statuses({"ReadinessPolicy": frozenset({"verdict"})}) as (server, writer):
            server.store.put(POLICIES, {"metadata": {"name": "production", "namespace": "shop"}, "spec": {}})
            await writer.write(REF, "2", {"verdict": "Go", "nextSteps": []})
            assert server.writes()[0].body["status"] == {"verdict": "Go"}

    virtual_time.run(scenario())
