"""What parameters of checks look like, and what policies may not say as some: the error names what was expected."""

import re
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from pydantic import ValidationError

from readiness.checks import CATALOGUE, Check
from readiness.checks.parameters.duration import is_duration, seconds
from readiness.checks.parameters.limits import Len, Limit
from readiness.policy.parameters import described, parameters_of

ASKED = [check for check in CATALOGUE if fields(check.parameters)]
ANY_NUMBER = {("config-value", "min"), ("config-value", "max")}  # a setting may be compared with any


def unbounded(kind: Any, notes: tuple[Any, ...] = ()) -> Iterator[Any]:
    """The types of lists, texts and numbers in a type that nothing bounds: neither a limit nor a test of their own."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Annotated:
        yield from unbounded(inside[0], (*notes, *inside[1:]))
    elif origin in (Union, UnionType):
        for each in inside:
            yield from unbounded(each, notes)
    elif origin is tuple:
        if not any(isinstance(note, Limit) and note.name == "Len" and note.arguments[1] is not None for note in notes):
            yield kind
        yield from unbounded(inside[0])
    elif is_dataclass(kind):
        for hint in get_type_hints(kind, include_extras=True).values():
            yield from unbounded(hint)
    elif origin is not Literal and kind not in (bool, NoneType):
        limits = {str: {"Len", "Predicate"}, int: {"Ge", "Le", "Predicate"}, float: {"Ge", "Le", "Predicate"}}
        if not any(isinstance(note, Limit) and note.name in limits.get(kind, ()) for note in notes):
            yield kind


@pytest.mark.parametrize("check", ASKED, ids=lambda check: check.id)
def test_every_parameter_has_a_meaning_a_bound_and_a_name_as_kubernetes_spells_them(check: Check) -> None:
    for name, hint in get_type_hints(check.parameters, include_extras=True).items():
        assert set(unbounded(hint)) <= ({int, float} if (check.id, name) in ANY_NUMBER else set()), name
    for parameter in described(check):
        assert re.fullmatch("[a-z][a-z0-9]*([A-Z][a-z0-9]*)*", parameter.name)
        assert parameter.description.endswith(".")
        assert parameter.schema


def parts(annotation: Any) -> Iterator[Any]:
    """A type, and those that it is made of."""
    yield get_origin(annotation) or annotation
    for part in get_args(annotation):
        yield from parts(part)


def test_parameters_can_be_remembered_so_that_one_question_is_asked_once() -> None:
    for check in ASKED:
        kinds = {part for parameter in fields(check.parameters) for part in parts(parameter.type)}
        assert not kinds & {list, dict, set}, check.id
        assert check.parameters.__hash__ is not None, check.id


@pytest.mark.parametrize("check", ASKED, ids=lambda check: check.id)
def test_a_default_is_what_a_policy_could_have_said(check: Check) -> None:
    given = {item.name: item.default for item in described(check) if item.default is not None}
    if not any(item.default is MISSING for item in fields(check.parameters)):
        assert parameters_of(check, given) == check.parameters()


def test_what_is_not_bounded_is_found() -> None:
    assert list(unbounded(tuple[Annotated[str, Len(1, 9)], ...])) == [tuple[Annotated[str, Len(1, 9)], ...]]
    assert list(unbounded(Annotated[tuple[str, ...] | None, Len(0, 9)])) == [str]
    assert list(unbounded(Annotated[int | str, Len(1, 9)])) == [int]


@pytest.mark.parametrize(
    "check_id, given, place, said",
    [
        ("no-plaintext-secret-env", {"namePatterns": ["(a"]}, ("namePatterns", 0), "is_regular_expression"),
        ("no-plaintext-secret-env", {"namePatterns": ["a" * 513]}, ("namePatterns", 0), "at most 512"),
        ("no-plaintext-secret-env", {"namePatterns": ["a"] * 17}, ("namePatterns",), "at most 16"),
        ("required-secrets", {}, ("names",), "required"),
        ("required-secrets", {"names": []}, ("names",), "at least 1"),
        ("volume-file-mode", {"maxMode": "0980"}, ("maxMode",), "is_file_mode"),
        ("volume-file-mode", {"maxMode": "1777"}, ("maxMode",), "is_file_mode"),
        ("min-replicas", {"min": 0}, ("min",), "greater than or equal to 1"),
        ("topology-spread", {"minDomains": 1}, ("minDomains",), "greater than or equal to 2"),
        ("pod-disruption-budget", {"minAvailable": "half"}, ("minAvailable",), "is_percentage"),
        ("pod-disruption-budget", {"maxUnavailable": -1}, ("maxUnavailable",), "greater than or equal to 0"),
        ("rollout-strategy", {"allowed": ["Big bang"]}, ("allowed", 0), "RollingUpdate"),
        ("network-policy", {"directions": ["Sideways"]}, ("directions", 0), "Ingress"),
        ("image-tag-pinned", {"digest": True}, ("digest",), "Unexpected"),
        ("config-value", {}, ("name",), "required"),
        ("config-value", {"name": "A", "max": 5}, (), "5 is no string"),
        ("config-value", {"name": "A", "type": "duration", "max": "soon"}, (), "soon is no duration"),
        ("config-value", {"name": "A", "pattern": "(a"}, ("pattern",), "is_regular_expression"),
        ("production-mode", {"env": ["APP_ENV"]}, ("env", 0), "is_pair"),
        ("cache-ttl", {}, ("env",), "required"),
        ("cache-ttl", {"env": ["TTL"], "max": "long"}, ("max",), "is_duration"),
        ("connection-pool-configured", {"env": []}, ("env",), "at least 1"),
        ("multi-region", {"minRegions": 1}, ("minRegions",), "greater than or equal to 2"),
        ("scheduled-jobs", {"selector": "component=a=b"}, ("selector",), "is_label_selector"),
    ],
)
def test_a_wrong_parameter_is_told_with_its_place(
    check_id: str, given: dict[str, Any], place: tuple[str | int, ...], said: str
) -> None:
    check = CATALOGUE.get(check_id)
    assert check is not None
    with pytest.raises(ValidationError) as failure:
        parameters_of(check, given)
    errors = failure.value.errors()
    assert any(error["loc"][: len(place)] == place and said in error["msg"] for error in errors), errors


@pytest.mark.parametrize("text, length", [("90s", 90), ("1h30m", 5400), ("1m500ms", 60.5), ("0s", 0)])
def test_durations_are_read_as_go_writes_them(text: str, length: float) -> None:
    assert is_duration(text)
    assert seconds(text) == length


@pytest.mark.parametrize("text", ["", "90", "s", "1d", "-5s", "1.5h", "1 m", "5s\n"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    assert not is_duration(text)
