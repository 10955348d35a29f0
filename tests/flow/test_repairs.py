"""What somebody else does to our objects is undone, and what stands under their names is no obstacle."""

from copy import deepcopy

from tests.fakeapi.virtual_time import until
from tests.flow.conftest import Play
from tests.flow.objects import deployment, policy
from tests.flow.stage import DEPLOYMENTS, POLICIES, REPORTS, Replica, Stage


async def settled(stage: Stage) -> Replica:
    """A leader that has judged one workload, which runs as root."""
    stage.store.put(DEPLOYMENTS, deployment(root=True))
    stage.store.put(POLICIES, policy())
    replica = await stage.leader()
    await stage.settled(compliant="False")
    await stage.calm(1)
    return replica


def test_an_edited_report_is_repaired(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        replica = await settled(stage)
        edited = deepcopy(stage.report())
        right = deepcopy(edited["status"])
        edited["status"]["verdict"] = "Go"
        edited["status"]["scorecards"] = []
        stage.store.put(REPORTS, edited)
        await until(lambda: stage.report()["status"] == right, within=1.0)
        await stage.calm(10)
        assert len(replica.written("readinessreports")) == 2

    play(scenario)


def test_labels_and_annotations_of_others_on_a_report_are_theirs(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        replica = await settled(stage)
        edited = deepcopy(stage.report())
        edited["metadata"]["labels"]["team"] = "shop"
        stage.store.put(REPORTS, edited)
        await stage.calm(10)
        assert len(replica.written("readinessreports")) == 1

    play(scenario)


def test_a_deleted_report_is_written_again(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        await settled(stage)
        stage.store.remove(REPORTS, "deployment-cart", "shop")
        await until(lambda: stage.report() is not None, within=1.0)

    play(scenario)


def test_a_report_whose_deletion_nobody_told_is_written_again_at_the_next_change(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        await settled(stage)
        stage.store.remove(REPORTS, "deployment-cart", "shop", silently=True)
        stage.store.put(DEPLOYMENTS, deployment())
        await until(lambda: stage.report() is not None, within=3.0)
        assert stage.report()["status"]["verdict"] == "Go"

    play(scenario)


def test_what_stands_under_a_reports_name_and_is_none_is_replaced(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        stray = {
            "metadata": {"name": "deployment-cart", "namespace": "shop"},
            "spec": {"workloadRef": {}},
            "status": {},
        }
        stage.store.put(REPORTS, stray)
        await settled(stage)
        assert stage.report()["status"]["verdict"] == "NoGo"

    play(scenario)


def test_an_edited_status_is_repaired(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        replica = await settled(stage)
        edited = deepcopy(stage.get(POLICIES, "production"))
        edited["status"]["verdict"] = "Go"
        edited["status"]["conditions"] = [
            {**item, "status": "True", "reason": "NoOpenBlockers"} if item["type"] == "Compliant" else item
            for item in edited["status"]["conditions"]
        ]
        stage.store.put(POLICIES, edited)
        await until(lambda: stage.condition("Compliant")[0] == "False", within=1.0)
        assert stage.status()["verdict"] == "NoGo"
        await stage.calm(30)
        assert len(replica.written("readinesspolicies")) == 2

    play(scenario)


def test_conditions_of_others_and_another_order_are_no_reason_to_write(play: Play) -> None:
    async def scenario(stage: Stage) -> None:
        replica = await settled(stage)
        edited = deepcopy(stage.get(POLICIES, "production"))
        foreign = {"type": "Reviewed", "status": "True", "reason": "ByHand", "message": "", "lastTransitionTime": "now"}
        edited["status"]["conditions"] = [foreign, *reversed(edited["status"]["conditions"])]
        stage.store.put(POLICIES, edited)
        await stage.calm(30)
        assert len(replica.written("readinesspolicies")) == 1

    play(scenario)


def test_ghosts_are_cleared_by_a_new_leader(play: Play) -> None:
    """Of workloads that vanished while no operator ran, and of such that no policy selects any more."""

    async def scenario(stage: Stage) -> None:
        replica = await settled(stage)
        stage.store.put(DEPLOYMENTS, deployment("search"))
        await until(lambda: stage.report("deployment-search") is not None)
        await replica.stop()
        stage.store.remove(DEPLOYMENTS, "cart", "shop")
        stage.store.put(POLICIES, policy(selector={"matchLabels": {"app": "cart"}}))
        await stage.leader()
        await until(lambda: stage.store.objects[REPORTS] == {}, within=5.0)

    play(scenario)
