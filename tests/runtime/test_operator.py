"""What arrives, in whatever order, and whose turn it then is."""

import logging
from typing import Any

import pytest
from tests.runtime.desk import CART, REF, Desk, judged

from readiness.model import Owner, Pod, Ref
from readiness.runtime.api import ApiError


async def test_who_does_not_lead_takes_in_everything_and_queues_nothing() -> None:
    desk = Desk()
    desk.see()
    desk.policy()
    desk.policy(generation=2)
    desk.operator.lost_policy(REF, str(desk.next()))
    desk.lose(CART)
    assert len(desk.queue) == 0
    assert len(desk.cluster.book) == 0


async def test_keys_that_wait_when_the_lead_is_lost_are_dropped() -> None:
    desk = await judged(Desk())
    desk.see(root=True)
    desk.operator.lead(False)  # noqa: FBT003
    assert CART in await desk.pass_time(1)
    assert desk.reports.held["deployment-cart"]["status"]["verdict"] == "Go"


async def test_news_of_pods_are_gathered_for_longer_than_changes_of_a_spec() -> None:
    desk = Desk()
    desk.see(generation=1)
    desk.policy()
    desk.operator.lead(True)  # noqa: FBT003
    await desk.pass_time(1)
    owner = Owner("Deployment", CART.name, "uid-cart", "apps/v1")
    for ready in (True, False):
        desk.operator.saw(None, Pod(Ref("Pod", "shop", "cart-1"), "uid-1", owner, ready=ready))
        desk.see(generation=1, ready_replicas=int(ready))
        assert await desk.pass_time(0.1) == []
    assert await desk.pass_time(0.2) == [CART]
    desk.operator.saw(None, Pod(Ref("Pod", "shop", "cart-1"), "uid-1", owner))
    desk.see(generation=2)
    assert await desk.pass_time(0.1) == [CART]


async def test_a_crash_is_tried_again_and_others_go_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk()
    desk.see("search")
    write = desk.reports.write

    async def break_down(report: Any, published: Any) -> Any:
        if report["metadata"]["name"] == "deployment-cart":
            raise KeyError("surprise")
        return await write(report, published)

    monkeypatch.setattr(desk.reports, "write", break_down)
    await judged(desk)
    assert list(desk.reports.held) == ["deployment-search"]
    assert "cannot reconcile Deployment/cart" in caplog.text
    assert desk.queue.failures(CART) > 0
    monkeypatch.setattr(desk.reports, "write", write)
    await desk.pass_time(10)
    assert set(desk.reports.held) == {"deployment-search", "deployment-cart"}
    assert desk.queue.failures(CART) == 0


async def test_the_time_to_publish_counts_from_the_change_through_all_failures() -> None:
    desk = await judged(Desk())
    assert desk.latencies == []  # a first look is no change
    desk.reports.refusal = ApiError(500, "InternalError", "for a while")
    desk.see(root=True)
    await desk.pass_time(5)
    desk.reports.refusal = None
    await desk.pass_time(10)
    status, *_, report = sorted(desk.latencies)  # the status may tell of the trouble, too, if there were many tries
    assert 0.2 < status < 1.0
    assert report > 5.0


@pytest.mark.parametrize(
    "error, level, tried_again",
    [
        (ApiError(403, "Forbidden", "", causes=("NamespaceTerminating",)), None, False),
        (ApiError(0, "NotLeading", ""), None, False),
        (ApiError(409, "Conflict", ""), logging.DEBUG, True),
        (ApiError(404, "NotFound", ""), logging.DEBUG, True),
        (ApiError(422, "Invalid", ""), logging.WARNING, True),
    ],
)
async def test_refusals_of_reports(
    error: ApiError,
    level: int | None,
    tried_again: bool,  # noqa: FBT001
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "readiness")
    desk = Desk()
    desk.reports.refusal = error
    desk.see()
    desk.policy()
    desk.operator.lead(True)  # noqa: FBT003
    await desk.turn()
    assert [record.levelno for record in caplog.records if "cannot publish" in record.message] == (
        [] if level is None else [level]
    )
    assert (desk.queue.failures(CART) == 1) is tried_again
    assert desk.outdated == []


async def test_a_policy_that_somebody_changed_is_read_anew_and_one_that_is_gone_forgotten() -> None:
    desk = await judged(Desk())
    desk.board.policies[REF]["metadata"]["resourceVersion"] = str(desk.next())
    desk.see(root=True)
    await desk.pass_time(0.5)
    assert len(desk.outdated) == 1
    del desk.board.policies[REF]
    await desk.pass_time(10)
    assert desk.queue.failures(REF) == 0


async def test_older_news_of_a_deleted_policy_do_not_bring_it_back() -> None:
    desk = await judged(Desk())
    older = desk.board.policies[REF]
    desk.operator.lost_policy(REF, str(desk.next()))
    desk.operator.saw_policy(older)
    desk.operator.sweep_policies([older], older["metadata"]["resourceVersion"])
    assert len(desk.cluster.book) == 0
    desk.operator.saw_policy(desk.policy(uid="another"))
    assert len(desk.cluster.book) == 1


async def test_a_late_word_of_an_end_does_not_take_the_successor_along() -> None:
    desk = await judged(Desk())
    end = str(desk.next())
    desk.policy(uid="another")
    desk.operator.lost_policy(REF, end)
    assert desk.entry.stored.uid == "another"


async def test_a_sweep_takes_what_is_gone_and_leaves_what_came_since() -> None:
    desk = await judged(Desk())
    listed_at = str(desk.next())
    desk.policy("late")
    desk.operator.sweep_policies([], listed_at)
    assert [entry.ref.name for entry in desk.cluster.book] == ["late"]
    assert desk.cluster.book.deleted.covers(REF, listed_at)
    desk.operator.sweep_policies([desk.policy("late")], str(desk.next()))
    assert not desk.cluster.book.deleted.covers(REF, listed_at)


async def test_a_new_leader_expects_exactly_whom_each_policy_selects() -> None:
    desk = Desk()
    for number in range(6):
        desk.see(f"app-{number}", labels={"tier": "backend" if number % 2 else "frontend"})
    desk.see("elsewhere", namespace="other")
    desk.policy("backend", selector={"matchLabels": {"tier": "backend"}})
    desk.policy("all")
    desk.policy("paused", suspend=True)
    desk.policy("broken", requirements=[{"name": "no-such-check"}])
    desk.operator.lead(True)  # noqa: FBT003
    for entry in desk.cluster.book:
        selected = desk.cluster.book.selected(entry.active, desk.cluster.inventory) if entry.active else set()
        assert entry.pending == selected
    sizes = {entry.ref.name: len(entry.pending) for entry in desk.cluster.book}
    assert sizes == {"backend": 3, "all": 6, "paused": 0, "broken": 0}


async def test_nothing_that_is_gone_is_remembered() -> None:
    desk = await judged(Desk())
    for number in range(50):
        ref = desk.see(f"app-{number}", root=True)
        await desk.pass_time(0.5)
        desk.lose(ref)
        await desk.pass_time(0.5)
    await desk.pass_time(1300)
    desk.operator.sweep_policies([desk.board.policies[REF]], str(desk.next()))
    remembered = {key for key in desk.queue._due if isinstance(key, Ref)}
    assert remembered == {CART}
    assert desk.operator._seen == {}
    assert desk.queue._failures == {}
    assert list(desk.cluster.published) == [CART]
    assert desk.cluster.published._written_at.keys() == {CART}
    assert desk.entry.tally is not None
    assert CART in desk.entry.tally
    assert len(desk.entry.tally) == 1


async def test_a_workload_that_cannot_be_judged_stalls_its_policies_and_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk()

    def break_down(*_: Any) -> None:
        raise KeyError("surprise")

    plan = desk.cluster.watchtower.plan
    monkeypatch.setattr(desk.cluster.watchtower, "plan", break_down)
    await judged(desk)
    await desk.pass_time(60)
    conditions = {item["type"]: item for item in desk.entry.stored.status["conditions"]}
    assert (conditions["Stalled"]["status"], conditions["Stalled"]["reason"]) == ("True", "EvaluationFailed")
    assert conditions["Stalled"]["message"] == "1 workload cannot be judged: Deployment/cart (KeyError)"
    assert conditions["Ready"]["reason"] == "EvaluationFailed"

    monkeypatch.setattr(desk.cluster.watchtower, "plan", plan)
    desk.see(root=True)
    await desk.pass_time(300)
    conditions = {item["type"]: item for item in desk.entry.stored.status["conditions"]}
    assert conditions["Ready"]["status"] == "True"
    assert "Stalled" not in conditions


async def test_reports_that_are_refused_again_and_again_degrade_the_policy() -> None:
    desk = Desk()
    desk.reports.refusal = ApiError(422, "Invalid", "too long")
    await judged(desk)
    await desk.pass_time(60)
    degraded = next(item for item in desk.entry.stored.status["conditions"] if item["type"] == "Degraded")
    assert (degraded["status"], degraded["reason"]) == ("True", "ReportWriteFailed")
    assert degraded["message"] == "reports that the API server refuses: Deployment/cart"
    desk.reports.refusal = None
    await desk.pass_time(300)
    degraded = next(item for item in desk.entry.stored.status["conditions"] if item["type"] == "Degraded")
    assert (degraded["status"], degraded["reason"]) == ("False", "AsExpected")


async def test_probes_that_fall_behind_degrade_policies_that_probe() -> None:
    desk = await judged(Desk())
    desk.cluster.late = True
    desk.operator.look_at_policies()
    await desk.pass_time(15)
    degraded = next(item for item in desk.entry.stored.status["conditions"] if item["type"] == "Degraded")
    assert (degraded["status"], degraded["reason"]) == ("True", "EvidenceStale")
