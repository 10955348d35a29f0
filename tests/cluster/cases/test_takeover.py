"""What may go wrong around the operator: nothing is lost, announced twice, or said wrongly meanwhile."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tests.cluster import samples
from tests.cluster.installed import Installation, Namespace, Raw, wait_for

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]


@pytest.fixture
def shop(operator: Installation, sample_image: str, namespace: Namespace) -> Iterator[Namespace]:
    """A good workload and one with limits missing, judged by a policy."""
    for name in ("good", "hungry"):
        namespace.apply(*samples.surroundings(name))
    namespace.apply(
        samples.deployment("good"),
        samples.without_limits(samples.deployment("hungry")),
        samples.policy("production"),
    )
    wait_for(lambda: namespace.condition("production", "HealthEndpointsHealthy").get("status") == "True", 120)
    wait_for(lambda: namespace.condition("production", "ResourceLimitsSet").get("status") == "False")
    wait_for(lambda: "Unknown" not in {status for status, _ in _conditions(namespace).values()})  # what is to stay
    yield namespace
    wait_for(lambda: len(operator.pods()) == 2, 60)


def _conditions(shop: Namespace) -> dict[str, tuple[str, str]]:
    found = shop.policy("production")["conditions"]
    return {item["type"]: (item["status"], item["lastTransitionTime"]) for item in found}


def _stays_as_it_is(shop: Namespace, before: dict[str, tuple[str, str]], seconds: float) -> None:
    """Look every second: no condition may flip, not even for a moment."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert _conditions(shop) == before
        time.sleep(1)


def _last_told(event: Raw) -> datetime:
    return datetime.fromisoformat(event.get("series", {}).get("lastObservedTime") or event["eventTime"])


def test_the_standby_leads_soon_after_the_leader_was_killed(
    operator: Installation, shop: Namespace, capsys: pytest.CaptureFixture[str]
) -> None:
    before, killed = _conditions(shop), datetime.now(UTC)
    leader = operator.leader()
    victim = next(pod for pod in operator.pods() if pod["metadata"]["name"] == leader)
    os.kill(operator.process(victim), signal.SIGKILL)
    seconds = wait_for(lambda: operator.leader() not in ("", leader), 20)
    with capsys.disabled():
        sys.stdout.write(f"\n  the standby led {seconds:.1f} s after the leader was killed")
    _stays_as_it_is(shop, before, 20)
    assert [event for event in shop.events() if _last_told(event) >= killed] == []
    shop.apply(samples.deployment("hungry"))
    wait_for(lambda: shop.condition("production", "ResourceLimitsSet")["status"] == "True", 60)


def test_the_api_server_restarts_under_it(operator: Installation, shop: Namespace) -> None:
    before = _conditions(shop)
    shop.cluster.restart("apiserver")
    wait_for(lambda: operator.leader() != "", 60)
    _stays_as_it_is(shop, before, 15)
    shop.apply(samples.deployment("hungry"))
    wait_for(lambda: shop.condition("production", "ResourceLimitsSet")["status"] == "True", 60)


def test_etcd_stands_still_for_half_a_minute(operator: Installation, shop: Namespace) -> None:
    before = _conditions(shop)
    shop.cluster.pause("etcd")
    time.sleep(30)
    shop.cluster.resume("etcd")
    wait_for(lambda: _answers(shop), 60)
    _stays_as_it_is(shop, before, 15)


def test_what_happens_while_etcd_stands_still_is_told_afterwards(operator: Installation, shop: Namespace) -> None:
    """Probes go on, and nothing of what they see is lost because it cannot be written yet."""
    addresses = shop.addresses("good")
    shop.cluster.pause("etcd")
    try:
        shop.tell(addresses, "readyz=503")
        time.sleep(30)
    finally:
        shop.cluster.resume("etcd")
    wait_for(lambda: _answers(shop), 60)
    wait_for(lambda: shop.condition("production", "HealthEndpointsHealthy").get("status") == "False", 60)
    shop.tell(addresses, "readyz=200")
    wait_for(lambda: shop.condition("production", "HealthEndpointsHealthy").get("status") == "True", 60)
    shop.apply(samples.deployment("hungry"))
    wait_for(lambda: shop.condition("production", "ResourceLimitsSet")["status"] == "True", 60)


def test_a_rollout_flips_nothing(shop: Namespace) -> None:
    before = _conditions(shop)
    shop.cluster.kubectl("rollout", "restart", "deployment/good", "-n", shop.name)
    _stays_as_it_is(shop, before, 15)
    shop.cluster.kubectl("rollout", "status", "deployment/good", "-n", shop.name, "--timeout=60s")
    _stays_as_it_is(shop, before, 10)


def test_a_firewall_between_operator_and_pods_makes_nothing_fail(operator: Installation, shop: Namespace) -> None:
    before = _conditions(shop)
    addresses = [pod["status"]["podIP"] for pod in operator.pods()]
    rules = [["FORWARD", "-s", address, "-p", "tcp", "--dport", "8080", "-j", "DROP"] for address in addresses]
    for rule in rules:
        shop.cluster.run(["iptables", "-I", *rule], check=True)
    try:
        _stays_as_it_is(shop, before, 25)
    finally:
        for rule in rules:
            shop.cluster.run(["iptables", "-D", *rule], check=True)


def test_policies_and_workloads_go_while_the_operator_is_dead(operator: Installation, shop: Namespace) -> None:
    """Nothing hangs, since there are no finalizers; what was left behind is cleared up at the next start."""
    operator.scale(0)
    shop.cluster.kubectl("delete", "rdp", "production", "-n", shop.name, "--timeout=30s")
    shop.cluster.kubectl("delete", "deployment", "hungry", "-n", shop.name, "--timeout=30s")
    wait_for(lambda: shop.report("deployment-hungry") is None)  # by garbage collection
    assert shop.report("deployment-good") is not None
    operator.scale(2)
    wait_for(lambda: shop.report("deployment-good") is None, 90)


def _answers(shop: Namespace) -> bool:
    done = shop.cluster.run(["kubectl", "get", "rdp", "-n", shop.name, "--request-timeout=2s"], capture_output=True)
    return done.returncode == 0
