"""What a report says of stages, categories and gates, and of what keeps a line from counting."""

from datetime import datetime, timedelta
from typing import Any

from tests.builders import NOW, check, policy, requirement, snapshot, workload

from readiness.engine.evaluate import evaluate
from readiness.engine.report import report
from readiness.model import Fail, Ref, Unknown
from readiness.model.claims import Subject, Validity, Waiver
from readiness.policy.compiled import CategoryTarget, Gate, Policy
from readiness.policy.v1alpha1 import ReadinessReportStatus

LATER = NOW + timedelta(minutes=5)
STUCK = policy(requirement("stuck", check("stuck", Fail("", "so it is"))))


def _report(*policies: Policy, **fields: Any) -> dict[str, Any]:
    raw = report(evaluate(workload(), list(policies), snapshot()), NOW, **fields)
    if not fields:
        ReadinessReportStatus.model_validate(raw["status"])
    return raw


def _staged() -> Policy:
    """A ladder of two stages: the second is not reached, since what fails there is compensated and not met."""
    return policy(
        requirement("met", stage="alpha", references=("1.1", "4.2"), category="Delivery"),
        requirement("open", check("open", Fail("", "so it is")), stage="beta", compensated_by=("met",)),
        stages=("alpha", "beta"),
        categories=(CategoryTarget("Delivery", 90),),
        gates=(Gate("release", ("met", "open")),),
        name="ladder",
    )


def test_a_line_says_what_makes_up_for_it_and_a_report_the_stage() -> None:
    raw = _report(_staged())
    (card,) = raw["status"]["scorecards"]
    (line,) = card["requirements"]
    assert (line["outcome"], line["blocking"], line["compensatedBy"]) == ("warn", False, "met")
    assert (raw["status"]["verdict"], raw["status"]["stage"], card["stage"]) == ("GoWithConditions", "alpha", "alpha")
    assert not {"stages", "categories", "gates"} & card.keys()
    assert "stage" not in _report(STUCK)["status"]


def test_the_stage_is_that_of_the_worst_scorecard() -> None:
    status = _report(_staged(), STUCK)["status"]
    assert "stage" not in status
    assert [card.get("stage") for card in status["scorecards"]] == ["alpha", None]


def _waived(end: datetime | None) -> dict[str, Any]:
    subject = workload()
    named = Waiver(Ref("ReadinessWaiver", "shop", "legacy-root"), Subject("Deployment", "cart"), Validity(None, end))
    root = policy(requirement("root", check("root", Fail("spec.x", "may run as root"))))
    raw = report(evaluate(subject, [root], snapshot(subject, named)), NOW)
    ReadinessReportStatus.model_validate(raw["status"])
    (card,) = raw["status"]["scorecards"]
    assert (card["items"], card["summary"]["waived"], card["verdict"]) == ("0/0", 1, "Go")
    (line,) = card["requirements"]
    assert (line["outcome"], "remedy" in line) == ("waived", False)
    waiver: dict[str, Any] = line["waiver"]
    return waiver


def test_a_waived_line_says_by_which_waiver_and_until_when() -> None:
    assert _waived(LATER) == {"name": "legacy-root", "expirationTime": "2026-11-21T10:05:00Z"}
    assert _waived(None) == {"name": "legacy-root"}


def test_the_full_form_says_where_lines_belong_and_what_they_come_to() -> None:
    (card,) = _report(_staged(), full=True)["status"]["scorecards"]
    lines = {line["name"]: line for line in card["requirements"]}
    assert {key: lines["met"][key] for key in ("category", "stage", "references")} == {
        "category": "Delivery",
        "stage": "alpha",
        "references": ["1.1", "4.2"],
    }
    assert "references" not in lines["open"]
    assert [(item["name"], item["state"]) for item in card["categories"]] == [
        ("Delivery", "Complete"),
        ("Reliability", "Pending"),
    ]
    assert [(item["name"], item["reached"]) for item in card["stages"]] == [("alpha", True), ("beta", False)]
    assert card["gates"] == [{"name": "release", "passed": False, "failing": ["open"]}]


def test_a_blocker_that_is_not_known_and_compensated_does_not_make_a_report_unknown() -> None:
    unknown = requirement("open", check("open", Unknown("not asked")), compensated_by=("met",))
    status = _report(policy(requirement("met"), unknown))["status"]
    conditions = {item["type"]: (item["status"], item["message"]) for item in status["conditions"]}
    assert conditions["Compliant"] == ("True", "")
    assert conditions["EvidenceCurrent"] == ("False", "open")
