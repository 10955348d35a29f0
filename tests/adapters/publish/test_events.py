"""Events as the recorder sends them: counted into series, bounded in number and size, never in anybody's way."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
from tests.fakeapi import virtual_time
from tests.fakeapi.faults import Harm
from tests.fakeapi.server import FakeApi
from tests.fakeapi.store import Object
from tests.fakeapi.virtual_time import clock

from readiness.adapters.kubeapi import Connection, KubeApi
from readiness.adapters.publish.events import EventRecorder
from readiness.runtime.ports import Event, Regarding

EVENTS = "/apis/events.k8s.io/v1/events"
CART = Regarding("apps/v1", "Deployment", "shop", "cart", "uid-1")
POLICY = Regarding("readiness.dev/v1alpha1", "ReadinessPolicy", "shop", "production", "uid-2")
CLUSTER_POLICY = Regarding("readiness.dev/v1alpha1", "ClusterReadinessPolicy", "", "production", "uid-3")
FAILED = Event(CART, "RequirementFailed", "Evaluate", "run-as-non-root", worse=True, related=POLICY)


@dataclass
class Desk:
    """A recorder at work before a fake API server."""

    server: FakeApi
    recorder: EventRecorder
    dropped: Counter[str]
    leads: list[bool] = field(default_factory=lambda: [True])

    def sent(self) -> list[Object]:
        return list(self.server.store.objects.get(EVENTS, {}).values())


@asynccontextmanager
async def desk(*, limit: int = 1000, running: bool = True) -> AsyncIterator[Desk]:
    dropped: Counter[str] = Counter()
    leads = [True]
    async with FakeApi() as server, KubeApi(Connection(server=server.url)) as api:

        def drop(reason: str) -> None:
            dropped[reason] += 1

        recorder = EventRecorder(api, "pod_1", lambda: leads[0], dropped=drop, limit=limit, clock=clock)
        task = asyncio.create_task(recorder.run()) if running else None
        try:
            yield Desk(server, recorder, dropped, leads)
        finally:
            for fault in server.faults:
                fault.lift()
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


def about(number: int, event: Event = FAILED) -> Event:
    """The same about another object."""
    return replace(event, regarding=replace(event.regarding, name=f"app-{number}", uid=f"app-{number}"))


def test_an_event_says_what_the_api_wants() -> None:
    async def scenario() -> None:
        async with desk() as at:
            at.recorder.tell(FAILED)
            await asyncio.sleep(1)
            event = at.sent()[0]
            assert event["reportingController"] == "readiness.dev/operator"
            assert event["reportingInstance"] == "pod_1"
            assert (event["type"], event["reason"], event["action"]) == ("Warning", "RequirementFailed", "Evaluate")
            assert event["related"]["kind"] == "ReadinessPolicy"
            assert len(event["eventTime"]) == len("2026-11-21T10:00:00.000000Z")

    virtual_time.run(scenario())


@pytest.mark.parametrize("about_object, namespace", [(CART, "shop"), (POLICY, "shop"), (CLUSTER_POLICY, "default")])
def test_an_event_is_where_its_object_is_or_in_default(about_object: Regarding, namespace: str) -> None:
    async def scenario() -> None:
        async with desk() as at:
            at.recorder.tell(replace(FAILED, regarding=about_object))
            await asyncio.sleep(1)
            event = at.sent()[0]
            assert event["metadata"]["namespace"] == namespace
            assert event["regarding"].get("namespace", "default") == namespace

    virtual_time.run(scenario())


def test_the_same_again_is_one_of_a_series() -> None:
    async def scenario() -> None:
        async with desk() as at:
            for _ in range(3):
                at.recorder.tell(FAILED)
                await asyncio.sleep(60)
            assert [event["series"]["count"] for event in at.sent()] == [3]
            await asyncio.sleep(600)
            at.recorder.tell(FAILED)
            await asyncio.sleep(1)
            assert len(at.sent()) == 2

    virtual_time.run(scenario())


def test_a_series_whose_event_has_expired_begins_anew() -> None:
    async def scenario() -> None:
        async with desk() as at:
            at.recorder.tell(FAILED)
            await asyncio.sleep(1)
            at.server.store.remove(EVENTS, at.sent()[0]["metadata"]["name"], "shop")
            at.server.refuse(404, "NotFound", verb="patch")
            at.recorder.tell(FAILED)
            await asyncio.sleep(1)
            assert [event["reason"] for event in at.sent()] == ["RequirementFailed"]
            assert at.dropped == {}

    virtual_time.run(scenario())


def test_one_object_gets_five_at_once_and_one_every_five_minutes() -> None:
    async def scenario() -> None:
        async with desk() as at:
            for number in range(8):
                at.recorder.tell(replace(FAILED, note=str(number)))
            at.recorder.tell(about(1))
            await asyncio.sleep(1)
            assert len(at.sent()) == 6
            assert at.dropped == {"object": 3}
            await asyncio.sleep(300)
            at.recorder.tell(replace(FAILED, note="later"))
            at.recorder.tell(replace(FAILED, note="too soon"))
            await asyncio.sleep(1)
            assert len(at.sent()) == 7

    virtual_time.run(scenario())


def test_a_full_queue_drops_and_counts() -> None:
    async def scenario() -> None:
        async with desk(limit=3, running=False) as at:
            for number in range(5):
                at.recorder.tell(about(number))
            assert at.dropped == {"queue": 2}
            await at.recorder.drain()
            assert len(at.sent()) == 3

    virtual_time.run(scenario())


def test_all_objects_together_are_paced() -> None:
    async def scenario() -> None:
        async with desk() as at:
            began = clock()
            for number in range(150):
                at.recorder.tell(about(number))
            await virtual_time.until(lambda: len(at.sent()) == 150)
            assert 4.9 < clock() - began < 14.9  # a hundred at once, ten a second from then on

    virtual_time.run(scenario())


def test_a_note_is_cut_by_bytes() -> None:
    async def scenario() -> None:
        async with desk() as at:
            at.recorder.tell(replace(FAILED, note="ä" * 1000))
            at.recorder.tell(replace(FAILED, note="a" * 1024))
            await asyncio.sleep(1)
            notes = [event["note"] for event in at.sent()]
            assert notes == ["ä" * 510 + "…", "a" * 1024]
            assert all(len(note.encode()) <= 1024 for note in notes)

    virtual_time.run(scenario())


def test_who_does_not_lead_tells_nothing() -> None:
    async def scenario() -> None:
        async with desk() as at:
            at.leads[0] = False
            at.recorder.tell(FAILED)
            await asyncio.sleep(1)
            assert at.server.writes() == []
            assert at.dropped == {"not leading": 1}

    virtual_time.run(scenario())


@pytest.mark.parametrize(
    "refuse, logged",
    [
        (lambda server: server.refuse(403, "Forbidden", causes=("NamespaceTerminating",)), 0),
        (lambda server: server.refuse(404, "NotFound"), 0),
        (lambda server: server.refuse(500, "InternalError"), 1),
        (lambda server: server.harm(Harm.DROP), 1),
    ],
)
def test_a_refused_event_is_dropped_and_the_next_one_sent(
    refuse: Callable[[FakeApi], object], logged: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        async with desk() as at:
            refuse(at.server)
            at.recorder.tell(FAILED)
            await asyncio.sleep(1)
            at.server.faults[0].lift()
            at.recorder.tell(about(1))
            await asyncio.sleep(1)
            assert len(at.sent()) == 1
            assert at.dropped == {"refused": 1}
            assert len([record for record in caplog.records if "cannot tell" in record.message]) == logged

    virtual_time.run(scenario())


def test_what_hangs_at_the_end_is_given_up() -> None:
    async def scenario() -> None:
        async with desk(running=False) as at:
            at.server.harm(Harm.HANG)
            at.recorder.tell(FAILED)
            at.recorder.tell(about(1))
            began = clock()
            await at.recorder.drain(within=2.0)
            assert clock() - began < 2.5

    virtual_time.run(scenario())


def test_what_is_remembered_is_bounded() -> None:
    async def scenario() -> None:
        async with desk(running=False, limit=10_000) as at:
            for number in range(5000):
                at.recorder.tell(about(number))
            assert len(at.recorder._buckets) == 4096

    virtual_time.run(scenario())
