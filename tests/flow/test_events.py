"""Which events a change leads to: one for each transition, policy and workload; none for what is only now seen."""

from tests.fakeapi.virtual_time import until
from tests.flow.conftest import Play
from tests.flow.objects import changed, deployment, policy
from tests.flow.stage import CLUSTER_POLICIES, DEPLOYMENTS, POLICIES, Stage


def test_a_transition_is_told_of_the_workload_and_of_the_policy(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(POLICIES, policy(blockingSeverities=["critical", "low"]))
        await stage.leader()
        await stage.settled(compliant="True")
        await stage.calm(1)
        assert stage.events() == []
        stage.store.put(DEPLOYMENTS, deployment(root=True, limits=False))
        await until(lambda: len(stage.events()) == 3, within=2.0)
        failed = stage.events("RequirementFailed")[0]
        assert failed["note"].startswith("ReadinessPolicy/production: run-as-non-root (")
        assert "resource-limits (" in failed["note"]
        assert failed["type"] == "Warning"
        assert failed["regarding"] == {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "namespace": "shop",
            "name": "cart",
            "uid": stage.get(DEPLOYMENTS, "cart")["metadata"]["uid"],
        }
        assert failed["related"]["uid"] == stage.get(POLICIES, "production")["metadata"]["uid"]
        verdicts = {event["regarding"]["kind"]: event["note"] for event in stage.events("VerdictChanged")}
        assert verdicts == {
            "Deployment": "ReadinessPolicy/production: verdict changed from Go to NoGo",
            "ReadinessPolicy": "verdict changed from Go to NoGo",
        }
        stage.store.put(DEPLOYMENTS, deployment())
        await until(lambda: len(stage.events("RequirementMet")) == 1, within=2.0)
        assert stage.events("RequirementMet")[0]["type"] == "Normal"

    play(scenario)


def test_a_new_policy_and_a_new_requirement_announce_nothing(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment(root=True, limits=False))
        stage.store.put(POLICIES, policy(requirements=[{"name": "run-as-non-root", "severity": "critical"}]))
        await stage.leader()
        await stage.settled(compliant="False")
        stage.store.put(POLICIES, policy("late"))
        await stage.settled("late", compliant="False")
        both = policy()["spec"]["requirements"]
        stage.store.put(POLICIES, changed(stage.get(POLICIES, "production"), requirements=both))
        await until(lambda: stage.status().get("observedGeneration") == 2)
        await stage.calm(2)
        assert stage.events() == []

    play(scenario)


def test_events_about_cluster_policies_go_to_default(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(CLUSTER_POLICIES, policy("everywhere", namespace=""))
        await stage.leader()
        await stage.settled("everywhere", compliant="True", namespace="")
        stage.store.put(DEPLOYMENTS, deployment(root=True))
        await until(lambda: len(stage.events("VerdictChanged")) == 2, within=2.0)
        places = {
            event["regarding"]["kind"]: (event["metadata"]["namespace"], event["regarding"].get("namespace"))
            for event in stage.events("VerdictChanged")
        }
        assert places == {"Deployment": ("shop", "shop"), "ClusterReadinessPolicy": ("default", None)}

    play(scenario)


def test_events_about_workloads_can_be_switched_off(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(POLICIES, policy())
        await stage.leader(workload_events=False)
        await stage.settled(compliant="True")
        stage.store.put(DEPLOYMENTS, deployment(root=True))
        await stage.settled(compliant="False")
        await stage.calm(2)
        assert [event["regarding"]["kind"] for event in stage.events()] == ["ReadinessPolicy"]

    play(scenario)
