"""Label selectors as kubectl takes them."""

import pytest

from readiness.model.selector_text import selector_of


@pytest.mark.parametrize(
    "text, matches",
    [
        ("tier=back", {"tier": "back"}),
        ("tier==back", {"tier": "back"}),
        ("tier = back , env != dev", {"tier": "back"}),
        ("env!=dev", {}),
        ("tier in (back, front)", {"tier": "front"}),
        ("tier notin (back)", {"tier": "front"}),
        ("tier", {"tier": ""}),
        ("!legacy", {"tier": "back"}),
        ("tier=", {"tier": ""}),
        ("app.kubernetes.io/name in (a,b),tier", {"app.kubernetes.io/name": "b", "tier": "x"}),
    ],
)
def test_a_selector_chooses(text: str, matches: dict[str, str]) -> None:
    selector = selector_of(text)
    assert selector is not None
    assert selector.matches(matches)


@pytest.mark.parametrize(
    "text, labels",
    [
        ("tier=back", {"tier": "front"}),
        ("tier=back,env=dev", {"tier": "back"}),
        ("env!=dev", {"env": "dev"}),
        ("tier in (back)", {}),
        ("tier notin (back)", {"tier": "back"}),
        ("!legacy", {"legacy": ""}),
    ],
)
def test_a_selector_leaves_out(text: str, labels: dict[str, str]) -> None:
    selector = selector_of(text)
    assert selector is not None
    assert not selector.matches(labels)


@pytest.mark.parametrize("text", ["a=b=c", "a in b", "a (b)", "=x", "a b", "a,,b", "a=b,", " ", ""])
def test_what_is_no_selector_is_none(text: str) -> None:
    assert selector_of(text) is None
