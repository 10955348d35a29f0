"""Which waivers a policy's status names: those that waive something of it, the first to end before the others."""

from collections.abc import Iterable
from datetime import timedelta

from tests.builders import NOW, check, policy, requirement, snapshot, workload

from readiness.engine.evaluate import evaluate
from readiness.engine.status import status_of
from readiness.engine.tally import Standing, Tally
from readiness.model import Fail, Ref
from readiness.model.claims import Subject, Validity, Waiver
from readiness.model.labels import EVERYTHING

ASKED = policy(requirement("a", check("a", Fail("", "wrong"))), requirement("b", check("b", Fail("", "wrong"))))
CART, SEARCH = workload("cart"), workload("search")


def waiver(number: int, *requirements: str) -> Waiver:
    validity = Validity(NOW, NOW + timedelta(hours=1 + number))
    ref = Ref("ReadinessWaiver", "shop", f"w{number:02}")
    return Waiver(ref, Subject(selector=EVERYTHING), validity, requirements=frozenset(requirements))


def names(tally: Tally) -> list[str]:
    status = status_of(tally, {}, NOW)
    assert status["activeWaiversTotal"] >= len(status["activeWaivers"])
    return [item["name"] for item in status["activeWaivers"]]


def judged(*waivers: Waiver) -> Tally:
    """Both workloads, with these waivers."""
    tally = Tally(ASKED)
    put(tally, waivers)
    return tally


def put(tally: Tally, waivers: Iterable[Waiver]) -> None:
    cluster = snapshot(CART, SEARCH, *waivers)
    for each in (CART, SEARCH):
        tally.put(each.ref, Standing.of(evaluate(each, [ASKED], cluster).scorecards[0]))


def test_those_that_waive_something_are_named_once_the_first_to_end_before_the_others() -> None:
    tally = judged(waiver(2, "a"), waiver(1, "b"), waiver(0, "c"))
    assert names(tally) == ["w01", "w02"]
    assert status_of(tally, {}, NOW)["activeWaivers"][0] == {
        "namespace": "shop",
        "name": "w01",
        "expirationTime": "2026-11-21T12:00:00Z",
    }


def test_those_that_have_no_work_left_are_named_no_more() -> None:
    tally = judged(waiver(1, "a"), waiver(2, "b"))
    put(tally, [waiver(2, "b")])
    assert names(tally) == ["w02"]
    put(tally, [])
    assert names(tally) == []
    assert not tally.waivers


def test_twenty_are_named_and_all_are_counted() -> None:
    tally = judged(*(waiver(number, "a") for number in range(30)))
    assert names(tally) == [f"w{number:02}" for number in range(20)]
    assert status_of(tally, {}, NOW)["activeWaiversTotal"] == 30
