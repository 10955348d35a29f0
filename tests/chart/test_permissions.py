"""What the operator may do, and what people may do with its objects."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
import yaml
from tests.chart.rendering import Helm, Raw, Rendered

from readiness.model.parse import KINDS

pytestmark = pytest.mark.cluster  # for its Helm

_READ = {"get", "list", "watch"}
_AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-"


def _grants(rules: list[Raw]) -> Iterator[tuple[str, str, str]]:
    for rule in rules:
        yield from product(rule["apiGroups"], rule["resources"], rule["verbs"])


def _namespaced() -> set[str]:
    crds = [yaml.safe_load(file.read_text()) for file in (Path(__file__).parents[2] / "crds").glob("*.yaml")]
    return {crd["spec"]["names"]["plural"] for crd in crds if crd["spec"]["scope"] == "Namespaced"}


def test_the_operator_reads_every_kind_that_it_judges_by(default: Rendered) -> None:
    grants = set(_grants(default.one("ClusterRole")["rules"]))
    assert {(kind.group, kind.plural, verb) for kind in KINDS if not kind.on_demand for verb in _READ} <= grants


def test_the_operator_writes_its_own_objects_and_events_and_nothing_else(default: Rendered) -> None:
    writes = {grant for grant in _grants(default.one("ClusterRole")["rules"]) if grant[2] not in _READ}
    assert writes
    assert {group for group, _, _ in writes} <= {"readiness.dev", "events.k8s.io"}
    policies = {grant for grant in writes if "policies" in grant[1]}
    assert policies == {("readiness.dev", f"{kind}/status", "patch") for kind in
                        ("readinesspolicies", "clusterreadinesspolicies")}  # fmt: skip


def test_the_operator_reads_no_secrets_and_has_no_wildcard(default: Rendered) -> None:
    grants = list(_grants(default.one("ClusterRole")["rules"]))
    assert not [grant for grant in grants if grant[1] == "secrets" or "*" in grant]


@pytest.mark.parametrize(
    "secrets, verbs",
    [
        ({"read": "metadata"}, {"list", "watch"}),
        ({"inspect": True}, {"get"}),
        ({"read": "metadata", "inspect": True}, {"get", "list", "watch"}),
    ],
    ids=["metadata", "values", "both"],
)
def test_it_may_read_secrets_as_far_as_it_is_set_to(helm: Helm, secrets: Raw, verbs: set[str]) -> None:
    rendered = helm.template({"secrets": secrets})
    grants = [grant for grant in _grants(rendered.one("ClusterRole")["rules"]) if grant[1] == "secrets"]
    assert set(grants) == {("", "secrets", verb) for verb in verbs}
    told = {item["name"]: item.get("value") for item in rendered.container["env"]}
    assert told["READINESS_SECRETS"] == secrets.get("read", "none")
    assert told["READINESS_INSPECT_SECRETS"] == str(secrets.get("inspect", False)).lower()


def test_the_lease_is_the_only_object_of_its_kind_that_it_may_touch(default: Rendered) -> None:
    rules = default.one("Role")["rules"]
    (lease,) = [item["value"] for item in default.container["env"] if item["name"] == "READINESS_LEASE_NAME"]
    assert [rule for rule in rules if rule["verbs"] != ["create"]] == [
        {
            "apiGroups": ["coordination.k8s.io"],
            "resources": ["leases"],
            "resourceNames": [lease],
            "verbs": ["get", "update"],
        }
    ]
    assert {grant[1] for grant in _grants(rules)} == {"leases"}


def test_both_bindings_name_the_account_of_the_pod(default: Rendered) -> None:
    account = default.pod["spec"]["serviceAccountName"]
    for kind in ("ClusterRoleBinding", "RoleBinding"):
        binding = default.one(kind)
        assert [(each["name"], each["namespace"]) for each in binding["subjects"]] == [(account, "readiness-system")]
        assert binding["roleRef"]["name"] == "ready-readiness-operator"


def test_an_account_from_elsewhere_is_bound_and_not_made(helm: Helm) -> None:
    rendered = helm.template({"serviceAccount": {"create": False, "name": "mine"}})
    assert not rendered.all("ServiceAccount")
    assert rendered.pod["spec"]["serviceAccountName"] == "mine"
    assert rendered.one("ClusterRoleBinding")["subjects"][0]["name"] == "mine"


def test_extra_rules_come_on_top(helm: Helm, default: Rendered) -> None:
    rule = {"apiGroups": ["argoproj.io"], "resources": ["rollouts"], "verbs": ["get", "list", "watch"]}
    rules = helm.template({"rbac": {"extraRules": [rule]}}).one("ClusterRole")["rules"]
    assert rules == [*default.one("ClusterRole")["rules"], rule]


def test_who_may_view_a_namespace_sees_all_kinds_in_it(default: Rendered) -> None:
    role = default.one("ClusterRole", "-view")
    assert role["metadata"]["labels"][f"{_AGGREGATE}view"] == "true"
    assert set(_grants(role["rules"])) == {("readiness.dev", kind, verb) for kind in _namespaced() for verb in _READ}


def test_only_administrators_write_policies_and_waivers_editors_attest_and_nobody_reports(default: Rendered) -> None:
    writers = [
        role
        for role in default.all("ClusterRole")
        if any(_AGGREGATE in label for label in role["metadata"]["labels"])
        and any(verb not in _READ for _, _, verb in _grants(role["rules"]))
    ]
    told = {
        role["metadata"]["name"].rpartition("-")[2]: (
            {label.removeprefix(_AGGREGATE) for label in role["metadata"]["labels"] if label.startswith(_AGGREGATE)},
            {resource for _, resource, _ in _grants(role["rules"])},
        )
        for role in writers
    }
    assert told == {
        "edit": ({"edit", "admin"}, {"readinessattestations"}),
        "admin": ({"admin"}, {"readinesspolicies", "readinesswaivers"}),
    }


def test_cluster_policies_are_shown_to_everybody_on_demand_only(helm: Helm, default: Rendered) -> None:
    assert len(default.all("ClusterRoleBinding")) == 1
    rendered = helm.template({"rbac": {"readClusterPolicies": True}})
    role = rendered.one("ClusterRole", "-read-cluster-policies")
    assert set(_grants(role["rules"])) == {("readiness.dev", "clusterreadinesspolicies", verb) for verb in _READ}
    subjects = rendered.one("ClusterRoleBinding", "-read-cluster-policies")["subjects"]
    assert [subject["name"] for subject in subjects] == ["system:authenticated"]


def test_nothing_of_it_is_made_where_others_care_for_it(helm: Helm) -> None:
    rendered = helm.template({"rbac": {"create": False, "aggregate": False}})
    assert not [item for item in rendered.objects if item["apiVersion"] == "rbac.authorization.k8s.io/v1"]
