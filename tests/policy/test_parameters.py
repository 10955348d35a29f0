"""Parameters of checks: defaults, validation, and what documentation tells of them."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Annotated, Any, get_args, get_origin

import pytest
from pydantic import ValidationError
from tests.builders import check

from readiness.checks import CATALOGUE, Check
from readiness.checks.limits import Ge, doc
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


@pytest.mark.parametrize("item", list(CATALOGUE), ids=lambda item: item.id)
def test_every_parameter_of_every_check_is_explained(item: Check) -> None:
    for parameter in described(item):
        assert parameter.description.endswith(".")
        assert parameter.schema


def _parts(annotation: Any) -> Iterator[Any]:
    yield get_origin(annotation) or annotation
    for part in get_args(annotation):
        yield from _parts(part)


@pytest.mark.parametrize("item", list(CATALOGUE), ids=lambda item: item.id)
def test_parameters_can_be_remembered_so_that_one_question_is_asked_once(item: Check) -> None:
    kinds = {part for parameter in fields(item.parameters) for part in _parts(parameter.type)}
    assert not kinds & {list, dict, set}
    assert item.parameters.__hash__ is not None
