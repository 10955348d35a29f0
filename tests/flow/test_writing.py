"""What is written, when, and that nothing is written twice."""

from tests.fakeapi.virtual_time import until
from tests.flow.conftest import Play
from tests.flow.objects import changed, deployment, policy
from tests.flow.stage import DEPLOYMENTS, POLICIES, Stage


def test_a_first_evaluation_writes_one_report_and_one_status(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment(root=True))
        stage.store.put(POLICIES, policy())
        replica = await stage.leader()
        await stage.settled(compliant="False")
        await stage.calm(5)
        assert [each.verb for each in replica.written()] == ["create", "patch"]
        report = stage.report()
        assert report is not None
        assert report["status"]["verdict"] == "NoGo"
        assert report["metadata"]["ownerReferences"][0]["uid"] == stage.get(DEPLOYMENTS, "cart")["metadata"]["uid"]
        assert stage.status()["summary"]["workloads"]["noGo"] == 1
        assert stage.status()["observedGeneration"] == 1
        assert stage.events() == []

    play(scenario)


def test_nothing_is_written_while_nothing_changes(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment(), deployment("search", root=True))
        stage.store.put(POLICIES, policy(interval="10s"))
        replica = await stage.leader(resync=20.0)
        await stage.settled(compliant="False")
        await stage.calm(5)
        before = len(replica.written())
        evaluated = replica.process.queue.stats.taken
        await stage.calm(120)
        assert replica.process.queue.stats.taken > evaluated + 20
        assert len(replica.written()) == before

    play(scenario)


def test_a_change_is_published_within_a_second(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(POLICIES, policy())
        await stage.leader()
        await stage.settled(compliant="True")
        stage.store.put(DEPLOYMENTS, deployment(root=True))
        await until(lambda: stage.condition("Compliant")[0] == "False", within=1.0)
        assert stage.report()["status"]["verdict"] == "NoGo"
        assert stage.report()["status"]["workloadGeneration"] == 2
        stage.store.put(DEPLOYMENTS, deployment())
        await until(lambda: stage.condition("Compliant")[0] == "True", within=1.0)

    play(scenario)


def test_figures_without_a_flip_follow_within_the_pace(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment(limits=False), deployment("search", limits=False))
        stage.store.put(POLICIES, policy())
        replica = await stage.leader()
        await stage.settled(compliant="True")
        score, writes = stage.status()["score"], len(replica.written("readinesspolicies"))
        stage.store.put(DEPLOYMENTS, deployment())
        await stage.calm(2)
        assert stage.status()["score"] == score
        await until(lambda: stage.status()["score"] > score, within=10.0)
        assert len(replica.written("readinesspolicies")) == writes + 1

    play(scenario)


def test_a_generation_alone_is_written_at_most_every_half_minute(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment())
        stage.store.put(POLICIES, policy())
        replica = await stage.leader()
        await stage.settled()
        for replicas in range(2, 7):
            stage.store.put(DEPLOYMENTS, changed(stage.get(DEPLOYMENTS, "cart"), replicas=replicas))
            await stage.calm(2)
        assert len(replica.written("readinessreports")) == 1
        await until(lambda: stage.report()["status"]["workloadGeneration"] == 6, within=30.0)
        assert len(replica.written("readinessreports")) == 2

    play(scenario)


def test_a_deleted_workload_takes_its_report_and_its_figures_along(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment(root=True), deployment("search"))
        stage.store.put(POLICIES, policy())
        await stage.leader()
        await stage.settled(compliant="False")
        stage.store.remove(DEPLOYMENTS, "cart", "shop")
        await until(lambda: stage.report() is None, within=1.0)
        await until(lambda: stage.condition("Compliant")[0] == "True", within=1.0)
        assert stage.status()["summary"]["workloads"]["total"] == 1
        stage.store.remove(DEPLOYMENTS, "search", "shop")
        await until(lambda: stage.condition("Compliant") == ("Unknown", "NoWorkloadsMatched"), within=1.0)
        assert "score" not in stage.status()

    play(scenario)


def test_a_workload_that_leaves_a_selector_loses_its_report(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, deployment(labels={"tier": "backend"}))
        stage.store.put(POLICIES, policy(selector={"matchLabels": {"tier": "backend"}}))
        replica = await stage.leader()
        await stage.settled(compliant="True")
        assert "readiness_workloads_unselected 0.0" in (await replica.ask("/metrics"))[1]
        stage.store.put(DEPLOYMENTS, deployment())
        await until(lambda: stage.report() is None, within=1.0)
        await until(lambda: stage.condition("Compliant")[1] == "NoWorkloadsMatched", within=1.0)
        assert "readiness_workloads_unselected 1.0" in (await replica.ask("/metrics"))[1]

    play(scenario)


def test_a_thousand_workloads_are_judged_once(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stage.store.put(DEPLOYMENTS, *(deployment(f"app-{number}", root=number % 100 == 0) for number in range(1000)))
        stage.store.put(POLICIES, policy())
        replica = await stage.leader()
        await stage.settled(compliant="False")
        await stage.calm(20)
        assert len(replica.written("readinessreports")) == 1000
        assert stage.status()["summary"]["workloads"] == {
            "total": 1000, "go": 990, "goWithConditions": 0, "noGo": 10, "unknown": 0, "percent": 99,
        }  # fmt: skip
        assert stage.condition("Reconciling") == ("", "")

    play(scenario)
