"""What the operator may not read, or not yet: it says so, judges nothing that it cannot see, and goes on by itself."""

import json

import pytest
from tests.fakeapi.virtual_time import until
from tests.flow.conftest import Play
from tests.flow.objects import deployment, policy
from tests.flow.stage import CRDS, DEPLOYMENTS, LEASES, POLICIES, REPORTS, Stage

from readiness.app import OperatorError

BUDGETS = "/apis/policy/v1/poddisruptionbudgets"
GUARDED = [{"name": "pod-disruption-budget", "severity": "critical"}]


def test_a_related_kind_that_is_forbidden_degrades(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        two = deployment()
        two["spec"]["replicas"] = 2
        stage.store.put(DEPLOYMENTS, two)
        stage.store.put(POLICIES, policy(requirements=GUARDED))
        server = await stage.server()
        fault = server.refuse(403, "Forbidden", path=BUDGETS)
        replica = await stage.leader(server=server)
        await stage.settled(compliant="Unknown")
        assert stage.condition("Degraded") == ("True", "PermissionDenied")
        answer = stage.report()["status"]["scorecards"][0]["requirements"][0]
        assert (answer["outcome"], answer["reason"]) == ("unknown", "PermissionDenied")
        assert (await replica.ask("/readyz"))[0] == 200
        fault.lift()
        await until(lambda: stage.condition("Degraded") == ("False", "AsExpected"), within=60.0)
        assert stage.condition("Compliant")[0] == "False"

    play(scenario)


def test_a_selected_kind_that_is_forbidden_stalls_and_keeps_its_reports(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment(root=True))
        stage.store.put(POLICIES, policy(), policy("jobs", kinds=["Job"]))
        first = await stage.leader()
        await stage.settled(compliant="False")
        await first.stop()
        server = await stage.server()
        fault = server.refuse(403, "Forbidden", path=DEPLOYMENTS)
        replica = await stage.leader(server=server)
        await until(lambda: stage.condition("Stalled") == ("True", "PermissionDenied"), within=5.0)
        assert stage.condition("Ready")[0] == "False"
        assert stage.condition("Compliant")[0] == "False"
        await stage.calm(30)
        assert stage.report() is not None
        assert replica.written("readinessreports") == []
        assert stage.condition("Ready", "jobs")[0] == "True"
        fault.lift()
        await stage.settled(compliant="False")
        assert stage.condition("Stalled") == ("", "")

    play(scenario)


def test_an_outage_does_not_make_a_forbidden_kind_look_empty(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        two = deployment()
        two["spec"]["replicas"] = 2
        stage.store.put(DEPLOYMENTS, two)
        stage.store.put(POLICIES, policy(requirements=GUARDED, interval="10s"))
        server = await stage.server()
        fault = server.refuse(403, "Forbidden", path=BUDGETS)
        replica = await stage.leader(server=server)
        await stage.settled(compliant="Unknown")
        written = len(replica.written())
        fault.status = 503
        await stage.calm(90)
        assert stage.condition("Compliant")[0] == "Unknown"
        assert len(replica.written()) == written

    play(scenario)


def test_without_crds_it_says_so_and_goes_on_when_they_appear(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        crds = stage.store.objects.pop(CRDS)
        stage.store.put(DEPLOYMENTS, deployment())
        replica = await stage.start()
        await stage.calm(10)
        code, text = await replica.ask("/readyz")
        assert code == 503
        assert "readinesspolicies.readiness.dev is not installed" in json.loads(text)["problems"]["crds"]
        assert replica.server.writes() == []
        stage.store.put(CRDS, *crds.values())
        stage.store.put(POLICIES, policy())
        await stage.settled(compliant="True")
        assert (await replica.ask("/readyz"))[0] == 200

    play(scenario)


def test_what_breaks_down_while_it_is_waited_for_ends_the_process(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        strange = {**stage.get(CRDS, "readinesspolicies.readiness.dev", ""), "spec": {}}
        stage.store.put(CRDS, strange)
        replica = await stage.start()
        with pytest.raises(KeyError):
            await replica.task
        assert replica.server.writes() == []

    play(scenario)


def test_what_breaks_down_later_ends_the_process_in_order(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        replica = await stage.leader()
        replica.process._ended(RuntimeError("kopf gave up"))
        with pytest.raises(OperatorError) as failure:
            await replica.task
        assert str(failure.value.__cause__) == "kopf gave up"
        assert stage.get(LEASES, "readiness-operator", "readiness-system")["spec"]["holderIdentity"] == ""

    play(scenario)


def test_nothing_is_published_before_all_has_been_read(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(POLICIES, policy())
        server = await stage.server()
        fault = server.refuse(500, "InternalError", path="/api/v1/services")
        replica = await stage.start(server)
        await stage.calm(20)
        code, text = await replica.ask("/readyz")
        assert code == 503
        assert "not read yet" in json.loads(text)["problems"]["Service"]
        assert replica.server.writes() == []
        fault.lift()
        await stage.settled(compliant="True")
        assert stage.report() is not None
        assert REPORTS in stage.store.objects

    play(scenario)


def test_a_silent_api_server_shows_in_readyz_and_a_stopped_operator_too(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(POLICIES, policy())
        replica = await stage.leader()
        await stage.settled()
        fault = replica.server.refuse(503)
        replica.server.cut_streams()
        await stage.calm(240)
        code, text = await replica.ask("/readyz")
        assert code == 503
        assert "nothing heard for" in json.loads(text)["problems"]["Pod"]
        assert (await replica.ask("/livez"))[0] == 200
        fault.lift()
        await until(replica.leads, within=60.0)
        await stage.calm(31)
        await replica.server.bookmark()
        await stage.calm(1)
        assert (await replica.ask("/readyz"))[0] == 200
        replica.process.stop()
        assert "shutting down" in (await replica.ask("/readyz"))[1]

    play(scenario)
