"""A reflector ends up with what the server has, whatever happens in between, and says how it is doing."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.fakeapi import virtual_time
from tests.fakeapi.faults import Harm
from tests.fakeapi.server import FakeApi, pods
from tests.fakeapi.virtual_time import until

from readiness.adapters.kubeapi import Connection, KubeApi
from readiness.adapters.reflector import Reflector, Source, State

PODS = "/api/v1/pods"

Scenario = Callable[[FakeApi], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Pod:
    name: str
    uid: str
    phase: str


def convert(raw: dict[str, Any], _before: Pod | None = None) -> Pod:
    if raw.get("broken"):
        raise KeyError("broken")
    metadata = raw["metadata"]
    return Pod(metadata["name"], metadata["uid"], raw.get("status", {}).get("phase", ""))


def pod(name: str, phase: str = "", **more: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "shop"}, "status": {"phase": phase}, **more}


@dataclass
class Heard:
    """What the sink was told, and the state that follows from it."""

    calls: list[tuple[Pod | None, Pod | None]] = field(default_factory=list)
    held: dict[str, Pod] = field(default_factory=dict)

    def __call__(self, old: Pod | None, new: Pod | None) -> None:
        self.calls.append((old, new))
        if old is not None:
            assert self.held.pop(old.name) is old
        if new is not None:
            assert new.name not in self.held
            self.held[new.name] = new


@asynccontextmanager
async def following(fake: FakeApi, **source: Any) -> AsyncIterator[tuple[Reflector[Pod], Heard]]:
    heard = Heard()
    async with KubeApi(Connection(server=fake.url)) as api:
        reflector = Reflector(api, Source(kind="Pod", path=PODS, **source), convert, heard, clock=virtual_time.clock)
        task = asyncio.create_task(reflector.run())
        try:
            yield reflector, heard
            assert not task.done()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def play(scenario: Scenario) -> None:
    async def on_stage() -> None:
        async with FakeApi() as fake:
            await scenario(fake)

    virtual_time.run(on_stage())


def test_objects_are_followed_from_the_first_list_through_every_event() -> None:
    async def scenario(fake: FakeApi) -> None:
        fake.store.put(PODS, pod("cart"))
        async with following(fake) as (reflector, heard):
            await reflector.synced.wait()
            assert set(heard.held) == {"cart"}
            await until(fake.open_streams)
            fake.store.put(PODS, pod("search"), pod("cart", "Running"))
            fake.store.remove(PODS, "search", "shop")
            await until(lambda: len(heard.calls) == 4)
            assert [(pod.name, pod.phase) for pod in heard.held.values()] == [("cart", "Running")]
            assert reflector.state is State.WATCHING
            assert (reflector.stats.lists, reflector.stats.watches, reflector.stats.events) == (1, 1, 3)

    play(scenario)


def test_a_list_comes_in_pages_and_is_synced_only_when_whole() -> None:
    async def scenario(fake: FakeApi) -> None:
        fake.store.put(PODS, *pods(250))
        fault = fake.harm(Harm.HANG, verb="list", skip=2)
        async with following(fake, page_size=100) as (reflector, heard):
            await until(lambda: len(heard.held) == 200)
            assert not reflector.synced.is_set()
            fault.lift()
            await reflector.synced.wait()
            assert len(heard.held) == len(reflector.mirror) == len(heard.calls) == 250

    play(scenario)


@pytest.mark.parametrize("way", ["error event", "status"])
def test_after_410_what_vanished_unseen_is_ended_and_what_stayed_is_not_told_again(way: str) -> None:
    async def scenario(fake: FakeApi) -> None:
        fake.store.put(PODS, *pods(20))
        async with following(fake) as (reflector, heard):
            await until(fake.open_streams)
            fake.store.remove(PODS, "pod-00003", "shop", silently=True)
            fake.store.compact()
            if way == "status":
                fake.refuse(410, "Expired", verb="watch", times=1)
            fake.cut_streams()
            await until(lambda: len(heard.held) == 19)
            assert len(heard.calls) == 21
            assert reflector.stats.gone == 1
            await until(lambda: reflector.state is State.WATCHING)

    play(scenario)


def test_410_on_a_later_page_begins_the_list_anew() -> None:
    async def scenario(fake: FakeApi) -> None:
        fake.store.put(PODS, *pods(30))
        fake.refuse(410, "Expired", verb="list", skip=1, times=1)
        async with following(fake, page_size=10) as (reflector, heard):
            await reflector.synced.wait()
            assert len(heard.calls) == 30
            assert reflector.stats.lists == 2

    play(scenario)


def test_an_object_replaced_while_nobody_watched_ends_before_the_new_one_begins() -> None:
    async def scenario(fake: FakeApi) -> None:
        fake.store.put(PODS, pod("cart"))
        async with following(fake) as (_, heard):
            await until(fake.open_streams)
            old = heard.held["cart"]
            fake.store.remove(PODS, "cart", "shop", silently=True)
            fake.store.put(PODS, pod("cart"))
            fake.store.compact()
            fake.cut_streams()
            await until(lambda: len(heard.calls) == 3)
            assert heard.calls[1] == (old, None)
            assert heard.held["cart"].uid != old.uid

    play(scenario)


@pytest.mark.parametrize("status", [401, 429, 500, 503])
def test_a_bad_quarter_of_an_hour_is_survived_and_shown(status: int) -> None:
    async def scenario(fake: FakeApi) -> None:
        fake.store.put(PODS, *pods(3))
        async with following(fake) as (reflector, heard):
            await until(fake.open_streams)
            before = len(fake.requests)
            fake.refuse(status, "Because", seconds=900)
            fake.cut_streams()
            await asyncio.sleep(600)
            assert (reflector.state, "Because" in reflector.error) == (State.FAILING, True)
            assert 20 < len(fake.requests) - before < 60  # every 15 to 30 seconds, in the end
            fake.store.put(PODS, pod("late"))
            await until(lambda: "late" in heard.held)
            assert (reflector.state, reflector.error) == (State.WATCHING, "")
            assert reflector.stats.lists == 1  # the place was kept

    play(scenario)


@pytest.mark.parametrize("harm", [Harm.HANG, Harm.DROP, Harm.GARBLE])
def test_answers_that_do_not_come_are_asked_for_again(harm: Harm) -> None:
    async def scenario(fake: FakeApi) -> None:
        fake.store.put(PODS, *pods(3))
        fake.harm(harm, times=4)
        async with following(fake) as (reflector, heard):
            await reflector.synced.wait()
            fake.store.put(PODS, pod("late"))
            await until(lambda: "late" in heard.held)

    play(scenario)


def test_an_answer_of_the_wrong_shape_is_survived() -> None:
    async def scenario(fake: FakeApi) -> None:
        async with following(fake) as (reflector, heard):
            await until(fake.open_streams)
            await fake.send({"type": "MODIFIED", "object": {"no": "metadata"}})
            await until(lambda: reflector.state is State.FAILING)
            fake.store.put(PODS, pod("late"))
            await until(lambda: "late" in heard.held)
            assert reflector.stats.lists == 2

    play(scenario)


def test_a_stream_that_falls_silent_is_opened_again_where_it_was() -> None:
    async def scenario(fake: FakeApi) -> None:
        fake.store.put(PODS, pod("cart"))
        async with following(fake) as (reflector, _):
            await asyncio.sleep(100)
            assert [each.query["resourceVersion"] for each in fake.seen("watch")] == ["2", "2"]
            assert reflector.stats.lists == 1
            assert (reflector.state, reflector.stats.errors) == (State.WATCHING, 0)  # nothing is wrong with quiet

    play(scenario)


def test_a_version_from_the_future_is_given_up() -> None:
    async def scenario(fake: FakeApi) -> None:
        async with following(fake) as (reflector, _):
            await until(fake.open_streams)
            details = {"causes": [{"reason": "ResourceVersionTooLarge"}]}
            status = {"code": 504, "reason": "Timeout", "message": "too large", "details": details}
            await fake.send({"type": "ERROR", "object": status})
            await until(lambda: reflector.stats.lists == 2)

    play(scenario)


def test_streams_last_between_four_and_six_minutes_and_go_on_from_the_last_bookmark() -> None:
    async def scenario(fake: FakeApi) -> None:
        async with following(fake) as (reflector, _):
            for _ in range(40):
                await asyncio.sleep(60)
                fake.store.version += 1
                await fake.bookmark()
                await asyncio.sleep(0.1)
                assert virtual_time.clock() - reflector.last_activity < 1
            watches = fake.seen("watch")
            times = [int(each.query["timeoutSeconds"]) for each in watches]
            assert 6 <= len(times) <= 11
            assert min(times) >= 240
            assert max(times) <= 360
            assert len(set(times)) > 1
            assert int(watches[-1].query["resourceVersion"]) > 30
            assert reflector.stats.lists == 1
            assert reflector.stats.errors == 0

    play(scenario)


def test_a_server_that_ends_every_stream_at_once_is_not_hammered() -> None:
    async def scenario(fake: FakeApi) -> None:
        async with following(fake) as (reflector, _):
            await reflector.synced.wait()
            fake.refuse(200, verb="watch")
            fake.cut_streams()
            await asyncio.sleep(300)
            assert len(fake.seen("watch")) < 30

    play(scenario)


def test_a_required_kind_we_may_not_read_is_never_synced() -> None:
    async def scenario(fake: FakeApi) -> None:
        fake.refuse(403, "Forbidden")
        async with following(fake) as (reflector, _):
            await asyncio.sleep(100)
            assert reflector.state is State.FORBIDDEN
            assert reflector.error == "as the test wants it"
            assert not reflector.synced.is_set()

    play(scenario)


@pytest.mark.parametrize("status, state", [(403, State.FORBIDDEN), (404, State.NOT_SERVED)])
def test_an_optional_kind_we_cannot_read_counts_as_empty_until_we_can(status: int, state: State) -> None:
    async def scenario(fake: FakeApi) -> None:
        fake.store.put(PODS, pod("cart"))
        fault = fake.refuse(status)
        async with following(fake, required=False) as (reflector, heard):
            await reflector.synced.wait()
            assert reflector.state is state
            assert heard.calls == []
            fault.lift()
            await until(lambda: heard.held)
            assert reflector.state is State.WATCHING

    play(scenario)


def test_a_kind_that_is_not_served_is_asked_for_about_once_a_minute() -> None:
    async def scenario(fake: FakeApi) -> None:
        fake.absent.add(PODS)
        async with following(fake, required=False):
            await asyncio.sleep(600)
            assert 8 <= len(fake.requests) <= 13

    play(scenario)


def test_a_kind_that_is_no_longer_served_has_no_objects() -> None:
    async def scenario(fake: FakeApi) -> None:
        fake.store.put(PODS, *pods(3))
        async with following(fake) as (reflector, heard):
            await until(fake.open_streams)
            fake.absent.add(PODS)
            fake.cut_streams()
            await until(lambda: not heard.held)
            assert reflector.state is State.NOT_SERVED

    play(scenario)


def test_one_404_on_a_watch_does_not_end_anything() -> None:
    async def scenario(fake: FakeApi) -> None:
        fake.store.put(PODS, *pods(3))
        async with following(fake) as (reflector, heard):
            await until(fake.open_streams)
            fake.refuse(404, verb="watch", times=1)
            fake.cut_streams()
            await until(lambda: reflector.stats.watches == 3)
            assert len(heard.calls) == 3

    play(scenario)


def test_an_object_that_cannot_be_read_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(fake: FakeApi) -> None:
        fake.store.put(PODS, pod("bad", broken=True), *pods(3))
        async with following(fake) as (reflector, heard):
            await until(fake.open_streams)
            fake.store.put(PODS, pod("bad", "Running", broken=True), pod("late"))
            await until(lambda: "late" in heard.held)
            assert len(heard.held) == 4
            assert reflector.mirror.broken == 2

    play(scenario)
    told = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert Counter(record.getMessage() for record in told) == {"Pod shop/bad cannot be read; going on without it": 1}


def test_only_what_is_selected_is_asked_for_and_only_metadata_where_that_is_enough() -> None:
    async def scenario(fake: FakeApi) -> None:
        fake.store.put(PODS, pod("cart", "Running"), pod("job", "Succeeded"))
        chosen = {"field_selector": "status.phase=Running", "metadata_only": True}
        async with following(fake, **chosen) as (_, heard):
            await until(fake.open_streams)
            fake.store.put(PODS, pod("late", "Running"), pod("other", "Pending"))
            await until(lambda: "late" in heard.held)
            assert {name: each.phase for name, each in heard.held.items()} == {"cart": "", "late": ""}
            assert {each.query["fieldSelector"] for each in fake.requests} == {"status.phase=Running"}

    play(scenario)
