"""When a policy's status is written, and when it is not."""

import pytest
from tests.runtime.desk import CART, REF, Desk, judged

from readiness.model.parse import KINDS


async def test_nothing_is_said_while_judging_takes_a_moment_only() -> None:
    desk = Desk()
    desk.see()
    desk.policy()
    desk.operator.lead(True)  # noqa: FBT003
    desk.queue.get_nowait()  # somebody works on the workload
    await desk.pass_time(1.9)
    assert desk.board.written == []


async def test_that_judging_takes_long_is_said_once_and_for_a_new_generation_only() -> None:
    desk = Desk()
    desk.see()
    desk.policy()
    desk.operator.lead(True)  # noqa: FBT003
    assert desk.queue.get_nowait() == CART
    await desk.pass_time(60)
    assert len(desk.board.written) == 1
    assert desk.condition("Ready") == ("Unknown", "EvaluationPending")
    assert desk.condition("Reconciling") == ("True", "InitialEvaluation")
    await desk.operator._reconcile(CART)
    await desk.pass_time(1)
    assert desk.condition("Ready") == ("True", "EvaluationSucceeded")
    assert desk.condition("Reconciling") == ("", "")

    desk.policy(generation=2)
    await desk.pass_time(5)
    assert desk.condition("Reconciling") == ("True", "NewGeneration")
    assert desk.condition("Compliant") == ("True", "NoOpenBlockers")


async def test_a_new_leader_says_nothing_before_it_knows_better() -> None:
    desk = await judged(Desk())
    desk.operator.lead(False)  # noqa: FBT003
    desk.operator.lead(True)  # noqa: FBT003
    while (key := desk.queue.get_nowait()) is not None and key != CART:
        await desk.operator._reconcile(key)
        desk.queue.done(key)
    await desk.pass_time(30)
    assert len(desk.board.written) == 1


async def test_a_policy_gets_ready_when_the_workloads_it_waits_for_vanish() -> None:
    desk = Desk()
    desk.see()
    desk.policy()
    desk.operator.lead(True)  # noqa: FBT003
    desk.lose(CART)
    await desk.pass_time(1)
    assert desk.condition("Compliant") == ("Unknown", "NoWorkloadsMatched")


async def test_what_an_api_server_makes_of_a_status_is_no_reason_to_write_it_again() -> None:
    desk = Desk()
    desk.board.served = lambda status: {**status, "servedBy": "another schema"}
    await judged(desk)
    assert len(desk.board.written) == 1
    for _ in range(3):
        desk.queue.add(REF)
        await desk.pass_time(20)
    assert len(desk.board.written) == 1


@pytest.mark.parametrize("worse", [True, False])
async def test_a_changed_verdict_is_told_as_worse_or_better(worse: bool) -> None:  # noqa: FBT001
    desk = Desk()
    desk.see(root=not worse)
    desk.policy()
    desk.operator.lead(True)  # noqa: FBT003
    await desk.pass_time(1)
    assert desk.ears.told == []
    desk.see(root=worse)
    await desk.pass_time(1)
    told = [event for event in desk.ears.told if event.regarding.kind == "ReadinessPolicy"]
    assert [(event.reason, event.worse) for event in told] == [("VerdictChanged", worse)]


async def test_from_no_go_to_unknown_is_better() -> None:
    desk = Desk()
    desk.see(root=True)
    desk.policy()
    desk.operator.lead(True)  # noqa: FBT003
    await desk.pass_time(1)
    desk.lose(CART)
    await desk.pass_time(1)
    assert [(event.note, event.worse) for event in desk.ears.told] == [("verdict changed from NoGo to Unknown", False)]


async def test_a_policy_that_nobody_knows_is_nothing_to_write_about() -> None:
    desk = Desk()
    assert not await desk.operator.policies.reconcile(REF)


async def test_hidden_kinds_stall_where_selected_and_degrade_where_related() -> None:
    desk = Desk()
    desk.cluster.hidden = tuple(kind for kind in KINDS if kind.kind in ("Job", "PodDisruptionBudget"))
    await judged(desk, kinds=["Deployment"])
    assert desk.condition("Stalled") == ("", "")
    assert desk.condition("Degraded") == ("True", "PermissionDenied")
    desk.policy(generation=2, kinds=["Deployment", "Job"])
    await desk.pass_time(1)
    assert desk.condition("Stalled") == ("True", "PermissionDenied")
    assert desk.ears.told == []
