"""Waivers take what they name out of the total, and nothing else; attestations stand in for missing evidence."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import NOW, check, container, policy, requirement, snapshot, workload

from readiness.checks import CATALOGUE
from readiness.engine.evaluate import Evaluation, evaluate
from readiness.engine.published import Published
from readiness.engine.report import report
from readiness.engine.waiving import Use
from readiness.model import Fail, Finding, Outcome, Ref, Skip, Unknown, Verdict, Workload
from readiness.model.claims import Attestation, Subject, Validity, Waiver
from readiness.model.finding import Topic
from readiness.model.reasons import Reason
from readiness.policy.compiled import Policy
from readiness.policy.v1alpha1 import ReadinessReportStatus

HOUR = timedelta(hours=1)
CART = workload("cart")
ROOT = Fail("spec.template.spec.containers[app].securityContext", "may run as root")
LEGACY = Fail("spec.template.spec.initContainers[legacy].securityContext", "may run as root")
POD = Fail("spec.template.spec.securityContext", "may run as root")
MISSING = Unknown("no pod could be asked yet")
_ABOUT_CART: dict[str, Any] = {"subject": Subject("Deployment", "cart")}


def waiver(name: str = "legacy", *, ends: timedelta = HOUR, **fields: Any) -> Waiver:
    told = {"requirements": frozenset({"non-root"}), "validity": Validity(NOW - HOUR, NOW + ends), **_ABOUT_CART}
    return Waiver(Ref("ReadinessWaiver", "shop", name), **{**told, **fields})


def attestation(name: str = "run", **fields: Any) -> Attestation:
    told = {"claim": "run-as-non-root", "validity": Validity(NOW - HOUR, NOW + HOUR), **_ABOUT_CART}
    return Attestation(Ref("ReadinessAttestation", "shop", name), **{**told, **fields})


def asking(*findings: Finding, policy_fields: dict[str, Any] | None = None, **fields: Any) -> Policy:
    """A policy with a requirement of one check that finds this, and one that is met."""
    asked = requirement("non-root", check("run-as-non-root", *findings), **fields)
    return policy(asked, requirement("met"), **(policy_fields or {}))


def judged(asked: Policy, *claims: Waiver | Attestation, subject: Workload = CART, now: datetime = NOW) -> Evaluation:
    return evaluate(subject, [asked], snapshot(subject, *claims, now=now))


def outcome(evaluation: Evaluation) -> Outcome:
    return evaluation.scorecards[0].results[0].outcome


@pytest.mark.parametrize("finding", [ROOT, POD, MISSING])
def test_what_is_waived_leaves_the_total(finding: Finding) -> None:
    evaluation = judged(asking(finding), waiver())
    (card,) = evaluation.scorecards
    assert outcome(evaluation) is Outcome.WAIVED
    assert (card.items, card.score, card.verdict) == ("1/1", 100, Verdict.GO)
    assert card.results[0].waiver == waiver()
    assert evaluation.claims == {waiver().ref: Use(waived=1, asked=True)}


@pytest.mark.parametrize(
    "fields",
    [
        {"requirements": frozenset({"another"})},
        {"checks": frozenset({"another-check"})},
        {"containers": frozenset({"legacy"})},
        {"policy_name": "staging"},
        {"policy_kind": "ClusterReadinessPolicy", "policy_name": "production"},
        {"subject": Subject("Deployment", "search")},
        {"validity": Validity(NOW + HOUR, NOW + 2 * HOUR)},
        {"validity": Validity(NOW - HOUR, NOW)},
        {"too_long": True},
    ],
    ids=str,
)
def test_only_what_is_named_is_waived_and_only_in_its_time(fields: dict[str, Any]) -> None:
    evaluation = judged(asking(ROOT), waiver(**fields))
    assert outcome(evaluation) is Outcome.FAIL
    assert all(use in (Use(), Use(asked=True)) for use in evaluation.claims.values())


@pytest.mark.parametrize(
    "fields",
    [
        {"requirements": frozenset(), "checks": frozenset({"run-as-non-root"})},
        {"checks": frozenset({"run-as-non-root"})},
        {"containers": frozenset({"app", "other"})},
        {"policy_name": "production"},
        {"policy_kind": "", "validity": Validity(None, None)},
    ],
    ids=" and ".join,
)
def test_there_are_many_ways_to_name_it(fields: dict[str, Any]) -> None:
    assert outcome(judged(asking(ROOT), waiver(**fields))) is Outcome.WAIVED


def test_a_cluster_policy_must_be_named() -> None:
    everywhere = asking(ROOT, policy_fields={"namespace": ""})
    named = waiver(policy_kind="ClusterReadinessPolicy", policy_name="production")
    assert outcome(judged(everywhere, waiver())) is Outcome.FAIL
    assert outcome(judged(everywhere, named)) is Outcome.WAIVED


def test_a_profile_that_manifests_are_judged_by_stands_for_a_policy() -> None:
    asked = asking(ROOT)
    profile = replace(asked, ref=replace(asked.ref, kind="Profile", namespace=""))
    assert outcome(judged(profile, waiver())) is Outcome.WAIVED


@pytest.mark.parametrize(
    "asked",
    [asking(ROOT, waivable=False), asking(ROOT, policy_fields={"waivers_allowed": False})],
    ids=["requirement", "policy"],
)
def test_nothing_is_waived_where_that_is_forbidden(asked: Policy) -> None:
    evaluation = judged(asked, waiver())
    assert outcome(evaluation) is Outcome.FAIL
    assert evaluation.claims == {waiver().ref: Use(forbidden=1, asked=True)}


def test_the_findings_of_other_containers_stay() -> None:
    evaluation = judged(asking(ROOT, LEGACY, POD), waiver(containers=frozenset({"legacy"})))
    (answer,) = evaluation.scorecards[0].results[0].answers
    assert answer.outcome is Outcome.FAIL
    assert answer.findings == (ROOT, POD)
    assert evaluation.claims == {waiver().ref: Use(waived=1, asked=True)}
    (line,) = report(evaluation, NOW)["status"]["scorecards"][0]["requirements"]
    told = line["checks"][0]["findings"]
    assert (line["outcome"], len(told), line["waiver"]["name"]) == ("fail", 2, "legacy")
    assert "waived" not in line["checks"][0]


def test_offline_what_is_waived_is_told_with_its_waiver() -> None:
    asked = asking(ROOT, LEGACY, POD)
    mine = waiver(containers=frozenset({"legacy"}), reason="old")
    told = {"name": "legacy", "expirationTime": "2026-11-21T11:00:00Z", "reason": "old"}
    (line,) = report(judged(asked, mine), NOW, placed=True)["status"]["scorecards"][0]["requirements"]
    (waived,) = line["checks"][0]["waived"]
    assert (waived["path"], waived["waiver"]) == (LEGACY.path, told)
    (line,) = report(judged(asked, replace(mine, containers=frozenset())), NOW, placed=True)["status"]["scorecards"][0][
        "requirements"
    ]
    assert [finding["waiver"] for finding in line["checks"][0]["findings"]] == [told] * 3
    assert "waived" not in line["checks"][0]


def test_a_line_that_is_met_or_left_alone_names_no_waiver() -> None:
    met = requirement("non-root", check("run-as-non-root", ROOT), check("other"), match_any=True)
    (card,) = judged(policy(met), waiver()).scorecards
    assert (card.results[0].outcome, card.results[0].waiver) == (Outcome.PASS, None)


def test_what_is_found_at_a_field_of_the_pod_is_of_no_container() -> None:
    slow = workload("cart", container(pre_stop_sleep=60))
    asked = policy(requirement("non-root", CATALOGUE.checks["termination-grace-period"]))
    (before,) = judged(asked, subject=slow).scorecards[0].results[0].answers
    assert [finding.message.partition(":")[0] for finding in before.findings] == [
        "the grace period of 30 s does not cover container app"
    ]
    assert outcome(judged(asked, waiver(containers=frozenset({"app"})), subject=slow)) is Outcome.FAIL
    assert outcome(judged(asked, waiver(), subject=slow)) is Outcome.WAIVED


def test_several_waivers_together_waive_a_requirement_until_the_first_of_them_ends() -> None:
    first = waiver("first", containers=frozenset({"legacy"}))
    second = waiver("second", containers=frozenset({"app"}), ends=2 * HOUR)
    longer = waiver("longer", containers=frozenset({"legacy"}), ends=3 * HOUR)
    evaluation = judged(asking(ROOT, LEGACY), first, second, longer)
    assert outcome(evaluation) is Outcome.WAIVED
    assert evaluation.scorecards[0].results[0].waiver == second  # by then `longer` still covers what `first` does
    assert evaluation.claims == {item.ref: Use(waived=1, asked=True) for item in (first, second, longer)}
    told = report(evaluation, NOW)
    ReadinessReportStatus.model_validate(told["status"])
    (line,) = told["status"]["scorecards"][0]["requirements"]
    assert (line["waiver"]["name"], line["waiver"]["others"]) == (
        second.ref.name,
        sorted([first.ref.name, longer.ref.name]),
    )
    (card,) = Published.of(told).cards.values()
    assert card.waivers == {item.ref.name for item in (first, second, longer)}


@pytest.mark.parametrize(
    "match_any, checks, expected",
    [
        (False, {"run-as-non-root"}, Outcome.FAIL),
        (True, {"run-as-non-root"}, Outcome.FAIL),
        (False, {"run-as-non-root", "other"}, Outcome.WAIVED),
        (True, {"run-as-non-root", "other"}, Outcome.WAIVED),
    ],
)
def test_a_requirement_is_waived_when_nothing_of_it_is_left_open(
    *, match_any: bool, checks: set[str], expected: Outcome
) -> None:
    both = requirement("non-root", check("run-as-non-root", ROOT), check("other", POD), match_any=match_any)
    assert outcome(judged(policy(both), waiver(checks=frozenset(checks)))) is expected


def test_one_check_that_passes_leaves_the_requirement_waived_but_for_any() -> None:
    for match_any, expected in ((False, Outcome.WAIVED), (True, Outcome.PASS)):
        both = requirement("non-root", check("run-as-non-root", ROOT), check("other"), match_any=match_any)
        assert outcome(judged(policy(both), waiver())) is expected


def test_a_check_that_broke_down_is_not_waived() -> None:
    def break_down(*_: object) -> Any:
        raise RuntimeError

    broken = policy(requirement("non-root", check("run-as-non-root", judge=break_down)))
    assert outcome(judged(broken, waiver())) is Outcome.ERROR


def test_what_passes_or_does_not_apply_needs_no_waiver() -> None:
    for findings in ((), (Skip("it has no containers"),)):
        evaluation = judged(asking(*findings), waiver())
        assert evaluation.scorecards[0].results[0].waiver is None
        assert evaluation.claims == {waiver().ref: Use(asked=True)}


def test_what_nobody_asks_for_needs_none_either() -> None:
    for mine in (waiver(requirements=frozenset({"non-rot"})), waiver(checks=frozenset({"minimal-image"}))):
        assert judged(asking(ROOT), mine).claims == {waiver().ref: Use()}


def test_a_topic_does_not_speak_of_what_is_waived() -> None:
    asked = policy(requirement("non-root", check("run-as-non-root", ROOT, topic=Topic.NON_ROOT)))
    result = judged(asked, waiver()).scorecards[0].results[0]
    assert result.topic(Topic.NON_ROOT) not in (Outcome.FAIL, Outcome.UNKNOWN)


def test_it_is_time_to_look_again_when_a_claim_begins_or_ends() -> None:
    late = attestation(validity=Validity(NOW + 2 * HOUR, NOW + 9 * HOUR))
    assert judged(asking(ROOT), waiver(ends=5 * HOUR), late).recheck_at == NOW + 2 * HOUR
    assert judged(asking(ROOT), waiver(ends=5 * HOUR)).recheck_at == NOW + 5 * HOUR
    assert judged(asking(ROOT), waiver(validity=Validity(None, None))).recheck_at is None


def test_an_attestation_stands_in_for_missing_evidence() -> None:
    evaluation = judged(asking(MISSING, attestable=True), attestation())
    assert outcome(evaluation) is Outcome.PASS
    assert evaluation.claims == {attestation().ref: Reason.FRESH}


@pytest.mark.parametrize(
    "finding, fields",
    [
        (MISSING, {"claim": "another-check"}),
        (MISSING, {"validity": Validity(NOW - HOUR, NOW)}),
        (MISSING, {"validity": Validity(NOW + HOUR, NOW + 2 * HOUR)}),
        (MISSING, {"image": "registry.shop.example/cart:1.2"}),
        (ROOT, {}),
    ],
)
def test_a_word_that_does_not_count_changes_nothing_nor_does_any_against_a_failure(
    finding: Finding, fields: dict[str, Any]
) -> None:
    expected = outcome(judged(asking(finding, attestable=True)))
    assert outcome(judged(asking(finding, attestable=True), attestation(**fields))) is expected


def test_nobody_may_attest_what_is_not_attestable() -> None:
    assert outcome(judged(asking(MISSING), attestation())) is Outcome.UNKNOWN


def test_the_newest_attestation_decides_and_may_say_no() -> None:
    found = attestation("found", value=(("passed", False),), validity=Validity(NOW, NOW + HOUR))
    evaluation = judged(asking(MISSING, attestable=True), attestation(), found)
    assert outcome(evaluation) is Outcome.FAIL
    assert evaluation.scorecards[0].results[0].message == "attestation found says passed: false"


@pytest.mark.parametrize("days, expected", [(30, Outcome.PASS), (29, Outcome.FAIL)])
def test_what_was_measured_is_held_against_the_bounds_of_the_policy(days: int, expected: Outcome) -> None:
    asked = policy(requirement("certificate", CATALOGUE.checks["certificate-expiry"], attestable=True))
    evaluation = judged(asked, attestation(claim="certificate-expiry", value=(("days", days),)))
    assert outcome(evaluation) is expected


@pytest.mark.parametrize(
    "said, expected",
    [
        ("eu", [Outcome.PASS, Outcome.UNKNOWN]),
        (("eu", "us"), [Outcome.PASS, Outcome.PASS]),
        ("asia", [Outcome.UNKNOWN, Outcome.UNKNOWN]),
        ("", [Outcome.PASS, Outcome.PASS]),
    ],
)
def test_an_attestation_may_say_which_of_several_requirements_it_answers(said: Any, expected: list[Outcome]) -> None:
    asked = check("run-as-non-root", MISSING)
    both = policy(*(requirement(name, asked, attestable=True) for name in ("eu", "us")))
    denied = attestation("other", value=(("passed", False), ("requirement", "none")), validity=Validity(NOW, None))
    (card,) = judged(both, denied, attestation(value=(("requirement", said),))).scorecards
    assert [result.outcome for result in card.results] == expected


def test_offline_an_attestation_answers_a_live_check() -> None:
    live = policy(requirement("answers", check("run-as-non-root", live=True), attestable=True))
    cart = workload("cart", container(image="cart:1.2"))
    cluster = snapshot(cart, attestation(image="cart:1.2"), live=False)
    assert evaluate(cart, [live], cluster).scorecards[0].results[0].outcome is Outcome.PASS


@pytest.mark.parametrize("value", [(), (("passed", False),)])
def test_what_is_attested_is_not_told_as_seen(value: Any) -> None:
    asked = policy(requirement("answers", check("run-as-non-root", MISSING, live=True), attestable=True))
    told = report(judged(asked, attestation(value=value)), NOW)
    assert told["status"]["scorecards"][0]["live"] == []


FINDINGS = st.lists(st.sampled_from([ROOT, LEGACY, POD, MISSING]), max_size=4)
WAIVERS = st.lists(
    st.builds(
        lambda name, containers, checks: waiver(name, containers=containers, checks=checks),
        st.sampled_from(["a", "b", "c"]),
        st.frozensets(st.sampled_from(["app", "legacy"])),
        st.frozensets(st.sampled_from(["run-as-non-root", "other"])),
    ),
    max_size=3,
)  # fmt: skip


@given(FINDINGS, WAIVERS)
def test_waivers_never_make_anything_worse_and_their_order_does_not_matter(
    findings: list[Finding], waivers: list[Waiver]
) -> None:
    asked = asking(*findings)
    (before,), (after,) = judged(asked).scorecards, judged(asked, *waivers).scorecards
    assert after.verdict.rank <= before.verdict.rank
    assert after.score >= before.score
    assert after.passed == before.passed
    last = list({item.ref: item for item in waivers}.values())
    assert judged(asked, *reversed(last)) == judged(asked, *last)
