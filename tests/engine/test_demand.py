"""What pods are asked: the union of what policies want."""

from collections.abc import Iterator
from typing import Any

from tests.builders import check, container, policy, requirement, workload

from readiness.checks import Check
from readiness.engine.demand import Plan, plans
from readiness.model import Demand, Port, Probing, Question, Scheme, Workload
from readiness.policy.compiled import Ask

HEALTH = Question(Scheme.HTTP, 8080, "/healthz")


def _asking(*demands: Demand) -> Check:
    return check("answers", live=True, demands=lambda _workload, _parameters: iter(demands))


CART = workload("cart", container("app", ports=(Port(8080), Port(5432))), container("sidecar"))
ASKED = requirement("answers", _asking(Demand(HEALTH, "app", 30, timeout=5)), check("static"))


def test_what_a_check_demands_is_planned_by_the_settings_of_its_policy() -> None:
    probing = Probing(interval=20.0, timeout=1.5, pods=4, failure_threshold=5)
    assert plans(CART, [policy(ASKED, probing=probing)]) == [
        Plan(HEALTH, "app", patience=30, interval=20.0, timeout=1.5, pods=4, failure_threshold=5)
    ]


def test_a_question_of_several_policies_is_asked_as_the_most_eager_wants() -> None:
    quick = policy(ASKED, probing=Probing(interval=10.0, timeout=1.0, pods=1, failure_threshold=5))
    patient = requirement("answers", _asking(Demand(HEALTH, "app", 90, timeout=5)))
    wide = policy(patient, namespace="", probing=Probing(interval=60.0, timeout=2.0, pods=9, failure_threshold=2))
    (plan,) = plans(CART, [quick, wide])
    assert plan == Plan(HEALTH, "app", patience=90, interval=10.0, timeout=2.0, pods=9, failure_threshold=5)


def test_a_policys_timeout_only_caps_the_probes_own() -> None:
    line = requirement("answers", _asking(Demand(HEALTH, "app", 30, timeout=1)))
    (plan,) = plans(CART, [policy(line, probing=Probing(timeout=3.0))])
    assert plan.timeout == 1.0


def test_other_questions_and_other_containers_are_planned_apart() -> None:
    other = Question(Scheme.TCP, 5432)
    demands = [Demand(HEALTH, "app", 30, timeout=5), Demand(HEALTH, "sidecar", 30), Demand(other, "app", 30)]
    found = plans(CART, [policy(requirement("answers", _asking(*demands)))])
    assert [(plan.question, plan.container) for plan in found] == [(d.question, d.container) for d in demands]


def test_who_does_not_probe_or_is_suspended_asks_nothing() -> None:
    assert plans(CART, [policy(ASKED, probing=Probing(enabled=False)), policy(ASKED, suspended=True)]) == []
    assert plans(CART, []) == []


def test_ignored_containers_are_not_asked() -> None:
    def demands(asked: Workload, _parameters: Any) -> Iterator[Demand]:
        for item in asked.pod.containers:
            yield Demand(HEALTH, item.name, 30)

    line = requirement("answers", check("answers", live=True, demands=demands))
    found = plans(workload("cart", container("app", ports=(Port(8080),)), container("istio-proxy")), [policy(line)])
    assert [plan.container for plan in found] == ["app"]


def test_a_port_that_the_pods_do_not_declare_is_never_asked() -> None:
    demands = [Demand(Question(Scheme.TCP, port), "app", 30) for port in (5432, 6443)]
    (plan,) = plans(CART, [policy(requirement("answers", _asking(*demands)))])
    assert plan.question.port == 5432


def test_a_check_that_cannot_say_what_it_demands_leaves_the_others_alone() -> None:
    def breaks(_workload: Workload, _parameters: Any) -> Iterator[Demand]:
        yield Demand(HEALTH, "app", 1)
        raise ValueError

    broken = requirement("broken", Ask(check("broken", live=True, demands=breaks), "broken", None))
    (plan,) = plans(CART, [policy(broken, ASKED)])
    assert plan.patience == 30
