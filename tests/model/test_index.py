"""Indexes of selectors: what is dropped goes, and nothing else."""

from readiness.model import Ref, Service
from readiness.model.index import SelectorIndex
from readiness.model.labels import Selector

LABELS = {"app": "cart", "tier": "web"}


def _service(name: str) -> Service:
    return Service(Ref("Service", "shop", name), selector=Selector(pairs=(("app", "cart"),)))


def test_two_selectors_under_one_pair_go_one_by_one() -> None:
    index: SelectorIndex[Service] = SelectorIndex()
    first, second = _service("a"), _service("b")
    index.put(first)
    index.put(second)
    assert index.selecting("shop", LABELS) == [first, second]
    index.drop(first)
    assert index.selecting("shop", LABELS) == [second]
    index.drop(second)
    assert index.selecting("shop", LABELS) == []
