"""Profiles that a team brings: what is wrong with them is told with its path, and they are found as the others are."""

import pytest

from readiness.model.reasons import Reason
from readiness.policy.compile import compile_policy, compile_profile
from readiness.policy.compiled import PolicyRef
from readiness.policy.problem import InvalidPolicyError
from readiness.policy.profiles.own import MAX_SIZE, OwnProfile, finder, read

HOUSE = """
name: house
title: What we ask of ourselves
blockingSeverities: [critical]
stages: [{name: alpha}]
requirements:
- name: run-as-non-root
  stage: alpha
- {name: probes, severity: low, checks: [{id: liveness-probe}]}
"""


def house(text: str = HOUSE, source: str = "house.yaml") -> OwnProfile:
    return read(text, source, "house")


def test_an_own_profile_compiles_as_those_that_come_with_the_operator() -> None:
    policy = compile_profile("house", finder([house()]))
    assert [(line.name, str(line.severity), line.blocking, line.stage) for line in policy.requirements] == [
        ("run-as-non-root", "critical", True, "alpha"),
        ("probes", "low", False, ""),
    ]


def test_a_policy_is_merged_over_an_own_profile() -> None:
    spec = {"profile": {"name": "house"}, "requirements": [{"name": "probes", "severity": "critical"}]}
    policy = compile_policy(PolicyRef("ReadinessPolicy", "shop", "p"), {"spec": spec}, finder([house()]))
    assert [str(line.severity) for line in policy.requirements] == ["critical", "critical"]


@pytest.mark.parametrize(
    "text, told",
    [
        (HOUSE.replace("severity", "severty"), 'requirements[1].severty: unknown field; did you mean "severity"?'),
        ("name: house\ntitle: T\nrequirements: []", "house.yaml: a profile needs a requirement"),
        ("name: house\ntitle: T\nrequirements:\n- {name: a, disabled: true}", "a profile has nothing to disable"),
        ("name: minimal\ntitle: T\nrequirements: [{name: a}]", 'house.yaml: name: "minimal" is a profile that comes'),
        ("- house", "house.yaml: must be a mapping"),
        ("name: [", "house.yaml:2:1: did not find expected node content"),
        ("a: &a [1]\nb: *a", "house.yaml: has an alias: write out what it stands for"),
        ("[" * 40, "house.yaml: is nested too deeply"),
        ("[" * 60_000, "house.yaml: is nested too deeply"),
        ("#" * (MAX_SIZE + 1), "house.yaml: is larger than 64 KiB"),
        ("a: \0", "house.yaml: is no YAML"),
        ("a: 2026-13-45", "house.yaml: month must be in 1..12"),
        (f"a: {'9' * 5000}", "house.yaml: Exceeds the limit"),
        ("a: !!timestamp x", "house.yaml: has the tag tag:yaml.org,2002:timestamp: leave it out"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_path(text: str, told: str) -> None:
    problems = house(text).problems
    assert len(problems) == 1
    assert told in str(problems[0])


def test_what_only_the_catalogue_knows_is_told_when_it_is_used() -> None:
    wrong = HOUSE.replace("liveness-probe", "livenes-probe")
    with pytest.raises(
        InvalidPolicyError, match=r'profile house: probes\.checks\[0\]\.id: .* "liveness-probe"'
    ) as told:
        compile_profile("house", finder([house(wrong)]))
    assert told.value.reason == Reason.UNKNOWN_CHECK


def test_a_policy_that_names_a_broken_profile_is_invalid_rather_than_without_one() -> None:
    with pytest.raises(InvalidPolicyError) as told:
        finder([house("name: house\ntitle: T\nrequirements: 7")])("house")
    assert told.value.reason == Reason.INVALID_SPEC
    assert str(told.value) == "house.yaml: requirements: must be a list, not 7"


def test_one_name_for_two_profiles_is_none_unless_they_say_the_same() -> None:
    other = house(HOUSE.replace("Ours", "Theirs").replace("alpha", "beta"), "a.yaml")
    with pytest.raises(InvalidPolicyError, match=r'"house" is defined more than once: a\.yaml, b\.yaml') as told:
        finder([house(source="b.yaml"), other])("house")
    assert told.value.reason == Reason.INVALID_SPEC
    assert finder([house(source="b.yaml"), house(source="a.yaml")])("house")["name"] == "house"


def test_an_unknown_name_is_told_with_the_nearest_of_all() -> None:
    with pytest.raises(InvalidPolicyError, match=r'there is no profile "hause"; did you mean "house"\?') as told:
        finder([house()])("hause")
    assert told.value.reason == Reason.UNKNOWN_PROFILE


def test_the_profiles_that_come_with_the_operator_are_found_as_well() -> None:
    assert finder([house()])("minimal")["name"] == "minimal"
