"""Delays grow, stay under their limit, and differ."""

from hypothesis import given
from hypothesis import strategies as st

from readiness.runtime.backoff import Backoff


@given(st.integers(0, 10**6))
def test_a_delay_is_between_half_and_all_of_its_step(failures: int) -> None:
    full = min(30.0, 1.0 * 2 ** min(max(failures - 1, 0), 10))
    assert full / 2 <= Backoff(first=1.0, limit=30.0).delay(failures) <= full


def test_two_delays_are_seldom_the_same() -> None:
    assert len({Backoff().delay(3) for _ in range(20)}) > 15
