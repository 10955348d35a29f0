"""Which pods are asked, and when they may be."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from tests.runtime.street import CART, START, Scene, plan, play, pod, pods, state

from readiness.engine.guard import refusal
from readiness.model import Container, PodSpec, Port


class TestWhoMayBeAsked:
    """Running, started pods with an address of their own."""

    @pytest.mark.parametrize(
        "changes",
        [
            {"phase": "Pending"},
            {"phase": "Succeeded"},
            {"deleted": True},
            {"ip": ""},
            {"host_network": True},
            {"ip": "127.0.0.1"},
            {"ip": "169.254.169.254"},
            {"ip": "cart.shop.example"},
            {"containers": ()},
            {"containers": (state(started=False),)},
            {"containers": (state(since=None),)},
            {"spec": PodSpec("spec", containers=(Container("app", "", ports=(Port(9090),)),))},
        ],
        ids=str,
    )
    def test_others_are_not(self, changes: dict[str, Any]) -> None:
        async def story(scene: Scene) -> None:
            scene.patrol.plan(CART, [plan()], [pod(1, **changes)])
            await asyncio.sleep(200)
            assert not scene.street.asked

        play(story)

    def test_a_pod_with_a_spec_of_its_own_is_asked_on_its_own_ports(self) -> None:
        async def story(scene: Scene) -> None:
            spec = PodSpec("spec", containers=(Container("app", "", ports=(Port(8080),)),))
            scene.patrol.plan(CART, [plan()], [pod(1, spec=spec)])
            await asyncio.sleep(3)
            assert scene.street.asked

        play(story)

    def test_those_who_may_not_leave_their_place_to_others(self) -> None:
        async def story(scene: Scene) -> None:
            hidden = [pod(number, ip="127.0.0.1", ready=False) for number in (1, 2)]
            scene.patrol.plan(CART, [plan(pods=2)], [*hidden, pod(3), pod(4), pod(5)])
            await asyncio.sleep(3)
            assert len(scene.street.addresses()) == 2

        play(story)

    def test_the_guard_can_be_told_more(self) -> None:
        async def story(scene: Scene) -> None:
            scene.patrol.refuses = lambda address: "a node" if address == "10.0.0.1" else refusal(address)
            scene.patrol.plan(CART, [plan()], pods(2))
            await asyncio.sleep(3)
            assert scene.street.addresses() == {"10.0.0.2"}

        play(story)


class TestPatience:
    """Not before the container had its time to start."""

    def test_a_young_pod_is_asked_when_its_time_comes_without_another_plan(self) -> None:
        async def story(scene: Scene) -> None:
            young = pod(1, containers=(state(since=START - timedelta(seconds=10)),))
            scene.patrol.plan(CART, [plan(patience=40)], [young])
            await asyncio.sleep(300)
            assert 30 <= scene.street.times("10.0.0.1")[0] <= 32.1

        play(story)

    def test_a_restart_begins_it_anew(self) -> None:
        async def story(scene: Scene) -> None:
            scene.patrol.plan(CART, [plan(interval=10, patience=50)], pods(1))
            await asyncio.sleep(5)
            assert len(scene.street.asked) == 1
            restarted = pod(1, containers=(state(since=scene.clock.now()),))
            scene.patrol.plan(CART, [plan(interval=10, patience=50)], [restarted])
            await asyncio.sleep(49)
            assert len(scene.street.asked) == 1
            await asyncio.sleep(4)
            assert len(scene.street.asked) == 2

        play(story)

    def test_a_restart_while_it_is_asked_counts_too(self) -> None:
        async def story(scene: Scene) -> None:
            scene.street.takes = 10
            scene.patrol.plan(CART, [plan(interval=10, patience=60, timeout=20)], pods(1))
            await asyncio.sleep(5)
            assert scene.street.busy == 1
            restarted = pod(1, containers=(state(since=scene.clock.now()),))
            scene.patrol.plan(CART, [plan(interval=10, patience=60, timeout=20)], [restarted])
            await asyncio.sleep(59)
            assert len(scene.street.asked) == 1
            await asyncio.sleep(5)
            assert len(scene.street.asked) == 2

        play(story)

    def test_a_young_pod_displaces_nobody(self) -> None:
        async def story(scene: Scene) -> None:
            young = pod(1, ready=False, containers=(state(since=START),))
            scene.patrol.plan(CART, [plan(pods=1, patience=100)], [young, pod(2)])
            await asyncio.sleep(50)
            assert scene.street.addresses() == {"10.0.0.2"}

        play(story)


class TestSample:
    """As many as the policies want, and those that tell most."""

    def test_it_is_as_large_as_wanted_and_always_the_same(self) -> None:
        async def story(scene: Scene) -> None:
            everybody = pods(20)
            for _ in range(5):
                scene.patrol.plan(CART, [plan(pods=3, interval=10)], everybody)
                everybody.reverse()
                await asyncio.sleep(20)
            assert len(scene.street.addresses()) == 3

        play(story)

    def test_a_replaced_pod_moves_only_its_own_place(self) -> None:
        async def story(scene: Scene) -> None:
            scene.patrol.plan(CART, [plan(pods=3, interval=10)], pods(20))
            await asyncio.sleep(5)
            before = scene.street.addresses()
            gone = min(before)
            scene.patrol.plan(CART, [plan(pods=3, interval=10)], [one for one in pods(20) if one.ip != gone])
            await asyncio.sleep(30)
            after = scene.street.addresses(since=5.5)
            assert len(after) == 3
            assert before - after == {gone}

        play(story)

    def test_unready_ones_come_first(self) -> None:
        async def story(scene: Scene) -> None:
            everybody = [pod(number, ready=number not in (7, 13)) for number in range(1, 21)]
            scene.patrol.plan(CART, [plan(pods=2)], everybody)
            await asyncio.sleep(30)
            assert scene.street.addresses() == {"10.0.0.7", "10.0.0.13"}

        play(story)

    def test_a_failing_one_stays_until_it_recovers(self) -> None:
        async def story(scene: Scene) -> None:
            scene.street.answers["10.0.0.7"] = [503, 503, 503, 200]
            one = plan(pods=1, interval=10)
            scene.patrol.plan(CART, [one], [pod(number, ready=number != 7) for number in range(1, 21)])
            await asyncio.sleep(5)
            others = [pod(number, ready=number not in (3, 4)) for number in range(1, 21)]  # 7 is ready, they are not
            scene.patrol.plan(CART, [one], others)
            await asyncio.sleep(20)
            assert scene.street.addresses() == {"10.0.0.7"}
            await asyncio.sleep(20)
            seen = scene.seen(7)
            assert seen is not None
            assert seen.failures == 0
            scene.patrol.plan(CART, [one], others)
            moment = scene.clock.monotonic()
            await asyncio.sleep(10)
            assert scene.street.addresses(since=moment) <= {"10.0.0.3", "10.0.0.4"}

        play(story)

    def test_what_one_said_who_left_stays_for_three_intervals(self) -> None:
        async def story(scene: Scene) -> None:
            one = plan(pods=1, interval=10)
            scene.patrol.plan(CART, [one], pods(1))
            await asyncio.sleep(5)
            both = [pod(1), pod(2, ready=False)]
            for _ in range(6):
                scene.patrol.plan(CART, [one], both)
                assert scene.seen(1) is not None
                await asyncio.sleep(5)
            await asyncio.sleep(1)
            scene.patrol.plan(CART, [one], both)
            assert scene.seen(1) is None
            assert len(scene.street.times("10.0.0.1")) == 1

        play(story)

    def test_who_comes_back_keeps_its_pace(self) -> None:
        async def story(scene: Scene) -> None:
            one = plan(pods=1, interval=60)
            for _ in range(10):
                scene.patrol.plan(CART, [one], [pod(1, ready=False), pod(2)])
                await asyncio.sleep(2.5)
                scene.patrol.plan(CART, [one], [pod(1), pod(2, ready=False)])
                await asyncio.sleep(2.5)
            assert Counter(to for _, to, *_ in scene.street.asked) == {"10.0.0.1": 1, "10.0.0.2": 1}

        play(story)
