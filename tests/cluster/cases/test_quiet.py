"""When nothing changes, nothing is written; and nothing but our own objects ever is."""

import time

import pytest
from tests.cluster import samples
from tests.cluster.installed import SERVICE_ACCOUNT, Installation, Namespace, Raw, wait_for, writes_of

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(420)]

WITH_STATUS = {"readinesspolicies", "clusterreadinesspolicies", "readinesswaivers", "readinessattestations"}
OURS = {*WITH_STATUS, "readinessreports", "events", "leases"}


def test_nothing_is_written_while_nothing_changes(
    operator: Installation, sample_image: str, namespace: Namespace
) -> None:
    """
    Resyncs every 5 seconds, re-evaluations every 10, probes every 5: none of it may leave a write.

    Not where all is well, and not where an endpoint answers 503 all the time.
    """
    for name in ("good", "search"):
        namespace.apply(*samples.surroundings(name), samples.deployment(name))
    namespace.apply(samples.policy("all", interval="10s"))
    wait_for(lambda: namespace.condition("all", "Compliant").get("status") == "True", 120)
    namespace.control("search", "readyz=503")
    wait_for(lambda: namespace.condition("all", "HealthEndpointsHealthy").get("status") == "False", 60)
    time.sleep(150)  # Services without endpoints count after two minutes, and the start still had things to say
    before = _seen(operator)
    time.sleep(40)
    later = _seen(operator)[len(before) :]
    assert {event["objectRef"]["resource"] for event in later} == {"leases"}


def test_no_write_ever_reaches_a_foreign_kind(operator: Installation, sample_image: str, namespace: Namespace) -> None:
    """Not while a workload fails, is mended and goes, which takes all that the operator ever writes."""
    namespace.apply(samples.without_limits(samples.deployment("good")), samples.policy("all"))
    wait_for(lambda: namespace.condition("all", "ResourceLimitsSet").get("status") == "False", 60)
    namespace.apply(samples.deployment("good"))
    wait_for(namespace.events, 60)
    namespace.cluster.kubectl("delete", "rdp", "all", "-n", namespace.name)
    wait_for(lambda: namespace.report("deployment-good") is None, 60)
    writes = _seen(operator)
    seen = {event["objectRef"]["resource"] for event in writes}
    assert {"leases", "readinessreports", "readinesspolicies", "events"} <= seen <= OURS
    others = [event for event in writes if event["objectRef"]["resource"] in WITH_STATUS]
    assert {event["objectRef"].get("subresource") for event in others} <= {"status"}


def _seen(operator: Installation) -> list[Raw]:
    return list(writes_of(operator.cluster, SERVICE_ACCOUNT))
