"""Waivers and attestations are read to records, or told what is wrong with them, each thing at its place."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.policy.claims import bad_claims, claim, claims_at_their_bounds

from readiness.checks import CATALOGUE
from readiness.engine.claim_status import next_change
from readiness.model import Ref
from readiness.model.claims import Attestation, Subject, Validity, Waiver
from readiness.model.labels import Expression, Selector
from readiness.policy.claims import InvalidClaimError, claim_of
from readiness.policy.v1alpha1 import RESOURCES, AttestationStatus, WaiverStatus

SPECS = {resource.kind: resource.spec for resource in RESOURCES}
KNOWN = "run-as-non-root"
START, END = datetime(2026, 11, 20, 16, tzinfo=UTC), datetime(2027, 2, 20, 16, tzinfo=UTC)
VALIDITY = Validity(START, END)


def problems(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(InvalidClaimError) as caught:
        claim_of(raw)
    return [str(problem) for problem in caught.value.problems]


def waiver(**fields: Any) -> Waiver:
    found = claim_of(claim("ReadinessWaiver", **fields))
    assert isinstance(found, Waiver)
    return found


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in bad_claims()])
def test_what_the_api_server_refuses_is_refused_offline_at_the_same_place(case: dict[str, Any]) -> None:
    with pytest.raises(InvalidClaimError) as caught:
        claim_of(case["object"])
    assert [problem.path for problem in caught.value.problems] == [case["path"]]


def test_all_problems_are_told_in_words() -> None:
    bad = claim("ReadinessWaiver", expirationTime="tomorrow", approvedTime="2026-02-30T00:00:00Z", requirments=[])
    assert problems(bad) == [
        "spec.approvedTime: there is no such time: day is out of range for month",
        "spec.expirationTime: must be a time such as 2026-12-31T00:00:00Z, with its zone, not 'tomorrow'",
        'spec.requirments: unknown field; did you mean "requirements"?',
    ]


@pytest.mark.parametrize(
    "time, told",
    [
        ("9999-12-31T23:59:59-01:00", "there is no such time: date value out of range"),
        ("0001-01-01T00:00:00+10:00", "there is no such time: date value out of range"),
        ("0001-01-15T00:00:00Z", "must not be before 1970"),
        ("1970-01-01T00:00:00+00:01", "must not be before 1970"),
    ],
)
def test_a_time_that_cannot_be_reckoned_with_is_told(time: str, told: str) -> None:
    assert problems(claim("ReadinessAttestation", attestedTime=time)) == [f"spec.attestedTime: {told}"]


def test_the_first_and_the_last_time_can_be_reckoned_with() -> None:
    first, last = "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"
    early = claim_of(claim("ReadinessAttestation", attestedTime=first, expirationTime="1970-01-01T00:00:01Z"))
    assert next_change(early.validity, START) is None
    late = claim_of(claim("ReadinessAttestation", expirationTime=last))
    assert next_change(late.validity, END) == datetime(9999, 12, 17, 23, 59, 59, tzinfo=UTC)


def test_an_address_that_is_wrong_is_told_without_a_password() -> None:
    bad = claim("ReadinessAttestation", evidenceURL="ftp://robot:hunter2@wiki.shop.example/cart?token=hunter2")
    told = "must be an address that begins with http:// or https://, not 'ftp://wiki.shop.example/cart'"
    assert problems(bad) == [f"spec.evidenceURL: {told}"]


def test_what_is_nested_without_end_is_told() -> None:
    deep: list[Any] = []
    for _ in range(300):
        deep = [deep]
    assert problems(claim("ReadinessAttestation", value={"x": deep})) == ["spec: is nested too deeply"]


@pytest.mark.parametrize("raw", claims_at_their_bounds(), ids=lambda raw: raw["kind"])
def test_a_claim_at_its_bounds_fits(raw: dict[str, Any]) -> None:
    spec = SPECS[raw["kind"]].model_validate(raw["spec"])
    assert spec.model_dump(mode="json", by_alias=True, exclude_unset=True) == raw["spec"]


def test_a_waiver_is_read() -> None:
    found = waiver(
        policyRef={"kind": "ClusterReadinessPolicy", "name": "base"},
        checks=[KNOWN],
        containers=["legacy"],
        workloadRef=None,
        selector={"matchLabels": {"tier": "web"}, "matchExpressions": [{"key": "x", "operator": "Exists"}]},
        approvedTime="2026-11-20T11:00:00+01:00",
    )
    assert found == Waiver(
        Ref("ReadinessWaiver", "shop", "it", "readiness.dev"),
        Subject(selector=Selector((("tier", "web"),), (Expression("x", "Exists"),))),
        Validity(datetime(2026, 11, 20, 10, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)),
        requirements=frozenset({"run-as-non-root"}),
        checks=frozenset({KNOWN}),
        containers=frozenset({"legacy"}),
        policy_kind="ClusterReadinessPolicy",
        policy_name="base",
        reason="The vendor's image starts as root and drops later.",
    )


def test_an_attestation_is_read() -> None:
    raw = claim("ReadinessAttestation", claim=KNOWN, value={"rps": 500, "by": ["a"]}, image="cart:1.2")
    assert claim_of(raw) == Attestation(
        Ref("ReadinessAttestation", "shop", "it", "readiness.dev"),
        KNOWN,
        Subject("Deployment", "cart"),
        VALIDITY,
        value=(("by", ("a",)), ("rps", 500)),
        image="cart:1.2",
        evidence_url="https://ci.shop.example/runs/981",
        attested_by="sre@shop.example",
    )


@pytest.mark.parametrize(
    "api_version, group", [(None, None), ("apps/v1", "apps"), ("v1", ""), ("argoproj.io/v1alpha1", "argoproj.io")]
)
def test_a_workload_is_meant_by_its_group_where_that_is_said(api_version: str | None, group: str | None) -> None:
    named = {"kind": "Deployment", "name": "cart"} | ({"apiVersion": api_version} if api_version else {})
    assert waiver(workloadRef=named).subject == Subject("Deployment", "cart", group)


def test_the_examples_of_the_documentation_are_right() -> None:
    page = Path(__file__).parents[2] / "docs/waivers-and-attestations.md"
    blocks = re.findall(r"^```yaml\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert [claim_of(yaml.safe_load(block)).ref.name for block in blocks] == ["legacy-root", "coverage-cart"]


def test_what_names_no_namespace_gets_the_given_one() -> None:
    raw = claim("ReadinessWaiver")
    del raw["metadata"]["namespace"]
    assert claim_of(raw, "mail").ref.namespace == "mail"


def test_a_check_that_does_not_exist_is_told_with_the_nearest_that_does() -> None:
    assert KNOWN in CATALOGUE.checks
    assert problems(claim("ReadinessWaiver", checks=[KNOWN, "run-as-nonroot"])) == [
        'spec.checks[1]: there is no check "run-as-nonroot"; did you mean "run-as-non-root"?'
    ]
    assert problems(claim("ReadinessAttestation", claim="run-as-nonroot")) == [
        'spec.claim: there is no check "run-as-nonroot"; did you mean "run-as-non-root"?'
    ]


@pytest.mark.parametrize("hours, too_long", [(None, False), (24 * 41, False), (24, True)])
def test_a_waiver_may_be_longer_than_this_installation_allows(hours: int | None, *, too_long: bool) -> None:
    longest = None if hours is None else timedelta(hours=hours)
    found = claim_of(claim("ReadinessWaiver"), longest=longest)
    assert isinstance(found, Waiver)
    assert found.too_long is too_long


def test_statuses_go_through_unchanged() -> None:
    condition = {
        "type": "Active", "status": "False", "reason": "Expired", "message": "m" * 1024, "observedGeneration": 1,
        "lastTransitionTime": "2026-11-20T16:00:00Z",
    }  # fmt: skip
    told = {"observedGeneration": 1, "matchedWorkloads": 2, "waivedFindings": 3, "conditions": [condition] * 12}
    read = WaiverStatus.model_validate(told)
    assert read.model_dump(mode="json", by_alias=True, exclude_defaults=True) == told
    del told["matchedWorkloads"], told["waivedFindings"]
    assert AttestationStatus.model_validate(told).model_dump(mode="json", by_alias=True, exclude_defaults=True) == told
