"""When nothing changes, nothing is written; and nothing but our own objects ever is."""

import time

import pytest
from tests.cluster import samples
from tests.cluster.installed import SERVICE_ACCOUNT, Installation, Namespace, Raw, wait_for, writes_of

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(240)]

OURS = {"readinesspolicies", "clusterreadinesspolicies", "readinessreports", "events", "leases"}


def test_nothing_is_written_while_nothing_changes(
    operator: Installation, sample_image: str, namespace: Namespace
) -> None:
    """Resyncs every 5 seconds, re-evaluations every 10, probes every 5: none of it may leave a write."""
    namespace.apply(*samples.surroundings("good"), samples.deployment("good"), samples.policy("all", interval="10s"))
    wait_for(lambda: namespace.condition("all", "Compliant").get("status") == "True", 120)
    time.sleep(12)  # what the start still had to say
    before = _seen(operator)
    time.sleep(40)
    later = _seen(operator)[len(before) :]
    assert {event["objectRef"]["resource"] for event in later} == {"leases"}


def test_no_write_ever_reaches_a_foreign_kind(operator: Installation) -> None:
    writes = _seen(operator)
    assert {event["objectRef"]["resource"] for event in writes} <= OURS
    policies = [event for event in writes if event["objectRef"]["resource"].endswith("policies")]
    assert {event["objectRef"].get("subresource") for event in policies} <= {"status"}


def _seen(operator: Installation) -> list[Raw]:
    return list(writes_of(operator.cluster, SERVICE_ACCOUNT))
