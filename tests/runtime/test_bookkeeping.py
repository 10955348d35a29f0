"""Which of two tellers knows the newer report: the watch, or our own write."""

from dataclasses import replace

import pytest

from readiness.engine.published import Published
from readiness.model import Ref
from readiness.runtime.bookkeeping import PublishedReports
from readiness.runtime.versions import newer

CART = Ref("Deployment", "shop", "cart", "apps")
REPORT = Ref("ReadinessReport", "shop", "deployment-cart", "readiness.dev")


def _report(version: str, digest: bytes = b"one", uid: str = "r-1") -> Published:
    return Published(REPORT, CART, uid, version, digest)


@pytest.mark.parametrize(
    "version, than, expected",
    [("10", "9", True), ("9", "10", False), ("9", "9", False), ("b", "a", True), ("a", "a", False), ("1", "", True)],
)
def test_versions_are_compared_as_numbers(version: str, than: str, expected: bool) -> None:  # noqa: FBT001
    assert newer(version, than) is expected


def test_a_report_that_appears_is_looked_at() -> None:
    known = PublishedReports()
    assert known.saw(None, _report("1")) == CART
    assert (known.of(CART), len(known), list(known)) == (_report("1"), 1, [CART])


def test_our_own_write_is_no_news() -> None:
    known = PublishedReports()
    known.wrote(_report("5"), at=7.0)
    assert known.saw(None, _report("5")) is None
    assert known.written_at(CART) == 7.0


def test_an_edit_is_news_and_a_touch_is_not() -> None:
    known = PublishedReports()
    known.wrote(_report("5"), at=7.0)
    assert known.saw(_report("5"), _report("6")) is None
    assert known.saw(_report("6"), _report("7", b"edited")) == CART
    assert known.of(CART) == _report("7", b"edited")


def test_what_the_watch_tells_late_is_old_news() -> None:
    known = PublishedReports()
    known.wrote(_report("5"), at=7.0)
    assert known.saw(None, _report("4", b"older")) is None
    assert known.saw(None, _report("3", b"older", uid="r-0")) is None
    assert known.of(CART) == _report("5")


def test_an_edit_that_the_watch_told_before_our_write_returned_is_not_forgotten() -> None:
    known = PublishedReports()
    known.saw(None, _report("6", b"edited"))
    known.wrote(_report("5"), at=7.0)
    assert known.of(CART) == _report("6", b"edited")
    assert known.written_at(CART) == 7.0


def test_a_deletion_is_news_only_of_the_report_that_we_know() -> None:
    known = PublishedReports()
    known.wrote(_report("5"), at=7.0)
    assert known.saw(_report("2", uid="r-0"), None) is None
    assert known.saw(_report("6"), None) == CART
    assert known.of(CART) is None
    assert known.written_at(CART) == float("-inf")
    assert known.saw(_report("6"), None) is None


def test_our_own_deletion_is_known_at_once() -> None:
    known = PublishedReports()
    known.wrote(_report("5"), at=7.0)
    known.deleted(CART)
    known.deleted(CART)
    assert len(known) == 0
    assert known.saw(_report("6"), None) is None


def test_what_is_about_nobody_is_no_report() -> None:
    known = PublishedReports()
    stray = replace(_report("1"), subject=None)
    assert known.saw(None, stray) is None
    assert known.saw(None, None) is None
    known.wrote(stray, at=1.0)
    assert len(known) == 0
