"""One workload at a time: what happens between looking at it and having its report written."""

import asyncio
from dataclasses import replace

import pytest
from tests.runtime.desk import CART, Desk, judged

from readiness.model.parse import KINDS
from readiness.runtime.api import ApiError

REPORT = "deployment-cart"


async def test_a_policy_that_is_replaced_during_a_write_waits_for_its_own_turn() -> None:
    desk = Desk()
    desk.see()
    desk.policy()
    desk.operator.lead(True)  # noqa: FBT003
    desk.reports.gate.clear()
    writing = asyncio.create_task(desk.operator.workloads.reconcile(CART))
    await asyncio.sleep(0)
    desk.policy(generation=2)
    desk.policy("late")
    desk.reports.gate.set()
    assert await writing
    late = next(entry for entry in desk.cluster.book if entry.ref.name == "late")
    assert desk.entry.pending == late.pending == {CART}
    await desk.pass_time(1)
    assert desk.entry.stored.status["summary"]["workloads"]["total"] == 1
    assert late.stored.status["summary"]["workloads"]["total"] == 1


async def test_the_watch_may_tell_of_a_write_before_its_answer_comes() -> None:
    desk = await judged(Desk())
    published = desk.cluster.published.of(CART)
    assert published is not None
    desk.operator.saw_report(None, published)
    await desk.pass_time(1)
    desk.operator.saw_report(published, replace(published, resource_version="1", digest=b"older news"))
    await desk.pass_time(1)
    assert desk.reports.writes == [REPORT]


async def test_a_report_that_is_gone_without_a_word_is_created_at_the_next_try() -> None:
    desk = await judged(Desk())
    desk.reports.held.clear()
    desk.see(root=True)
    await desk.pass_time(2)
    assert desk.reports.held[REPORT]["status"]["verdict"] == "NoGo"


async def test_a_report_that_is_gone_is_noticed_when_it_is_read_for_frozen_scorecards() -> None:
    desk = Desk()
    desk.policy("frozen")
    await judged(desk)
    desk.policy("frozen", generation=2, suspend=True)
    await desk.pass_time(1)
    desk.reports.held.clear()
    desk.see(root=True)
    await desk.pass_time(2)
    cards = desk.reports.held[REPORT]["status"]["scorecards"]
    assert [card["policyRef"]["name"] for card in cards] == ["production"]


async def test_a_report_that_cannot_be_written_does_not_falsify_the_figures() -> None:
    desk = Desk()
    desk.reports.refusal = ApiError(500, "InternalError", "etcd is full")
    await judged(desk)
    assert desk.condition("Compliant") == ("True", "NoOpenBlockers")
    assert desk.queue.failures(CART) > 0


@pytest.mark.parametrize("finished, deleted", [(True, False), (False, True)])
async def test_what_is_over_is_not_judged_any_more(finished: bool, deleted: bool) -> None:  # noqa: FBT001
    desk = await judged(Desk())
    desk.see(finished=finished, deleted=deleted)
    await desk.pass_time(1)
    assert desk.reports.held == {}
    assert desk.watchtower.forgotten == [CART]
    assert desk.condition("Compliant") == ("Unknown", "NoWorkloadsMatched")


async def test_the_report_of_a_workload_that_is_hidden_from_us_stays() -> None:
    desk = await judged(Desk())
    desk.cluster.hidden = tuple(kind for kind in KINDS if kind.kind == "Deployment")
    desk.lose(CART)
    await desk.pass_time(1)
    assert REPORT in desk.reports.held


async def test_it_is_looked_at_again_after_the_shortest_interval() -> None:
    desk = Desk()
    desk.policy("seldom", interval="1h")
    await judged(desk, interval="100s")
    assert CART not in await desk.pass_time(85)
    assert CART in await desk.pass_time(30)


async def test_workloads_in_scope_that_nobody_judges_are_counted() -> None:
    desk = await judged(Desk(), selector={"matchLabels": {"tier": "backend"}})
    desk.see(namespace="kube-system")
    other = desk.see("search")
    await desk.pass_time(1)
    assert desk.cluster.unselected == {CART, other}
    desk.lose(other)
    await desk.pass_time(1)
    assert desk.cluster.unselected == {CART}
    desk.operator.lead(False)  # noqa: FBT003
    assert desk.cluster.unselected == set()
