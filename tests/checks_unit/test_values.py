"""What values of settings say, in the ways that programs write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.checks.evidence.values import Address, address, bare, number, size, span, switch, whole


@pytest.mark.parametrize(
    "text, found", [("5", 5), ("-2.5", -2.5), ("+1", 1), ("", None), ("1e3", None), ("nan", None), ("٣", None)]
)
def test_a_number_is_decimal(text: str, found: float | None) -> None:
    assert number(text) == found


@pytest.mark.parametrize("text, found", [("5", 5), ("5.0", None), ("five", None)])
def test_a_whole_number_has_no_fraction(text: str, found: float | None) -> None:
    assert whole(text) == found


@pytest.mark.parametrize(
    "name, text, seconds",
    [
        ("HTTP_TIMEOUT", "90s", 90),
        ("HTTP_TIMEOUT", "1h30m", 5400),
        ("HTTP_TIMEOUT", "1.5 h", 5400),
        ("HTTP_TIMEOUT", "1m 30s", 90),
        ("HTTP_TIMEOUT", "250ms", 0.25),
        ("HTTP_TIMEOUT", "500us", 0.0005),
        ("HTTP_TIMEOUT", "2d", 172_800),
        ("HTTP_TIMEOUT", "30", 30),
        ("HTTP_TIMEOUT_MS", "1500", 1.5),
        ("http.timeout.millis", "1500", 1.5),
        ("CACHE_TTL_MINUTES", "5", 300),
        ("CACHE_TTL_HOURS", "5m", 300),
        ("ITEMS", "30", 30),
        ("HTTP_TIMEOUT", "", None),
        ("HTTP_TIMEOUT", "soon", None),
        ("HTTP_TIMEOUT", "5 parsecs", None),
        ("HTTP_TIMEOUT", "5s later", None),
    ],
)
def test_a_bare_number_is_in_the_unit_that_the_name_ends_with(name: str, text: str, seconds: float | None) -> None:
    assert span(name, text) == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    "text, found",
    [("1024", 1024), ("64Ki", 65536), ("1 MiB", 2**20), ("10MB", 10**7), ("1.5g", 1.5e9), ("12x", None), ("", None)],
)
def test_sizes_are_decimal_unless_they_say_i(text: str, found: float | None) -> None:
    assert size(text) == found


@pytest.mark.parametrize("text, found", [("True", True), ("on", True), ("0", False), ("No", False), ("maybe", None)])
def test_a_switch_is_on_or_off(text: str, found: bool | None) -> None:  # noqa: FBT001
    assert switch(text) is found


@pytest.mark.parametrize(
    "text, found",
    [
        ("https://shop.example/a?B=c", Address("https", {"b": "c"})),
        ("jdbc:postgresql://db:5432/cart?ssl=true", Address("postgresql", {"ssl": "true"})),
        ("postgresql+asyncpg://u:p@db/cart", Address("postgresql", {}, "p")),
        ("mongodb://a:27017,b:27017/cart?tls=true;w=1", Address("mongodb", {"tls": "true", "w": "1"})),
        ("amqp://$(U):$(P)@mq", Address("amqp", {}, "$(P)")),
        ("redis://:p#?/x@redis?db=0", Address("redis", {"db": "0"})),
        ("postgres://[db/cart?sslmode=allow", Address("postgres", {"sslmode": "allow"})),
        ("db.shop.example:5432", None),
        ("//shop.example", None),
        ("no scheme://shop.example", None),
    ],
)
def test_an_address_is_told_without_more_than_is_asked(text: str, found: Address | None) -> None:
    assert address(text) == found


@given(name=st.text(max_size=20), text=st.text(max_size=40))
def test_nothing_that_somebody_writes_is_too_odd(name: str, text: str) -> None:
    number(text), whole(text), span(name, text), size(text), switch(text), address(text), address(f"a://{text}")


@pytest.mark.parametrize(
    "text, shown",
    [
        ("https://user:hunter2@wiki.shop.example:8443/a@b?token=x#y", "https://wiki.shop.example:8443/a@b"),
        ("https://a:b@c@wiki.shop.example", "https://wiki.shop.example"),
        ("https://wiki.shop.example#access_token=x", "https://wiki.shop.example"),
        ("https://wiki.shop.example/@team/page", "https://wiki.shop.example/@team/page"),
        ("90 days", "90 days"),
        ("", ""),
    ],
)
def test_an_address_is_shown_without_what_may_be_secret(text: str, shown: str) -> None:
    assert bare(text) == shown
