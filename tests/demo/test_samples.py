"""The demo's samples: each has the fault that it is there for, and no other."""

from functools import cache
from typing import Any

import pytest
import yaml
from demo.expectations import EXPECTED, WORKLOADS
from demo.tour import ROOT, manifests
from tests.cases import NOW

from readiness.checks import CATALOGUE
from readiness.model import Fail, Ref, Snapshot, Unknown
from readiness.model.inventory import Inventory
from readiness.model.parse import KINDS

_PARSERS = {(kind.api_version, kind.kind): kind for kind in KINDS}
_PROFILE = yaml.safe_load((ROOT / "operator/readiness/policy/profiles/recommended.yaml").read_text())
_ASKED = [check for line in _PROFILE["requirements"] if (check := CATALOGUE.get(line["name"])) and not check.live]
_FAULTS = {
    "billing": {"run-as-non-root"},
    "thumbnails": {"resource-limits"},
    "checkout": {"no-plaintext-secret-env"},
}  # that of search shows only when it is asked


@cache
def _shop() -> Inventory:
    inventory = Inventory()
    for raw in _documents("workloads"):
        raw["metadata"]["uid"] = f"{raw['kind']}/{raw['metadata']['name']}"
        inventory.put(_PARSERS[raw["apiVersion"], raw["kind"]].read(raw))
    return inventory


def _documents(folder: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(manifests(folder)))


def test_the_roots_are_the_five_workloads() -> None:
    assert {ref.name for ref in _shop().roots()} == set(WORKLOADS)


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_sample_fails_what_it_is_to_show_and_nothing_else(name: str) -> None:
    workload = _shop().workload(Ref("Deployment", "shop", name, "apps"))
    assert workload
    cluster = Snapshot(_shop(), NOW, live=False)
    found = {check.id for check in _ASKED for item in check(workload, cluster) if isinstance(item, Fail | Unknown)}
    assert found == _FAULTS.get(name, set())


def test_search_says_by_itself_that_it_is_not_ready() -> None:
    deployments = {raw["metadata"]["name"]: raw for raw in _documents("workloads") if raw["kind"] == "Deployment"}
    (container,) = deployments["search"]["spec"]["template"]["spec"]["containers"]
    assert container["env"] == [{"name": "ANSWERS", "value": "readyz=503"}]


def test_every_policy_that_is_waited_for_is_applied() -> None:
    assert {each.policy for each in EXPECTED} == {raw["metadata"]["name"] for raw in _documents("policies")}
