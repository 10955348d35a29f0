"""What Prometheus is given: where to scrape, and the alerts."""

import re
from pathlib import Path

import pytest
import yaml
from tests.chart.rendering import CHART, Helm, Raw, RefusedError, Rendered, promtool

from readiness.model import Topic

pytestmark = pytest.mark.cluster  # for its Helm, and for a Debian package

REPOSITORY = Path(__file__).parents[2]
ALERTS = CHART / "files/alerts.yaml"
_SERVED = ("--api-versions", "monitoring.coreos.com/v1/ServiceMonitor,monitoring.coreos.com/v1/PrometheusRule")
_ON = {"enabled": True}


def _rules(text: str) -> dict[str, Raw]:
    return {rule["alert"]: rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]}


def test_the_alerts_fire_and_stay_silent_as_they_should() -> None:
    promtool("test", "rules", str(REPOSITORY / "tests/chart/alerts_test.yaml"))


def test_every_alert_is_tried_both_ways() -> None:
    """In alerts_test.yaml, each one fires once at least, and is expected to be silent at least once."""
    cases = yaml.safe_load((REPOSITORY / "tests/chart/alerts_test.yaml").read_text())["tests"]
    tried = [case for test in cases for case in test["alert_rule_test"]]
    for alert in _rules(ALERTS.read_text()):
        fired = {bool(case.get("exp_alerts")) for case in tried if case["alertname"] == alert}
        assert fired == {True, False}, alert


def test_the_alerts_ask_for_metrics_that_the_operator_has() -> None:
    asked = {
        name for rule in _rules(ALERTS.read_text()).values() for name in re.findall(r"readiness_\w+", rule["expr"])
    }
    source = (REPOSITORY / "operator/readiness/adapters/publish/metrics.py").read_text()
    assert asked
    assert {name for name in asked if f'"{name}"' not in source} == set()


def test_the_alert_about_topics_knows_every_topic() -> None:
    expression = _rules(ALERTS.read_text())["ReadinessTopicFailing"]["expr"]
    named = re.search(r'type=~"([^"]+)"', expression)
    assert named is not None
    assert set(named[1].split("|")) == set(Topic)


def test_every_alert_has_its_runbook_and_no_runbook_is_left_over() -> None:
    pages = {file.stem: file.read_text() for file in (REPOSITORY / "docs/runbooks").glob("Readiness*.md")}
    assert pages.keys() == _rules(ALERTS.read_text()).keys()
    for name, text in pages.items():
        sections = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert text.startswith(f"# {name}\n")
        assert sections == ["Meaning", "Impact", "Diagnosis", "Mitigation"], name


def test_the_schema_of_the_values_names_every_alert() -> None:
    schema = yaml.safe_load((CHART / "values.schema.json").read_text())
    rule = schema["properties"]["metrics"]["properties"]["prometheusRule"]["properties"]
    assert set(rule["alerts"]["propertyNames"]["enum"]) == _rules(ALERTS.read_text()).keys()


def test_alerts_are_rendered_as_they_were_tested(helm: Helm, tmp_path: Path) -> None:
    rule = helm.template({"metrics": {"prometheusRule": _ON}}, *_SERVED).one("PrometheusRule")
    assert rule["spec"] == yaml.safe_load(ALERTS.read_text())
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump(rule["spec"]))
    promtool("check", "rules", str(file))


def test_alerts_can_be_changed_one_by_one(helm: Helm) -> None:
    values = {
        **_ON,
        "runbookBaseURL": "https://docs.shop.example/runbooks/",
        "alertLabels": {"team": "platform"},
        "alerts": {
            "ReadinessTopicFailing": {"enabled": False},
            "ReadinessPolicyNotCompliant": {"for": "1h", "severity": "critical"},
        },
        "extraRules": [{"record": "readiness:leaders", "expr": "sum(readiness_leader)"}],
    }
    rule = helm.template({"metrics": {"prometheusRule": values}}, *_SERVED).one("PrometheusRule")
    extra = rule["spec"]["groups"].pop()
    assert extra["rules"] == values["extraRules"]
    rules = _rules(yaml.safe_dump(rule["spec"]))
    tested = _rules(ALERTS.read_text())
    assert rules.keys() == tested.keys() - {"ReadinessTopicFailing"}
    changed = rules["ReadinessPolicyNotCompliant"]
    assert (changed["for"], changed["labels"]) == ("1h", {"severity": "critical", "team": "platform"})
    assert rules["ReadinessPolicyStalled"]["for"] == tested["ReadinessPolicyStalled"]["for"]
    assert changed["annotations"]["runbook_url"] == (
        "https://docs.shop.example/runbooks/ReadinessPolicyNotCompliant.md"
    )


@pytest.mark.parametrize("part, kind", [("serviceMonitor", "ServiceMonitor"), ("prometheusRule", "PrometheusRule")])
def test_without_the_prometheus_operator_the_user_chooses(helm: Helm, part: str, kind: str) -> None:
    def chosen(mode: str) -> Raw:
        return {"metrics": {part: {**_ON, "renderMode": mode}}}

    assert not helm.template(chosen("skipIfMissing")).all(kind)
    assert helm.template(chosen("alwaysRender")).all(kind)
    assert helm.template(chosen("failIfMissing"), *_SERVED).all(kind)
    with pytest.raises(RefusedError, match=f"monitoring.coreos.com/v1/{kind} is not served"):
        helm.template(chosen("failIfMissing"))


def test_the_service_monitor_finds_the_service(helm: Helm) -> None:
    rendered = helm.template({"metrics": {"serviceMonitor": {**_ON, "labels": {"release": "prom"}}}}, *_SERVED)
    monitor, service = rendered.one("ServiceMonitor"), rendered.one("Service")
    assert monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert monitor["spec"]["endpoints"][0]["port"] in [port["name"] for port in service["spec"]["ports"]]
    assert monitor["metadata"]["labels"]["release"] == "prom"


def test_annotations_for_scraping_can_be_left_out(helm: Helm, default: Rendered) -> None:
    assert default.one("Service")["metadata"]["annotations"] == {
        "prometheus.io/scrape": "true",
        "prometheus.io/port": "8080",
        "prometheus.io/path": "/metrics",
    }
    assert "annotations" not in helm.template({"metrics": {"scrapeAnnotations": False}}).one("Service")["metadata"]
