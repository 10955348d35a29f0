"""Waiting for our CRDs: what is missing is said, what an older one lacks is known."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy

import pytest
from tests.fakeapi import virtual_time
from tests.fakeapi.server import FakeApi
from tests.fakeapi.store import Object
from tests.fakeapi.virtual_time import until

from readiness.adapters.crds import SCHEMA_ANNOTATION, Crds
from readiness.adapters.kubeapi import Connection, KubeApi
from readiness.gen.crds import documents

PATH = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
EXPECTED = {kind: crd["metadata"]["annotations"][SCHEMA_ANNOTATION] for kind, crd in documents().items()}


def crd(kind: str, *, established: str = "True") -> Object:
    return {**deepcopy(documents()[kind]), "status": {"conditions": [{"type": "Established", "status": established}]}}


@asynccontextmanager
async def waiting() -> AsyncIterator[tuple[FakeApi, Crds, asyncio.Task[None]]]:
    async with FakeApi() as server, KubeApi(Connection(server=server.url)) as api:
        crds = Crds(api, EXPECTED)
        task = asyncio.create_task(crds.wait())
        try:
            yield server, crds, task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def test_it_ends_when_all_are_established_and_says_what_is_missing_until_then(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        async with waiting() as (server, crds, task):
            server.store.put(PATH, *(crd(kind) for kind in EXPECTED if kind != "ReadinessReport"))
            server.store.put(PATH, crd("ClusterReadinessPolicy", established="False"))
            await asyncio.sleep(30)
            assert crds.problem == (
                "clusterreadinesspolicies.readiness.dev is not established; "
                "readinessreports.readiness.dev is not installed"
            )
            assert len([record for record in caplog.records if "waiting for" in record.message]) == 1
            server.store.put(PATH, crd("ClusterReadinessPolicy"), crd("ReadinessReport"))
            await until(task.done, within=5.0)
            assert crds.problem == ""
            assert {"verdict", "conditions", "summary"} <= crds.status_fields["ReadinessPolicy"]
            assert not [record for record in caplog.records if "another schema" in record.message]

    virtual_time.run(scenario())


def test_a_crd_without_any_condition_yet_is_waited_for() -> None:
    async def scenario() -> None:
        async with waiting() as (server, crds, task):
            fresh = {**crd("ReadinessPolicy"), "status": {"conditions": None}}
            server.store.put(PATH, fresh, *(crd(kind) for kind in EXPECTED if kind != "ReadinessPolicy"))
            await asyncio.sleep(5)
            assert crds.problem == "readinesspolicies.readiness.dev is not established"
            server.store.put(PATH, crd("ReadinessPolicy"))
            await until(task.done, within=5.0)

    virtual_time.run(scenario())


def test_a_refusal_is_told_and_waited_out() -> None:
    async def scenario() -> None:
        async with waiting() as (server, crds, task):
            server.store.put(PATH, *(crd(kind) for kind in EXPECTED))
            server.refuse(403, "Forbidden", times=1)
            await until(lambda: "cannot read the CRDs: 403 Forbidden" in crds.problem, within=5.0)
            await until(task.done, within=5.0)

    virtual_time.run(scenario())


def test_another_schema_is_told_and_its_fields_are_known(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        older = crd("ReadinessPolicy")
        older["metadata"]["annotations"][SCHEMA_ANNOTATION] = "of-an-older-version"
        served = older["spec"]["versions"][0]
        del served["schema"]["openAPIV3Schema"]["properties"]["status"]["properties"]["nextSteps"]
        older["spec"]["versions"].insert(0, {"name": "v1beta1", "schema": {}})
        async with waiting() as (server, crds, task):
            server.store.put(PATH, older, *(crd(kind) for kind in EXPECTED if kind != "ReadinessPolicy"))
            await until(task.done, within=5.0)
            assert "nextSteps" not in crds.status_fields["ReadinessPolicy"]
            assert "nextSteps" in crds.status_fields["ClusterReadinessPolicy"]
            assert "readinesspolicies.readiness.dev has another schema" in caplog.text

    virtual_time.run(scenario())
