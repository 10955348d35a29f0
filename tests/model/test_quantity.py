"""Quantities and IntOrPercent are read, and rounded, as upstream does it."""

from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.model.quantity import quantity, scaled

QUANTITIES = [
    ("0", 0),
    ("1", 1),
    ("+1", 1),
    ("-1", -1),
    ("007", 7),
    ("0.1", Fraction(1, 10)),
    (".5", Fraction(1, 2)),
    ("5.", 5),
    ("-.5Gi", -Fraction(2**29)),
    ("100n", Fraction(1, 10**7)),
    ("1u", Fraction(1, 10**6)),
    ("500m", Fraction(1, 2)),
    ("1k", 10**3),
    ("1Ki", 2**10),
    ("1M", 10**6),
    ("1Mi", 2**20),
    ("1.5Gi", 3 * 2**29),
    ("2G", 2 * 10**9),
    ("1T", 10**12),
    ("1Ti", 2**40),
    ("1P", 10**15),
    ("1Pi", 2**50),
    ("1E", 10**18),
    ("1Ei", 2**60),
    ("1e3", 10**3),
    ("1E3", 10**3),
    ("1E-3", Fraction(1, 1000)),
    ("1.5e+2", 150),
    (0, 0),
    (2, 2),
    (-3, -3),
    (0.5, Fraction(1, 2)),
    (1e22, 10**22),
]
JUNK: list[object] = [
    "", " ", "lots", "Gi", ".", "+", "1 Gi", " 1", "1\n", "1K", "1ki", "1KI", "1GiB", "1Gib", "1mi", "1e", "1E+",
    "1ee3", "1e3Gi", "1..5", "1.5.2", "--1", "0x10", "1_000", "1,5", "1/2", "NaN", "inf", "1e9999", "٣", "1" * 5000,
    None, True, False, float("nan"), float("inf"), [], {}, ["1"],
]  # fmt: skip


@pytest.mark.parametrize("text, value", QUANTITIES)
def test_a_quantity_has_its_exact_value(text: object, value: Fraction) -> None:
    assert quantity(text) == value


@pytest.mark.parametrize("text", JUNK, ids=lambda text: repr(text)[:12])
def test_what_is_no_quantity_is_none(text: object) -> None:
    assert quantity(text) is None


@given(st.text() | st.floats() | st.from_regex(r"[-+]?[0-9.]*[eE]?[-+]?[0-9kMGTPEnumi]*", fullmatch=True))
def test_no_text_is_too_odd_to_be_asked_for(text: object) -> None:
    assert quantity(text) is None or isinstance(quantity(text), Fraction)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3))
def test_milli_is_a_thousandth(number: object) -> None:
    plain, milli = quantity(f"{number:f}"), quantity(f"{number:f}m")
    assert plain is not None
    assert milli == plain / 1000


SHARES = [
    # value, of how many pods, rounded up, rounded down: intstr.GetScaledValueFromIntOrPercent
    (0, 7, 0, 0),
    (3, 7, 3, 3),
    (9, 7, 9, 9),
    ("0%", 7, 0, 0),
    ("1%", 7, 1, 0),
    ("25%", 4, 1, 1),
    ("25%", 5, 2, 1),
    ("33%", 3, 1, 0),
    ("50%", 3, 2, 1),
    ("50%", 1, 1, 0),
    ("99%", 1, 1, 0),
    ("100%", 7, 7, 7),
    ("150%", 2, 3, 3),
    ("25%", 0, 0, 0),
]
NO_SHARES = [
    None,
    True,
    False,
    "",
    "%",
    "3",
    "2.5%",
    "-10%",
    "+10%",
    " 50%",
    "50 %",
    "50%%",
    "half",
    "٣%",
    "9" * 5000 + "%",
]


@pytest.mark.parametrize("value, pods, up, down", SHARES)
def test_a_share_of_pods_rounds_as_asked(value: int | str, pods: int, up: int, down: int) -> None:
    assert scaled(value, pods, up=True) == up
    assert scaled(value, pods, up=False) == down


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize("value", NO_SHARES, ids=lambda value: repr(value)[:12])
def test_what_is_no_share_is_none(value: int | str | None, *, up: bool) -> None:
    assert scaled(value, 7, up=up) is None


@given(st.integers(0, 1000), st.integers(0, 100_000))
def test_percentages_are_exact_before_they_are_rounded(percent: int, pods: int) -> None:
    share = Fraction(percent * pods, 100)
    assert scaled(f"{percent}%", pods, up=True) == ceil(share)
    assert scaled(f"{percent}%", pods, up=False) == floor(share)
