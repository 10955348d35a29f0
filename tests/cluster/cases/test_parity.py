"""The operator and `readiness audit` say the same of the same objects, for what manifests can tell."""

import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.cluster import samples
from tests.cluster.installed import Installation, Namespace, comes_to, wait_for

from readiness.checks import CATALOGUE

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(180)]

NAMES = ("good", "legacy", "hungry", "leaky", "alone")


def _objects() -> list[dict[str, Any]]:
    good = samples.deployment("good")
    alone = samples.deployment("alone", replicas=1)
    return [
        *(item for name in NAMES if name != "alone" for item in samples.surroundings(name)),
        good,
        samples.as_root(samples.deployment("legacy")),
        samples.without_limits(samples.deployment("hungry")),
        samples.with_password(samples.deployment("leaky")),
        alone,
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"a": "b"}},
        *_other_kinds(),
    ]


def _other_kinds() -> list[dict[str, Any]]:
    """
    A workload of each other kind, all of which rest: what is judged is their spec.

    None selects the bare pod: a DaemonSet adopts a pod without an owner that it selects, and ends it.
    """
    pod = samples.deployment("other")["spec"]["template"]["spec"]
    selector, metadata = {"matchLabels": {"app": "other"}}, {"labels": {"app": "other"}}
    template = {"metadata": metadata, "spec": pod}
    once = {**pod, "restartPolicy": "Never", "containers": [_without_probes(item) for item in pod["containers"]]}
    nowhere = {**pod, "nodeSelector": {"no": "node"}}
    job = {"template": {"metadata": metadata, "spec": once}}
    named = {"name": "other", "labels": {"app": "other"}}
    return [
        {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": named,
         "spec": {"replicas": 0, "serviceName": "other", "selector": selector, "template": template}},
        {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": named,
         "spec": {"selector": selector, "template": {"metadata": metadata, "spec": nowhere}}},
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": named, "spec": {"suspend": True, **job}},
        {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": named,
         "spec": {"suspend": True, "schedule": "0 0 1 1 *", "jobTemplate": {"spec": job}}},
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "other", "labels": {"app": "bare"}}, "spec": pod},
    ]  # fmt: skip


def _without_probes(container: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in container.items() if not key.endswith("Probe")}


def _outcomes(report: dict[str, Any]) -> dict[str, str]:
    """Outcomes by requirement, of those that no live check has a part in."""
    (card,) = report["status"]["scorecards"]
    found = {item["name"]: item["outcome"] for item in card["requirements"]}
    found |= dict.fromkeys(card["passed"], "pass") | dict.fromkeys(card["notApplicable"], "notApplicable")
    return {name: outcome for name, outcome in found.items() if not CATALOGUE.checks[name].live}


def _messages(report: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    (card,) = report["status"]["scorecards"]
    return {
        item["name"]: [(finding.get("path", ""), finding["message"]) for finding in item.get("findings", ())]
        for item in card["requirements"]
        if item["outcome"] in ("fail", "warn") and not CATALOGUE.checks[item["name"]].live
    }


def _published(namespace: Namespace, name: str) -> tuple[dict[str, str], dict[str, list[tuple[str, str]]]]:
    """The same of a report in the cluster: what it says first may be of before the last object was there."""
    report = namespace.report(name)
    assert report is not None
    return _outcomes(report), _messages(report)


def test_operator_and_audit_agree(
    operator: Installation, sample_image: str, namespace: Namespace, tmp_path: Path
) -> None:
    policy = samples.policy("all")
    namespace.apply(*_objects(), policy)
    for name in NAMES:
        namespace.cluster.kubectl("rollout", "status", f"deployment/{name}", "-n", namespace.name, "--timeout=60s")
    wait_for(lambda: all(namespace.report(f"deployment-{name}") for name in NAMES))
    wait_for(lambda: namespace.condition("all", "HealthEndpointsHealthy").get("status") == "True", 60)

    (tmp_path / "all.yaml").write_text(yaml.safe_dump_all([*_objects(), policy]))
    command = [sys.executable, "-m", "readiness", "audit", "-n", namespace.name, "-o", "json", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    offline = {item["metadata"]["name"]: item for item in json.loads(done.stdout)["items"]}

    others = [f"{kind}-other" for kind in ("statefulset", "daemonset", "job", "cronjob", "pod")]
    for name in [*(f"deployment-{name}" for name in NAMES), *others]:
        wait_for(partial(namespace.report, name))
        comes_to(partial(_published, namespace, name), (_outcomes(offline[name]), _messages(offline[name])))
