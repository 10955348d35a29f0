"""To which workloads a requirement applies."""

from typing import Any

import pytest
from tests.builders import check, container, policy, requirement, snapshot, workload

from readiness.engine.applicability import bar
from readiness.engine.demand import plans
from readiness.engine.evaluate import evaluate
from readiness.model import Demand, Fail, Outcome, PodSpec, Port, Question, Ref, Scheme, Workload
from readiness.model.container import Volume
from readiness.model.controllers import StatefulRules
from readiness.model.foreign import GatewayRoute
from readiness.model.mesh import VirtualService
from readiness.model.parse.surroundings import ingress, service
from readiness.model.snapshot import EXPOSURE
from readiness.model.surroundings import Ingress, Service
from readiness.policy.compiled import Applies

LABELS = {"app": "cart"}
POD = PodSpec(containers=(container(),), path="spec.template.spec", labels=LABELS)
CART = workload("cart", pod=POD, labels=LABELS)


def _service(name: str, **spec: Any) -> Service:
    return service({"kind": "Service", **_named(name), "spec": {"selector": LABELS, **spec}})


def _named(name: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "shop"}}


INSIDE, OUTSIDE = _service("cart"), _service("cart-edge", type="LoadBalancer")
INGRESS = ingress({
    "apiVersion": "networking.k8s.io/v1",
    "kind": "Ingress",
    **_named("cart"),
    "spec": {"defaultBackend": {"service": {"name": "cart", "port": {"number": 80}}}},
})  # fmt: skip
TO_CART = frozenset({("shop", "cart")})
ROUTE_REF = Ref("HTTPRoute", "edge", "cart", "gateway.networking.k8s.io")
EXPOSED, INTERNAL = Applies(exposed=True), Applies(exposed=False)


def _told(applies: Applies, subject: Workload, *records: Any, **fields: Any) -> tuple[str, str]:
    barred = bar(applies, subject, snapshot(subject, *records, **fields))
    return ("applies", "") if barred is None else (str(barred.outcome), barred.findings[0].message)


@pytest.mark.parametrize(
    "records, exposed",
    [
        ((), False),
        ((INSIDE,), False),
        ((OUTSIDE,), True),
        ((_service("cart", type="NodePort"),), True),
        ((_service("cart", externalIPs=["192.0.2.7"]),), True),
        ((_service("cart", type="ExternalName"),), False),
        ((INGRESS,), False),
        ((INSIDE, INGRESS), True),
        ((INSIDE, GatewayRoute(ROUTE_REF, services=TO_CART, public=True)), True),
        ((INSIDE, GatewayRoute(ROUTE_REF, services=TO_CART)), False),
        ((INSIDE, GatewayRoute(ROUTE_REF, services=frozenset({("edge", "cart")}), public=True)), False),
        ((INSIDE, VirtualService(ROUTE_REF, {("shop", "cart"): ("",)}, public=True)), True),
        ((INSIDE, VirtualService(ROUTE_REF, {("shop", "cart"): ("",)})), False),
    ],
)
def test_exposed_is_who_a_public_service_an_ingress_or_a_route_leads_to(records: Any, *, exposed: bool) -> None:
    assert (_told(EXPOSED, CART, *records)[0] == "applies") is exposed
    assert (_told(INTERNAL, CART, *records)[0] == "applies") is not exposed


def test_why_a_requirement_does_not_apply_is_told() -> None:
    assert _told(EXPOSED, CART) == ("notApplicable", "applies to workloads that are exposed outside the cluster only")
    assert _told(INTERNAL, CART, OUTSIDE) == (
        "notApplicable",
        "applies to workloads that are not exposed outside the cluster only",
    )


def test_what_may_not_be_read_may_expose_and_what_is_found_does() -> None:
    hidden = frozenset({Ingress, GatewayRoute})
    assert _told(EXPOSED, CART, unreadable=hidden) == (
        "unknown",
        "whether it is exposed is not known: the operator may not read GatewayRoute, Ingress",
    )
    assert _told(INTERNAL, CART, unread=frozenset({Service})) == (
        "unknown",
        "whether it is exposed is not known: not listed yet are Service",
    )
    assert _told(EXPOSED, CART, OUTSIDE, unreadable=hidden)[0] == "applies"
    assert _told(INTERNAL, CART, OUTSIDE, unreadable=hidden)[0] == "notApplicable"


def _mounting(kind: str) -> Workload:
    pod = PodSpec(containers=(container(),), path="spec.template.spec", volumes=(Volume("data", kind),))
    return workload("cart", pod=pod)


@pytest.mark.parametrize(
    "subject, stateful",
    [
        (workload("cart"), False),
        (_mounting("emptyDir"), False),
        (_mounting("ephemeral"), False),
        (_mounting("persistentVolumeClaim"), True),
        (workload("cart", kind="StatefulSet", stateful=StatefulRules()), True),
    ],
)
def test_stateful_is_what_outlives_its_pods(subject: Workload, *, stateful: bool) -> None:
    assert (_told(Applies(stateful=True), subject)[0] == "applies") is stateful
    assert (_told(Applies(stateful=False), subject)[0] == "applies") is not stateful


def test_kinds_and_labels_choose_too_and_all_that_is_said_must_hold() -> None:
    rollout = workload("cart", kind="Rollout", api_version="argoproj.io/v1alpha1")
    kinds = Applies(kinds=frozenset({"Rollout.argoproj.io", "StatefulSet"}))
    assert _told(kinds, rollout)[0] == "applies"
    assert _told(kinds, CART) == ("notApplicable", "applies to Rollout.argoproj.io, StatefulSet only")
    both = Applies(labels=(("app", "cart"), ("tier", "web")))
    assert _told(both, CART) == ("notApplicable", "applies to workloads with the label tier=web only")
    assert _told(Applies(labels=(("app", "cart"),)), CART)[0] == "applies"
    assert _told(Applies(exposed=True, stateful=True), CART, OUTSIDE)[1] == "applies to stateful workloads only"
    assert _told(Applies(), CART)[0] == "applies"


def test_what_does_not_apply_leaves_the_total_and_its_checks_are_not_asked() -> None:
    asked: list[str] = []

    def judge(*_: Any) -> Any:
        asked.append("asked")
        yield Fail("", "so it is")

    line = requirement("a", check("b", judge=judge), check("c", judge=judge), applies=EXPOSED)
    (card,) = evaluate(CART, [policy(line, requirement("met"))], snapshot(CART)).scorecards
    assert (card.items, asked) == ("1/1", [])
    (card,) = evaluate(CART, [policy(line, requirement("met"))], snapshot(CART, OUTSIDE)).scorecards
    assert (card.items, asked) == ("1/2", ["asked", "asked"])


def test_the_same_condition_is_judged_once_for_a_workload() -> None:
    lines = [requirement(name, applies=Applies(exposed=True)) for name in "ab"]
    (card,) = evaluate(CART, [policy(*lines)], snapshot(CART)).scorecards
    assert {result.outcome for result in card.results} == {Outcome.NOT_APPLICABLE}
    assert card.results[0].answers[0] is card.results[1].answers[0]


def test_pods_are_not_asked_for_what_does_not_apply_by_what_they_are() -> None:
    question = Question(Scheme.HTTP, 8080, "/")
    asking = check("up", live=True, demands=lambda *_: iter([Demand(question, "app", 30, timeout=5)]))
    subject = workload("cart", container("app", ports=(Port(8080),)))
    assert plans(subject, [policy(requirement("up", asking, applies=Applies(stateful=True)))]) == []
    assert len(plans(subject, [policy(requirement("up", asking, applies=Applies(stateful=False)))])) == 1


def test_who_asks_for_exposure_reads_what_exposes() -> None:
    assert requirement("a", applies=EXPOSED).reads == EXPOSURE
    assert requirement("a", applies=Applies(stateful=True)).reads == frozenset()
