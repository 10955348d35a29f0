"""A real Prometheus scrapes the operator, and the chart's alerts fire from conditions."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from tests.cluster import samples
from tests.cluster.installed import CHART, NAMESPACE, Installation, Namespace, comes_to, wait_for
from tests.cluster.packages import require

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(240)]

_ADDRESS = "127.0.0.1:9390"


class Prometheus:
    """A running Prometheus that evaluates the chart's rules every second, without their patience."""

    def __init__(self, operator: Installation, folder: Path) -> None:
        """Write its configuration: Debian's Prometheus, our rules, the operator's pods."""
        require({"prometheus": "prometheus"})
        self._cluster = operator.cluster
        rules = yaml.safe_load((CHART / "files" / "alerts.yaml").read_text())
        for group in rules["groups"]:
            for rule in group["rules"]:
                rule["for"] = "2s"
        (folder / "rules.yaml").write_text(yaml.safe_dump(rules))
        targets = [f"{pod['status']['podIP']}:8080" for pod in operator.pods()]
        labels = {"job": "readiness-operator", "namespace": NAMESPACE}
        config = {
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(folder / "rules.yaml")],
            "scrape_configs": [{"job_name": "operator", "static_configs": [{"targets": targets, "labels": labels}]}],
        }
        (folder / "prometheus.yaml").write_text(yaml.safe_dump(config))
        self._process = self._cluster.popen(
            ["prometheus", f"--config.file={folder}/prometheus.yaml", f"--storage.tsdb.path={folder}/data",
             f"--web.listen-address={_ADDRESS}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def firing(self) -> set[tuple[str, str, str]]:
        """Alerts that fire: name, policy, and the condition's type where it tells."""
        labels = [alert["labels"] for alert in self._get("alerts").get("alerts", ()) if alert["state"] == "firing"]
        return {(item["alertname"], item.get("policy", ""), item.get("type", "")) for item in labels}

    def value(self, query: str) -> list[Any]:
        """The values of an instant query."""
        return [item["value"][1] for item in self._get(f"query?query={quote(query)}").get("result", ())]

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(30)

    def _get(self, path: str) -> dict[str, Any]:
        command = ["curl", "-s", "-m", "3", f"http://{_ADDRESS}/api/v1/{path}"]
        text = self._cluster.run(command, capture_output=True, text=True).stdout
        try:
            return dict(json.loads(text)["data"])
        except ValueError:
            return {}


@pytest.fixture
def prometheus(operator: Installation, tmp_path: Path) -> Iterator[Prometheus]:
    started = Prometheus(operator, tmp_path)
    yield started
    started.stop()


def test_alerts_fire_from_conditions_and_from_the_operators_absence(
    operator: Installation, sample_image: str, namespace: Namespace, prometheus: Prometheus
) -> None:
    namespace.apply(
        samples.without_limits(samples.deployment("hungry")),
        samples.policy("alerting"),
        samples.policy("broken", requirements=[{"name": "no-such-check"}]),
    )
    wanted = {
        ("ReadinessPolicyNotCompliant", "alerting", ""),
        ("ReadinessTopicFailing", "alerting", "ResourceLimitsSet"),
        ("ReadinessPolicyStalled", "broken", ""),
    }
    wait_for(lambda: wanted <= prometheus.firing(), 60)
    assert "ReadinessOperatorAbsent" not in {name for name, _, _ in prometheus.firing()}
    comes_to(lambda: prometheus.value("sum(readiness_leader)"), ["1"])

    namespace.apply(samples.deployment("hungry"))
    topic = ("ReadinessTopicFailing", "alerting", "ResourceLimitsSet")
    wait_for(lambda: topic not in prometheus.firing(), 60)

    operator.scale(0)
    try:
        wait_for(lambda: "ReadinessOperatorAbsent" in {name for name, _, _ in prometheus.firing()}, 60)
    finally:
        operator.scale(2)
        wait_for(operator.leader, 60)


def test_an_alert_tells_of_a_permission_that_is_taken_away_and_ends_when_it_is_back(
    operator: Installation, sample_image: str, namespace: Namespace, prometheus: Prometheus
) -> None:
    """The operator's processes go on all the time, and find out by themselves."""
    namespace.apply(samples.deployment("good"), samples.policy("seeing"))
    comes_to(lambda: namespace.condition("seeing", "Degraded").get("status"), "False")
    alert = ("ReadinessPolicyDegraded", "seeing", "")
    _take_away(operator, "networkpolicies")
    try:
        comes_to(lambda: namespace.condition("seeing", "Degraded").get("reason"), "PermissionDenied", 90)
        wait_for(lambda: alert in prometheus.firing(), 60)
        degraded = namespace.condition("seeing", "Degraded")
        assert degraded["status"] == "True"
        assert "NetworkPolicy" in degraded["message"]
    finally:
        operator.install()
    comes_to(lambda: namespace.condition("seeing", "Degraded").get("status"), "False", 90)
    wait_for(lambda: alert not in prometheus.firing(), 60)


def _take_away(operator: Installation, resource: str) -> None:
    """
    Take a kind out of what the operator may read, as an administrator may.

    Under Helm's name, for else Helm could not give it back. Watches outlive a permission for minutes, so the API
    server is restarted, which ends them.
    """
    role = operator.cluster.objects("clusterrole", "readiness-operator")
    for rule in role["rules"]:
        rule["resources"] = [name for name in rule.get("resources", ()) if name != resource]
    role["rules"] = [rule for rule in role["rules"] if rule["resources"]]
    role["metadata"] = {key: role["metadata"][key] for key in ("name", "labels", "annotations")}
    apply = ("apply", "--server-side", "--field-manager=helm", "-f", "-")
    operator.cluster.kubectl(*apply, input=json.dumps(role))
    operator.cluster.restart("apiserver")
