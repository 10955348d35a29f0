"""Faults and their repair: each condition tells of the right workload, and turns when it is mended."""

import re
import sys
from functools import partial

import pytest
from tests.cluster import samples
from tests.cluster.installed import Installation, Namespace, comes_to, wait_for

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(240)]

TOPICS = {
    "search": "HealthEndpointsHealthy",
    "legacy": "RunsAsNonRoot",
    "hungry": "ResourceLimitsSet",
    "leaky": "SecretsProtected",
}


@pytest.fixture
def shop(operator: Installation, sample_image: str, namespace: Namespace) -> Namespace:
    """Five workloads, four of them with a fault, and two policies."""
    names = ("good", *TOPICS)
    for name in names:
        namespace.apply(*samples.surroundings(name))
    namespace.apply(
        samples.deployment("good"),
        samples.deployment("search"),
        samples.as_root(samples.deployment("legacy")),
        samples.without_limits(samples.deployment("hungry")),
        samples.with_password(samples.deployment("leaky")),
        samples.policy("production"),
        samples.policy("good-only", selector={"matchLabels": {"app": "good"}}),
    )
    for name in names:
        namespace.cluster.kubectl("rollout", "status", f"deployment/{name}", "-n", namespace.name, "--timeout=60s")
    namespace.control("search", "readyz=503")
    return namespace


def test_each_fault_is_told_of_the_right_workload_and_each_repair_turns_its_condition(
    shop: Namespace, capsys: pytest.CaptureFixture[str]
) -> None:
    for workload, topic in TOPICS.items():
        comes_to(partial(_blamed, shop, topic), ("False", {workload}), 90)
    comes_to(lambda: shop.condition("good-only", "Compliant").get("status"), "True", 90)
    wait_for(lambda: _blamed(shop, "Compliant")[1] <= set(TOPICS))  # of many it names the first few
    assert shop.condition("production", "Compliant")["status"] == "False"

    shop.control("search", "readyz=200")
    times = {"search": wait_for(lambda: shop.condition("production", TOPICS["search"])["status"] == "True", 90)}
    for workload in ("legacy", "hungry", "leaky"):
        shop.apply(samples.deployment(workload))
        topic = TOPICS[workload]
        times[workload] = wait_for(partial(_has, shop, topic, "True"), 60)
    with capsys.disabled():
        for workload, seconds in times.items():
            sys.stdout.write(f"\n  {TOPICS[workload]} turned True {seconds:.1f} s after the repair of {workload}")
    wait_for(lambda: shop.condition("production", "Compliant")["status"] == "True", 120)


def _has(shop: Namespace, topic: str, status: str) -> bool:
    return bool(shop.condition("production", topic).get("status") == status)


def _blamed(shop: Namespace, kind: str) -> tuple[str, set[str]]:
    """The status of a condition, and the workloads that its message names."""
    told = shop.condition("production", kind)
    return told.get("status", ""), set(re.findall(r"Deployment/(\w+)", told.get("message", "")))


def test_kubectl_waits_end_as_a_user_expects(shop: Namespace) -> None:
    wait = ("wait", "-n", shop.name, "rdp/good-only", "--timeout=90s")
    shop.cluster.kubectl(*wait, "--for=condition=Ready")
    shop.cluster.kubectl(*wait, "--for=condition=Compliant")
    shop.cluster.kubectl("wait", "-n", shop.name, "rdp/production", "--timeout=60s", "--for=condition=Compliant=False")


def test_a_deleted_workload_takes_its_report_and_its_figures_along(shop: Namespace) -> None:
    wait_for(lambda: shop.report("deployment-legacy"), 60)
    shop.cluster.kubectl("delete", "deployment", "legacy", "-n", shop.name)
    wait_for(lambda: shop.report("deployment-legacy") is None)
    wait_for(lambda: shop.condition("production", "RunsAsNonRoot")["status"] == "True")


def test_a_deleted_policy_takes_its_scorecards_along(shop: Namespace) -> None:
    wait_for(lambda: (shop.report("deployment-good") or {}).get("status", {}).get("policies") == 2, 60)
    shop.cluster.kubectl("delete", "rdp", "production", "-n", shop.name, "--timeout=30s")
    wait_for(lambda: shop.report("deployment-legacy") is None)
    wait_for(lambda: (shop.report("deployment-good") or {})["status"]["policies"] == 1)


def test_an_endpoint_that_breaks_is_one_change_of_verdict(
    operator: Installation, sample_image: str, namespace: Namespace
) -> None:
    """Also of a workload so young that what it lacks could still be on its way: it was there."""
    namespace.apply(*samples.surroundings("good"), samples.deployment("good"), samples.policy("all", interval="10s"))
    wait_for(lambda: namespace.condition("all", "Compliant").get("status") == "True", 90)
    namespace.control("good", "readyz=503")
    wait_for(lambda: namespace.condition("all", "Compliant")["status"] == "False", 60)
    wait_for(lambda: _notes(namespace, "EndpointFailing") and len(_notes(namespace, "VerdictChanged")) > 1)
    change = "verdict changed from Go to NoGo"
    assert _notes(namespace, "VerdictChanged") == [f"ReadinessPolicy/all: {change}", change]


def _notes(namespace: Namespace, reason: str) -> list[str]:
    return sorted(event["note"] for event in namespace.events() if event["reason"] == reason)
