"""From a policy's manifest, over its profile, to what workloads are judged by; or to all that is wrong with it."""

from typing import Any

import pytest

from readiness.model import Probing, Severity
from readiness.model.labels import Expression, Selector
from readiness.policy.compile import compile_policy, compile_profile
from readiness.policy.compiled import IGNORED_CONTAINERS, Policy, PolicyRef, Requirement
from readiness.policy.problem import InvalidPolicyError
from readiness.policy.profiles import profile

REF = PolicyRef("ReadinessPolicy", "shop", "production")
CLUSTER_REF = PolicyRef("ClusterReadinessPolicy", "", "production")
PROFILE = {"name": "recommended"}
NAMES = [line["name"] for line in profile("recommended")["requirements"]]


def _compile(spec: Any, ref: PolicyRef = REF) -> Policy:
    return compile_policy(ref, {"metadata": {"uid": "u-1", "generation": 3}, "spec": spec})


def _refused(spec: Any, ref: PolicyRef = REF) -> tuple[str, list[str]]:
    with pytest.raises(InvalidPolicyError) as refused:
        _compile(spec, ref)
    return refused.value.reason, [str(problem) for problem in refused.value.problems]


def _lines(spec: dict[str, Any]) -> dict[str, Requirement]:
    return {line.name: line for line in _compile(spec).requirements}


def _many(number: int, **fields: Any) -> list[dict[str, Any]]:
    return [{"name": f"r{n}", "checks": [{"id": "min-replicas"}], **fields} for n in range(number)]


def test_a_policy_of_three_lines_is_enough() -> None:
    policy = _compile({"profile": PROFILE})
    assert [line.name for line in policy.requirements] == NAMES
    assert policy == Policy(REF, policy.requirements, uid="u-1", generation=3, profile="recommended")
    assert (policy.interval, policy.probing) == (600.0, Probing())
    assert policy.ignored == frozenset(IGNORED_CONTAINERS)


def test_a_manifest_without_metadata_or_spec_is_read_too() -> None:
    assert compile_policy(REF, {"spec": {"profile": PROFILE}}).generation == 0
    assert compile_policy(REF, {"metadata": None, "spec": {"profile": PROFILE}}).uid == ""
    assert _refused(None) == ("InvalidSpec", ["spec: give a profile, or at least one requirement"])


def test_a_name_alone_is_the_check_of_that_id_with_its_defaults() -> None:
    line = _lines({"requirements": [{"name": "run-as-non-root"}]})["run-as-non-root"]
    (ask,) = line.asks
    assert (ask.check.id, ask.name, ask.parameters) == ("run-as-non-root", "run-as-non-root", ask.check.parameters())
    assert (line.title, line.severity, line.blocking) == (ask.check.title, ask.check.severity, True)
    assert line.plain


def test_checks_are_asked_with_their_parameters_under_their_names() -> None:
    checks = [{"id": "min-replicas"}, {"id": "min-replicas", "name": "three", "parameters": {"min": 3}}]
    line = _lines({"requirements": [{"name": "replicas", "checks": checks, "match": "Any"}]})["replicas"]
    assert [(ask.name, ask.parameters.min) for ask in line.asks] == [("min-replicas", 2), ("three", 3)]
    assert line.match_any
    assert line.title == "replicas"
    assert not line.plain


def test_severity_defaults_to_the_highest_of_the_checks() -> None:
    checks = [{"id": "min-replicas"}, {"id": "run-as-non-root"}]
    line = _lines({"requirements": [{"name": "a", "checks": checks}]})["a"]
    assert line.severity is Severity.highest(ask.check.severity for ask in line.asks)


def test_blocking_severities_say_what_blocks() -> None:
    spec = {"requirements": [{"name": "run-as-non-root", "severity": "low"}, {"name": "min-replicas"}]}
    assert not _lines(spec)["run-as-non-root"].blocking
    assert _lines({**spec, "blockingSeverities": ["low"]})["run-as-non-root"].blocking
    assert not any(line.blocking for line in _lines({**spec, "blockingSeverities": []}).values())


def test_a_requirement_is_merged_over_the_profiles_field_by_field() -> None:
    own = {"name": "min-replicas", "severity": "critical", "title": "Two of each"}
    lines = _lines({"profile": PROFILE, "requirements": [own]})
    assert list(lines) == NAMES
    assert (lines["min-replicas"].severity, lines["min-replicas"].title) == (Severity.CRITICAL, "Two of each")
    assert [ask.check.id for ask in lines["min-replicas"].asks] == ["min-replicas"]


def test_a_field_that_is_left_out_stays_the_profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"name": "a", "title": "As before", "severity": "low", "match": "Any", "checks": [{"id": "min-replicas"}]}
    monkeypatch.setitem(profile("recommended"), "requirements", [known])
    checks = [{"id": "run-as-non-root"}, {"id": "image-tag-pinned"}]
    line = _lines({"profile": PROFILE, "requirements": [{"name": "a", "checks": checks}]})["a"]
    assert (line.title, line.severity, line.match_any) == ("As before", Severity.LOW, True)
    assert [ask.check.id for ask in line.asks] == ["run-as-non-root", "image-tag-pinned"]  # a list replaces


def test_a_requirement_of_its_own_comes_after_the_profiles() -> None:
    own = {"name": "autoscaled", "checks": [{"id": "horizontal-pod-autoscaler"}]}
    assert list(_lines({"profile": PROFILE, "requirements": [own]})) == [*NAMES, "autoscaled"]


def test_disabled_removes_a_line_and_may_be_taken_back() -> None:
    spec = {"profile": PROFILE, "requirements": [{"name": "min-replicas", "disabled": True}]}
    assert "min-replicas" not in _lines(spec)
    assert "min-replicas" in _lines({"profile": PROFILE, "requirements": [{"name": "min-replicas", "disabled": False}]})


def test_what_is_disabled_and_is_not_there_is_a_hint() -> None:
    off = [{"name": "min-replicas", "disabled": True}, {"name": "min-replica", "disabled": True}]
    parked = {"name": "later", "checks": [{"id": "min-replicas"}], "disabled": True}
    told = 'the profile recommended has no requirement "min-replica" to disable; did you mean "min-replicas"?'
    found = _compile({"profile": PROFILE, "requirements": [*off, parked]})
    assert [str(hint) for hint in found.hints] == [f"spec.requirements[1].name: {told}"]
    assert not _compile({"requirements": [{"name": "run-as-non-root"}, *off]}).hints


def test_a_kind_that_no_workload_is_of_is_a_hint() -> None:
    applies = {"kinds": ["Rollout", "StatefulSet"]}
    lines = [{"name": "run-as-non-root"}, {"name": "min-replicas", "appliesWhen": applies}]
    found = _compile({"kinds": ["Deploymnt", "Job", "Cluster.postgresql.cnpg.io"], "requirements": lines})
    typo, groupless = found.hints
    assert typo.path == "spec.kinds[0]"
    assert typo.message.endswith('"Deploymnt", and others are named as Kind.group; did you mean "Deployment"?')
    assert groupless.path == "spec.requirements[1].appliesWhen.kinds[0]"
    assert "Rollout" in groupless.message


def test_an_unknown_check_is_told_at_its_place_with_the_nearest_name() -> None:
    assert _refused({"requirements": [{"name": "min-replicas"}, {"name": "run-as-nonroot"}]}) == (
        "UnknownCheck",
        ['spec.requirements[1].name: there is no check "run-as-nonroot"; did you mean "run-as-non-root"?'],
    )
    checks = [{"id": "min-replicas"}, {"id": "readines-probe"}]
    assert _refused({"profile": PROFILE, "requirements": [{"name": "probes", "checks": checks}]}) == (
        "UnknownCheck",
        ['spec.requirements[0].checks[1].id: there is no check "readines-probe"; did you mean "readiness-probe"?'],
    )


def test_the_place_is_the_users_also_where_the_profile_has_the_requirement() -> None:
    own = {"name": "min-replicas", "checks": [{"id": "nothing-like-it"}]}
    assert _refused({"profile": PROFILE, "requirements": [{"name": "run-as-non-root"}, own]})[1] == [
        'spec.requirements[1].checks[0].id: there is no check "nothing-like-it"'
    ]


@pytest.mark.parametrize(
    "check, parameters, told",
    [
        ("min-replicas", {"mni": 3}, '.mni: unknown field; did you mean "min"?'),
        ("min-replicas", {"min": "three"}, ".min: must be a whole number, not 'three'"),
        ("min-replicas", {"min": 1.5}, ".min: must be a whole number, not 1.5"),
        ("min-replicas", {"min": 0}, ".min: must be greater than or equal to 1, not 0"),
        ("image-tag-pinned", {"requireDigest": "so"}, ".requireDigest: must be true or false, not 'so'"),
        ("no-plaintext-secret-env", {"namePatterns": ["ok", "(a"]}, ".namePatterns[1]: must be a regular expression"),
        ("health-response-time", {"timeout": "1d"}, ".timeout: must be a duration, not '1d'"),
        ("network-policy", {"directions": ["In"]}, ".directions[0]: must be one of Ingress, Egress, not 'In'"),
        ("network-policy", {"directions": []}, ".directions: must have at least 1 items, not 0"),
        ("network-policy", {"directions": "Ingress"}, ".directions: must be a list, not 'Ingress'"),
        (
            "pod-disruption-budget",
            {"minAvailable": "half"},
            ".minAvailable: must be a whole number or must be a percentage, not 'half'",
        ),
        ("required-secrets", None, ".names: is required"),
        ("config-value", {"name": "A", "min": 5}, ": min and max must be of type int, duration or bytes"),
    ],
)
def test_a_wrong_parameter_is_told_with_its_path_and_what_was_expected(
    check: str, parameters: dict[str, Any] | None, told: str
) -> None:
    call = {"id": check} if parameters is None else {"id": check, "parameters": parameters}
    reason, (problem,) = _refused({"requirements": [{"name": "a", "checks": [{"id": "probes-distinct"}, call]}]})
    assert reason == "InvalidSpec"
    assert problem.startswith(f"spec.requirements[0].checks[1].parameters{told}")


def test_all_problems_are_told_at_once_and_unknown_checks_first() -> None:
    checks = [{"id": "min-replicas", "parameters": {"min": 0}}, {"id": "no-such-thing"}]
    reason, problems = _refused({"requirements": [{"name": "a", "checks": checks}, {"name": "required-secrets"}]})
    assert reason == "UnknownCheck"
    assert [problem.partition(":")[0] for problem in problems] == [
        "spec.requirements[0].checks[1].id",
        "spec.requirements[0].checks[0].parameters.min",
        "spec.requirements[1].checks[0].parameters.names",
    ]


def test_an_unknown_profile_is_told_with_the_nearest_name() -> None:
    assert _refused({"profile": {"name": "recomended"}}) == (
        "UnknownProfile",
        ['spec.profile.name: there is no profile "recomended"; did you mean "recommended"?'],
    )


def test_what_the_schema_refuses_is_told_here_too() -> None:
    assert _refused({"profile": PROFILE, "interval": "1d"}) == (
        "InvalidSpec",
        ["spec.interval: must be a duration such as 90s, 10m or 1h30m, without days, not '1d'"],
    )
    assert _refused({"profile": PROFILE, "namespaceSelector": {}})[0] == "InvalidSpec"


def test_a_policy_that_asks_nothing_is_no_green_one() -> None:
    told = ("InvalidSpec", ["spec.requirements: all are disabled: at least one must be left"])
    assert _refused({"requirements": [{"name": "min-replicas", "disabled": True}]}) == told
    assert _refused({"profile": PROFILE, "requirements": [{"name": n, "disabled": True} for n in NAMES]}) == told


def test_a_text_that_is_too_short_is_told_in_our_words() -> None:
    parameters = {"maxAge": "9", "scenarios": [""]}
    assert _refused({"requirements": [{"name": "a", "checks": [{"id": "load-test", "parameters": parameters}]}]}) == (
        "InvalidSpec",
        [
            "spec.requirements[0].checks[0].parameters.scenarios[0]: must have at least 1 characters, not 0",
            "spec.requirements[0].checks[0].parameters.maxAge: must have at least 2 characters, not 1",
        ],
    )


def test_a_report_has_room_for_every_requirement() -> None:
    assert len(_compile({"requirements": _many(256)}).requirements) == 256
    reason, problems = _refused({"profile": PROFILE, "requirements": _many(256)})
    assert reason == "InvalidSpec"
    assert problems == [f"spec.requirements: with the profile's there are {256 + len(NAMES)}, more than 256"]


def test_a_spec_has_bounds() -> None:
    parameters = {"x": "y" * 65536}
    assert _refused(
        {"requirements": [{"name": "a", "checks": [{"id": "min-replicas", "parameters": parameters}]}]}
    ) == (
        "InvalidSpec",
        ["spec: is larger than 64 KiB"],
    )
    deep: dict[str, Any] = {}
    for _ in range(5000):
        deep = {"a": deep}
    assert _refused(deep) == ("InvalidSpec", ["spec: is nested too deeply"])
    wide: list[Any] = []
    for _ in range(300):  # pydantic gives up at 255, Python later
        wide = [wide]
    assert _refused(
        {"requirements": [{"name": "a", "checks": [{"id": "min-replicas", "parameters": {"x": wide}}]}]}
    ) == ("InvalidSpec", ["spec: is nested too deeply"])


def test_settings_are_taken_over() -> None:
    policy = _compile({
        "profile": PROFILE,
        "selector": {
            "matchLabels": {"tier": "backend", "app": "cart"},
            "matchExpressions": [{"key": "env", "operator": "In", "values": ["prod"]}],
        },
        "kinds": ["Deployment", "StatefulSet.apps", "Job.batch", "Rollout.argoproj.io"],
        "ignoreContainers": ["proxy"],
        "probing": {
            "mode": "Disabled", "interval": "30s", "timeout": "500ms", "podsPerWorkload": 5, "failureThreshold": 2,
        },
        "interval": "1h",
        "suspend": True,
    })  # fmt: skip
    assert policy.selector == Selector((("app", "cart"), ("tier", "backend")), (Expression("env", "In", ("prod",)),))
    assert policy.kinds == {"Deployment", "StatefulSet", "Job", "Rollout.argoproj.io"}
    assert policy.ignored == {"proxy"}
    assert policy.probing == Probing(enabled=False, interval=30.0, timeout=0.5, pods=5, failure_threshold=2)
    assert (policy.interval, policy.suspended) == (3600.0, True)


def test_only_a_cluster_policy_selects_namespaces() -> None:
    spec = {"profile": PROFILE, "namespaceSelector": {"matchLabels": {"env": "prod"}}}
    assert _compile(spec, CLUSTER_REF).namespace_selector == Selector((("env", "prod"),))
    assert _compile({"profile": PROFILE}).namespace_selector == Selector()


def test_no_container_is_ignored_where_the_list_is_empty() -> None:
    assert _compile({"profile": PROFILE, "ignoreContainers": []}).ignored == frozenset()


def test_a_profile_alone_is_a_policy() -> None:
    policy = compile_profile("recommended")
    assert str(policy.ref) == "Profile/recommended"
    assert [line.name for line in policy.requirements] == NAMES
    assert compile_profile("recommended", policy="baseline").ref.name == "baseline"
    assert policy.requirements == _compile({"profile": PROFILE}).requirements


def test_topics_are_those_of_the_checks() -> None:
    policy = _compile({"requirements": [{"name": "run-as-non-root"}, {"name": "min-replicas"}]})
    assert [str(topic) for topic in policy.topics] == ["RunsAsNonRoot"]
