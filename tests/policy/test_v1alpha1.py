"""The API's models: what they read, what they refuse, and how they say so."""

from pathlib import Path
from typing import Annotated, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from tests.policy.bounds import policy_at_its_bounds, status_at_its_bounds

from readiness.policy.problem import Problem, nearest
from readiness.policy.problems import problems
from readiness.policy.v1alpha1 import (
    RESOURCES,
    ApiModel,
    ClusterReadinessPolicySpec,
    Duration,
    LabelSelector,
    PolicyStatus,
    ReadinessPolicySpec,
    ReadinessReportStatus,
)

SPECS = {resource.kind: resource.spec for resource in RESOURCES}
BAD_POLICIES = yaml.load(Path(__file__).with_name("bad_policies.yaml").read_bytes(), Loader=yaml.CSafeLoader)


def _written(model: ApiModel) -> dict[str, Any]:
    """What goes over the wire: camelCase, plain JSON types, without what is as by default."""
    return model.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _problems(spec: dict[str, Any], model: type[BaseModel] = ReadinessPolicySpec) -> list[Problem]:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(spec)
    return problems(caught.value, model)


def _problem(spec: dict[str, Any]) -> str:
    (problem,) = _problems(spec)
    return str(problem)


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["name"]) for case in BAD_POLICIES if case["path"] is not None]
)
def test_what_the_api_server_refuses_is_refused_offline_at_the_same_place(case: dict[str, Any]) -> None:
    found = _problems(case["object"]["spec"], SPECS[case["object"]["kind"]])
    assert [problem.path for problem in found] == [case["path"]]


def test_a_policy_at_its_bounds_is_read() -> None:
    spec = ReadinessPolicySpec.model_validate(policy_at_its_bounds()["spec"])
    assert len(spec.requirements) == 256
    assert spec.model_dump(mode="json", by_alias=True, exclude_unset=True) == policy_at_its_bounds()["spec"]
    assert ReadinessPolicySpec.model_validate(_written(spec)) == spec


def test_a_status_at_its_bounds_goes_through_unchanged() -> None:
    assert _written(PolicyStatus.model_validate(status_at_its_bounds())) == status_at_its_bounds()


REPORT_STATUS = """
workloadGeneration: 7
verdict: NoGo
score: 57
items: 19/33
blockersTotal: 1
policies: 1
scorecards:
- policyRef: {kind: ReadinessPolicy, name: production}
  verdict: NoGo
  score: 57
  items: 19/33
  summary: {passed: 19, warned: 11, failed: 1, unknown: 2, notApplicable: 3}
  passed: [resource-limits, liveness-probe]
  notApplicable: [horizontal-pod-autoscaler]
  requirements:
  - name: run-as-non-root
    title: Containers do not run as root
    severity: critical
    outcome: fail
    blocking: true
    findings:
    - {path: "spec.template.spec.containers[app].securityContext", message: may run as root}
    remedy: Set securityContext.runAsNonRoot to true
  - name: health-endpoints
    title: Health endpoints answer
    severity: critical
    outcome: unknown
    blocking: true
    checks:
    - {id: liveness-endpoint, outcome: unknown, reason: EvidenceMissing, findings: [{message: not asked yet}]}
  live: [{id: liveness-endpoint, outcome: pass, observedTime: "2026-11-21T10:00:00Z"}]
conditions:
- type: Compliant
  status: "False"
  reason: ViolationsFound
  message: 1 blocker
  lastTransitionTime: "2026-11-21T10:00:00Z"
"""


def test_a_report_goes_through_unchanged() -> None:
    status = yaml.safe_load(REPORT_STATUS)
    read = ReadinessReportStatus.model_validate(status)
    assert read.scorecards[0].requirements[1].checks[0].reason == "EvidenceMissing"
    assert _written(read) == status


def test_a_condition_of_a_report_has_no_generation() -> None:
    status = yaml.safe_load(REPORT_STATUS)
    status["conditions"][0]["observedGeneration"] = 3
    assert _problems(status, ReadinessReportStatus)[0].path == "spec.conditions[0].observedGeneration"


def test_what_a_profile_may_say_stays_absent() -> None:
    spec = ReadinessPolicySpec.model_validate({"requirements": [{"name": "a"}]})
    assert spec.requirements[0].model_dump(exclude_none=True) == {"name": "a"}


def test_absent_settings_have_the_documented_defaults() -> None:
    spec = ReadinessPolicySpec.model_validate({"profile": {"name": "recommended"}})
    assert spec.waivers == "Allowed"
    assert spec.interval.seconds == 600
    assert spec.ignore_containers is None
    assert spec.probing.model_dump(mode="json", by_alias=True) == {
        "mode": "Passive",
        "interval": "60s",
        "timeout": "2s",
        "podsPerWorkload": 2,
        "failureThreshold": 3,
    }


def test_only_cluster_policies_select_namespaces() -> None:
    spec = {"profile": {"name": "recommended"}, "namespaceSelector": {"matchLabels": {"env": "prod"}}}
    selector = ClusterReadinessPolicySpec.model_validate(spec).namespace_selector
    assert selector == LabelSelector(match_labels={"env": "prod"})


def test_a_read_policy_does_not_change() -> None:
    spec = ReadinessPolicySpec.model_validate({"profile": {"name": "recommended"}})
    with pytest.raises(ValidationError, match="frozen"):
        spec.suspend = True  # type: ignore[misc]


@pytest.mark.parametrize(
    "text, seconds",
    [("90s", 90), ("1h30m", 5400), ("100ms", 0.1), ("1m500ms", 60.5), ("2m3s", 123), ("0s", 0)],
)
def test_a_duration_knows_its_length_and_keeps_its_text(text: str, seconds: float) -> None:
    duration = TypeAdapter(Duration).validate_python(text)
    assert duration.seconds == pytest.approx(seconds)
    assert TypeAdapter(Duration).dump_python(duration) == text


@given(parts=st.lists(st.tuples(st.integers(0, 99999), st.sampled_from(["h", "m", "s", "ms"])), min_size=1, max_size=3))
def test_the_length_of_a_duration_is_the_sum_of_its_parts(parts: list[tuple[int, str]]) -> None:
    text = "".join(f"{number}{unit}" for number, unit in parts)
    expected = sum(number * {"h": 3600, "m": 60, "s": 1, "ms": 0.001}[unit] for number, unit in parts)
    assert TypeAdapter(Duration).validate_python(text).seconds == pytest.approx(expected)


@pytest.mark.parametrize("key", ["my tier", "/tier", "app/", "Team.Example/tier", "-tier", "t" * 64])
def test_a_key_that_is_no_label_name_is_refused_offline(key: str) -> None:
    spec = {"profile": {"name": "recommended"}, "selector": {"matchLabels": {key: "x"}}}
    assert _problem(spec).startswith("spec.selector.matchLabels: every key must be a label name")


@pytest.mark.parametrize(
    "spec, message",
    [
        ({"requirement": []}, 'spec.requirement: unknown field; did you mean "requirements"?'),
        ({"Suspend": True}, 'spec.Suspend: unknown field; did you mean "suspend"?'),
        (
            {"interval": "1d"},
            "spec.interval: must be a duration such as 90s, 10m or 1h30m, without days, not '1d'",
        ),
        ({"suspend": "yes"}, "spec.suspend: must be true or false, not 'yes'"),
        ({"kinds": "Deployment"}, "spec.kinds: must be a list, not 'Deployment'"),
        (
            {"probing": {"podsPerWorkload": 0}},
            "spec.probing.podsPerWorkload: must be greater than or equal to 1, not 0",
        ),
        ({"selector": None, "profile": None}, "spec: give a profile, or at least one requirement"),
        (
            {"probing": {"mode": "passive"}},
            "spec.probing.mode: must be one of Disabled, Passive, not 'passive'; did you mean \"Passive\"?",
        ),
        (
            {"selector": {"matchLabels": {"app.kubernetes.io/name": 7}}},
            "spec.selector.matchLabels[app.kubernetes.io/name]: must be text, not 7",
        ),
        (
            {"ignoreContainers": ["c"] * 33},
            "spec.ignoreContainers: must have at most 32 items, not 33",
        ),
        (
            {"requirements": [{"name": "a", "title": ""}]},
            "spec.requirements[0].title: must have at least 1 characters, not 0",
        ),
        (
            {"profile": {"name": "minimal", "version": "1.2"}},
            "spec.profile.version: unknown field; there is only name",
        ),
    ],
)
def test_a_problem_says_where_what_was_expected_and_the_nearest_right_name(spec: dict[str, Any], message: str) -> None:
    assert _problem({"profile": {"name": "recommended"}, **spec}) == message


def test_all_problems_are_told_at_once() -> None:
    spec = {
        "requirements": [{"name": "A"}, {"name": "b", "severity": "bad", "checks": [{}]}],
        "suspended": True,
    }
    assert [problem.path for problem in _problems(spec)] == [
        "spec.requirements[0].name",
        "spec.requirements[1].severity",
        "spec.requirements[1].checks[0].id",
        "spec.suspended",
    ]


def test_a_wrong_value_is_shown_in_part_only() -> None:
    message = _problem({"profile": {"name": "x" * 62 + "_"}})
    assert message.endswith(f", not '{'x' * 58}…")


def test_the_parameters_of_a_check_have_problems_at_their_own_place() -> None:
    class Replicas(BaseModel, extra="forbid"):
        minimum: int = Field(2, ge=1)

    at = "spec.requirements[3].checks[0].parameters"
    with pytest.raises(ValidationError) as caught:
        Replicas.model_validate({"minimun": 3})
    assert problems(caught.value, Replicas, at) == [Problem(f"{at}.minimun", 'unknown field; did you mean "minimum"?')]
    assert problems(caught.value, ("most", "least"), at) == [
        Problem(f"{at}.minimun", "unknown field; there are least, most")
    ]


def test_a_wrong_key_is_a_problem_at_its_place_in_the_map() -> None:
    class Limits(BaseModel):
        limits: dict[Annotated[str, Field(pattern="^[A-Z]+$")], int]

    with pytest.raises(ValidationError) as caught:
        Limits.model_validate({"limits": {"cpu": 1}})
    assert problems(caught.value, Limits, "it") == [Problem("it.limits.cpu", "must be like ^[A-Z]+$, not 'cpu'")]


def test_where_nothing_is_near_a_short_list_is_told_and_a_long_one_is_not() -> None:
    assert nearest("zzz", ["beta", "alpha"]) == "; there are alpha, beta"
    assert nearest("zzz", [f"word-{number}" for number in range(13)]) == ""
