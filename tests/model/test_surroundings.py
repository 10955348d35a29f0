"""What is computed from the objects around workloads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.model.quantity import IntOrPercent
from readiness.model.ref import Ref
from readiness.model.surroundings import IngressTLS, PodDisruptionBudget

AT = Ref("PodDisruptionBudget", "shop", "cart")
bounds = st.one_of(st.none(), st.integers(0, 20), st.integers(0, 100).map(lambda share: f"{share}%"))


@pytest.mark.parametrize(
    "least, most, pods, spare",
    [
        (None, 1, 3, 1),
        (None, 5, 3, 3),
        (None, "50%", 3, 2),
        (None, "1%", 3, 1),
        (None, "0%", 3, 0),
        (2, None, 3, 1),
        (3, None, 2, 0),
        ("50%", None, 3, 1),
        ("100%", None, 3, 0),
        (None, None, 3, 0),
    ],
)
def test_a_budget_spares_as_many_pods_as_the_disruption_controller_computes(
    least: IntOrPercent | None, most: IntOrPercent | None, pods: int, spare: int
) -> None:
    assert PodDisruptionBudget(AT, min_available=least, max_unavailable=most).spare(pods) == spare


@given(least=bounds, most=bounds, pods=st.integers(0, 20))
def test_a_budget_never_spares_more_pods_than_there_are(
    least: IntOrPercent | None, most: IntOrPercent | None, pods: int
) -> None:
    assert 0 <= PodDisruptionBudget(AT, min_available=least, max_unavailable=most).spare(pods) <= pods


@pytest.mark.parametrize(
    "hosts, host, covered",
    [
        (("cart.shop.example",), "cart.shop.example", True),
        (("cart.shop.example",), "mail.shop.example", False),
        (("*.shop.example",), "cart.shop.example", True),
        (("*.shop.example",), "*.shop.example", True),
        (("*.shop.example",), "a.cart.shop.example", False),
        (("*.shop.example",), "shop.example", False),
        (("cart.shop.example",), "", False),
        (("*.",), "", False),
        ((), "cart.shop.example", True),
        ((), "", True),
    ],
)
def test_a_certificate_covers_its_hosts(hosts: tuple[str, ...], host: str, *, covered: bool) -> None:
    assert IngressTLS(hosts).covers(host) is covered
