"""Custom resources of others: read where they are installed and asked for, and nobody is held up by them."""

import json

from tests.fakeapi.virtual_time import until
from tests.flow.conftest import Play
from tests.flow.objects import deployment, policy
from tests.flow.stage import DEPLOYMENTS, POLICIES, Stage

RULES = "/apis/monitoring.coreos.com/v1/prometheusrules"
ALERTED = [{"name": "alert-rules", "severity": "critical"}]
ALERT = {
    "metadata": {"name": "cart", "namespace": "shop"},
    "spec": {"groups": [{"rules": [{"alert": "CartDown", "expr": 'up{namespace="shop"} == 0'}]}]},
}


def answer(stage: Stage) -> tuple[str, str]:
    """Outcome and reason of the only requirement; reports do not list what passes."""
    found = stage.report()["status"]["scorecards"][0]["requirements"]
    return (found[0]["outcome"], found[0].get("reason", "")) if found else ("pass", "")


def test_a_crd_that_comes_and_goes_is_noticed(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(POLICIES, policy(requirements=ALERTED))
        replica = await stage.leader()
        await stage.settled(compliant="Unknown")
        assert answer(stage) == ("unknown", "NotInstalled")
        assert (await replica.ask("/readyz"))[0] == 200
        replica.server.installed.add(RULES)
        await until(lambda: answer(stage)[0] == "fail", within=180.0)
        stage.store.put(RULES, ALERT)
        await until(lambda: answer(stage)[0] == "pass", within=60.0)
        replica.server.absent.add(RULES)
        replica.server.cut_streams(RULES)
        await until(lambda: answer(stage) == ("unknown", "NotInstalled"), within=10.0)

    play(scenario)


def test_what_is_there_is_read_before_the_first_verdict(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(RULES, ALERT)
        stage.store.put(POLICIES, policy(requirements=ALERTED))
        replica = await stage.leader()
        await stage.settled(compliant="True")
        assert len(replica.written("readinessreports")) == 1

    play(scenario)


def test_what_nobody_asks_for_is_not_read_and_a_new_policy_waits_for_it(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(RULES, ALERT)
        stage.store.put(POLICIES, policy())
        replica = await stage.leader()
        await stage.settled(compliant="True")
        assert replica.server.seen("list", RULES) == []
        stage.store.put(POLICIES, policy("alerted", requirements=ALERTED))
        await stage.stays(lambda: stage.condition("Compliant", "alerted")[0] != "False", 10)
        await stage.settled("alerted", compliant="True")

    play(scenario)


def test_a_kind_that_is_forbidden_degrades_only_where_it_is_installed(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(POLICIES, policy(requirements=ALERTED))
        server = await stage.server()
        server.refuse(403, "Forbidden", path=RULES)
        replica = await stage.leader(server=server)
        await stage.settled(compliant="Unknown")
        assert stage.condition("Degraded") != ("True", "PermissionDenied")
        server.installed.add(RULES)
        await until(lambda: stage.condition("Degraded") == ("True", "PermissionDenied"), within=180.0)
        assert answer(stage) == ("unknown", "PermissionDenied")
        assert (await replica.ask("/readyz"))[0] == 200

    play(scenario)


def test_a_broken_kind_holds_nobody_up(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(RULES, ALERT)
        stage.store.put(POLICIES, policy(requirements=ALERTED))
        server = await stage.server()
        fault = server.refuse(500, "InternalError", path=RULES)
        replica = await stage.leader(server=server)
        await stage.settled(compliant="Unknown")
        assert answer(stage) == ("unknown", "EvidenceMissing")
        code, text = await replica.ask("/readyz")
        assert (code, json.loads(text)["problems"]) == (200, {})
        fault.lift()
        await until(lambda: answer(stage)[0] == "pass", within=60.0)

    play(scenario)


PEERS = "/apis/security.istio.io/v1beta1/peerauthentications"
STRICT = {"metadata": {"name": "default", "namespace": "istio-system"}, "spec": {"mtls": {"mode": "STRICT"}}}


def test_a_policy_of_a_mesh_counts_in_the_version_that_is_served_and_until_it_is_loosened(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        workload = deployment()
        workload["spec"]["template"]["metadata"]["labels"]["istio.io/rev"] = "stable"
        stage.store.put(DEPLOYMENTS, workload)
        stage.store.put(PEERS, STRICT)
        stage.store.put(POLICIES, policy(requirements=[{"name": "mtls-required", "severity": "high"}]))
        await stage.leader()
        await stage.settled(compliant="True")
        stage.store.put(PEERS, {**STRICT, "spec": {"mtls": {"mode": "PERMISSIVE"}}})
        await until(lambda: answer(stage) == ("unknown", "NotImplemented"), within=60.0)

    play(scenario)
