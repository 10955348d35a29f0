"""Requests and streams against a server that has every kind of bad day."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
from tests.fakeapi.faults import Harm
from tests.fakeapi.server import FakeApi, pods

from readiness import __version__
from readiness.adapters.kubeapi import Connection, KubeApi
from readiness.runtime.api import APPLY_PATCH, METADATA_LIST, ApiError, list_pages

PODS = "/api/v1/pods"
SHOP_PODS = "/api/v1/namespaces/shop/pods"
WATCH = {"watch": "1", "allowWatchBookmarks": "true", "resourceVersion": "1", "timeoutSeconds": "300"}


class Ring:
    """Credentials that have one more token each time one is refused."""

    def __init__(self) -> None:
        self.number = 1

    async def authorization(self) -> str:
        return f"Bearer {self.number}"

    def distrust(self) -> None:
        self.number += 1


@pytest.fixture
async def fake() -> AsyncIterator[FakeApi]:
    async with FakeApi() as server:
        yield server


@pytest.fixture
def counted() -> Counter[tuple[str, int]]:
    return Counter()


@pytest.fixture
async def api(fake: FakeApi, counted: Counter[tuple[str, int]]) -> AsyncIterator[KubeApi]:
    def count(verb: str, code: int) -> None:
        counted[verb, code] += 1

    async with KubeApi(Connection(server=fake.url), on_request=count, total=0.2, idle=0.1) as client:
        yield client


async def refused(api: KubeApi, verb: str = "GET", path: str = PODS) -> ApiError:
    with pytest.raises(ApiError) as caught:
        await api.request(verb, path)
    return caught.value


async def test_an_object_is_created_read_applied_and_deleted(fake: FakeApi, api: KubeApi) -> None:
    body = {"metadata": {"name": "cart"}, "spec": {"a": 1}}
    created = await api.request("POST", SHOP_PODS, body=body)
    patch = {"metadata": {"name": "cart"}, "spec": {"b": 2}}
    params = {"fieldManager": "readiness", "force": "true"}
    applied = await api.request("PATCH", f"{SHOP_PODS}/cart", body=patch, params=params, content_type=APPLY_PATCH)
    assert applied["spec"] == {"a": 1, "b": 2}
    assert applied["metadata"]["uid"] == created["metadata"]["uid"]
    assert await api.request("GET", f"{SHOP_PODS}/cart") == applied
    await api.request("DELETE", f"{SHOP_PODS}/cart")
    assert (await refused(api, path=f"{SHOP_PODS}/cart")).is_not_found
    assert fake.seen("patch")[0].headers["Content-Type"] == APPLY_PATCH
    assert fake.seen("patch")[0].query == params


async def test_every_request_says_who_asks_and_wants_no_compression(fake: FakeApi, api: KubeApi) -> None:
    await api.request("GET", PODS)
    headers = fake.requests[0].headers
    assert headers["User-Agent"] == f"readiness-operator/{__version__}"
    assert headers["Accept-Encoding"] == "identity"


async def test_a_stale_version_is_a_conflict(api: KubeApi) -> None:
    first = await api.request("POST", SHOP_PODS, body={"metadata": {"name": "cart"}})
    await api.request("PUT", f"{SHOP_PODS}/cart", body={**first, "spec": {"a": 1}})
    with pytest.raises(ApiError, match="Conflict") as caught:
        await api.request("PUT", f"{SHOP_PODS}/cart", body={**first, "spec": {"a": 2}})
    assert caught.value.is_conflict


@pytest.mark.parametrize(
    "status, trait",
    [
        (401, "is_unauthorized"),
        (403, "is_forbidden"),
        (404, "is_not_found"),
        (409, "is_conflict"),
        (410, "is_gone"),
        (429, "is_temporary"),
        (500, "is_temporary"),
        (503, "is_temporary"),
    ],
)
async def test_a_refusal_says_what_kind_it_is(fake: FakeApi, api: KubeApi, status: int, trait: str) -> None:
    fake.refuse(status, "Because")
    error = await refused(api)
    assert (error.status, error.reason, error.message) == (status, "Because", "as the test wants it")
    assert getattr(error, trait)


async def test_a_busy_server_says_when_to_come_back(fake: FakeApi, api: KubeApi) -> None:
    fake.refuse(429, headers={"Retry-After": "7"})
    assert (await refused(api)).retry_after == 7


async def test_a_namespace_that_goes_away_is_told_from_other_refusals() -> None:
    details = {"causes": [{"reason": "NamespaceTerminating"}], "retryAfterSeconds": 2}
    error = ApiError.of({"code": 403, "reason": "Forbidden", "message": "going", "details": details})
    assert error.is_namespace_terminating
    assert error.retry_after == 2
    assert not ApiError(403, "Forbidden", "no").is_namespace_terminating


@pytest.mark.parametrize("harm", [Harm.HANG, Harm.DROP, Harm.GARBLE, Harm.SWALLOW])
async def test_no_answer_is_an_answer_of_its_own(fake: FakeApi, api: KubeApi, harm: Harm) -> None:
    fake.harm(harm)
    body = {"metadata": {"name": "cart"}}
    with pytest.raises(ApiError) as caught:
        await api.request("POST", SHOP_PODS, body=body)
    assert caught.value.status == 0
    assert caught.value.is_temporary
    assert len(fake.store.all(PODS)) == (harm is Harm.SWALLOW)


async def test_a_server_that_is_not_there_is_no_answer(api: KubeApi) -> None:
    async with KubeApi(Connection(server="http://127.0.0.1:1")) as nowhere:
        assert (await refused(nowhere)).status == 0


async def test_answers_are_counted_by_verb_and_code(
    fake: FakeApi, api: KubeApi, counted: Counter[tuple[str, int]]
) -> None:
    await api.request("GET", PODS)
    fake.refuse(503, times=1)
    await refused(api)
    fake.harm(Harm.DROP, times=5)
    await refused(api, "DELETE", f"{SHOP_PODS}/cart")
    assert counted == {("GET", 200): 1, ("GET", 503): 1, ("DELETE", 0): 1}


async def test_a_refused_token_is_replaced_and_the_request_sent_again(fake: FakeApi) -> None:
    fake.tokens = {"2"}
    async with KubeApi(Connection(server=fake.url, credentials=Ring())) as api:
        await api.request("GET", PODS)
        assert [each.headers["Authorization"] for each in fake.requests] == ["Bearer 1", "Bearer 2"]
        fake.tokens = {"none"}
        assert (await refused(api)).is_unauthorized
    assert len(fake.requests) == 4


async def test_a_redirect_is_not_followed_with_our_token(fake: FakeApi, api: KubeApi) -> None:
    fake.refuse(302, headers={"Location": f"{fake.url}/api/v1/nodes"})
    assert (await refused(api)).status == 302
    assert len(fake.requests) == 1


@pytest.mark.parametrize("size", [1, 3, 10, 500])
async def test_pages_make_the_whole_list(fake: FakeApi, api: KubeApi, size: int) -> None:
    fake.store.put(PODS, *pods(10))
    pages = [page async for page in list_pages(api, PODS, page_size=size)]
    names = [item["metadata"]["name"] for page in pages for item in page["items"]]
    assert names == [f"pod-{number:05}" for number in range(10)]
    assert len(pages) == -(-10 // size)


async def test_a_list_whose_snapshot_expires_is_gone(fake: FakeApi, api: KubeApi) -> None:
    fake.store.put(PODS, *pods(3))
    pages = list_pages(api, PODS, page_size=1)
    await anext(pages)
    fake.store.compact()
    with pytest.raises(ApiError) as caught:
        await anext(pages)
    assert caught.value.is_gone


async def test_a_list_of_metadata_leaves_the_rest_on_the_server(fake: FakeApi, api: KubeApi) -> None:
    fake.store.put(PODS, *pods(1))
    [page] = [page async for page in list_pages(api, PODS, accept=METADATA_LIST)]
    assert "spec" not in page["items"][0]


@pytest.mark.parametrize("piece", [0, 7])
async def test_a_stream_yields_what_happened_and_what_happens(fake: FakeApi, api: KubeApi, piece: int) -> None:
    fake.stream_piece = piece
    fake.store.put(PODS, *pods(1))
    async with aclosing(api.stream(PODS, WATCH)) as events:
        assert (await anext(events))["type"] == "ADDED"
        fake.store.put(PODS, *pods(1))
        assert (await anext(events))["type"] == "MODIFIED"
        await fake.bookmark()
        assert (await anext(events))["type"] == "BOOKMARK"


async def test_a_line_longer_than_any_buffer_arrives(fake: FakeApi, api: KubeApi) -> None:
    fake.store.put(PODS, {"metadata": {"name": "big", "annotations": {"a": "x" * 2**20}}})
    async with aclosing(api.stream(PODS, WATCH)) as events:
        event = await anext(events)
    assert len(event["object"]["metadata"]["annotations"]["a"]) == 2**20


async def test_a_silent_stream_ends_with_an_error(
    fake: FakeApi, api: KubeApi, counted: Counter[tuple[str, int]]
) -> None:
    with pytest.raises(ApiError) as caught:
        [event async for event in api.stream(PODS, WATCH)]
    assert caught.value.status == 0
    assert counted == {("WATCH", 200): 1}


async def test_a_stream_cut_in_the_middle_ends_with_an_error(fake: FakeApi, api: KubeApi) -> None:
    fake.store.put(PODS, *pods(1))
    events = api.stream(PODS, WATCH)
    await anext(events)
    fake.cut_streams()
    with pytest.raises(ApiError) as caught:
        await anext(events)
    assert caught.value.status == 0


async def test_a_refused_stream_is_a_refusal_like_any_other(fake: FakeApi, api: KubeApi) -> None:
    fake.refuse(410, "Expired", verb="watch")
    with pytest.raises(ApiError) as caught:
        [event async for event in api.stream(PODS, WATCH)]
    assert caught.value.is_gone


async def test_a_stream_that_is_left_frees_the_server(fake: FakeApi, api: KubeApi) -> None:
    fake.store.put(PODS, *pods(1))
    async with aclosing(api.stream(PODS, WATCH)) as events:
        await anext(events)
        [stream] = fake.open_streams(PODS)
    async with asyncio.timeout(1):
        await stream.ended.wait()
