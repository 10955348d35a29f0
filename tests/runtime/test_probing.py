"""Pods are asked soon, in step with nobody, and never too many at once."""

import asyncio
from collections import Counter
from itertools import pairwise

import pytest
from tests.runtime.street import CART, HEALTHZ, MENU, READYZ, START, Scene, plan, play, pod, pods, state

from readiness.model import Answer, Ref
from readiness.runtime.probing import DROPPED


def test_a_target_is_asked_soon_and_then_once_per_interval() -> None:
    async def story(scene: Scene) -> None:
        scene.patrol.plan(CART, [plan(interval=60)], pods(1))
        await asyncio.sleep(600)
        times = scene.street.times("10.0.0.1")
        assert times[0] <= 2.1
        gaps = [later - earlier for earlier, later in pairwise(times)]
        assert len(gaps) >= 8
        assert all(53.9 <= gap <= 66.1 for gap in gaps)

    play(story)


def test_many_targets_are_spread() -> None:
    async def story(scene: Scene) -> None:
        for number in range(1, 101):
            scene.patrol.plan(Ref("Deployment", "shop", str(number)), [plan(interval=10)], [pod(number)])
        await asyncio.sleep(40)
        firsts = Counter(round(scene.street.times(f"10.0.0.{number}")[0] * 10) for number in range(1, 101))
        assert max(firsts.values()) < 20  # 5 on average
        tenths = Counter(round(at * 10) for at, *_ in scene.street.asked if at > 20)
        assert max(tenths.values()) < 8  # 1 on average

    play(story)


def test_an_answer_is_observed() -> None:
    async def story(scene: Scene) -> None:
        scene.patrol.plan(CART, [plan(timeout=1.5)], pods(1))
        assert scene.seen(1) is None
        await asyncio.sleep(3)
        seen = scene.seen(1)
        assert seen is not None
        assert (seen.last.answer, seen.failures) == (Answer.SUCCESS, 0)
        assert scene.street.asked[0][3] == 1.5
        assert scene.results == {"success": 1}
        assert scene.seen(1, READYZ) is None
        assert scene.seen(2) is None

    play(story)


def test_planning_again_does_not_ask_again() -> None:
    async def story(scene: Scene) -> None:
        for _ in range(100):
            scene.patrol.plan(CART, [plan(interval=60)], pods(1))
            await asyncio.sleep(0.5)
        assert len(scene.street.asked) == 1

    play(story)


def test_a_shorter_interval_counts_from_now() -> None:
    async def story(scene: Scene) -> None:
        scene.patrol.plan(CART, [plan(interval=600)], pods(1))
        await asyncio.sleep(10)
        scene.patrol.plan(CART, [plan(interval=10)], pods(1))
        await asyncio.sleep(12)
        assert len(scene.street.asked) == 2

    play(story)


def test_plans_that_ask_the_same_share_a_target() -> None:
    async def story(scene: Scene) -> None:
        both = pod(1, containers=(state("app"), state("side", since=START)))
        eager = plan(interval=10, timeout=1, pods=1)
        patient = plan(container="side", patience=30, interval=60, timeout=3, pods=1)
        scene.patrol.plan(CART, [eager, patient], [both])
        await asyncio.sleep(29)
        assert not scene.street.asked
        await asyncio.sleep(31)
        assert 3 <= len(scene.street.asked) <= 4
        assert {timeout for *_, timeout in scene.street.asked} == {3}

    play(story)


def test_questions_are_asked_apart() -> None:
    async def story(scene: Scene) -> None:
        scene.patrol.plan(CART, [plan(HEALTHZ), plan(READYZ)], pods(1))
        await asyncio.sleep(3)
        assert {question for _, _, question, _ in scene.street.asked} == {HEALTHZ, READYZ}
        scene.patrol.plan(CART, [plan(READYZ)], pods(1))
        assert scene.seen(1, HEALTHZ) is None
        assert scene.seen(1, READYZ) is not None

    play(story)


def test_what_was_planned_before_it_runs_is_asked_then() -> None:
    async def story(scene: Scene) -> None:
        scene.patrol.plan(CART, [plan(interval=60)], pods(1))
        await asyncio.sleep(20)
        assert not scene.street.asked
        scene.running = asyncio.create_task(scene.patrol.run())
        await asyncio.sleep(3)
        assert len(scene.street.asked) == 1

    play(story, run=False)


class TestLoad:
    """No more at once than allowed, and nothing is asked a round too late."""

    def test_no_more_at_once_than_allowed(self) -> None:
        async def story(scene: Scene) -> None:
            scene.street.takes = 1.0
            for number in range(1, 101):
                scene.patrol.plan(Ref("Deployment", "shop", str(number)), [plan(interval=100)], [pod(number)])
            await asyncio.sleep(30)
            assert scene.street.busiest == 5
            assert len(scene.street.asked) == 100
            assert not scene.results[DROPPED]

        play(story, limit=5)

    def test_too_much_is_left_out_and_counted_and_everybody_gets_a_turn(self) -> None:
        async def story(scene: Scene) -> None:
            scene.street.takes = 5.0
            for number in range(1, 21):
                scene.patrol.plan(Ref("Deployment", "shop", str(number)), [plan(interval=10)], [pod(number)])
            await asyncio.sleep(420)
            turns = Counter(to for _, to, *_ in scene.street.asked)
            assert len(turns) == 20
            assert set(turns.values()) <= {4, 5}
            assert scene.results[DROPPED] > 60

        play(story, limit=1)

    def test_one_target_is_never_asked_twice_at_once(self) -> None:
        async def story(scene: Scene) -> None:
            scene.street.takes = 30.0
            for _ in range(20):
                scene.patrol.plan(CART, [plan(interval=10, timeout=60)], pods(1))
                await asyncio.sleep(5)
            assert scene.street.busiest == 1

        play(story)

    def test_a_hanging_pod_holds_up_nobody_else(self) -> None:
        async def story(scene: Scene) -> None:
            scene.street.takes = 2.0
            scene.patrol.plan(CART, [plan(interval=10)], pods(2))
            await asyncio.sleep(100)
            assert all(len(scene.street.times(f"10.0.0.{number}")) >= 8 for number in (1, 2))

        play(story, limit=2)


class TestForgetting:
    """What is gone is neither asked nor remembered."""

    def test_a_workload(self) -> None:
        async def story(scene: Scene) -> None:
            scene.patrol.plan(CART, [plan(interval=10)], pods(2))
            scene.patrol.plan(MENU, [plan(interval=10)], [pod(3)])
            await asyncio.sleep(5)
            scene.patrol.forget(CART)
            scene.patrol.forget(CART)
            moment = scene.clock.monotonic()
            await asyncio.sleep(60)
            assert scene.street.addresses(since=moment) == {"10.0.0.3"}
            assert scene.seen(1) is None
            assert scene.seen(3) is not None

        play(story)

    def test_a_pod(self) -> None:
        async def story(scene: Scene) -> None:
            scene.patrol.plan(CART, [plan()], pods(2))
            await asyncio.sleep(5)
            scene.patrol.plan(CART, [plan()], pods(1))
            assert scene.seen(1) is not None
            assert scene.seen(2) is None

        play(story)

    def test_a_workload_that_wants_nothing_any_more(self) -> None:
        async def story(scene: Scene) -> None:
            scene.patrol.plan(CART, [plan(interval=10)], pods(2))
            await asyncio.sleep(5)
            scene.patrol.plan(CART, [], ())
            moment = scene.clock.monotonic()
            await asyncio.sleep(60)
            assert not scene.street.addresses(since=moment)
            assert scene.seen(1) is None

        play(story)

    @pytest.mark.parametrize("how", ["forget", "clear", "address"])
    def test_an_answer_that_comes_afterwards_is_dropped(self, how: str) -> None:
        async def story(scene: Scene) -> None:
            scene.street.takes = 10
            scene.patrol.plan(CART, [plan(timeout=20)], pods(1))
            await asyncio.sleep(5)
            assert scene.street.busy == 1
            match how:
                case "forget":
                    scene.patrol.forget(CART)
                case "clear":
                    scene.patrol.clear()
                case "address":
                    moved = pod(1, ip="10.0.0.9", containers=(state(since=scene.clock.now()),))
                    scene.patrol.plan(CART, [plan(timeout=20, patience=100)], [moved])
            await asyncio.sleep(10)
            assert scene.results == {"success": 1}
            assert not scene.news
            assert scene.seen(1) is None

        play(story)

    def test_a_new_address_is_a_new_target(self) -> None:
        async def story(scene: Scene) -> None:
            scene.patrol.plan(CART, [plan()], pods(1))
            await asyncio.sleep(5)
            scene.patrol.plan(CART, [plan()], [pod(1, ip="10.0.0.9")])
            assert scene.seen(1) is None
            await asyncio.sleep(5)
            assert scene.street.times("10.0.0.9")
            assert scene.seen(1) is not None

        play(story)

    def test_a_pod_that_turns_out_to_be_of_another_workload_stays_there(self) -> None:
        async def story(scene: Scene) -> None:
            one = plan(interval=10)
            scene.patrol.plan(CART, [one], pods(1))
            await asyncio.sleep(5)
            scene.patrol.plan(MENU, [one], pods(1))
            scene.patrol.plan(CART, [one], [pod(1, ip="")])
            scene.patrol.plan(CART, [one], [])
            assert scene.seen(1) is not None
            await asyncio.sleep(30)
            assert len(scene.street.asked) >= 3
            assert scene.news[-1] == MENU
            scene.patrol.forget(MENU)
            assert scene.seen(1) is None

        play(story)

    def test_a_leader_that_comes_back_asks_anew(self) -> None:
        async def story(scene: Scene) -> None:
            scene.patrol.plan(CART, [plan(interval=10)], pods(2))
            await asyncio.sleep(5)
            scene.patrol.clear()
            await asyncio.sleep(60)
            assert len(scene.street.asked) == 2
            scene.patrol.plan(CART, [plan(interval=10)], pods(2))
            await asyncio.sleep(5)
            assert len(scene.street.asked) == 4

        play(story)
