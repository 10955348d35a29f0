"""What docs/operations/alerting.md shows can be copied: tables are true, and Prometheus reads its examples."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.chart.rendering import CHART, promtool

PAGE = (Path(__file__).parents[2] / "docs/operations/alerting.md").read_text()
_YAML = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS: list[Any] = [yaml.safe_load(block) for block in _YAML.findall(PAGE)]


def test_the_table_lists_every_alert_as_it_is() -> None:
    rows = re.findall(r"^\| \[(\w+)\]\(\.\./runbooks/\1\.md\) \| .+ \| (\d+) m \| (\w+) \|$", PAGE, re.MULTILINE)
    rules = [
        rule for group in yaml.safe_load((CHART / "files/alerts.yaml").read_text())["groups"] for rule in group["rules"]
    ]
    assert rows == [(rule["alert"], rule["for"].removesuffix("m"), rule["labels"]["severity"]) for rule in rules]


@pytest.mark.cluster  # for a Debian package
def test_prometheus_reads_the_example_alerts(tmp_path: Path) -> None:
    alerts = [rule for block in BLOCKS if isinstance(block, list) for rule in block]
    assert len(alerts) == 2
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "examples", "rules": alerts}]}))
    promtool("check", "rules", str(file))


def test_kube_state_metrics_gets_the_same_metrics_of_both_kinds_of_policy() -> None:
    (values,) = [block for block in BLOCKS if "customResourceState" in block]
    resources = values["customResourceState"]["config"]["spec"]["resources"]
    assert [item["groupVersionKind"]["kind"] for item in resources] == ["ReadinessPolicy", "ClusterReadinessPolicy"]
    assert resources[0]["metrics"] == resources[1]["metrics"]
    assert {f"{item['metricNamePrefix']}_{metric['name']}" for item in resources for metric in item["metrics"]} >= {
        name for block in BLOCKS if isinstance(block, list) for rule in block
        for name in re.findall(r"readiness_ksm_\w+", rule["expr"])
    }  # fmt: skip
