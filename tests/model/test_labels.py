"""Selectors select what upstream's do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.model.labels import EVERYTHING, Expression, Labels, Selector

NOTHING: Labels = {}
WEB = {"app": "cart", "tier": "web"}

EXPRESSIONS = [
    # operator, values, labels, holds: k8s.io/apimachinery labels.Requirement.Matches
    ("In", ("web", "api"), WEB, True),
    ("In", ("api",), WEB, False),
    ("In", ("web",), NOTHING, False),
    ("In", ("",), NOTHING, False),
    ("In", ("",), {"tier": ""}, True),
    ("NotIn", ("api",), WEB, True),
    ("NotIn", ("web",), WEB, False),
    ("NotIn", ("web",), NOTHING, True),
    ("Exists", (), WEB, True),
    ("Exists", (), {"tier": ""}, True),
    ("Exists", (), NOTHING, False),
    ("DoesNotExist", (), WEB, False),
    ("DoesNotExist", (), NOTHING, True),
    # what LabelSelectorAsSelector refuses selects nothing
    ("In", (), WEB, False),
    ("NotIn", (), WEB, False),
    ("NotIn", (), NOTHING, False),
    ("Exists", ("web",), WEB, False),
    ("DoesNotExist", ("web",), NOTHING, False),
    ("Near", ("web",), WEB, False),
    ("in", ("web",), WEB, False),
    ("", (), NOTHING, False),
]

SELECTORS = [
    # pairs, expressions, labels, selected
    ((), (), NOTHING, True),
    ((), (), WEB, True),
    ((("app", "cart"),), (), WEB, True),
    ((("app", "cart"),), (), {"app": "Cart"}, False),
    ((("app", ""),), (), NOTHING, False),
    ((("app", "cart"), ("tier", "api")), (), WEB, False),
    ((("app", "cart"),), (Expression("tier", "NotIn", ("api",)),), WEB, True),
    ((("app", "cart"),), (Expression("tier", "Exists"),), {"app": "cart"}, False),
    ((("app", "shop"),), (Expression("tier", "Exists"),), WEB, False),
    ((), (Expression("tier", "Exists"), Expression("app", "DoesNotExist")), WEB, False),
]


@pytest.mark.parametrize("operator, values, labels, holds", EXPRESSIONS)
def test_an_expression_holds_as_upstream(
    operator: str, values: tuple[str, ...], labels: Labels, *, holds: bool
) -> None:
    assert Expression("tier", operator, values).matches(labels) is holds


def test_a_selector_is_told_as_kubectl_takes_it() -> None:
    expressions = (
        Expression("tier", "In", ("web", "api")),
        Expression("env", "Exists"),
        Expression("old", "DoesNotExist"),
    )
    assert str(Selector((("app", "cart"),), expressions)) == "app=cart,tier in (web,api),env,!old"
    assert str(EVERYTHING) == ""


@pytest.mark.parametrize("pairs, expressions, labels, selected", SELECTORS)
def test_a_selector_selects_as_upstream(
    pairs: tuple[tuple[str, str], ...],
    expressions: tuple[Expression, ...],
    labels: Labels,
    *,
    selected: bool,
) -> None:
    assert Selector(pairs, expressions).matches(labels) is selected


KEYS, VALUES = st.sampled_from("abc"), st.sampled_from(["", "x", "y"])
LABELS = st.dictionaries(KEYS, VALUES)
OPERATORS = st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist", "Near"])
TERMS = st.builds(Expression, KEYS, OPERATORS, st.lists(VALUES, max_size=2).map(tuple))
SELECTING = st.builds(
    Selector, LABELS.map(lambda labels: tuple(sorted(labels.items()))), st.lists(TERMS, max_size=2).map(tuple)
)


@given(LABELS)
def test_the_empty_selector_selects_everything(labels: Labels) -> None:
    assert EVERYTHING.matches(labels)
    assert EVERYTHING.anchor is None


@given(SELECTING, LABELS)
def test_what_is_selected_carries_the_anchor(selector: Selector, labels: Labels) -> None:
    if selector.anchor is not None and selector.matches(labels):
        assert selector.anchor in labels.items()


@given(SELECTING, TERMS, LABELS)
def test_one_more_expression_never_selects_more(selector: Selector, term: Expression, labels: Labels) -> None:
    narrower = Selector(selector.pairs, (*selector.expressions, term))
    assert narrower.matches(labels) is (selector.matches(labels) and term.matches(labels))


@given(KEYS, st.lists(VALUES, min_size=1).map(tuple), LABELS)
def test_not_in_is_the_opposite_of_in(key: str, values: tuple[str, ...], labels: Labels) -> None:
    assert Expression(key, "NotIn", values).matches(labels) is not Expression(key, "In", values).matches(labels)
