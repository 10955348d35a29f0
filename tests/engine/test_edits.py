"""Edits of objects, and the changes between what they were and what they are."""

from typing import Any

import pytest

from readiness.checks.fix import REMOVED, Edit
from readiness.engine.edits import Change, changes, edited
from readiness.engine.paths import steps_to


@pytest.mark.parametrize(
    "obj, edits, result",
    [
        ({"a": 1}, [Edit("a", 2), Edit("a", 3)], {"a": 2}),
        ({"a": {"b": 1}, "c": 1}, [Edit("a.b", REMOVED)], {"c": 1}),
        ({"a": [{"b": 1}]}, [Edit("a[0].b", REMOVED)], {"a": [{}]}),
        ({"a": 1}, [Edit("b.c", REMOVED)], {"a": 1}),
        ({"a": 1}, [Edit("a.b", 2)], {"a": 1}),
        ({"a": None}, [Edit("a.labels[x.y/z]", "w")], {"a": {"labels": {"x.y/z": "w"}}}),
        ({}, [Edit("a[x].b", 1), Edit("a[x].c", 2), Edit("a[+]", {})], {"a": [{"name": "x", "b": 1, "c": 2}, {}]}),
        ({"p": [{"containerPort": 80}]}, [Edit("p[80].hostPort", 1)], {"p": [{"containerPort": 80, "hostPort": 1}]}),
    ],
)  # fmt: skip
def test_an_edited_object(obj: dict[str, Any], edits: list[Edit], result: dict[str, Any]) -> None:
    before = repr(obj)
    assert edited(obj, edits) == result
    assert repr(obj) == before


def test_edits_share_nothing() -> None:
    drop = ["ALL"]
    result = edited({}, [Edit("a.drop", drop), Edit("b.drop", drop)])
    assert result["a"]["drop"] is not result["b"]["drop"] is not drop


@pytest.mark.parametrize(
    "old, new, found",
    [
        ({"a": 1, "b": {"c": 2}}, {"a": 1, "b": {"c": 3}}, [Change(("b", "c"), 3)]),
        ({"a": 1}, {"b": 1}, [Change(("a",), REMOVED), Change(("b",), 1)]),
        ({"a": True}, {"a": 1}, [Change(("a",), 1)]),
        ([1, 2, 3], [1, 3], [Change((1,), REMOVED)]),
        ([1, 2, 3], [3, 4], [Change((), [3, 4])]),
        ([{"a": 1}], [{"a": 1}, {"b": 2}], [Change((1,), {"b": 2})]),
        ([{"a": 1}], ["a"], [Change((), ["a"])]),
        ({"a": [1]}, {"a": [1]}, []),
    ],
)
def test_the_changes_between_two_values(old: Any, new: Any, found: list[Change]) -> None:
    assert list(changes(old, new)) == found


def test_a_path_leads_to_items_by_what_they_are_called() -> None:
    obj = {"ports": [{"name": "web"}, {"containerPort": 8080}], "mounts": [{"mountPath": "/etc/x"}], "drop": ["ALL"]}
    assert steps_to("ports[8080].hostPort", obj) == ["ports", 1]
    assert steps_to("mounts[/etc/x]", obj) == ["mounts", 0]
    assert steps_to("drop[ALL]", obj) == ["drop", 0]
    assert steps_to("ports[0]", obj) == ["ports", 0]
    assert steps_to("ports[9]", obj) == ["ports"]
