"""The values: each is described by the schema, and what is not is refused."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from tests.chart.rendering import CHART, Helm, Raw, RefusedError

VALUES = yaml.safe_load((CHART / "values.yaml").read_text())
SCHEMA = json.loads((CHART / "values.schema.json").read_text())


def _missing(values: Raw, schema: Raw, path: str = "") -> Iterator[str]:
    """Paths that only one of values.yaml and the schema has, where the schema is closed."""
    if schema.get("additionalProperties") is False:
        for name in values.keys() ^ schema["properties"].keys():
            yield f"{path}{name}"
        for name in values.keys() & schema["properties"].keys():
            if isinstance(values[name], dict):
                yield from _missing(values[name], schema["properties"][name], f"{path}{name}.")


def test_values_and_schema_have_the_same_names() -> None:
    # Helm hands `global` to every chart; claims of resources are seldom wanted, but allowed.
    assert set(_missing(VALUES, SCHEMA)) == {"global", "resources.claims"}


def test_every_value_is_used_by_a_template() -> None:
    templates = "".join(file.read_text() for file in sorted((CHART / "templates").rglob("*.*")))
    unused = [name for name in VALUES if f".Values.{name}" not in templates]
    assert unused == []


@pytest.mark.cluster
@pytest.mark.parametrize(
    "values, complaint",
    [
        ({"replicas": 3}, "additional properties 'replicas' not allowed"),
        ({"replicaCount": -1}, "at '/replicaCount'"),
        ({"replicaCount": "two"}, "at '/replicaCount'"),
        ({"image": {"tags": "1"}}, "additional properties 'tags' not allowed"),
        ({"image": {"digest": "0123"}}, "at '/image/digest'"),
        ({"image": {"pullPolicy": "Sometimes"}}, "at '/image/pullPolicy'"),
        ({"crds": {"enabled": True}}, "additional properties 'enabled' not allowed"),
        ({"logging": {"level": "trace"}}, "at '/logging/level'"),
        ({"workers": 65}, "at '/workers'"),
        ({"writesPerSecond": 0}, "at '/writesPerSecond'"),
        ({"workloadMetrics": True}, "at '/workloadMetrics'"),
        ({"metrics": {"serviceMonitor": {"renderMode": "always"}}}, "at '/metrics/serviceMonitor/renderMode'"),
        ({"metrics": {"prometheusRule": {"alerts": {"NoSuchAlert": {}}}}}, "NoSuchAlert"),
        ({"metrics": {"prometheusRule": {"alerts": {"ReadinessTopicFailing": {"for": "soon"}}}}}, "/for"),
        ({"resources": {"limit": {"memory": "1Gi"}}}, "additional properties 'limit' not allowed"),
        ({"terminationGracePeriodSeconds": 0}, "at '/terminationGracePeriodSeconds'"),
        ({"livenessProbe": {"exec": {"command": ["true"]}, "httpGet": None}}, "missing property 'httpGet'"),
        ({"podLabels": {"version": 1}}, "at '/podLabels/version'"),
        ({"networkPolicy": {"ingress": []}}, "additional properties 'ingress' not allowed"),
    ],
)
def test_what_the_schema_does_not_know_is_refused(helm: Helm, values: dict[str, Any], complaint: str) -> None:
    with pytest.raises(RefusedError) as refused:
        helm.template(values)
    assert complaint in str(refused.value)
