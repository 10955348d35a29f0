"""Waivers and attestations in a real cluster: refused where they are wrong, honoured until they end."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from tests.cluster import samples
from tests.cluster.errors import ClusterError
from tests.cluster.images import SAMPLE
from tests.cluster.installed import SERVICE_ACCOUNT, Installation, Namespace, comes_to, wait_for, writes_of
from tests.cluster.machine import Cluster
from tests.policy.claims import bad_claims, claim, claims_at_their_bounds

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(240)]

NEXT_IMAGE = "localhost/readiness-sample:2"
LEGACY = {"kind": "Deployment", "name": "legacy"}


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in bad_claims()])
def test_a_bad_claim_is_refused_with_the_name_of_the_field(server: Cluster, case: dict[str, Any]) -> None:
    with pytest.raises(ClusterError) as caught:
        server.kubectl("create", "--dry-run=server", "-f", "-", input=json.dumps(case["object"]))
    assert case["message"] in str(caught.value)


def test_claims_at_their_bounds_are_taken_and_not_looked_at_yet(server: Cluster, namespace: Namespace) -> None:
    for raw in claims_at_their_bounds():
        raw["metadata"]["namespace"] = namespace.name
        created = json.loads(
            server.kubectl("create", "-o", "json", "--dry-run=server", "-f", "-", input=json.dumps(raw))
        )
        assert created["status"] == {"observedGeneration": -1}
        assert created["spec"] == raw["spec"]


def at(seconds: float) -> str:
    """A time so long from now."""
    return f"{datetime.now(UTC) + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"


def made(namespace: Namespace, kind: str, name: str, **spec: Any) -> dict[str, Any]:
    begins = "attestedTime" if kind == "ReadinessAttestation" else "approvedTime"
    return claim(kind, name, namespace.name, **{begins: at(-60), "expirationTime": at(86400), **spec})


def reason(namespace: Namespace, kind: str, name: str, about: str) -> str:
    """The reason of a claim's condition; empty when it has none."""
    status = namespace.cluster.objects(kind, "-n", namespace.name, name).get("status", {})
    return next((item["reason"] for item in status.get("conditions", ()) if item["type"] == about), "")


def line(namespace: Namespace, name: str) -> dict[str, Any]:
    """A requirement as the report of the workload tells it; empty while it tells nothing of it."""
    found = namespace.report("deployment-legacy") or {"status": {"scorecards": []}}
    told: dict[str, dict[str, Any]] = {}
    for card in found["status"]["scorecards"]:
        told |= {item["name"]: item for item in card["requirements"]}
        told |= {met: {"outcome": "pass"} for met in card["passed"]}
    return told.get(name, {})


def outcome(namespace: Namespace, name: str) -> str | None:
    """What a requirement comes to; None while there is no report."""
    return line(namespace, name).get("outcome")


@pytest.fixture
def shop(operator: Installation, sample_image: str, namespace: Namespace) -> Namespace:
    """A workload that runs as root, and a policy that asks for that, and for test coverage."""
    requirements = [
        {"name": "run-as-non-root", "severity": "critical"},
        {"name": "test-coverage", "severity": "low", "checks": [{"id": "test-coverage"}]},
    ]
    asked = samples.policy("production", requirements=requirements)
    del asked["spec"]["profile"]
    namespace.apply(samples.as_root(samples.deployment("legacy", replicas=1)), asked)
    namespace.cluster.kubectl("rollout", "status", "deployment/legacy", "-n", namespace.name, "--timeout=60s")
    _is_compliant(namespace, "False")
    return namespace


def test_a_waiver_is_seen_in_score_and_report_and_runs_out(shop: Namespace) -> None:
    shop.apply(made(shop, "ReadinessWaiver", "legacy", workloadRef=LEGACY))
    _is_compliant(shop, "True")
    comes_to(lambda: outcome(shop, "run-as-non-root"), "waived")
    assert line(shop, "run-as-non-root")["waiver"]["name"] == "legacy"
    comes_to(lambda: shop.policy("production").get("activeWaiversTotal"), 1)
    comes_to(lambda: _rows(shop)[1][:5], ["legacy", "True", "Active", "1", "1"])
    assert _rows(shop)[0] == ["NAME", "ACTIVE", "REASON", "WORKLOADS", "FINDINGS", "EXPIRES", "AGE"]

    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=10)
    shop.apply(made(shop, "ReadinessWaiver", "legacy", workloadRef=LEGACY, expirationTime=f"{ends:%Y-%m-%dT%H:%M:%SZ}"))
    comes_to(lambda: reason(shop, "rdw", "legacy", "Active"), "Expired")
    _is_compliant(shop, "False")
    turned = datetime.fromisoformat(shop.condition("production", "Compliant")["lastTransitionTime"])
    assert timedelta(seconds=-1) <= turned - ends <= timedelta(seconds=3)
    comes_to(lambda: outcome(shop, "run-as-non-root"), "fail")
    wait_for(lambda: "WaiverExpired" in {event["reason"] for event in shop.events()})


def _is_compliant(shop: Namespace, status: str) -> None:
    comes_to(lambda: shop.condition("production", "Compliant").get("status"), status)


def _rows(shop: Namespace) -> list[list[str]]:
    """What kubectl shows of waivers, with the names of the columns."""
    return [row.split() for row in shop.cluster.kubectl("get", "rdw", "-n", shop.name).splitlines()]


def test_an_attestation_of_an_image_stops_counting_when_the_workload_rolls_to_another(shop: Namespace) -> None:
    shop.cluster.tag_image(SAMPLE, NEXT_IMAGE)
    about = {"claim": "test-coverage", "workloadRef": LEGACY, "image": SAMPLE, "value": {"percent": 83}}
    shop.apply(made(shop, "ReadinessAttestation", "coverage", **about))
    comes_to(lambda: outcome(shop, "test-coverage"), "pass")
    comes_to(lambda: reason(shop, "rda", "coverage", "Valid"), "Fresh")
    rolled = samples.as_root(samples.deployment("legacy", replicas=1))
    samples.container_of(rolled)["image"] = NEXT_IMAGE
    shop.apply(rolled)
    shop.cluster.kubectl("rollout", "status", "deployment/legacy", "-n", shop.name, "--timeout=60s")
    comes_to(lambda: outcome(shop, "test-coverage"), "unknown")
    comes_to(lambda: reason(shop, "rda", "coverage", "Valid"), "ImageMismatch")


def test_what_has_no_effect_says_why_and_is_written_once(shop: Namespace) -> None:
    shop.apply(
        made(shop, "ReadinessWaiver", "unused", workloadRef=LEGACY, requirements=["another"]),
        made(shop, "ReadinessWaiver", "nowhere", workloadRef={"kind": "Deployment", "name": "search"}),
        made(shop, "ReadinessWaiver", "unknown", workloadRef=LEGACY, checks=["no-such-check"]),
    )
    for name, expected in (("unused", "Unused"), ("nowhere", "TargetNotFound"), ("unknown", "InvalidSpec")):
        comes_to(partial(reason, shop, "rdw", name, "Active"), expected)
    comes_to(lambda: len(_writes(shop)), 3)  # the audit log lags behind
    shop.cluster.kubectl("annotate", "deployment/legacy", "-n", shop.name, "shop.example/touched=yes")
    with pytest.raises(AssertionError):
        wait_for(lambda: len(_writes(shop)) > 3, 12)  # more than two resyncs


def _writes(shop: Namespace) -> list[dict[str, Any]]:
    """What the operator wrote to waivers of this namespace."""
    return [
        event
        for event in writes_of(shop.cluster, SERVICE_ACCOUNT)
        if event["objectRef"]["resource"] == "readinesswaivers" and event["objectRef"].get("namespace") == shop.name
    ]


def test_editors_attest_and_administrators_waive(operator: Installation, namespace: Namespace) -> None:
    cluster = namespace.cluster
    for role in ("view", "edit", "admin"):
        cluster.kubectl("create", "rolebinding", role, f"--clusterrole={role}", f"--user={role}", "-n", namespace.name)
    for user, verb, plural, allowed in (
        ("view", "get", "readinesswaivers", True),
        ("view", "create", "readinessattestations", False),
        ("edit", "create", "readinessattestations", True),
        ("edit", "create", "readinesswaivers", False),
        ("admin", "create", "readinesswaivers", True),
        ("admin", "delete", "readinessattestations", True),
    ):
        asked = {"namespace": namespace.name, "verb": verb, "group": "readiness.dev", "resource": plural}
        comes_to(partial(_may, cluster, user, asked), allowed)  # roles aggregate in a while


def _may(cluster: Cluster, user: str, asked: dict[str, str]) -> bool:
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {"user": user, "resourceAttributes": asked},
    }
    answer = json.loads(cluster.kubectl("create", "-o", "json", "-f", "-", input=json.dumps(review)))
    return bool(answer["status"]["allowed"])
