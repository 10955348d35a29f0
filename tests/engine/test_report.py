"""A workload's report: what it says, and that it never is what the API server would refuse."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest
from tests.builders import NOW, check, policy, requirement, snapshot, workload

from readiness.checks import Check
from readiness.engine.evaluate import Evaluation, evaluate
from readiness.engine.published import Published
from readiness.engine.report import is_shortened, report, report_name
from readiness.model import Fail, Ref, Severity, Skip, Topic, Unknown
from readiness.policy.compiled import Ask, Policy
from readiness.policy.v1alpha1 import ReadinessReportSpec, ReadinessReportStatus

MIB = 1024 * 1024
LATER = NOW + timedelta(minutes=5)


def _report(*policies: Policy, subject: Any = None, **fields: Any) -> dict[str, Any]:
    raw = report(_evaluation(*policies, subject=subject), NOW, **fields)
    ReadinessReportSpec.model_validate(raw["spec"])
    ReadinessReportStatus.model_validate(_stored(raw["status"]))
    assert len(orjson.dumps(raw)) < MIB
    return raw


def _stored(status: dict[str, Any]) -> dict[str, Any]:
    """A report's status without what only the full form has."""
    cards = [
        {key: card[key] for key in card.keys() - {"stages", "categories", "gates", "notEvaluated"}}
        for card in status["scorecards"]
    ]
    for card in cards:
        card["requirements"] = [
            {key: line[key] for key in line.keys() - {"category", "stage", "references"}}
            for line in card["requirements"]
        ]
    return {**status, "scorecards": cards}


def _evaluation(*policies: Policy, subject: Any = None) -> Evaluation:
    return evaluate(subject or workload(uid="u-1", generation=7), list(policies), snapshot())


def _conditions(raw: dict[str, Any]) -> dict[str, tuple[str, str, str]]:
    return {c["type"]: (c["status"], c["reason"], c["message"]) for c in raw["status"]["conditions"]}


def _open_points() -> Policy:
    root = check("run-as-non-root", Fail("spec.x", "may run as root"), topic=Topic.NON_ROOT)
    return policy(
        requirement("run-as-non-root", root),
        requirement("health", check("up", Unknown("not asked yet"), live=True), check("ports")),
        requirement("advice", check("advice", Fail("", "could be better")), severity=Severity.LOW),
        requirement("scaling", check("scaling", Skip("nothing scales it"))),
        requirement("met"),
    )


def test_a_report_names_its_workload_and_belongs_to_it() -> None:
    raw = _report(_open_points())
    assert raw["metadata"] == {
        "name": "deployment-cart",
        "namespace": "shop",
        "labels": {"readiness.dev/verdict": "NoGo"},
        "ownerReferences": [
            {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "name": "cart",
                "uid": "u-1",
                "controller": False,
                "blockOwnerDeletion": False,
            }
        ],
    }
    assert raw["spec"] == {"workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "cart"}}


def test_manifests_have_neither_owner_nor_generation() -> None:
    raw = _report(_open_points(), subject=workload())
    assert "ownerReferences" not in raw["metadata"]
    assert "workloadGeneration" not in raw["status"]


def test_a_scorecard_has_figures_and_names() -> None:
    (card,) = _report(_open_points())["status"]["scorecards"]
    assert {key: value for key, value in card.items() if key != "requirements"} == {
        "policyRef": {"kind": "ReadinessPolicy", "name": "production"},
        "verdict": "NoGo",
        "score": 25,
        "items": "1/4",
        "summary": {"passed": 1, "warned": 1, "failed": 1, "unknown": 1, "notApplicable": 1, "waived": 0},
        "passed": ["met"],
        "notApplicable": ["scaling"],
        "live": [],
    }


def test_a_scorecard_spells_out_what_is_open_the_worst_first() -> None:
    (card,) = _report(_open_points())["status"]["scorecards"]
    root, health, advice = card["requirements"]
    assert root == {
        "name": "run-as-non-root",
        "title": "run-as-non-root holds",
        "severity": "high",
        "outcome": "fail",
        "blocking": True,
        "findings": [{"message": "may run as root", "path": "spec.x"}],
        "remedy": "Mend run-as-non-root.",
    }
    unseen = {"id": "up", "outcome": "unknown", "reason": "EvidenceMissing", "findings": [{"message": "not asked yet"}]}
    assert (health["outcome"], health["checks"]) == ("unknown", [unseen])
    assert not {"findings", "remedy"} & set(health)
    assert (advice["outcome"], advice["blocking"]) == ("warn", False)
    assert advice["findings"] == [{"message": "could be better"}]


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _leaves(part)
    else:
        yield value


def test_a_report_is_of_plain_values_that_any_writer_knows() -> None:
    assert {type(leaf) for leaf in _leaves(_report(_open_points()))} <= {str, int, bool}


def test_the_full_form_spells_everything_out() -> None:
    (card,) = _report(_open_points(), full=True)["status"]["scorecards"]
    lines = {line["name"]: line for line in card["requirements"]}
    assert list(lines) == ["run-as-non-root", "health", "advice", "scaling", "met"]
    assert lines["scaling"]["findings"] == [{"message": "nothing scales it"}]
    assert "findings" not in lines["met"]
    assert [item["outcome"] for item in lines["health"]["checks"]] == ["unknown", "pass"]


def test_what_passes_by_one_of_several_checks_needs_no_remedy() -> None:
    either = requirement("either", check("a", Fail("", "not so")), check("b"), match_any=True)
    (card,) = _report(policy(either), full=True)["status"]["scorecards"]
    assert "remedy" not in card["requirements"][0]


def test_the_summary_is_of_the_worst_scorecard_and_the_lowest_score() -> None:
    good = policy(requirement("met"), namespace="", name="baseline")
    half = policy(requirement("a", check("a", Fail("", "x")), severity=Severity.LOW), name="advice")
    status = _report(_open_points(), good, half)["status"]
    assert {key: status[key] for key in ("verdict", "score", "items", "blockersTotal", "policies")} == {
        "verdict": "NoGo",
        "score": 0,
        "items": "1/4",
        "blockersTotal": 1,
        "policies": 3,
    }
    assert [card["policyRef"]["name"] for card in status["scorecards"]] == ["baseline", "advice", "production"]


def test_conditions_say_what_is_open_and_what_is_not_known() -> None:
    assert _conditions(_report(_open_points())) == {
        "Compliant": ("False", "ViolationsFound", "open blockers: run-as-non-root"),
        "RunsAsNonRoot": ("False", "RequirementsFailed", "may run as root"),
        "EvidenceCurrent": ("False", "EvidenceMissing", "health"),
    }
    unknown = policy(
        requirement("up", check("up", Unknown("not asked yet"))),
        requirement("later", check("later", Unknown("not yet")), blocking=False),
    )
    assert _conditions(_report(unknown))["Compliant"] == ("Unknown", "EvaluationIncomplete", "not known: up")
    assert _conditions(_report(policy())) == {
        "Compliant": ("True", "NoOpenBlockers", ""),
        "EvidenceCurrent": ("True", "AsExpected", ""),
    }


def test_evidence_that_is_missing_is_told_whatever_else_is_wrong() -> None:
    both = requirement("both", check("a", Fail("", "wrong")), check("b", Unknown("not asked yet")))
    assert _conditions(_report(policy(both)))["EvidenceCurrent"] == ("False", "EvidenceMissing", "both")
    offline = evaluate(workload(), [policy(requirement("up", _live("up")))], snapshot(live=False))
    assert _conditions(report(offline, NOW))["EvidenceCurrent"] == ("False", "EvidenceMissing", "up")


def test_a_condition_names_ten_requirements() -> None:
    lines = [requirement(f"r{number:02}", check("a", Fail("", "x"))) for number in range(12)]
    message = _conditions(_report(policy(*lines)))["Compliant"][2]
    assert message == f"open blockers: {', '.join(f'r{number:02}' for number in range(10))} and 2 more"


def _live(check_id: str, *findings: Any) -> Check:
    return check(check_id, *findings, live=True)


def test_the_time_of_a_live_outcome_moves_with_the_outcome_only() -> None:
    def seen(found: tuple[Any, ...], before: Published, now: Any) -> list[dict[str, Any]]:
        judged = _evaluation(policy(requirement("up", _live("up", *found))))
        live: list[dict[str, Any]] = report(judged, now, before)["status"]["scorecards"][0]["live"]
        return live

    first = report(_evaluation(policy(requirement("up", _live("up")))), NOW)
    before = Published.of(first)
    same = [{"id": "up", "outcome": "pass", "observedTime": "2026-11-21T10:00:00Z"}]
    assert first["status"]["scorecards"][0]["live"] == same
    assert seen((), before, LATER) == same
    assert seen((Fail("", "down"),), before, LATER) == [
        {"id": "up", "outcome": "fail", "observedTime": "2026-11-21T10:05:00Z"}
    ]
    assert seen((Unknown("not asked"),), before, LATER) == []


def test_a_live_check_that_is_asked_twice_under_one_name_is_told_once_or_not_at_all() -> None:
    up, down = _live("up"), _live("up", Fail("", "down"))
    agree = policy(requirement("a", up), requirement("b", up))
    (card,) = _report(agree)["status"]["scorecards"]
    assert [item["outcome"] for item in card["live"]] == ["pass"]
    differ = policy(requirement("a", up), requirement("b", Ask(down, "up", None)))
    assert _report(differ)["status"]["scorecards"][0]["live"] == []
    named = policy(requirement("a", up), requirement("b", Ask(down, "second", None)))
    live = _report(named)["status"]["scorecards"][0]["live"]
    assert [(item["id"], item.get("name"), item["outcome"]) for item in live] == [
        ("up", None, "pass"),
        ("up", "second", "fail"),
    ]


@pytest.mark.parametrize(
    "ref, name",
    [
        (Ref("Deployment", "shop", "cart", "apps"), "deployment-cart"),
        (Ref("Pod", "shop", "cart.v1"), "pod-cart.v1"),
        (Ref("Rollout", "shop", "cart", "argoproj.io"), "rollout-cart-c4fb6e"),
    ],
)
def test_the_name_of_a_report_follows_from_the_workload(ref: Ref, name: str) -> None:
    assert report_name(ref) == name


def test_long_names_are_cut_and_stay_apart() -> None:
    names = {report_name(Ref("StatefulSet", "shop", f"{'x' * 242}.{end}", "apps")) for end in ("a" * 10, "b" * 10)}
    assert len(names) == 2
    for name in names:
        assert len(name) <= 253
        assert not {".-", "-."} & {name[i : i + 2] for i in range(len(name))}


LONG = "ü" * 2000


def _wide(number: int, checks: int, findings: int, requirements: int = 256) -> Policy:
    """A policy in which everything fails at length."""
    asked = [
        check(f"c{index}".ljust(63, "c"), *[Fail(LONG, f"{n}{LONG}") for n in range(findings)], remedy=LONG)
        for index in range(checks)
    ]
    asks = [Ask(item, f"n{index}".ljust(63, "n"), None) for index, item in enumerate(asked)]
    lines = [requirement(f"r{index}".ljust(63, "r"), *asks, title=LONG) for index in range(requirements)]
    return policy(*lines, name=f"p{number}".ljust(253, "p"))


def test_long_texts_are_cut() -> None:
    (card,) = _report(_wide(0, checks=1, findings=1, requirements=1))["status"]["scorecards"]
    (line,) = card["requirements"]
    (finding,) = line["checks"][0]["findings"]
    assert [len(text) for text in (line["title"], finding["message"], finding["path"], line["remedy"])] == [
        128, 512, 512, 512,
    ]  # fmt: skip


def test_fifty_findings_are_told_and_the_rest_counted() -> None:
    many = policy(requirement("a", check("a", *[Fail("", f"fault {n}") for n in range(601)])))
    (line,) = _report(many)["status"]["scorecards"][0]["requirements"]
    assert len(line["findings"]) == 50
    assert line["findings"][-1] == {"message": "and 552 more"}
    exact = policy(requirement("a", check("a", *[Fail("", f"fault {n}") for n in range(50)])))
    (line,) = _report(exact)["status"]["scorecards"][0]["requirements"]
    assert line["findings"][-1] == {"message": "fault 49"}


@pytest.mark.parametrize("policies, checks, findings", [(1, 8, 600), (16, 8, 3), (17, 1, 1), (40, 1, 0)])
def test_a_report_fits_whatever_there_is_to_tell_and_its_counts_stay_exact(
    policies: int, checks: int, findings: int
) -> None:
    wide = [_wide(number, checks, findings) for number in range(policies)]
    subject = workload("w" * 253, kind="Deployment", namespace="n" * 63, uid="u" * 36, generation=2**53)
    raw = _report(*wide, subject=subject)
    status = raw["status"]
    assert len(status["scorecards"]) == min(policies, 16)
    assert status["policies"] == policies
    assert status["blockersTotal"] == (policies * 256 if findings else 0)
    for card in status["scorecards"]:
        assert card["summary"]["failed" if findings else "passed"] == 256
        assert len(card["requirements"]) + len(card["passed"]) == 256


def test_live_outcomes_fit_too() -> None:
    asks = [Ask(check(f"c{n}".ljust(63, "c"), live=True), f"n{n}".ljust(63, "n"), None) for n in range(8 * 256)]
    lines = [requirement(f"r{n}".ljust(63, "r"), *asks[8 * n : 8 * n + 8]) for n in range(256)]
    wide = [policy(*lines, name=f"p{number}".ljust(253, "p")) for number in range(16)]
    for card in _report(*wide)["status"]["scorecards"]:
        assert len(card["live"]) == 64
    assert len(_report(wide[0])["status"]["scorecards"][0]["live"]) == 256


def _typical(requirements: int, failures: int) -> dict[str, Any]:
    """A report as they are: names, titles, messages and remedies of the usual length."""
    asked = [
        requirement(
            f"no-privilege-escalation-{n}",
            check(
                f"no-privilege-escalation-{n}",
                *[Fail(f"spec.template.spec.containers[app-{n}].securityContext", "container app may gain privileges")]
                * (n < failures),
                remedy="Set securityContext.allowPrivilegeEscalation: false on each container that is named here.",
            ),
            title="No container may gain more privileges",
        )
        for n in range(requirements)
    ]
    return _report(policy(*asked))


@pytest.mark.parametrize("requirements, failures, kib", [(40, 5, 4.5), (205, 60, 28)])
def test_a_report_is_as_small_as_it_is_said_to_be(requirements: int, failures: int, kib: float) -> None:
    assert len(json.dumps(_typical(requirements, failures), separators=(",", ":"))) <= kib * 1024


def test_a_workload_that_nobody_judges_is_unknown() -> None:
    assert _report()["status"]["verdict"] == "Unknown"


def test_a_report_says_whether_it_leaves_something_out() -> None:
    def is_short(*policies: Policy) -> bool:
        evaluation = _evaluation(*policies)
        return is_shortened(evaluation, report(evaluation, NOW))

    many = policy(requirement("many", check("many", *[Fail("spec", str(number)) for number in range(51)])))
    enough = policy(requirement("many", check("many", *[Fail("spec", str(number)) for number in range(50)])))
    several = [policy(requirement("met"), name=f"policy-{number}") for number in range(17)]
    assert not is_short(_open_points())
    assert not is_short(enough)
    assert is_short(many)
    assert not is_short(*several[:16])
    assert is_short(*several)
