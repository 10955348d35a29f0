"""Whatever the server does and however the connection fails, a reflector ends up with what the server has."""

import asyncio
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakeapi import virtual_time
from tests.fakeapi.faults import Harm
from tests.fakeapi.server import FakeApi

from readiness.adapters.kubeapi import Connection, KubeApi
from readiness.adapters.reflector import Reflector, Source

PATH = "/apis/shop.example/v1/carts"

Step = Callable[[FakeApi], None]


def put(fake: FakeApi, name: str, colour: str) -> None:
    fake.store.put(PATH, {"metadata": {"name": name}, "spec": {"colour": colour}})


def remove(fake: FakeApi, name: str, *, silently: bool) -> None:
    if ("", name) in fake.store.objects.get(PATH, {}):
        fake.store.remove(PATH, name, silently=silently)
    if silently:  # what no history tells must be found by listing
        fake.store.compact()
        fake.cut_streams()


NAMES = st.sampled_from("abcdef")
CHANGES = st.one_of(
    st.builds(lambda n, c: lambda fake: put(fake, n, c), NAMES, st.sampled_from(["red", "blue"])),
    st.builds(lambda n, s: lambda fake: remove(fake, n, silently=s), NAMES, st.booleans()),
)
TROUBLES = st.one_of(
    st.just(lambda fake: fake.cut_streams()),
    st.just(lambda fake: fake.store.compact()),
    st.builds(
        lambda status, n: lambda fake: fake.refuse(status, times=n),
        st.sampled_from([401, 403, 404, 410, 429, 500, 503]),
        st.integers(1, 3),
    ),
    st.builds(lambda harm: lambda fake: fake.harm(harm, times=1), st.sampled_from(Harm)),
)


async def follow(steps: list[tuple[Step, float]]) -> None:
    held: dict[str, str] = {}

    def sink(old: tuple[str, str] | None, new: tuple[str, str] | None) -> None:
        if old is not None:
            assert held.pop(old[0]) == old[1]
        if new is not None:
            held[new[0]] = new[1]

    def convert(raw: dict[str, Any], _before: object) -> tuple[str, str]:
        return raw["metadata"]["name"], raw["spec"]["colour"]

    async with FakeApi() as fake, KubeApi(Connection(server=fake.url)) as api:
        source = Source(kind="Cart", path=PATH, page_size=2)
        reflector = Reflector(api, source, convert, sink, clock=virtual_time.clock)
        task = asyncio.create_task(reflector.run())
        for step, pause in steps:
            step(fake)
            await asyncio.sleep(pause)
        await asyncio.sleep(600)
        assert held == {each["metadata"]["name"]: each["spec"]["colour"] for each in fake.store.all(PATH)}
        assert reflector.synced.is_set()
        assert reflector.mirror.broken == 0
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(CHANGES | TROUBLES, st.sampled_from([0.0, 0.0, 3.0, 100.0])), max_size=12))
def test_a_reflector_converges(steps: list[tuple[Step, float]]) -> None:
    virtual_time.run(follow(steps))
