"""The inventory: the same objects give the same answers, whatever order their events came in."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from tests.model import worlds
from tests.model.worlds import NOW, inventory_of, key, told, world_of

from readiness.model.container import PodSpec
from readiness.model.index import LabelIndex, SelectorIndex
from readiness.model.inventory import Inventory
from readiness.model.labels import Selector
from readiness.model.parse import Record
from readiness.model.pod import Pod, ReplicaSet
from readiness.model.ref import Owner, Ref
from readiness.model.surroundings import ConfigMap, Service
from readiness.model.workload import Workload

EMPTY = PodSpec("spec")


def owner(kind: str, name: str = "cart", uid: str = "u-1") -> Owner:
    return Owner(kind, name, uid, worlds.VERSIONS.get(kind, "x/v1"))


def workload(kind: str, name: str = "cart", uid: str = "u-1", **fields: object) -> Workload:
    return Workload(worlds.ref(kind, "shop", name), worlds.VERSIONS[kind], EMPTY, uid, **fields)  # type: ignore[arg-type]


def replica_set(name: str, uid: str, above: Owner | None) -> ReplicaSet:
    return ReplicaSet(worlds.ref("ReplicaSet", "shop", name), uid, above)


def pod(name: str, above: Owner | None = None, **fields: object) -> Pod:
    return Pod(Ref("Pod", "shop", name), f"uid-{name}", above, **fields)  # type: ignore[arg-type]


class Events(RuleBasedStateMachine):
    """Puts and drops in any order, with a plain mapping beside the inventory."""

    seen = Bundle("seen")

    def __init__(self) -> None:
        super().__init__()
        self.inventory = Inventory()
        self.world: worlds.World = {}

    @rule(target=seen, record=worlds.records)
    def put(self, record: Record) -> Record:
        assert self.inventory.put(record) == self.world.get(key(record))
        self.world[key(record)] = record
        return record

    @rule(record=seen)
    def put_again(self, record: Record) -> None:
        self.put(record)

    @rule(record=seen)
    def drop(self, record: Record) -> None:
        self.inventory.drop(record)
        self.world.pop(key(record), None)

    @invariant()
    def tells_what_a_fresh_list_would_tell(self) -> None:
        assert told(self.inventory) == told(inventory_of(self.world.values()))

    @invariant()
    def roots_are_told_once_and_their_pods_name_them(self) -> None:
        roots = list(self.inventory.roots())
        assert len(roots) == len(set(roots))
        for root in roots:
            found = self.inventory.workload(root)
            assert found is not None
            assert all(self.inventory.root_of(item) == root for item in self.inventory.pods_of(found))

    def teardown(self) -> None:
        for record in self.world.values():
            self.inventory.drop(record)
        kept = {name: value for name, value in vars(self.inventory).items() if name != "_records"}
        assert not any(self.inventory._records.values())
        assert not any(any(vars(value).values()) if hasattr(value, "__dict__") else value for value in kept.values())


TestEvents = Events.TestCase
TestEvents.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


@settings(max_examples=100, deadline=None)
@given(found=st.lists(worlds.records, max_size=15), data=st.data())
def test_any_order_of_the_same_objects_tells_the_same(found: list[Record], data: st.DataObject) -> None:
    objects = list(world_of(found).values())
    assert told(inventory_of(data.draw(st.permutations(objects)))) == told(inventory_of(objects))


@settings(max_examples=100, deadline=None)
@given(before=st.lists(worlds.records, max_size=12), after=st.lists(worlds.records, max_size=12))
def test_a_relist_tells_what_a_fresh_list_tells(before: list[Record], after: list[Record]) -> None:
    inventory, listed = inventory_of(before), world_of(after)
    for record in world_of(before).values():
        if key(record) not in listed:
            inventory.drop(record)
    for record in listed.values():
        inventory.put(record)
    assert told(inventory) == told(inventory_of(listed.values()))


def test_a_pod_belongs_to_what_made_its_replica_set() -> None:
    one = pod("cart-1", owner("ReplicaSet", "cart-5d9c", "u-set"))
    inventory = inventory_of([workload("Deployment"), one])
    assert inventory.root_of(one) is None
    inventory.put(replica_set("cart-5d9c", "u-set", owner("Deployment")))
    assert inventory.root_of(one) == worlds.ref("Deployment", "shop", "cart")
    assert inventory.pods_of(workload("Deployment")) == [one]


def test_a_pod_of_a_job_belongs_to_its_cron_job() -> None:
    job = workload("Job", "report-1", "u-job", owner=owner("CronJob", "report", "u-cron"))
    one = pod("report-1-x", owner("Job", "report-1", "u-job"))
    inventory = inventory_of([workload("CronJob", "report", "u-cron"), job, one])
    assert list(inventory.roots()) == [worlds.ref("CronJob", "shop", "report")]
    assert inventory.workload(job.ref) is None
    assert inventory.pods_of(workload("CronJob", "report", "u-cron")) == [one]


def test_a_job_of_another_controller_is_a_root_and_has_its_pods() -> None:
    job = workload("Job", "train-1", "u-job", owner=owner("JobSet", "train"))
    one = pod("train-1-x", owner("Job", "train-1", "u-job"))
    inventory = inventory_of([job, one])
    assert inventory.root_of(one) == job.ref
    assert inventory.pods_of(job) == [one]


def test_a_finished_job_is_no_root() -> None:
    assert list(inventory_of([workload("Job", finished=True)]).roots()) == []


def test_a_controller_that_is_not_read_is_judged_by_its_newest_pod() -> None:
    above = owner("Cluster", "db", "u-db")
    old = pod("db-1", above, spec=EMPTY, created=NOW)
    new = replace(
        old, ref=Ref("Pod", "shop", "db-0"), created=NOW.replace(hour=11), spec=replace(EMPTY, labels={"v": "2"})
    )
    inventory = inventory_of([old, new])
    found = inventory.workload(worlds.ref("Cluster", "shop", "db"))
    assert found is not None
    assert (found.uid, found.api_version, found.labels) == ("u-db", "db.shop.example/v1", {"v": "2"})
    assert inventory.pods_of(found) == [new, old]


def test_a_manifest_of_a_controller_counts_before_its_pods() -> None:
    written = workload("Cluster", "db", "u-db", replicas=3)
    inventory = inventory_of([pod("db-0", owner("Cluster", "db", "u-db"), spec=replace(EMPTY, labels={"v": "1"}))])
    found = inventory.workloads_by_label
    assert list(found.selected("shop", Selector((("v", "1"),)))) == [written.ref]
    inventory.put(written)
    assert inventory.workload(written.ref) == written
    assert list(found.selected("shop", Selector((("v", "1"),)))) == []
    inventory.drop(written)
    assert list(found.selected("shop", Selector((("v", "1"),)))) == [written.ref]


def test_a_controller_of_replica_sets_that_is_not_read_has_the_pods_of_all_of_them() -> None:
    sets = [replica_set(f"cart-{n}", f"u-{n}", owner("Rollout", "cart", "u-rollout")) for n in (1, 2)]
    mine = [pod(f"cart-{n}-x", owner("ReplicaSet", f"cart-{n}", f"u-{n}"), spec=EMPTY) for n in (1, 2)]
    inventory = inventory_of([*sets, *mine])
    found = inventory.workload(worlds.ref("Rollout", "shop", "cart"))
    assert found is not None
    assert (found.uid, found.api_version) == ("u-rollout", "argoproj.io/v1alpha1")
    assert inventory.pods_of(found) == mine


@pytest.mark.parametrize("above", [None, Owner("Node", "node-a", "u-node", "v1")])
def test_a_pod_without_a_controller_is_a_root_itself(above: Owner | None) -> None:
    one = pod("etcd", above, spec=EMPTY, phase="Failed", deleted=True)
    inventory = inventory_of([one])
    found = inventory.workload(one.ref)
    assert found is not None
    assert (found.uid, found.api_version, found.owner) == ("uid-etcd", "v1", above)
    assert found.finished
    assert found.deleted
    assert inventory.pods_of(found) == [one]


def test_kinds_of_the_same_name_in_other_groups_are_not_the_ones_that_are_read() -> None:
    above = Owner("StatefulSet", "db", "u-db", "apps.kruise.io/v1beta1")
    inventory = inventory_of([pod("db-0", above, spec=EMPTY)])
    assert list(inventory.roots()) == [Ref("StatefulSet", "shop", "db", "apps.kruise.io")]


def test_a_workload_of_a_manifest_has_no_pods_without_a_uid() -> None:
    alone = workload("Deployment", uid="")
    inventory = inventory_of([alone, pod("cart-1", owner("Deployment", uid=""))])
    assert inventory.pods_of(alone) == []


def test_a_pod_that_is_not_there_is_no_pod_of_its_workload() -> None:
    assert Inventory().pods_of(workload("Pod")) == []


def test_a_node_is_known_by_the_pods_on_its_network() -> None:
    proxy, agent = (pod(name, ip="10.0.0.2", host_network=True) for name in ("proxy", "agent"))
    nowhere = pod("nowhere", ip="", host_network=True)
    inventory = inventory_of([proxy, agent, nowhere, pod("cart", ip="10.1.0.3")])
    assert [str(address) for address in inventory.node_addresses] == ["10.0.0.2"]
    inventory.drop(proxy)
    assert [str(address) for address in inventory.node_addresses] == ["10.0.0.2"]
    inventory.put(replace(agent, ip="10.0.0.9"))
    assert [str(address) for address in inventory.node_addresses] == ["10.0.0.9"]


def test_dropping_what_is_not_there_is_no_error() -> None:
    inventory = inventory_of([workload("Deployment")])
    inventory.drop(pod("cart-1"))
    inventory.drop(workload("StatefulSet"))
    assert list(inventory.roots()) == [worlds.ref("Deployment", "shop", "cart")]


def test_records_are_found_by_type_and_name() -> None:
    here = ConfigMap(Ref("ConfigMap", "shop", "cart"))
    inventory = inventory_of([here])
    assert inventory.get(ConfigMap, here.ref) == here
    assert inventory.get(Service, here.ref) is None
    assert list(inventory.all(ConfigMap)) == [here]


def test_an_index_finds_nothing_where_nothing_is() -> None:
    index, services = LabelIndex(), SelectorIndex[Service]()
    assert list(index.inside("shop")) == []
    assert list(index.selected("shop", None)) == []
    assert services.selecting("shop", {"app": "cart"}) == []


def test_selectors_find_whom_they_select_wholly() -> None:
    index, near, far = LabelIndex(), Ref("Pod", "shop", "near"), Ref("Pod", "shop", "far")
    index.put(near, {"app": "cart", "tier": "web"})
    index.put(far, {"app": "cart"})
    whole = Selector((("app", "cart"), ("tier", "web")))
    assert list(index.selected("shop", whole)) == [near]
    assert set(index.selected("shop", Selector())) == {near, far}
    assert list(index.selected("mail", whole)) == []
    assert index.labels_of(far) == {"app": "cart"}


def test_labels_find_who_selects_them_wholly() -> None:
    everything = Service(Ref("Service", "shop", "all"), selector=Selector())
    cart = Service(Ref("Service", "shop", "cart"), selector=Selector((("app", "cart"), ("tier", "web"))))
    index = SelectorIndex[Service]()
    for service in (cart, everything):
        index.put(service)
    assert index.selecting("shop", {"app": "cart", "tier": "web"}) == [everything, cart]
    assert index.selecting("shop", {"app": "cart"}) == [everything]
    index.drop(everything)
    assert index.selecting("shop", {"app": "cart"}) == []
