"""The names by which the parts of a checklist refer to each other."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from readiness.checks import CATALOGUE, Catalogue
from readiness.policy import compile as compiling
from readiness.policy.compile import compile_policy
from readiness.policy.compiled import Applies, CategoryTarget, Gate, Policy, PolicyRef, Requirement
from readiness.policy.problem import InvalidPolicyError
from readiness.policy.profiles import profile

REF = PolicyRef("ReadinessPolicy", "shop", "production")
OVER = {"profile": {"name": "recommended"}}
STAGED: dict[str, Any] = {
    "requirements": [
        {"name": "run-as-non-root", "stage": "alpha", "compensatedBy": ["network-policy"]},
        {"name": "min-replicas", "stage": "v1.0", "category": "Uptime", "references": ["4.2", "7"]},
        {"name": "network-policy", "waivable": False, "attestable": True},
    ],
    "stages": [{"name": "alpha"}, {"name": "beta"}, {"name": "v1.0"}],
    "categories": [{"name": "Uptime", "target": 90}],
    "gates": [{"name": "release", "requirements": ["min-replicas", "network-policy"]}],
}


def _compile(spec: Any) -> Policy:
    return compile_policy(REF, {"spec": spec})


def _wrong(spec: Any) -> list[str]:
    with pytest.raises(InvalidPolicyError) as refused:
        _compile(spec)
    return [str(problem) for problem in refused.value.problems]


def _with(**fields: Any) -> dict[str, Any]:
    """The staged policy with other fields in its first requirement."""
    first, *others = STAGED["requirements"]
    return {**STAGED, "requirements": [{**first, **fields}, *others]}


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A policy over a profile that has everything of the staged one, and blocks by medium severities."""
    for part, items in STAGED.items():
        monkeypatch.setitem(profile("recommended"), part, items)
    monkeypatch.setitem(profile("recommended"), "blockingSeverities", ["medium"])
    return OVER


def _lines(policy: Policy) -> dict[str, Requirement]:
    return {line.name: line for line in policy.requirements}


def test_everything_that_scorecards_are_made_of_is_compiled() -> None:
    policy = _compile(STAGED)
    root, replicas, network = policy.requirements
    assert (root.stage, root.compensated_by, root.category) == ("alpha", ("network-policy",), "Security")
    assert (replicas.stage, replicas.category, replicas.references) == ("v1.0", "Uptime", ("4.2", "7"))
    assert (network.stage, network.waivable, network.attestable) == ("", False, True)
    assert (root.waivable, root.attestable, root.applies) == (True, False, None)
    assert policy.stages == ("alpha", "v1.0")  # one without requirements would be reached by nothing
    assert policy.categories == (CategoryTarget("Uptime", 90),)
    assert policy.gates == (Gate("release", ("min-replicas", "network-policy")),)
    assert policy.waivers_allowed
    assert not _compile({**STAGED, "waivers": "Forbidden"}).waivers_allowed


def test_a_profile_says_all_of_it_too_and_a_policys_list_replaces_its_list(house: dict[str, Any]) -> None:
    taken, own = _compile(house), _compile(STAGED)
    assert (taken.stages, taken.categories, taken.gates) == (own.stages, own.categories, own.gates)
    assert [line.blocking for line in taken.requirements] == [line.severity == "medium" for line in own.requirements]
    gates = [{"name": "one", "requirements": ["run-as-non-root"]}]
    replaced = _compile({**house, "gates": gates, "categories": [], "blockingSeverities": ["critical", "high"]})
    assert (replaced.gates, replaced.categories) == ((Gate("one", ("run-as-non-root",)),), ())
    assert replaced.requirements[0].blocking


def test_requirements_are_merged_in_their_new_fields_too(house: dict[str, Any]) -> None:
    own = {"name": "run-as-non-root", "stage": "v1.0", "compensatedBy": [], "appliesWhen": {"exposed": True}}
    line = _lines(_compile({**house, "requirements": [own]}))["run-as-non-root"]
    assert (line.stage, line.compensated_by, line.applies) == ("v1.0", (), Applies(exposed=True))


@pytest.mark.parametrize(
    "said, compiled",
    [
        ({}, None),
        ({"exposed": False}, Applies(exposed=False)),
        (
            {"stateful": True, "kinds": ["Deployment.apps", "Rollout.argoproj.io"], "matchLabels": {"b": "2", "a": ""}},
            Applies(
                stateful=True,
                kinds=frozenset({"Deployment", "Rollout.argoproj.io"}),
                labels=(("a", ""), ("b", "2")),
            ),
        ),
    ],
)
def test_when_a_requirement_applies_is_compiled(said: Any, compiled: Applies | None) -> None:
    assert _compile(_with(appliesWhen=said)).requirements[0].applies == compiled


@pytest.mark.parametrize(
    "fields, told",
    [
        ({"stage": "alfa"}, 'spec.requirements[0].stage: there is no stage "alfa"; did you mean "alpha"?'),
        (
            {"compensatedBy": ["min-replicas", "min-reps"]},
            'spec.requirements[0].compensatedBy[1]: there is no requirement "min-reps"; did you mean "min-replicas"?',
        ),
        (
            {"compensatedBy": ["run-as-non-root"]},
            "spec.requirements[0].compensatedBy: leads back to itself: run-as-non-root by run-as-non-root",
        ),
    ],
)
def test_a_requirement_refers_to_what_there_is(fields: dict[str, Any], told: str) -> None:
    assert _wrong(_with(**fields)) == [told]


def test_a_circle_is_told_once_with_all_that_are_in_it() -> None:
    chain = {"a": ["b"], "b": ["min-replicas", "c"], "c": ["a"], "min-replicas": []}
    lines = [{"name": name, "checks": [{"id": "min-replicas"}], "compensatedBy": by} for name, by in chain.items()]
    (told,) = _wrong({"requirements": lines})
    path, _, words = told.partition(": leads back to itself: ")
    circle = words.split(" by ")
    assert circle[0] == circle[-1]
    assert sorted(circle[1:]) == ["a", "b", "c"]
    assert all(next_ in chain[name] for name, next_ in pairwise(circle))
    assert path == f"spec.requirements[{'abc'.index(circle[0])}].compensatedBy"


def test_without_stages_there_is_none_to_belong_to() -> None:
    assert _wrong({"requirements": [{"name": "min-replicas", "stage": "beta"}]}) == [
        'spec.requirements[0].stage: there is no stage "beta"'
    ]


def test_gates_and_targets_refer_to_what_there_is() -> None:
    spec = {
        **STAGED,
        "gates": [{"name": "release", "requirements": ["min-replicas", "min-replica"]}],
        "categories": [{"name": "Security", "target": 1}, {"name": "Uptme", "target": 2}],
    }
    assert _wrong(spec) == [
        'spec.gates[0].requirements[1]: there is no requirement "min-replica"; did you mean "min-replicas"?',
        'spec.categories[1].name: there is no category "Uptme"; did you mean "Uptime"?',
    ]


def test_what_a_profile_says_and_a_policy_takes_the_ground_from_is_told_at_the_profile(house: dict[str, Any]) -> None:
    assert _wrong({**house, "stages": [{"name": "beta"}]}) == [
        'profile recommended: run-as-non-root.stage: there is no stage "alpha"; there is only beta',
        'profile recommended: min-replicas.stage: there is no stage "v1.0"; there is only beta',
    ]


def test_whoever_switches_a_requirement_off_need_not_know_who_names_it(house: dict[str, Any]) -> None:
    off = [{"name": "network-policy", "disabled": True}, {"name": "min-replicas", "disabled": True}]
    policy = _compile({**house, "requirements": off})
    assert policy.requirements[0].compensated_by == ("network-policy",)
    assert (policy.stages, policy.gates) == (("alpha",), ())  # a gate with nothing in it would always be open


def test_a_status_has_room_for_so_many_categories() -> None:
    lines = [
        {"name": f"r{number}", "category": f"Category {number}", "checks": [{"id": "min-replicas"}]}
        for number in range(33)
    ]
    assert _wrong({"requirements": lines}) == ["spec.requirements: have 33 categories, more than 32"]
    assert len(_compile({"requirements": lines[1:]}).requirements) == 32


def test_unknown_checks_are_told_with_the_rest_and_hide_no_category() -> None:
    spec = _with(checks=[{"id": "run-as-nonroot"}], stage="alfa")
    spec["categories"] = [{"name": "Security", "target": 10}]
    assert [told.partition(":")[0] for told in _wrong(spec)] == [
        "spec.requirements[0].checks[0].id",
        "spec.requirements[0].stage",
    ]


def test_what_a_check_forbids_no_policy_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    strict = {**CATALOGUE.checks, "min-replicas": replace(CATALOGUE.checks["min-replicas"], waivable=False)}
    monkeypatch.setattr(compiling, "CATALOGUE", Catalogue(strict))
    policy = _compile({"requirements": [{"name": "min-replicas"}, {"name": "network-policy"}]})
    assert [line.waivable for line in policy.requirements] == [False, True]
    assert _wrong({"requirements": [{"name": "min-replicas", "waivable": True}]}) == [
        "spec.requirements[0].waivable: the check min-replicas is never waivable"
    ]
