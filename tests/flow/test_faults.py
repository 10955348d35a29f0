"""What the API server refuses, forgets or leaves unanswered is tried again; nothing is lost and nobody is bothered."""

from contextlib import nullcontext as deaf

import pytest
from tests.fakeapi.faults import Harm
from tests.fakeapi.virtual_time import until
from tests.flow.conftest import Play
from tests.flow.objects import deployment, policy
from tests.flow.stage import DEPLOYMENTS, NAMESPACE, POLICIES, REPORTS, Stage

OURS = f"/apis/readiness.dev/v1alpha1/namespaces/{NAMESPACE}"


@pytest.mark.parametrize("status, reason", [(409, "Conflict"), (500, "InternalError"), (429, "TooManyRequests")])
def test_refused_writes_are_tried_again_and_nothing_is_lost(play: Play, status: int, reason: str) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment(), deployment("search", root=True))
        stage.store.put(POLICIES, policy())
        server = await stage.server()
        for verb in ("create", "update", "patch"):
            server.refuse(status, reason, verb=verb, path=OURS, times=3)
        await stage.leader(server=server)
        await stage.settled(compliant="False")
        stage.store.put(DEPLOYMENTS, deployment("search"))
        await stage.settled(compliant="True")
        await until(lambda: stage.report("deployment-search")["status"]["verdict"] == "Go")
        assert stage.report() is not None

    play(scenario)


def test_a_policy_gets_ready_although_its_reports_cannot_be_written(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment(root=True))
        stage.store.put(POLICIES, policy())
        server = await stage.server()
        fault = server.refuse(500, "InternalError", path=f"{OURS}/readinessreports")
        await stage.leader(server=server)
        await stage.settled(compliant="False")
        assert stage.report() is None
        fault.lift()
        await until(lambda: stage.report() is not None, within=60.0)

    play(scenario)


def test_a_write_whose_answer_is_lost_is_not_made_twice(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(POLICIES, policy())
        server = await stage.server()
        fault = server.harm(Harm.SWALLOW, verb="create", path=f"{OURS}/readinessreports", times=1)
        await stage.leader(server=server)
        await until(lambda: stage.report() is not None)
        version = stage.report()["metadata"]["resourceVersion"]
        fault.lift()
        await stage.settled(compliant="True")
        await stage.calm(10)
        assert stage.report()["metadata"]["resourceVersion"] == version

    play(scenario)


def test_a_terminating_namespace_is_left_in_silence(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(POLICIES, policy())
        server = await stage.server()
        server.refuse(403, "Forbidden", causes=("NamespaceTerminating",), verb="create", path=OURS)
        replica = await stage.leader(server=server)
        await stage.calm(60)
        assert len(replica.written("readinessreports")) == 1
        assert not [record for record in caplog.records if "readiness" in record.name and record.levelname == "WARNING"]

    play(scenario)


def test_a_status_for_a_policy_that_is_gone_is_silence(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(POLICIES, policy())
        server = await stage.server()
        server.refuse(404, "NotFound", verb="patch", path=f"{OURS}/readinesspolicies")
        replica = await stage.leader(server=server)
        await stage.calm(60)
        assert len(replica.written("readinesspolicies")) == 1
        assert not [record for record in caplog.records if "publish" in record.message]

    play(scenario)


def test_an_outdated_policy_is_read_anew_when_kopf_does_not_tell(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(POLICIES, policy())
        replica = await stage.leader(watch=deaf)
        await stage.settled(compliant="True")
        labelled = stage.get(POLICIES, "production")
        stage.store.put(POLICIES, {**labelled, "metadata": {**labelled["metadata"], "labels": {"team": "shop"}}})
        stage.store.put(DEPLOYMENTS, deployment(root=True))
        await until(lambda: stage.condition("Compliant")[0] == "False", within=10.0)
        assert len(replica.server.seen("list", POLICIES)) == 2

    play(scenario)


def test_a_minute_without_an_api_server_changes_nothing(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment(), deployment("search"))
        stage.store.put(POLICIES, policy())
        replica = await stage.leader()
        await stage.settled(compliant="True")
        written = len(replica.written())
        replica.server.harm(Harm.DROP, seconds=60)
        replica.server.cut_streams()
        stage.store.put(DEPLOYMENTS, deployment(root=True))
        stage.store.remove(DEPLOYMENTS, "search", "shop", silently=True)
        stage.store.compact()
        await until(lambda: not replica.leads(), within=20.0)
        assert len(replica.written()) == written
        await until(lambda: stage.condition("Compliant")[0] == "False", within=120.0)
        await until(lambda: stage.report("deployment-search") is None, within=60.0)
        assert len(stage.events("VerdictChanged")) == 2  # of the workload and of the policy, once each
        assert (await replica.ask("/readyz"))[0] == 200

    play(scenario)


def test_a_forgotten_history_with_silent_deletions_is_made_up_for(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment(root=True), deployment("search"))
        stage.store.put(POLICIES, policy())
        replica = await stage.leader()
        await stage.settled(compliant="False")
        stage.store.remove(DEPLOYMENTS, "cart", "shop", silently=True)
        stage.store.remove(REPORTS, "deployment-search", "shop", silently=True)
        stage.store.compact()
        gone = {"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"}
        await replica.server.send({"type": "ERROR", "object": gone})
        await until(lambda: stage.report() is None, within=30.0)
        await until(lambda: stage.report("deployment-search") is not None, within=30.0)
        await stage.settled(compliant="True")

    play(scenario)
