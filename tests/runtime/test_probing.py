"""Which pods are asked, when, and what of their answers is news."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from tests.fakeapi import virtual_time

from readiness.engine.demand import Plan
from readiness.engine.guard import refusal
from readiness.model import (
    Answer,
    Container,
    ContainerState,
    Observation,
    Pod,
    PodSpec,
    Port,
    Question,
    Reading,
    Ref,
    Scheme,
)
from readiness.runtime.probing import DROPPED, Patrol

CART = Ref("Deployment", "shop", "cart", "apps")
MENU = Ref("Deployment", "shop", "menu", "apps")
HEALTHZ = Question(Scheme.HTTP, 8080, "/healthz")
READYZ = Question(Scheme.HTTP, 8080, "/readyz")
START = datetime(2026, 5, 4, 12, tzinfo=UTC)


class LoopClock:
    """The time of the virtual loop."""

    def __init__(self) -> None:
        self._zero = virtual_time.clock()

    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return virtual_time.clock() - self._zero


@dataclass
class Street:
    """Pods by address, that answer as they are told after `takes` seconds; keeps who was asked, and when."""

    clock: LoopClock
    takes: float = 0.01
    answers: dict[str, list[Answer | int]] = field(default_factory=dict)  # one by one, the last one from then on
    asked: list[tuple[float, str, Question, float]] = field(default_factory=list)
    busy: int = 0
    busiest: int = 0

    async def ask(self, address: str, question: Question, timeout: float) -> Reading:  # noqa: ASYNC109
        self.asked.append((self.clock.monotonic(), address, question, timeout))
        self.busy += 1
        self.busiest = max(self.busy, self.busiest)
        try:
            await asyncio.sleep(self.takes)
        finally:
            self.busy -= 1
        left = self.answers.get(address, [Answer.SUCCESS])
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, int):
            kind = Answer.SUCCESS if 200 <= answer < 400 else Answer.FAILURE
            return Reading(self.clock.now(), kind, str(answer), self.takes, answer)
        return Reading(self.clock.now(), answer, answer.value, self.takes)

    def times(self, address: str) -> list[float]:
        return [at for at, to, _, _ in self.asked if to == address]

    def addresses(self, since: float = 0.0) -> set[str]:
        return {to for at, to, _, _ in self.asked if at >= since}


@dataclass
class Scene:
    """A patrol on a street, and what it tells."""

    clock: LoopClock
    street: Street
    patrol: Patrol
    news: list[Ref] = field(default_factory=list)
    results: Counter[str] = field(default_factory=Counter)
    verdicts: list[bool] = field(default_factory=list)  # of each answer, whether it was news
    running: asyncio.Task[None] | None = None

    def probed(self, result: str, seconds: float) -> None:
        self.results[result] += 1
        self.verdicts.append(False)

    def changed(self, ref: Ref) -> None:
        self.news.append(ref)
        self.verdicts[-1] = True

    def seen(self, number: int, question: Question = HEALTHZ) -> Observation | None:
        return self.patrol.observe(f"uid-{number}", question)


def play(story: Callable[[Scene], Coroutine[Any, Any, None]], *, limit: int = 64, run: bool = True) -> None:
    """Tell a story in virtual time."""

    async def main() -> None:
        clock = LoopClock()
        street = Street(clock)
        scene = Scene(clock, street, None)  # type: ignore[arg-type]
        scene.patrol = Patrol(
            street,
            clock,
            changed=scene.changed,
            limit=limit,
            on_probe=scene.probed,
        )
        if run:
            scene.running = asyncio.create_task(scene.patrol.run())
        await story(scene)
        if scene.running is not None:
            scene.running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await scene.running

    virtual_time.run(main())


def plan(
    question: Question = HEALTHZ,
    container: str = "app",
    *,
    patience: int = 0,
    interval: float = 60.0,
    timeout: float = 2.0,
    pods: int = 2,
    threshold: int = 3,
) -> Plan:
    return Plan(question, container, patience, interval, timeout, pods, threshold)


def state(
    name: str = "app", *, since: datetime | None = START - timedelta(hours=1), started: bool = True
) -> ContainerState:
    return ContainerState(name, ready=started, started=started, running_since=since)


def pod(number: int, *, ready: bool = True, **changes: Any) -> Pod:
    plain = Pod(
        Ref("Pod", "shop", f"cart-{number}"),
        f"uid-{number}",
        phase="Running",
        ready=ready,
        ip=f"10.0.0.{number}",
        containers=(state(),),
    )
    return replace(plain, **changes)


def pods(count: int) -> list[Pod]:
    return [pod(number) for number in range(1, count + 1)]


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


class TestNews:
    """The workload is looked at again when a verdict may change, and left alone otherwise."""

    def told(self, answers: list[Answer | int], rounds: int, threshold: int = 3) -> list[bool]:
        """Whether each of so many answers was news."""

        async def story(scene: Scene) -> None:
            scene.street.answers["10.0.0.1"] = list(answers)
            scene.patrol.plan(CART, [plan(interval=10, threshold=threshold)], pods(1))
            await asyncio.sleep(rounds * 11 + 3)
            found.extend(scene.verdicts[:rounds])

        found: list[bool] = []
        play(story)
        assert len(found) == rounds
        return found

    def test_steady_success_is_quiet_after_the_samples(self) -> None:
        assert self.told([200], 14) == [True] * 10 + [False] * 4

    def test_failures_up_to_the_threshold(self) -> None:
        news = self.told([*[200] * 12, 503], 18)
        assert news[10:] == [False, False, True, True, True, False, False, False]

    def test_no_answer_up_to_the_threshold(self) -> None:
        assert self.told([Answer.UNREACHABLE], 8) == [True, True, True, False, False, False, False, False]

    def test_recovery(self) -> None:
        news = self.told([*[200] * 11, *[503] * 6, 200], 22)
        assert news[10:17] == [False, True, True, True, False, False, False]
        assert news[17:] == [True, True, True, False, False]

    def test_an_answer_after_none(self) -> None:
        news = self.told([*[Answer.UNREACHABLE] * 6, 503], 7)
        assert news == [True, True, True, False, False, False, True]

    def test_another_status_of_the_same_kind(self) -> None:
        news = self.told([*[401] * 12, 403], 17)
        assert news[10:] == [False, False, True, True, True, False, False]

    def test_flapping(self) -> None:
        assert all(self.told([200, 503] * 10, 16))

    def test_it_is_told_whose_it_is(self) -> None:
        async def story(scene: Scene) -> None:
            scene.patrol.plan(CART, [plan()], pods(1))
            scene.patrol.plan(MENU, [plan()], [pod(2)])
            await asyncio.sleep(5)
            assert sorted(scene.news) == [CART, MENU]

        play(story)


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


def test_what_was_planned_before_it_runs_is_asked_then() -> None:
    async def story(scene: Scene) -> None:
        scene.patrol.plan(CART, [plan(interval=60)], pods(1))
        await asyncio.sleep(20)
        assert not scene.street.asked
        scene.running = asyncio.create_task(scene.patrol.run())
        await asyncio.sleep(3)
        assert len(scene.street.asked) == 1

    play(story, run=False)
