"""Roles and bindings: what they say, whom they concern, and which claims on storage concern whom."""

from datetime import UTC, datetime

import pytest
from tests.model.objects import raw
from tests.model.test_touch import around, change, deployment, names
from tests.model.worlds import inventory_of

from readiness.model import AccessRole, PersistentVolumeClaim, PolicyRule, Ref, RoleBinding, Snapshot
from readiness.model.container import PodSpec, Volume
from readiness.model.controllers import Claim, StatefulRules
from readiness.model.parse import KINDS, Record
from readiness.model.permissions import RBAC
from readiness.model.pod import Pod
from readiness.model.ref import Owner
from readiness.model.workload import Workload

BY_KIND = {kind.name: kind for kind in KINDS}
CREATED = datetime(2026, 11, 20, 8, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
ROLE = Ref("Role", "shop", "cart", RBAC)
CART = ("shop", "ServiceAccount", "cart")

RECORDS: list[Record] = [
    AccessRole(ROLE, (PolicyRule(("",), ("secrets", "pods/exec"), ("get", "create"), ("cart",)),)),
    AccessRole(Ref("ClusterRole", "", "operators", RBAC), (PolicyRule(("*",), ("*/scale",), ("*",)),), aggregated=True),
    RoleBinding(
        Ref("RoleBinding", "shop", "cart", RBAC),
        ROLE,
        (CART, ("search", "ServiceAccount", "search"), ("mail", "ServiceAccount", "out")),
    ),
    RoleBinding(
        Ref("ClusterRoleBinding", "", "operators", RBAC),
        Ref("ClusterRole", "", "operators", RBAC),
        (("shop",), ()),
    ),
    PersistentVolumeClaim(
        Ref("PersistentVolumeClaim", "shop", "data-db-0"), "Pending", CREATED, deleted=True, pod="db-0"
    ),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.ref.kind)
def test_a_record_has_what_its_object_says(record: Record) -> None:
    assert BY_KIND[record.ref.kind].read(raw(record.ref.kind)) == record


@pytest.mark.parametrize(
    "group, resource, covered",
    [
        ("apps", "deployments/scale", True),
        ("", "pods/scale", True),
        ("apps", "deployments", False),
        ("apps", "deployments/status", False),
    ],
)
def test_a_wildcard_before_a_part_is_that_part_of_everything(group: str, resource: str, *, covered: bool) -> None:
    assert PolicyRule(("*",), ("*/scale",), ("*",)).covers(group, resource) is covered


def test_a_rule_is_about_its_own_groups_resources_and_verbs() -> None:
    rule = PolicyRule(("",), ("secrets",), ("get",))
    assert rule.covers("", "secrets")
    assert not rule.covers("apps", "secrets")
    assert not rule.covers("", "secrets/x")
    assert rule.allows("get")
    assert not rule.allows("list")


def test_everything_is_every_verb_on_every_resource_of_every_name() -> None:
    every = ("*",)
    assert PolicyRule(every, every, every).everything
    assert not PolicyRule(every, every, every, ("cart",)).everything
    assert not PolicyRule(every, every, ("get",)).everything


def binding(role: Ref = ROLE, *about: tuple[str, ...]) -> RoleBinding:
    return RoleBinding(Ref("RoleBinding", "shop", "cart", RBAC), role, about)


def test_a_binding_touches_the_workloads_of_its_accounts_before_and_after() -> None:
    inventory = inventory_of([deployment("cart"), deployment("search"), deployment("cart", "mail")])
    assert names(change(inventory, binding(ROLE, CART))) == ["shop/cart"]
    assert names(change(inventory, binding(ROLE, ("mail",)))) == ["mail/cart", "shop/cart"]
    assert names(change(inventory, binding(ROLE, ()))) == ["mail/cart", "shop/cart", "shop/search"]


def test_a_role_touches_those_that_are_bound_to_it() -> None:
    inventory = inventory_of([deployment("cart"), deployment("search"), binding(ROLE, CART)])
    assert names(change(inventory, AccessRole(ROLE))) == ["shop/cart"]
    assert names(change(inventory, AccessRole(Ref("Role", "shop", "other", RBAC)))) == []


def test_of_manifests_the_roles_that_every_cluster_has_are_known() -> None:
    view, own = Ref("ClusterRole", "", "view", RBAC), Ref("ClusterRole", "", "own", RBAC)
    for role, live, known in ((view, False, True), (view, True, False), (own, False, False), (ROLE, False, False)):
        inventory = inventory_of([deployment("cart"), binding(role, CART)])
        (grant,) = Snapshot(inventory, NOW, live=live).grants_of(deployment("cart"))
        assert (grant.role is not None) is known


def claim(name: str, pod: str = "") -> PersistentVolumeClaim:
    return PersistentVolumeClaim(Ref("PersistentVolumeClaim", "shop", name), pod=pod)


VOLUMES = (
    Volume("own", "persistentVolumeClaim", claim_name="own"), Volume("tmp", "ephemeral", claim=Claim("tmp", "spec"))
)  # fmt: skip
DB = Workload(
    Ref("StatefulSet", "shop", "db", "apps"),
    "apps/v1",
    PodSpec("spec", volumes=VOLUMES),
    "u-db",
    stateful=StatefulRules(claims=(Claim("data", "spec"),)),
)
DB_POD = Pod(Ref("Pod", "shop", "db-0"), "u-db-0", Owner("StatefulSet", "db", "u-db", "apps/v1"))


def test_claims_are_those_that_it_names_and_those_of_its_live_pods() -> None:
    ended = Pod(Ref("Pod", "shop", "db-1"), "u-db-1", DB_POD.owner, phase="Failed")
    inventory = inventory_of([DB, DB_POD, ended, claim("own"), claim("data-db-0")])
    found = Snapshot(inventory, NOW).volume_claims_of(DB)
    assert found == {"own": claim("own"), "data-db-0": claim("data-db-0"), "db-0-tmp": None}


@pytest.mark.parametrize("record", [claim("own"), claim("data-db-0"), claim("db-0-tmp", "db-0")], ids=str)
def test_a_claim_touches_whose_it_is(record: PersistentVolumeClaim) -> None:
    inventory = inventory_of([DB, DB_POD, deployment("cart")])
    assert names(change(inventory, record)) == ["shop/db"]


def test_a_claim_of_nobody_touches_nobody() -> None:
    inventory = inventory_of([DB, deployment("cart"), around(PersistentVolumeClaim)])
    assert names(change(inventory, claim("else", "gone"))) == []
