"""What a change of somebody else's kind touches: those whom its object is about, and who passes what it selects by."""

from dataclasses import replace
from typing import Any

import pytest
from tests.model.test_touch import CART, CART_POD, CART_SET, WORLD, around, change, deployment, names
from tests.model.worlds import inventory_of

from readiness.model import (
    Board,
    Certificate,
    ConfigMap,
    Ingress,
    PodMetrics,
    PodMonitor,
    Ref,
    Scan,
    Service,
    ServiceMonitor,
    VulnerabilityReport,
    Workload,
)
from readiness.model.container import PodSpec
from readiness.model.controllers import CronRules, JobRules
from readiness.model.labels import Selector
from readiness.model.parse import Record
from readiness.model.ref import Owner
from readiness.model.surroundings import IngressTLS, Route

HERE = ("shop",)
SERVICE = Service(Ref("Service", "shop", "cart"), selector=CART, labels={"team": "cart"})
OF_TEAM = Selector((("team", "cart"),))


@pytest.mark.parametrize(
    "monitor, expected",
    [
        (around(PodMonitor, selector=CART, namespaces=HERE), ["shop/cart"]),
        (around(PodMonitor, selector=None, namespaces=HERE), []),
        (around(ServiceMonitor, selector=OF_TEAM, namespaces=HERE), ["shop/cart"]),
        (around(ServiceMonitor, selector=CART, namespaces=HERE), []),
        (around(ServiceMonitor, selector=None, namespaces=HERE), []),
        (around(PodMetrics), []),
        (around(ConfigMap, boards=(Board("cart"),)), ["mail/cart", "shop/cart", "shop/search"]),
    ],
)
def test_a_change_touches_those_whom_it_is_about(monitor: Record, expected: list[str]) -> None:
    assert names(change(inventory_of([*WORLD, SERVICE]), monitor)) == expected


def test_a_certificate_touches_those_behind_the_ingress_that_serves_it() -> None:
    ingress = Ingress(
        Ref("Ingress", "shop", "shop", "networking.k8s.io"),
        routes=(Route("cart.shop.example", (("cart", 80),)),),
        tls=(IngressTLS(("cart.shop.example",), "cart-tls"),),
    )
    inventory = inventory_of([*WORLD, SERVICE, ingress])
    assert names(change(inventory, around(Certificate, secret="cart-tls"))) == ["shop/cart"]
    assert names(change(inventory_of([*WORLD, SERVICE]), around(Certificate, secret="cart-tls"))) == []


NIGHTLY = Owner("CronJob", "report", "u-cron", "batch/v1")
CRON_JOB = Workload(Ref("CronJob", "shop", "report", "batch"), "batch/v1", PodSpec("spec"), "u-cron")
JOB = Workload(Ref("Job", "shop", "report-1", "batch"), "batch/v1", PodSpec("spec"), "u-job", owner=NIGHTLY)


@pytest.mark.parametrize(
    "kind, name, expected",
    [
        ("ReplicaSet", "cart-5d9c", ["shop/cart"]),
        ("Pod", "cart-1", ["shop/cart"]),
        ("Deployment", "search", ["shop/search"]),
        ("Job", "report-1", ["shop/report"]),
        ("Job", "gone", []),
    ],
)
def test_a_scan_touches_the_root_of_what_was_scanned(kind: str, name: str, expected: list[str]) -> None:
    report = around(VulnerabilityReport, scan=Scan(kind, name))
    assert names(change(inventory_of([*WORLD, CRON_JOB, JOB]), report)) == expected


@pytest.mark.parametrize("kind, name", [("Job", "report-1"), ("ReplicaSet", "cart-5d9c"), ("Pod", "cart-1")])
def test_a_scan_that_comes_before_the_root_touches_nobody(kind: str, name: str) -> None:
    inventory = inventory_of([deployment("search"), JOB, CART_SET])
    assert names(change(inventory, around(VulnerabilityReport, scan=Scan(kind, name)))) == []


def test_a_scan_of_what_belongs_to_nobody_touches_nobody_else() -> None:
    alone = replace(CART_SET, owner=None)
    pod = replace(CART_POD, owner=Owner("ReplicaSet", "gone", "u-gone", "apps/v1"))
    inventory = inventory_of([deployment("search"), alone, pod])
    report = around(VulnerabilityReport, scan=Scan("Pod", "cart-1"))
    assert "shop/search" not in names(change(inventory, report))
    report = around(VulnerabilityReport, scan=Scan("ReplicaSet", "cart-5d9c"))
    assert "shop/search" not in names(change(inventory, report))


def test_a_cron_job_touches_its_neighbours_when_it_is_changed() -> None:
    nightly = replace(CRON_JOB, cron=CronRules("0 3 * * *"))
    inventory = inventory_of([*WORLD, nightly])
    later = replace(nightly, cron=CronRules("0 4 * * *"))
    assert names(change(inventory, later)) == ["shop/cart", "shop/report", "shop/search"]
    assert names(change(inventory, replace(later, ready_replicas=1))) == ["shop/report"]


@pytest.mark.parametrize(
    "marks", [{"annotations": {"helm.sh/hook": "pre-upgrade"}}, {"labels": {"readiness.dev/claim": "e2e-tests"}}]
)
def test_a_hook_or_a_test_touches_its_neighbours_when_it_has_run(marks: dict[str, Any]) -> None:
    running = Workload(
        Ref("Job", "shop", "migrate", "batch"),
        "batch/v1",
        PodSpec("spec"),
        "u-migrate",
        **marks,
        job=JobRules("spec"),
    )
    inventory = inventory_of([*WORLD, running])
    done = replace(running, job=JobRules("spec", complete=True))
    assert names(change(inventory, done)) == ["shop/cart", "shop/migrate", "shop/search"]
    assert names(change(inventory, replace(done, ready_replicas=1))) == ["shop/migrate"]
