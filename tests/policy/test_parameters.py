"""Parameters of checks: defaults, validation, and what documentation tells of them."""

from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from pydantic import ValidationError
from tests.builders import check

from readiness.checks.parameters.limits import Ge, doc
from readiness.policy.parameters import described, parameters_of


@dataclass(frozen=True)
class Wanted:
    replicas: Annotated[int, Ge(1), doc("How many there are at least.")]
    zone_names: Annotated[tuple[str, ...], doc("Where they are.")] = ("a", "b")
    note: str = ""


ASKED = check("replicas", parameters=Wanted)
PLAIN = check("plain")


def test_with_nothing_given_the_defaults_stand() -> None:
    assert parameters_of(PLAIN, {}) == PLAIN.parameters()


def test_what_is_given_is_read_in_camel_case_and_lists_become_tuples() -> None:
    assert parameters_of(ASKED, {"replicas": 3, "zoneNames": ["c"]}) == Wanted(3, ("c",))


@pytest.mark.parametrize("given", [{}, {"replicas": 0}, {"replicas": 3, "zone_names": ["c"]}, {"replicas": 3, "x": 1}])
def test_what_is_missing_wrong_or_unknown_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        parameters_of(ASKED, given)


def test_parameters_are_described_with_type_default_and_meaning() -> None:
    assert [(told.name, told.schema, told.default, told.required, told.description) for told in described(ASKED)] == [
        ("replicas", {"minimum": 1, "type": "integer"}, None, True, "How many there are at least."),
        ("zoneNames", {"items": {"type": "string"}, "type": "array"}, ["a", "b"], False, "Where they are."),
        ("note", {"type": "string"}, "", False, ""),
    ]
    assert described(PLAIN) == []
