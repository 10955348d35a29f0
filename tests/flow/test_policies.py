"""What becomes of reports and figures when policies come, change, go, break, or are suspended."""

from contextlib import nullcontext

from tests.fakeapi.faults import Harm
from tests.fakeapi.virtual_time import until
from tests.flow.conftest import Play
from tests.flow.objects import changed, deployment, policy
from tests.flow.stage import CLUSTER_POLICIES, DEPLOYMENTS, POLICIES, Stage


def cards(stage: Stage, name: str = "deployment-cart") -> list[str]:
    """The policies that have a scorecard in a report."""
    found = (stage.report(name) or {}).get("status", {})
    return [card["policyRef"]["name"] for card in found.get("scorecards", ())]


def test_a_deleted_policy_takes_its_scorecards_along_and_the_report_with_the_last(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(POLICIES, policy(), policy("strict"))
        stage.store.put(CLUSTER_POLICIES, policy("everywhere", namespace=""))
        await stage.leader()
        await until(lambda: cards(stage) == ["everywhere", "production", "strict"])
        stage.store.remove(POLICIES, "strict", "shop")
        await until(lambda: cards(stage) == ["everywhere", "production"], within=1.0)
        stage.store.remove(CLUSTER_POLICIES, "everywhere")
        await until(lambda: cards(stage) == ["production"], within=1.0)
        stage.store.remove(POLICIES, "production", "shop")
        await until(lambda: stage.report() is None, within=1.0)

    play(scenario)


def test_a_changed_policy_is_judged_anew(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment(root=True))
        stage.store.put(POLICIES, policy())
        await stage.leader()
        await stage.settled(compliant="False")
        only_limits = [{"name": "resource-limits", "severity": "low"}]
        stage.store.put(POLICIES, changed(stage.get(POLICIES, "production"), requirements=only_limits))
        await until(lambda: stage.status()["observedGeneration"] == 2, within=1.0)
        assert stage.condition("Compliant")[0] == "True"
        assert stage.condition("RunsAsNonRoot") == ("", "")
        assert stage.condition("Reconciling") == ("", "")

    play(scenario)


def test_an_invalid_policy_is_stalled_and_keeps_what_it_said_while_others_go_on(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment(root=True))
        stage.store.put(POLICIES, policy(), policy("other"))
        await stage.leader()
        await stage.settled(compliant="False")
        await stage.settled("other", compliant="False")
        broken = [{"name": "run-as-non-rot"}]
        stage.store.put(POLICIES, changed(stage.get(POLICIES, "production"), requirements=broken))
        await until(lambda: stage.condition("Stalled") == ("True", "UnknownCheck"), within=1.0)
        assert stage.condition("Ready") == ("False", "InvalidSpec")
        assert stage.status()["observedGeneration"] == 2
        compliant = next(item for item in stage.status()["conditions"] if item["type"] == "Compliant")
        assert (compliant["status"], compliant["observedGeneration"]) == ("False", 1)
        assert len(stage.events("PolicyInvalid")) == 1

        stage.store.put(DEPLOYMENTS, deployment())
        await until(lambda: stage.condition("Compliant", "other")[0] == "True", within=1.0)
        assert stage.condition("Compliant")[0] == "False"
        kept = {card["policyRef"]["name"]: card["verdict"] for card in stage.report()["status"]["scorecards"]}
        assert kept == {"other": "Go", "production": "NoGo"}

        repaired = policy()["spec"]["requirements"]
        stage.store.put(POLICIES, changed(stage.get(POLICIES, "production"), requirements=repaired))
        await until(lambda: stage.condition("Compliant")[0] == "True", within=1.0)
        assert stage.condition("Stalled") == ("", "")
        assert len(stage.events("PolicyInvalid")) == 1

    play(scenario)


def test_a_policy_that_was_never_valid_says_so(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(POLICIES, policy(requirements=[{"name": "no-such-check"}]))
        await stage.leader()
        await until(lambda: stage.condition("Stalled")[0] == "True", within=2.0)
        assert stage.report() is None

    play(scenario)


def test_a_suspended_policy_is_frozen(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment(root=True))
        stage.store.put(POLICIES, policy())
        replica = await stage.leader()
        await stage.settled(compliant="False")
        stage.store.put(POLICIES, changed(stage.get(POLICIES, "production"), suspend=True))
        await until(lambda: stage.condition("Ready") == ("True", "Suspended"), within=1.0)
        writes = len(replica.written())
        stage.store.put(DEPLOYMENTS, deployment())
        await stage.calm(60)
        assert stage.condition("Compliant")[0] == "False"
        assert stage.report()["status"]["verdict"] == "NoGo"
        assert len(replica.written()) == writes
        stage.store.put(POLICIES, changed(stage.get(POLICIES, "production"), suspend=False))
        await stage.settled(compliant="True")
        assert stage.report()["status"]["verdict"] == "Go"

    play(scenario)


def test_frozen_scorecards_stay_when_the_last_policy_that_judges_goes(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment(limits=False))
        only_root = [{"name": "run-as-non-root", "severity": "critical"}]
        stage.store.put(
            POLICIES, policy("frozen", requirements=only_root), policy("strict", blockingSeverities=["low"])
        )
        replica = await stage.leader()
        await until(lambda: cards(stage) == ["frozen", "strict"])
        stage.store.put(POLICIES, changed(stage.get(POLICIES, "frozen"), suspend=True))
        await until(lambda: stage.condition("Ready", "frozen")[1] == "Suspended")
        assert stage.report()["status"]["verdict"] == "NoGo"
        stage.store.remove(POLICIES, "strict", "shop")
        await until(lambda: cards(stage) == ["frozen"], within=1.0)
        status = stage.report()["status"]
        assert (status["verdict"], status["score"], status["policies"], status["blockersTotal"]) == ("Go", 100, 1, 0)
        assert stage.report()["metadata"]["labels"] == {"readiness.dev/verdict": "Go"}
        writes = len(replica.written())
        await stage.calm(30)
        assert len(replica.written()) == writes
        stage.store.remove(POLICIES, "frozen", "shop")
        await until(lambda: stage.report() is None, within=1.0)

    play(scenario)


def test_the_sweeper_alone_finds_what_came_and_what_went(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(POLICIES, policy())
        await stage.leader(watch=nullcontext, resync=30.0)
        await stage.settled(compliant="True")
        stage.store.put(POLICIES, policy("late"))
        await until(lambda: cards(stage) == ["late", "production"], within=35.0)
        stage.store.remove(POLICIES, "production", "shop", silently=True)
        await until(lambda: cards(stage) == ["late"], within=35.0)

    play(scenario)


def test_a_policy_created_while_policies_are_listed_is_not_swept_away(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(POLICIES, policy())
        replica = await stage.leader(resync=30.0)
        await stage.settled()
        fault = replica.server.harm(Harm.DELAY, verb="list", path=CLUSTER_POLICIES, times=1)
        replica.process.sweeper.ask()
        await until(lambda: fault.times == 0, within=5.0)  # the first kind has been listed already
        stage.store.put(POLICIES, policy("late"))
        await until(lambda: cards(stage) == ["late", "production"], within=1.0)
        stage.store.remove(POLICIES, "production", "shop")
        await until(lambda: cards(stage) == ["late"], within=1.0)
        written = len(replica.written())
        fault.lift()
        await stage.calm(10)
        assert cards(stage) == ["late"]
        assert len(replica.written()) == written

    play(scenario)
