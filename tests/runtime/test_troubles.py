"""Troubles that last: known once, and forgotten with what they were about."""

from readiness.model import Ref
from readiness.runtime.troubles import Troubles

CART = Ref("Deployment", "shop", "cart", "apps")


def test_a_trouble_ends_once() -> None:
    troubles = Troubles()
    troubles.unwritten[CART] = "Invalid"
    assert troubles.over(CART)
    assert not troubles.over(CART)


def test_only_news_about_shortened_reports_are_news() -> None:
    troubles = Troubles()
    assert not troubles.note_shortened(CART, shortened=False)
    assert troubles.note_shortened(CART, shortened=True)
    assert not troubles.note_shortened(CART, shortened=True)
    assert troubles.note_shortened(CART, shortened=False)


def test_nothing_is_remembered_of_who_is_gone() -> None:
    troubles = Troubles(unwritten={CART: "Invalid"}, unjudged={CART: "KeyError"}, shortened={CART})
    troubles.forget(CART)
    assert troubles == Troubles()
    troubles.unjudged[CART] = "KeyError"
    troubles.clear()
    assert troubles == Troubles()
