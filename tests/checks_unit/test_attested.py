"""What attested evidence is compared with, where a manifest cannot say it; and when time changes the answer."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.builders import NOW, snapshot, workload

from readiness.checks import CATALOGUE
from readiness.checks.parameters.bounds import unmet
from readiness.checks.parameters.setting import share
from readiness.model import Fail, Recheck, Ref, Unknown
from readiness.model.claims import Attestation, Subject, Validity, frozen
from readiness.model.reasons import Reason
from readiness.policy.parameters import parameters_of

DAY = timedelta(days=1)


def attested(claim: str, value: dict[str, Any], start: datetime | None = NOW - DAY) -> Attestation:
    return Attestation(
        ref=Ref("ReadinessAttestation", "shop", "cart"),
        claim=claim,
        subject=Subject("Deployment", "cart"),
        validity=Validity(start, NOW + 90 * DAY),
        value=frozen(value),  # type: ignore[arg-type] # an object is a tuple of pairs
    )


def findings(claim: str, value: dict[str, Any], **parameters: Any) -> list[Any]:
    check, cart = CATALOGUE.checks[claim], workload()
    return list(check(cart, snapshot(cart, attested(claim, value)), parameters_of(check, parameters)))


@pytest.mark.parametrize("measured", [float("nan"), True, "83", None, ["83"], {"is": 83}])
def test_what_is_no_number_is_never_enough(measured: Any) -> None:
    found = findings("test-coverage", {"percent": measured})
    assert any(isinstance(item, Fail) for item in found)


def test_what_is_no_number_is_never_little_enough() -> None:
    found = findings("code-quality", {"findings": float("nan")})
    assert found == [Fail("", "attestation cart gives nan as findings, above 0")]


def test_figures_are_told_exactly() -> None:
    assert Fail("", "attestation cart gives 79.9999 as percent, below 80") in findings(
        "test-coverage", {"percent": 79.9999}
    )


@pytest.mark.parametrize(
    "value, fails",
    [
        ({"rto": "1h", "rpo": "1h"}, False),
        ({"rtoSeconds": 3600, "rpoMs": 10}, False),
        ({"rto": 3600, "rpo": "1h"}, True),
    ],
)
def test_durations_have_a_unit(value: dict[str, Any], *, fails: bool) -> None:
    assert any(isinstance(item, Fail) for item in findings("dr-drill", value)) is fails


def test_an_age_is_looked_at_again_when_it_is_reached() -> None:
    assert findings("test-coverage", {"percent": 90}, maxAge="36h") == [Recheck(NOW + DAY / 2)]


@pytest.mark.parametrize(
    "link, fails",
    [
        ("https://robot:hunter2@docs.shop.example/cart?token=x", False),
        ("https://docs.shop.example", False),
        ("https://docs.shop.example@evil.example/cart", True),
        ("https://robot:hunter2@evil.example/cart?token=hunter2", True),
        ("https://docs.shop.example.evil.example/cart", True),
    ],
)
def test_a_link_leads_below_an_address_whoever_opens_it(link: str, *, fails: bool) -> None:
    check, cart = CATALOGUE.checks["api-docs"], workload()
    linked = replace(attested(check.id, {}), evidence_url=link)
    found = check(cart, snapshot(cart, linked), parameters_of(check, {"url": "https://docs.shop.example/"}))
    told = [item.message for item in found if isinstance(item, Fail)]
    assert bool(told) is fails
    assert not any("hunter2" in each or "robot" in each for each in told)


def test_what_was_always_so_has_no_age() -> None:
    check, cart = CATALOGUE.checks["team-trained"], workload()
    assert not list(check(cart, snapshot(cart, attested(check.id, {}, start=None))))


@pytest.mark.parametrize(
    "text, part", [("0.1%", 0.001), ("100%", 1.0), ("0.1", None), ("%", None), (".%", None), ("-1%", None)]
)
def test_shares_are_percentages(text: str, part: float | None) -> None:
    assert share(text) == part


@pytest.mark.parametrize("check", [item for item in CATALOGUE if not item.implemented], ids=lambda item: item.id)
def test_what_is_not_implemented_says_so(check: Any) -> None:
    cart = workload()
    for live in (True, False):
        (found,) = check(cart, snapshot(cart, live=live))
        assert isinstance(found, Unknown)
        assert found.reason == Reason.NOT_IMPLEMENTED


@pytest.mark.parametrize(
    "claim, value, expected",
    [
        ("latency-slo", {"measured": "480ms"}, ""),
        ("latency-slo", {"measured": "1s"}, "gives 1s as measured, above 500ms"),
        ("latency-slo", {"measured": 480}, "gives no duration as measured"),
        ("cache-hit-rate", {"measured": "69.9%"}, "gives 69.9% as measured, below 70%"),
        ("cache-hit-rate", {"measured": 0.7}, ""),
        ("certificate-expiry", {"days": 12}, "gives 12 as days, below 30"),
        ("certificate-expiry", {"days": float("nan")}, "gives nan as days, below 30"),
        ("certificate-expiry", {"years": 1}, ""),
        ("recovery-objectives", {"rto": "9h"}, ""),
    ],
)
def test_what_is_attested_of_other_checks_is_held_against_their_bounds(
    claim: str, value: dict[str, Any], expected: str
) -> None:
    found = unmet(attested(claim, value), parameters_of(CATALOGUE.checks[claim], {}))
    assert [item.message for item in found] == ([f"attestation cart {expected}"] if expected else [])
