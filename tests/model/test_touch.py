"""What a change touches: nobody is forgotten whose answer changed, and nobody is bothered by an equal record."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.model import worlds
from tests.model.worlds import inventory_of, key, told, world_of

from readiness.model.container import Container, KeyRef, PodSpec
from readiness.model.controllers import StatefulRules
from readiness.model.inventory import Inventory
from readiness.model.labels import Selector
from readiness.model.parse import Record
from readiness.model.pod import Pod, ReplicaSet
from readiness.model.ref import Owner, Ref
from readiness.model.surroundings import (
    ConfigMap,
    Endpoint,
    EndpointSlice,
    HorizontalPodAutoscaler,
    Ingress,
    LimitRange,
    Namespace,
    NetworkPolicy,
    PodDisruptionBudget,
    ResourceQuota,
    Route,
    Service,
    ServiceAccount,
)
from readiness.model.touch import touched
from readiness.model.workload import Workload

CART = Selector((("app", "cart"),))


def deployment(name: str, namespace: str = "shop", replicas: int = 2) -> Workload:
    used = Container("app", "app", env_from=(KeyRef("ConfigMap", name),))
    spec = PodSpec("spec", labels={"app": name}, containers=(used,), service_account=name)
    at = Ref("Deployment", namespace, name, "apps")
    return Workload(at, "apps/v1", spec, f"uid-{namespace}-{name}", replicas=replicas)


CART_SET = ReplicaSet(
    Ref("ReplicaSet", "shop", "cart-5d9c", "apps"), "u-set", Owner("Deployment", "cart", "uid-shop-cart", "apps/v1")
)
CART_POD = Pod(Ref("Pod", "shop", "cart-1"), "u-pod", Owner("ReplicaSet", "cart-5d9c", "u-set", "apps/v1"))
WORLD: list[Record] = [deployment("cart"), deployment("search"), deployment("cart", "mail"), CART_SET, CART_POD]


def change(inventory: Inventory, record: Record, *, gone: bool = False) -> set[Ref]:
    """Whom a change touches that the inventory takes."""
    if gone:
        old = inventory.get(type(record), record.ref)
        inventory.drop(record)
        return touched(inventory, old, None)
    return touched(inventory, inventory.put(record), record)


def names(found: set[Ref]) -> list[str]:
    return sorted(f"{ref.namespace}/{ref.name}" for ref in found)


@settings(max_examples=400, deadline=None)
@given(found=st.lists(worlds.changes, max_size=15), record=worlds.changes, data=st.data())
def test_everybody_is_touched_whose_answers_change(found: list[Record], record: Record, data: st.DataObject) -> None:
    world = world_of(found)
    inventory = inventory_of(world.values())
    gone = key(record) in world and data.draw(st.booleans())
    before = told(inventory)
    looked_at = change(inventory, record, gone=gone)
    after = told(inventory)
    changed = {ref for ref in {*before, *after} if before.get(ref) != after.get(ref)}
    assert changed <= looked_at


@given(record=worlds.changes, found=st.lists(worlds.changes, max_size=10))
def test_an_equal_record_touches_nobody(record: Record, found: list[Record]) -> None:
    inventory = inventory_of([*found, record])
    assert change(inventory, replace(record)) == set()


def around(kind: Callable[..., Record], **fields: object) -> Record:
    return kind(Ref(getattr(kind, "__name__", ""), "shop", "cart"), **fields)


@pytest.mark.parametrize(
    "record, expected",
    [
        (deployment("cart", replicas=3), ["shop/cart"]),
        (CART_SET, ["shop/cart"]),
        (CART_POD, ["shop/cart"]),
        (around(Service, selector=CART), ["shop/cart"]),
        (around(NetworkPolicy, selector=Selector()), ["shop/cart", "shop/search"]),
        (around(PodDisruptionBudget, selector=None), []),
        (around(EndpointSlice, endpoints=(Endpoint(ready=True, pod="cart-1"), Endpoint(ready=True))), ["shop/cart"]),
        (around(HorizontalPodAutoscaler, target_kind="Deployment", target_name="cart"), ["shop/cart"]),
        (around(ConfigMap), ["shop/cart"]),
        (around(ServiceAccount), ["shop/cart"]),
        (around(LimitRange), ["shop/cart", "shop/search"]),
        (around(ResourceQuota), ["shop/cart", "shop/search"]),
        (Namespace(Ref("Namespace", "", "shop")), ["shop/cart", "shop/search"]),
        (replace(CART_POD, ref=Ref("Pod", "shop", "x"), owner=Owner("ReplicaSet", "x", "u-x", "apps/v1")), []),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, list) else "",
)
def test_a_change_touches_these_and_no_more(record: Record, expected: list[str]) -> None:
    inventory = inventory_of(item for item in WORLD if key(item) != key(record))
    assert names(change(inventory, record)) == expected
    assert names(change(inventory, record, gone=True)) == expected


def test_an_endpoint_slice_touches_whom_its_service_selects() -> None:
    inventory = inventory_of([*WORLD, around(Service, selector=CART)])
    assert names(change(inventory, around(EndpointSlice, service="cart"))) == ["shop/cart"]


def test_an_ingress_touches_those_behind_others_of_its_host_and_class() -> None:
    inventory = inventory_of([*WORLD, around(Service, selector=CART)])
    host = "cart.shop.example"
    change(inventory, around(Ingress, routes=(Route(host, (("cart", 80),)),)))
    theirs = Ref("Ingress", "blog", "blog", "networking.k8s.io")
    routes = (Route(host, (("blog", 80),)),)
    assert names(change(inventory, Ingress(theirs, routes=routes))) == ["shop/cart"]
    assert names(change(inventory, Ingress(theirs, routes=()))) == ["shop/cart"]
    assert names(change(inventory, Ingress(theirs, class_name="internal", routes=routes))) == []


def test_an_ingress_touches_whom_its_services_select_before_and_after() -> None:
    inventory = inventory_of([*WORLD, around(Service, selector=CART)])
    to_cart = Route("cart.shop.example", (("cart", 80), ("gone", 80)))
    assert names(change(inventory, around(Ingress, routes=(to_cart,)))) == ["shop/cart"]
    assert names(change(inventory, around(Ingress, routes=()))) == ["shop/cart"]
    assert names(change(inventory, around(Ingress, uid="new", routes=()))) == []


def test_a_service_touches_the_stateful_set_that_names_it_whomever_it_selects() -> None:
    db = Workload(Ref("StatefulSet", "shop", "db", "apps"), "apps/v1", PodSpec("spec"), stateful=StatefulRules("cart"))
    inventory = inventory_of([*WORLD, db])
    assert names(change(inventory, around(Service, selector=CART))) == ["shop/cart", "shop/db"]
    assert names(change(inventory, around(Service), gone=True)) == ["shop/cart", "shop/db"]


def test_the_number_of_replicas_touches_whoever_is_under_the_same_budget() -> None:
    inventory = inventory_of([*WORLD, around(PodDisruptionBudget, selector=Selector())])
    assert names(change(inventory, deployment("cart", replicas=1))) == ["shop/cart", "shop/search"]
    ready = replace(deployment("cart", replicas=1), ready_replicas=1)
    assert names(change(inventory, ready)) == ["shop/cart"], "a changed status is the workload's own business"


DB = Owner("Cluster", "db", "u-db", "db.shop.example/v1")


def db_pod(name: str, app: str, minute: int, owner: Owner | None = DB) -> Pod:
    made = worlds.NOW.replace(minute=minute)
    return Pod(Ref("Pod", "shop", name), f"u-{name}", owner, created=made, spec=PodSpec("spec", labels={"app": app}))


def test_the_autoscaler_of_one_touches_whoever_is_under_the_same_budget() -> None:
    inventory = inventory_of([*WORLD, around(PodDisruptionBudget, selector=Selector())])
    scaler = HorizontalPodAutoscaler(Ref("HorizontalPodAutoscaler", "shop", "cart"), "", "Deployment", "cart", 2, 5)
    assert names(change(inventory, scaler)) == ["shop/cart", "shop/search"]
    assert names(change(inventory, replace(scaler, max_replicas=6))) == ["shop/cart"]
    assert names(change(inventory, scaler, gone=True)) == ["shop/cart", "shop/search"]


def test_a_newer_pod_takes_its_root_from_under_a_budget_and_back() -> None:
    inventory = inventory_of(
        [deployment("cart"), db_pod("db-0", "cart", 1), around(PodDisruptionBudget, selector=CART)]
    )
    newer = db_pod("db-1", "db", 2)
    assert names(change(inventory, newer)) == ["shop/cart", "shop/db"]
    assert names(change(inventory, newer, gone=True)) == ["shop/cart", "shop/db"]


def test_a_replica_set_brings_its_root_under_a_budget_and_away() -> None:
    link = ReplicaSet(Ref("ReplicaSet", "shop", "r-1", "apps"), "u-r-1", Owner("Rollout", "r", "u-r", "argoproj.io/v1"))
    made = db_pod("r-1-x", "cart", 1, Owner("ReplicaSet", "r-1", "u-r-1", "apps/v1"))
    inventory = inventory_of([deployment("cart"), made, around(PodDisruptionBudget, selector=CART)])
    assert names(change(inventory, link)) == ["shop/cart", "shop/r"]
    assert names(change(inventory, link, gone=True)) == ["shop/cart", "shop/r"]


def test_the_job_of_a_cron_job_touches_the_cron_job_only() -> None:
    owner = Owner("CronJob", "report", "u-cron", "batch/v1")
    job = Workload(Ref("Job", "shop", "report-1", "batch"), "batch/v1", PodSpec("spec"), "u-job", owner=owner)
    assert change(Inventory(), job) == {Ref("CronJob", "shop", "report", "batch")}


def test_a_replica_set_on_its_own_touches_itself() -> None:
    alone = replace(CART_SET, owner=None)
    assert change(Inventory(), alone) == {alone.ref}
