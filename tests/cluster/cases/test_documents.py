"""A checklist that a team wrote as a document, answered by a cluster: figures that add up, and lines that move them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.cluster import samples
from tests.cluster.installed import Installation, Namespace, comes_to, wait_for
from tests.policy.claims import claim

from readiness.policy.compile import compile_profile

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(180)]

PROFILE = compile_profile("orchestratorm8")
HEALTH: dict[str, Any] = {  # over the profile's line: the paths are those of this workload
    "name": "health-checks",
    "checks": [
        {"id": "liveness-endpoint", "parameters": {"path": "/healthz"}},
        {"id": "readiness-endpoint", "parameters": {"path": "/readyz"}},
    ],
}
ABOUT = {"kind": "Deployment", "name": "orchestrator"}


def attested(namespace: Namespace, check: str, value: dict[str, Any]) -> dict[str, Any]:
    now = datetime.now(UTC)
    times = {"attestedTime": now - timedelta(minutes=1), "expirationTime": now + timedelta(days=90)}
    spec = {name: f"{time:%Y-%m-%dT%H:%M:%SZ}" for name, time in times.items()}
    return claim("ReadinessAttestation", check, namespace.name, claim=check, workloadRef=ABOUT, value=value, **spec)


def share(status: dict[str, Any], category: str) -> tuple[int, int]:
    """What of a category passes, and what counts."""
    found = next(item for item in status["categories"] if item["name"] == category)
    assert found["percent"] == 100 * found["passed"] // found["total"]
    return found["passed"], found["total"]


def scorecard(namespace: Namespace) -> dict[str, Any]:
    """The scorecard that the report of the one workload holds."""
    found = namespace.report("deployment-orchestrator")
    assert found is not None
    card: dict[str, Any]
    (card,) = found["status"]["scorecards"]
    return card


def lines(namespace: Namespace) -> dict[str, dict[str, Any]]:
    """What is not met, by the name of the requirement."""
    return {line["name"]: line for line in scorecard(namespace)["requirements"]}


def agreeing(namespace: Namespace) -> bool:
    """Whether the policy's status, which is written after the report, tells what the report tells."""
    return bool(namespace.policy("checklist").get("items") == scorecard(namespace)["items"])


def test_a_documents_scorecard_is_computed_and_moves_with_what_is_attested(
    operator: Installation, sample_image: str, namespace: Namespace
) -> None:
    asked = samples.policy("checklist", profile={"name": PROFILE.profile}, requirements=[HEALTH])
    namespace.apply(samples.deployment("orchestrator"), *samples.surroundings("orchestrator"), asked)
    namespace.cluster.kubectl("rollout", "status", "deployment/orchestrator", "-n", namespace.name, "--timeout=60s")
    wait_for(lambda: namespace.condition("checklist", "Ready").get("reason") == "EvaluationSucceeded", 60)
    wait_for(lambda: HEALTH["name"] not in lines(namespace), 60)
    wait_for(lambda: agreeing(namespace))

    status = namespace.policy("checklist")
    counts = status["summary"]["requirements"]
    passed, total = map(int, status["items"].split("/"))
    assert sum(counts.values()) == len(PROFILE.requirements)
    assert (passed, total) == (counts["passed"], sum(counts.values()) - counts["notApplicable"] - counts["waived"])
    assert status["score"] == 100 * passed // total
    assert {item["name"] for item in status["categories"]} == {line.category for line in PROFILE.requirements}
    assert sum(share(status, item["name"])[1] for item in status["categories"]) == total

    line = lines(namespace)["prepared-statements"]
    assert (line["outcome"], line["checks"][0]["reason"]) == ("unknown", "NotImplemented")
    before = share(status, "Security")
    namespace.apply(attested(namespace, "injection-resistance", {"passed": True}))
    wait_for(lambda: "prepared-statements" not in lines(namespace))
    comes_to(lambda: share(namespace.policy("checklist"), "Security"), (before[0] + 1, before[1]))
    after = namespace.policy("checklist")
    assert after["items"] == f"{passed + 1}/{total}"
    assert after["previousScore"] == status["score"]
