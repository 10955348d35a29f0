"""What policies may not say as parameters of checks: the error names the parameter, and what was expected."""

from typing import Any

import pytest
from pydantic import ValidationError

from readiness.checks import CATALOGUE
from readiness.checks.duration import is_duration, seconds
from readiness.policy.parameters import parameters_of


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
