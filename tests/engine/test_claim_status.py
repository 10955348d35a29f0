"""What is published about waivers and attestations."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.builders import NOW
from tests.policy.claims import claim

from readiness.engine.claim_status import (
    View,
    attestation_status,
    event_between,
    invalid_status,
    next_change,
    waiver_status,
)
from readiness.engine.waiving import Use
from readiness.model import Ref
from readiness.model.claims import Attestation, Subject, Validity, Waiver
from readiness.model.reasons import Reason
from readiness.policy.claims import InvalidClaimError, claim_of
from readiness.policy.v1alpha1 import AttestationStatus, WaiverStatus

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
VALIDITY = Validity(NOW - DAY, NOW + 30 * DAY)
SUBJECT = Subject("Deployment", "cart")
WAIVER = Waiver(Ref("ReadinessWaiver", "shop", "legacy"), SUBJECT, VALIDITY, policy_name="production")
ATTESTATION = Attestation(Ref("ReadinessAttestation", "shop", "run"), "load-test", SUBJECT, VALIDITY, image="cart:1.2")


def view(now: datetime = NOW, before: dict[str, Any] | None = None) -> View:
    return View(3, now, before or {})


def reason(status: dict[str, Any], kind: str) -> tuple[str, str]:
    return next((item["status"], item["reason"]) for item in status["conditions"] if item["type"] == kind)


def of_waiver(waiver: Waiver = WAIVER, *uses: Use, now: datetime = NOW, policy_known: bool = True) -> dict[str, Any]:
    status = waiver_status(waiver, uses, view(now), policy_known=policy_known)
    WaiverStatus.model_validate(status)
    return status


def of_attestation(*standings: Reason, now: datetime = NOW) -> dict[str, Any]:
    status = attestation_status(ATTESTATION, standings, view(now))
    AttestationStatus.model_validate(status)
    return status


def test_a_waiver_is_active_when_it_waives_something() -> None:
    assert of_waiver(WAIVER, Use(waived=2), Use(waived=1), Use()) == {
        "observedGeneration": 3,
        "matchedWorkloads": 3,
        "waivedFindings": 3,
        "conditions": [
            {
                "type": "Active",
                "status": "True",
                "reason": "Active",
                "message": "",
                "lastTransitionTime": "2026-11-21T10:00:00Z",
                "observedGeneration": 3,
            },
            {
                "type": "Expiring",
                "status": "False",
                "reason": "AsExpected",
                "message": "",
                "lastTransitionTime": "2026-11-21T10:00:00Z",
                "observedGeneration": 3,
            },
        ],
    }


@pytest.mark.parametrize(
    "waiver, uses, policy_known, expected",
    [
        (replace(WAIVER, too_long=True), [Use()], True, Reason.EXPIRATION_TOO_FAR),
        (replace(WAIVER, validity=Validity(NOW - DAY, NOW)), [Use()], True, Reason.EXPIRED),
        (replace(WAIVER, validity=Validity(NOW + SECOND, NOW + DAY)), [Use()], True, Reason.NOT_YET_VALID),
        (WAIVER, [Use()], False, Reason.TARGET_NOT_FOUND),
        (WAIVER, [], True, Reason.TARGET_NOT_FOUND),
        (WAIVER, [Use(forbidden=1), Use()], True, Reason.FORBIDDEN),
        (WAIVER, [Use(), Use()], True, Reason.UNUSED),
    ],
)
def test_a_waiver_says_why_it_has_no_effect(
    waiver: Waiver, uses: list[Use], expected: Reason, *, policy_known: bool
) -> None:
    status = of_waiver(waiver, *uses, policy_known=policy_known)
    assert reason(status, "Active") == ("False", expected)
    assert status["matchedWorkloads"] == len(uses)
    assert status["conditions"][0]["message"]


def test_a_waiver_is_active_although_some_of_what_it_names_may_not_be_waived() -> None:
    status = of_waiver(WAIVER, Use(waived=1), Use(forbidden=1))
    assert reason(status, "Active") == ("True", "Active")
    assert status["conditions"][0]["message"] == "some of what it names may not be waived"


@pytest.mark.parametrize(
    "standings, now, expected",
    [
        ([Reason.FRESH, Reason.IMAGE_MISMATCH], NOW, ("True", "Fresh")),
        ([Reason.IMAGE_MISMATCH], NOW, ("False", "ImageMismatch")),
        ([], NOW, ("False", "SubjectNotFound")),
        ([Reason.FRESH], NOW + 30 * DAY, ("False", "Expired")),
        ([Reason.FRESH], NOW - 2 * DAY, ("False", "NotYetValid")),
    ],
)
def test_an_attestation_says_whether_it_counts(
    standings: list[Reason], now: datetime, expected: tuple[str, str]
) -> None:
    assert reason(of_attestation(*standings, now=now), "Valid") == expected


@pytest.mark.parametrize(
    "claim, value, expected",
    [
        ("test-coverage", (("percent", 83),), "Fresh"),
        ("test-coverage", (), "Fresh"),  # whether it must be given is the policy's affair
        ("test-coverage", (("percent", "83%"),), "InvalidValue"),
        ("load-test", (("errorRate", "0.1%"), ("p99", "180ms"), ("rps", 500)), "Fresh"),
        ("load-test", (("p99", "fast"),), "InvalidValue"),
        ("load-test", (("errorRate", "few"),), "InvalidValue"),
        ("run-as-non-root", (("percent", "83%"),), "Fresh"),
    ],
)
def test_a_value_must_be_of_the_kind_that_the_check_compares(claim: str, value: Any, expected: str) -> None:
    status = attestation_status(replace(ATTESTATION, claim=claim, value=value), [Reason.FRESH], view())
    assert reason(status, "Valid")[1] == expected
    assert bool(status["conditions"][0]["message"]) is (expected != "Fresh")


@pytest.mark.parametrize(
    "left, expected",
    [
        (14 * DAY + SECOND, ("False", "AsExpected")),
        (14 * DAY, ("True", "ExpiresSoon")),
        (DAY + SECOND, ("True", "ExpiresSoon")),
        (DAY, ("True", "ExpiresWithinADay")),
        (SECOND, ("True", "ExpiresWithinADay")),
        (0 * DAY, ("False", "Expired")),
        (-DAY, ("False", "Expired")),
    ],
)
def test_that_it_ends_soon_is_told_twice(left: timedelta, expected: tuple[str, str]) -> None:
    now = NOW + 30 * DAY - left
    for status in (of_waiver(WAIVER, Use(waived=1), now=now), of_attestation(Reason.FRESH, now=now)):
        assert reason(status, "Expiring") == expected


def test_what_has_no_end_does_not_end_soon() -> None:
    status = of_waiver(replace(WAIVER, validity=Validity(None, None)), Use(waived=1))
    assert reason(status, "Expiring") == ("False", "AsExpected")
    assert next_change(Validity(None, None), NOW) is None


def test_time_alone_changes_it_at_these_moments() -> None:
    moments, now = [], NOW - 2 * DAY
    while (change := next_change(VALIDITY, now)) is not None:
        moments.append(change - NOW)
        now = change
    assert moments == [-DAY, 16 * DAY, 29 * DAY, 30 * DAY]


def test_a_claim_that_cannot_be_used_says_what_is_wrong() -> None:
    with pytest.raises(InvalidClaimError) as caught:
        claim_of(claim("ReadinessWaiver", checks=["no-such-check-at-all"]))
    for kind, about in (("ReadinessWaiver", "Active"), ("ReadinessAttestation", "Valid")):
        status = invalid_status(kind, caught.value, view())
        assert reason(status, about) == ("False", "InvalidSpec")
        assert status["conditions"][0]["message"].startswith("spec.checks[0]: there is no check")


@pytest.mark.parametrize(
    "left, then, told",
    [
        (20 * DAY, 14 * DAY, "Expiring"),
        (14 * DAY, DAY, "Expiring"),
        (DAY, 0 * DAY, "Expired"),
        (20 * DAY, -DAY, "Expired"),
        (20 * DAY, 15 * DAY, None),
        (13 * DAY, 2 * DAY, None),
        (0 * DAY, -DAY, None),
        (DAY, 20 * DAY, None),
    ],
)
def test_an_event_follows_from_what_was_published(left: timedelta, then: timedelta, told: str | None) -> None:
    before, after = (of_waiver(WAIVER, Use(waived=1), now=NOW + 30 * DAY - each) for each in (left, then))
    for kind in ("Waiver", "Attestation"):
        assert event_between(f"Readiness{kind}", before, after) == (told and f"{kind}{told}")


def test_nobody_is_told_of_a_claim_that_is_new() -> None:
    for now in (NOW + 29 * DAY, NOW + 31 * DAY):
        assert event_between("ReadinessWaiver", {"observedGeneration": -1}, of_waiver(now=now)) is None


def test_times_move_only_with_a_condition() -> None:
    before = of_waiver(WAIVER, Use(waived=1))
    after = waiver_status(WAIVER, [Use(waived=1)], view(NOW + DAY, before), policy_known=True)
    assert after == before
