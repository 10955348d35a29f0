"""A policy's status: how it reads, that it is small, and that it never is what the API server would refuse."""

from collections import Counter
from datetime import timedelta
from typing import Any

import orjson
import pytest
import yaml
from tests.builders import NOW, answer, check, policy, requirement, scorecard

from readiness.engine.scorecard import RequirementResult, Scorecard, compensated
from readiness.engine.status import (
    Blindness,
    denied_status,
    failed_status,
    pending_status,
    stalled_status,
    status_of,
    suspended_status,
)  # fmt: skip
from readiness.engine.tally import Standing, Tally
from readiness.model import Outcome, Ref, Severity, Topic
from readiness.model.reasons import Reason
from readiness.policy.compiled import Gate, Policy, Requirement
from readiness.policy.problem import InvalidPolicyError, Problem
from readiness.policy.v1alpha1 import PolicyStatus

PASS, FAIL, WARN, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.WARN, Outcome.UNKNOWN
NOT_APPLICABLE = Outcome.NOT_APPLICABLE
LATER = NOW + timedelta(minutes=5)
DOWN = "does not answer GET /healthz on 8080 with success"


def _ref(name: str, namespace: str = "shop") -> Ref:
    return Ref("Deployment", namespace, name, "apps")


def _tally(cards: dict[Ref, Scorecard], asked: Policy | None = None) -> Tally:
    tally = Tally(asked or (next(iter(cards.values())).policy if cards else policy()))
    for ref, card in cards.items():
        tally.put(ref, Standing.of(card))
    return tally


def _status(tally: Tally, before: Any = None, **fields: Any) -> dict[str, Any]:
    status = status_of(tally, before or {}, NOW, **fields)
    PolicyStatus.model_validate(status)
    yaml.safe_dump(status)  # knows plain values only
    return status


def _conditions(status: dict[str, Any]) -> dict[str, tuple[str, str, str]]:
    return {c["type"]: (c["status"], c["reason"], c["message"]) for c in status["conditions"]}


def _fleet(topic: Topic | None = Topic.HEALTH_ENDPOINTS, **fields: Any) -> Tally:
    """Twelve workloads: two of them down, one that nobody could ask yet."""
    outcomes = {"cart": FAIL, "search": FAIL, "images": UNKNOWN}
    names = [*outcomes, *(f"app-{number}" for number in range(9))]
    return _tally(
        {
            _ref(name): scorecard(
                {"health": outcomes.get(name, PASS), "advice": PASS if name == "app-0" else WARN},
                topic=topic,
                message=DOWN,
                generation=3,
                **fields,
            )
            for name in names
        }
    )


def test_figures_are_of_workloads_of_requirements_and_of_their_pairs() -> None:
    status = _status(_fleet())
    assert {key: status[key] for key in ("observedGeneration", "verdict", "score", "items", "blockersTotal")} == {
        "observedGeneration": 3,
        "verdict": "NoGo",
        "score": 41,  # 10 of 24 pairs
        "items": "0/2",
        "blockersTotal": 1,
    }
    assert status["summary"] == {
        "workloads": {"total": 12, "go": 1, "goWithConditions": 8, "noGo": 2, "unknown": 1, "percent": 8},
        "requirements": {"passed": 0, "warned": 1, "failed": 1, "unknown": 0, "notApplicable": 0, "waived": 0},
    }
    assert "namespaces" not in status


def test_blockers_name_a_workload_and_next_steps_a_remedy() -> None:
    status = _status(_fleet())
    assert status["blockers"] == [
        {
            "requirement": "health",
            "severity": "high",
            "workloads": 2,
            "workloadRef": {"namespace": "shop", "kind": "Deployment", "name": "cart"},
            "message": DOWN,
        }
    ]
    assert status["nextSteps"] == [
        {"requirement": "health", "severity": "high", "remedy": "Mend health."},
        {"requirement": "advice", "severity": "high", "remedy": "Mend advice."},
    ]


def test_conditions_read_well() -> None:
    assert _conditions(_status(_fleet())) == {
        "Ready": ("True", "EvaluationSucceeded", "12 workloads evaluated"),
        "Compliant": ("False", "ViolationsFound", "2 of 12 workloads are NoGo: Deployment/cart, Deployment/search"),
        "Degraded": ("False", "AsExpected", ""),
        "HealthEndpointsHealthy": (
            "False",
            "RequirementsFailed",
            f"11 of 12 workloads: Deployment/app-1 {DOWN}, Deployment/app-2 {DOWN}, Deployment/app-3 {DOWN} and 8 more",
        ),
    }


def test_a_topic_tells_what_one_workload_does_wrong() -> None:
    cards = {_ref(f"app-{n}"): scorecard({"health": PASS}, topic=Topic.HEALTH_ENDPOINTS) for n in range(11)}
    cards[_ref("search")] = scorecard({"health": FAIL}, topic=Topic.HEALTH_ENDPOINTS, message=DOWN)
    conditions = _conditions(_status(_tally(cards)))
    assert conditions["HealthEndpointsHealthy"][2] == f"1 of 12 workloads: Deployment/search {DOWN}"
    assert conditions["Compliant"][2] == "1 of 12 workloads is NoGo: Deployment/search"


@pytest.mark.parametrize(
    "message, told",
    [
        ("may run as root", "1 of 1 workload: Deployment/cart may run as root"),
        ("takes longer than 1s", "1 of 1 workload: Deployment/cart takes longer than 1s"),
        ("container app may run as root", "1 of 1 workload: Deployment/cart: container app may run as root"),
        ("", "1 of 1 workload: Deployment/cart"),
    ],
)
def test_a_finding_follows_its_workload_as_a_sentence(message: str, told: str) -> None:
    card = scorecard({"a": FAIL}, topic=Topic.NON_ROOT, message=message)
    assert _conditions(_status(_tally({_ref("cart"): card})))["RunsAsNonRoot"][2] == told


def test_a_condition_carries_the_generation_it_was_computed_for() -> None:
    assert {item["observedGeneration"] for item in _status(_fleet())["conditions"]} == {3}


def test_what_lacks_evidence_is_unknown_by_name() -> None:
    card = scorecard({"health": UNKNOWN}, topic=Topic.HEALTH_ENDPOINTS, message="no pod could be asked yet")
    status = _status(_tally({_ref("cart"): card, _ref("web"): scorecard({"health": PASS})}))
    assert status["verdict"] == "Unknown"
    conditions = _conditions(status)
    assert conditions["Compliant"] == (
        "Unknown",
        "EvaluationIncomplete",
        "1 of 2 workloads is Unknown: Deployment/cart",
    )
    assert conditions["HealthEndpointsHealthy"][:2] == ("Unknown", "EvidenceMissing")


def test_where_all_is_well_nothing_is_told() -> None:
    conditions = _conditions(_status(_tally({_ref("cart"): scorecard({"health": PASS}, topic=Topic.SECRETS)})))
    assert conditions["Ready"][2] == "1 workload evaluated"
    assert conditions["Compliant"] == ("True", "NoOpenBlockers", "")
    assert conditions["SecretsProtected"] == ("True", "RequirementsMet", "")


def test_without_workloads_nothing_is_known() -> None:
    asked = policy(requirement("a", check("a", topic=Topic.SECRETS)))
    status = _status(Tally(asked))
    assert status["verdict"] == "Unknown"
    assert not {"score", "items", "stage"} & set(status)
    assert status["summary"]["workloads"]["percent"] == 0
    conditions = _conditions(status)
    assert conditions["Ready"] == ("True", "EvaluationSucceeded", "0 workloads evaluated")
    assert conditions["Compliant"] == ("Unknown", "NoWorkloadsMatched", "no workload in scope is selected")
    assert conditions["SecretsProtected"] == ("Unknown", "EvidenceMissing", "no workload in scope is selected")


def test_a_blind_spot_degrades() -> None:
    blind = Blindness(Reason.PERMISSION_DENIED, "the operator may not read Secret")
    conditions = _conditions(_status(_fleet(), blind=blind))
    assert conditions["Degraded"] == ("True", "PermissionDenied", "the operator may not read Secret")


def test_a_cluster_policy_tells_namespaces_the_worst_first() -> None:
    cards = {
        _ref(f"app-{n}", f"ns-{n % 25:02}"): scorecard({"a": FAIL if n % 25 < n // 25 else PASS}, namespace="")
        for n in range(100)
    }
    status = _status(_tally(cards))
    assert len(status["namespaces"]) == 20
    assert status["namespaces"][:4] == [
        {"name": "ns-00", "total": 4, "noGo": 3},
        {"name": "ns-01", "total": 4, "noGo": 2},
        {"name": "ns-02", "total": 4, "noGo": 1},
        {"name": "ns-03", "total": 4, "noGo": 0},
    ]
    assert _conditions(status)["Compliant"][2].startswith("6 of 100 workloads are NoGo: ns-00/Deployment/app-25, ")


def test_blockers_come_by_severity_then_by_how_many_fail() -> None:
    severities = {"a": Severity.HIGH, "b": Severity.CRITICAL, "c": Severity.HIGH, "d": Severity.LOW}
    lines = [requirement(name, severity=severity) for name, severity in severities.items()]
    tally = Tally(policy(*lines))
    tally.put(_ref("x"), Standing.of(scorecard({"a": FAIL, "b": FAIL, "c": FAIL, "d": WARN})))
    tally.put(_ref("y"), Standing.of(scorecard({"a": PASS, "b": PASS, "c": FAIL, "d": WARN})))
    status = _status(tally)
    assert [item["requirement"] for item in status["blockers"]] == ["b", "c", "a"]
    assert [item["requirement"] for item in status["nextSteps"]] == ["b", "c", "a", "d"]


def _staged(*lines: Requirement, **outcomes: Outcome) -> Scorecard:
    """A scorecard over a ladder of two stages."""
    asked = policy(*lines, stages=("alpha", "beta"), gates=(Gate("both", tuple(line.name for line in lines)),))
    results = [RequirementResult.of(line, (answer(outcomes[line.name]),)) for line in lines]
    return Scorecard(asked, compensated(asked, results))


LADDER = (
    requirement("late", check("late"), severity=Severity.CRITICAL, stage="beta"),
    requirement("early", check("early"), severity=Severity.LOW, stage="alpha", category="Testing"),
    requirement("somewhen", check("somewhen"), severity=Severity.CRITICAL),
)


def test_a_ladder_is_climbed_by_what_holds_for_every_workload() -> None:
    good = _staged(*LADDER, late=PASS, early=PASS, somewhen=PASS)
    bad = _staged(*LADDER, late=FAIL, early=PASS, somewhen=PASS)
    status = _status(_tally({_ref("cart"): good, _ref("search"): bad}))
    assert (status["stage"], status["items"]) == ("alpha", "2/3")
    assert status["stages"] == [
        {"name": "alpha", "passed": 1, "total": 1, "percent": 100, "reached": True},
        {"name": "beta", "passed": 0, "total": 1, "percent": 0, "reached": False},
    ]
    assert [(item["name"], item["percent"], item["state"]) for item in status["categories"]] == [
        ("Reliability", 50, "InProgress"),
        ("Testing", 100, "Complete"),
    ]
    assert status["gates"] == [{"name": "both", "passed": False, "failing": ["late"]}]
    assert [(item["stage"], item["score"]) for item in status["history"]] == [("alpha", 83)]
    assert "stage" not in _status(_tally({_ref("cart"): _staged(*LADDER, late=PASS, early=WARN, somewhen=PASS)}))


def test_next_steps_come_stage_by_stage_and_what_is_of_none_last() -> None:
    status = _status(_tally({_ref("cart"): _staged(*LADDER, late=FAIL, early=FAIL, somewhen=FAIL)}))
    assert [(item["requirement"], item.get("stage")) for item in status["nextSteps"]] == [
        ("early", "alpha"),
        ("late", "beta"),
        ("somewhen", None),
    ]


def test_only_those_are_blocked_for_whom_nothing_makes_up() -> None:
    lines = (requirement("open", check("open"), compensated_by=("wall",)), requirement("wall", check("wall")))
    cards = {
        _ref("behind"): _staged(*lines, open=FAIL, wall=PASS),
        _ref("out"): _staged(*lines, open=FAIL, wall=NOT_APPLICABLE),
    }
    status = _status(_tally(cards))
    (blocker,) = status["blockers"]
    assert (blocker["workloads"], blocker["workloadRef"]["name"]) == (1, "out")
    assert [item["requirement"] for item in status["nextSteps"]] == ["open"]
    assert status["summary"]["requirements"]["failed"] == 1
    alone = _status(_tally({_ref("behind"): cards[_ref("behind")]}))
    assert (alone["verdict"], alone["blockers"], alone["summary"]["requirements"]["warned"]) == (
        "GoWithConditions",
        [],
        1,
    )
    assert alone["nextSteps"][0]["remedy"] == "Mend open."


def test_what_is_waived_everywhere_leaves_the_total() -> None:
    tally = _tally({_ref("a"): scorecard({"x": Outcome.WAIVED, "y": PASS, "z": Outcome.WAIVED})})
    tally.put(_ref("b"), Standing.of(scorecard({"x": Outcome.WAIVED, "y": PASS, "z": PASS})))
    status = _status(tally)
    assert (status["items"], status["score"], status["verdict"]) == ("2/2", 100, "Go")
    assert status["summary"]["requirements"]["waived"] == 1


def test_a_status_fits_whatever_there_is_to_tell_and_its_counts_stay_exact() -> None:
    long = "ü" * 3000
    names = [f"r{number}".ljust(63, "r") for number in range(256)]
    cards = {
        Ref("K" * 63, f"n{n}".ljust(63, "n"), f"w{n}".ljust(253, "w"), "x.example"): scorecard(
            dict.fromkeys(names, FAIL), topic=Topic.SECRETS, message=long, namespace="", generation=2**53
        )
        for n in range(30)
    }
    asked = policy(*[requirement(name, check(name, topic=Topic.SECRETS, remedy=long)) for name in names], namespace="")
    status = _status(_tally(cards, asked))
    assert (len(status["blockers"]), len(status["nextSteps"]), len(status["namespaces"])) == (20, 10, 20)
    assert status["blockersTotal"] == 256
    assert status["blockers"][0]["workloads"] == 30
    assert max(len(item["message"]) for item in status["conditions"]) == 1024
    assert len(orjson.dumps(status)) < 64 * 1024


def test_the_same_figures_are_the_same_status_however_late() -> None:
    status = _status(_fleet())
    assert status_of(_fleet(), status, LATER) == status


def _published() -> dict[str, Any]:
    return _status(_fleet())


INVALID = InvalidPolicyError("UnknownCheck", [Problem("spec.requirements[0].name", 'there is no check "x"')])


def test_a_stalled_policy_keeps_what_it_said_with_the_generation_it_said_it_for() -> None:
    status = stalled_status(4, INVALID, _published(), LATER)
    PolicyStatus.model_validate(status)
    assert status["observedGeneration"] == 4
    assert (status["verdict"], status["summary"]) == ("NoGo", _published()["summary"])
    conditions = {item["type"]: item for item in status["conditions"]}
    assert _conditions(status)["Ready"] == ("False", "InvalidSpec", str(INVALID))
    assert _conditions(status)["Stalled"] == ("True", "UnknownCheck", str(INVALID))
    assert {kind: item["observedGeneration"] for kind, item in conditions.items()} == {
        "Ready": 4,
        "Stalled": 4,
        "Compliant": 3,
        "Degraded": 3,
        "HealthEndpointsHealthy": 3,
    }


def test_a_policy_that_never_worked_has_no_verdict() -> None:
    status = stalled_status(1, INVALID, {}, NOW)
    PolicyStatus.model_validate(status)
    assert set(status) == {"observedGeneration", "conditions"}


def test_many_problems_are_cut() -> None:
    many = InvalidPolicyError("InvalidSpec", [Problem("spec.requirements[0].name", "x" * 200)] * 256)
    PolicyStatus.model_validate(stalled_status(1, many, {}, NOW))


def test_a_suspended_policy_is_ready_and_the_rest_frozen() -> None:
    asked = policy(generation=4, suspended=True)
    status = suspended_status(asked, _published(), LATER)
    PolicyStatus.model_validate(status)
    assert _conditions(status)["Ready"] == ("True", "Suspended", "evaluation is suspended")
    frozen = {key: value for key, value in _conditions(_published()).items() if key != "Ready"}
    assert {key: value for key, value in _conditions(status).items() if key != "Ready"} == frozen


def test_a_kind_that_may_not_be_read_stalls_the_policies_that_select_it() -> None:
    status = denied_status(policy(generation=4), {}, NOW, ["CronJob", "Job"])
    PolicyStatus.model_validate(status)
    message = "the operator may not read CronJob, Job"
    assert _conditions(status) == {
        "Ready": ("False", "EvaluationFailed", message),
        "Stalled": ("True", "PermissionDenied", message),
    }


def test_workloads_that_cannot_be_judged_stall_the_policies_that_select_them() -> None:
    broken = {
        Ref("Deployment", "shop", "search", "apps"): "KeyError",
        Ref("Deployment", "shop", "cart", "apps"): "TypeError",
    }
    status = failed_status(policy(generation=4), {}, NOW, broken)
    PolicyStatus.model_validate(status)
    message = "2 workloads cannot be judged: Deployment/cart (TypeError), Deployment/search (KeyError)"
    assert _conditions(status) == {
        "Ready": ("False", "EvaluationFailed", message),
        "Stalled": ("True", "EvaluationFailed", message),
    }


def test_an_evaluation_that_goes_on_says_so_and_whether_it_is_the_first() -> None:
    first = pending_status(policy(generation=1), {}, NOW, 1)
    PolicyStatus.model_validate(first)
    assert _conditions(first) == {
        "Ready": ("Unknown", "EvaluationPending", "1 workload still to be judged"),
        "Reconciling": ("True", "InitialEvaluation", "1 workload still to be judged"),
    }
    again = pending_status(policy(generation=4), _published(), LATER, 7)
    assert _conditions(again)["Reconciling"] == ("True", "NewGeneration", "7 workloads still to be judged")
    assert again["verdict"] == "NoGo"
    retried = pending_status(policy(generation=4), _published(), LATER, 7, retrying=True)
    assert _conditions(retried)["Reconciling"][:2] == ("True", "ProgressingWithRetry")


def test_what_was_short_lived_goes_and_what_others_said_is_left_to_them() -> None:
    stalled = stalled_status(4, INVALID, _published(), NOW)
    stalled["conditions"].append({"type": "Reviewed", "status": "True", "reason": "ByHand", "message": ""})
    types = Counter(item["type"] for item in suspended_status(policy(generation=5), stalled, LATER)["conditions"])
    assert types == Counter(["Ready", "Compliant", "Degraded", "HealthEndpointsHealthy"])
    assert "Stalled" not in _conditions(_status(_fleet(), stalled))
