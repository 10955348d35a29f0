"""The snapshot: relations as checks ask for them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.model.worlds import NOW, inventory_of

from readiness.model.container import PodSpec
from readiness.model.evidence import Answer, Observation, Probing, Question, Reading, Scheme
from readiness.model.labels import Selector
from readiness.model.parse import Record
from readiness.model.pod import ContainerState, Pod, Termination
from readiness.model.ref import Owner, Ref
from readiness.model.relations import RELATIONS
from readiness.model.snapshot import Snapshot
from readiness.model.surroundings import (
    ConfigMap,
    Endpoint,
    EndpointSlice,
    HorizontalPodAutoscaler,
    Ingress,
    PodDisruptionBudget,
    Route,
    Service,
    ServiceAccount,
)
from readiness.model.workload import Replicas, Workload

MINUTE = timedelta(minutes=1)
EVERYTHING = PodDisruptionBudget(Ref("PodDisruptionBudget", "shop", "all"), selector=Selector())
QUESTION = Question(Scheme.HTTP, 8080, "/healthz")


def workload(kind: str = "Deployment", name: str = "cart", **fields: object) -> Workload:
    group = "" if kind == "Pod" else "apps"
    spec = PodSpec("spec", labels={"app": name})
    return Workload(Ref(kind, "shop", name, group), "apps/v1", spec, f"u-{name}", **fields)  # type: ignore[arg-type]


def scaler(least: int, most: int, name: str = "cart") -> HorizontalPodAutoscaler:
    at = Ref("HorizontalPodAutoscaler", "shop", name)
    return HorizontalPodAutoscaler(at, "", "Deployment", "cart", least, most)


def pod(name: str, **fields: object) -> Pod:
    owner = Owner("Deployment", "cart", "u-cart", "apps/v1")
    return Pod(Ref("Pod", "shop", name), f"u-{name}", owner, **fields)  # type: ignore[arg-type]


def cluster(*records: Record) -> Snapshot:
    return Snapshot(inventory_of(records), NOW)


@pytest.mark.parametrize(
    "found, around, expected",
    [
        (workload(replicas=3), [], Replicas(3, 3)),
        (workload(replicas=0), [scaler(2, 5)], Replicas(0, 0)),
        (workload(replicas=3), [scaler(2, 5)], Replicas(2, 5)),
        (workload(replicas=3), [scaler(2, 5), scaler(1, 3, "other")], Replicas(1, 5)),
        (workload(), [scaler(2, 5)], Replicas(2, 5)),
        (workload("Pod"), [], Replicas(1, 1)),
        (workload(), [], None),
    ],
)
def test_an_autoscaler_decides_how_many_replicas_there_may_be(
    found: Workload, around: list[Record], expected: Replicas | None
) -> None:
    assert cluster(*around).replicas_of(found) == expected


def test_a_budget_counts_the_pods_of_all_that_it_selects() -> None:
    both: list[Record] = [workload(replicas=2), workload(name="search", replicas=3), scaler(1, 5)]
    assert cluster(*both).pods_under(EVERYTHING) == 4
    assert cluster(*both, workload("CronJob", "report")).pods_under(EVERYTHING) == 4
    assert cluster(*both, workload("DaemonSet", "logs")).pods_under(EVERYTHING) is None
    assert cluster(*both).pods_under(replace(EVERYTHING, selector=None)) == 0


def test_what_moved_last_is_the_workload_or_one_of_its_pods() -> None:
    made = workload(created=NOW - 9 * MINUTE)
    assert cluster().moved_at(workload()) is None
    assert cluster().moved_at(made) == NOW - 9 * MINUTE
    old = pod("cart-1", created=NOW - 8 * MINUTE, ready_changed=NOW - 7 * MINUTE)
    new = pod("cart-2", created=NOW - 6 * MINUTE)
    leaving = pod("cart-3", created=NOW - 8 * MINUTE, deleted=True, gone_by=NOW + MINUTE)
    assert cluster(old).moved_at(made) == NOW - 7 * MINUTE
    assert cluster(old, new).moved_at(made) == NOW - 6 * MINUTE
    assert cluster(old, new, leaving).moved_at(made) == NOW + MINUTE


def test_a_young_workload_starts_until_its_pods_have_been_ready() -> None:
    young = workload(created=NOW - MINUTE)
    ran = ContainerState("app", running_since=NOW - MINUTE / 2)
    coming = pod("cart-1", ready_changed=NOW - MINUTE, containers=(ran,))
    ready = pod("cart-2", ready=True, ready_changed=NOW - MINUTE / 4, containers=(ran,))
    lost = pod("cart-3", ready_changed=NOW - MINUTE / 4, containers=(ran,))
    ended = Termination("Completed", 0, NOW - MINUTE / 4, NOW - MINUTE / 2)
    again = ContainerState("app", running_since=NOW - MINUTE / 5, last_terminated=ended)
    crashed = pod("cart-4", ready_changed=NOW - MINUTE / 4, containers=(again,))
    assert [each.lost_ready for each in (coming, ready, lost, crashed, pod("cart-5"))] == [
        False, False, True, True, False,
    ]  # fmt: skip
    assert all(cluster(*pods).starting(young) for pods in ([], [ready], [coming, ready], [coming, lost]))
    assert not any(cluster(*pods).starting(young) for pods in ([lost], [ready, lost], [lost, crashed]))
    assert not cluster(coming).starting(workload(created=NOW - 2 * MINUTE))
    assert not cluster(coming).starting(workload())


def test_the_endpoints_of_a_service_are_those_of_all_its_slices() -> None:
    service = Service(Ref("Service", "shop", "cart"))
    parts = [
        EndpointSlice(Ref("EndpointSlice", "shop", f"cart-{n}"), "", "cart", (Endpoint(ready=True, pod=f"cart-{n}"),))
        for n in (2, 1)
    ]
    assert cluster(service).endpoints_of(service) is None
    assert cluster(service, *parts).endpoints_of(service) == [Endpoint(ready=True, pod=f"cart-{n}") for n in (1, 2)]


def test_the_ingresses_of_a_workload_lead_to_any_of_its_services() -> None:
    services = [Service(Ref("Service", "shop", name), selector=Selector()) for name in ("cart", "cart-admin")]
    both, other, away = (
        Ingress(Ref("Ingress", namespace, name), routes=(Route("", tuple((service, 80) for service in to)),))
        for namespace, name, to in (
            ("shop", "b", ("cart", "cart-admin")),
            ("shop", "a", ("x",)),
            ("mail", "c", ("cart",)),
        )
    )
    assert cluster(*services, both, other, away).ingresses_for(workload()) == [both]


def test_objects_around_a_workload_are_found_by_their_names() -> None:
    account = ServiceAccount(Ref("ServiceAccount", "shop", "default"))
    config = ConfigMap(Ref("ConfigMap", "shop", "cart"))
    found = cluster(account, config)
    assert found.service_account_of(workload()) == account
    assert found.config_map("shop", "cart") == config
    assert found.config_map("mail", "cart") is None


def test_an_observation_counts_only_while_it_is_fresh() -> None:
    seen = Observation.after(None, Reading(NOW - 4 * MINUTE, Answer.SUCCESS))
    asked = replace(
        cluster(), observe=lambda uid, question: seen if (uid, question) == ("u-cart-1", QUESTION) else None
    )
    patient = asked.asked_by(Probing(interval=120))
    assert asked.observation(pod("cart-1"), QUESTION) is None
    assert patient.observation(pod("cart-1"), QUESTION) == seen
    assert patient.observation(pod("cart-2"), QUESTION) is None
    assert cluster().observation(pod("cart-1"), QUESTION) is None
    assert patient.asked_by(Probing(interval=120)) is patient


def test_every_relation_says_which_kind_it_reads() -> None:
    assert all(callable(getattr(Snapshot, name)) for name in RELATIONS)
