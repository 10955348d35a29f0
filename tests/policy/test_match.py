"""Whom a policy selects."""

from typing import Any

import pytest
from tests.builders import policy, workload

from readiness.model import Namespace, Ref
from readiness.model.labels import Expression, Selector
from readiness.policy.compiled import Policy
from readiness.policy.match import SYSTEM_NAMESPACES, Scope

SCOPE = Scope.around("readiness-system")
NAME = "kubernetes.io/metadata.name"


def _namespace(name: str, **labels: str) -> Namespace:
    return Namespace(Ref("Namespace", "", name), labels={NAME: name, **labels})


def _selects(asked: Policy, namespace: str = "shop", **fields: Any) -> bool:
    return SCOPE.selects(asked, workload(namespace=namespace, **fields), _namespace(namespace))


def _named(*names: str, by: str = "") -> Selector:
    if by:
        return Selector(expressions=(Expression(NAME, by, names),))
    return Selector(pairs=((NAME, names[0]),))


def test_a_policy_selects_in_its_own_namespace() -> None:
    assert _selects(policy(namespace="shop"))
    assert not _selects(policy(namespace="web"))


def test_a_cluster_policy_selects_in_every_namespace_in_scope() -> None:
    everywhere = policy(namespace="")
    assert _selects(everywhere)
    for namespace in (*SYSTEM_NAMESPACES, "readiness-system"):
        assert not _selects(everywhere, namespace)


def test_without_a_namespace_of_its_own_an_operator_leaves_out_the_systems_only() -> None:
    assert Scope.around("").excluded == SYSTEM_NAMESPACES == Scope().excluded


@pytest.mark.parametrize("selector", [_named("kube-system"), _named("shop", "kube-system", by="In")])
def test_who_is_named_is_in_scope(selector: Selector) -> None:
    assert _selects(policy(namespace="", namespace_selector=selector), "kube-system")


@pytest.mark.parametrize(
    "selector",
    [
        _named("shop", by="NotIn"),
        Selector(expressions=(Expression(NAME, "Exists"),)),
        Selector(expressions=(Expression("name", "In", ("kube-system",)),)),
        _named("shop"),
    ],
)
def test_who_is_merely_matched_is_not(selector: Selector) -> None:
    assert not _selects(policy(namespace="", namespace_selector=selector), "kube-system")


def test_a_policy_inside_a_system_namespace_means_it() -> None:
    assert _selects(policy(namespace="kube-system"), "kube-system")


def test_namespaces_are_selected_by_their_labels() -> None:
    prod = policy(namespace="", namespace_selector=Selector(pairs=(("env", "prod"),)))
    judged = workload()
    assert SCOPE.selects(prod, judged, _namespace("shop", env="prod"))
    assert not SCOPE.selects(prod, judged, _namespace("shop", env="test"))
    assert not SCOPE.selects(prod, judged, None)


@pytest.mark.parametrize("namespace", [None, Namespace(Ref("Namespace", "", "shop"))])
def test_a_namespace_has_its_name_as_a_label_whoever_wrote_it(namespace: Namespace | None) -> None:
    assert SCOPE.selects(policy(namespace="", namespace_selector=_named("shop")), workload(), namespace)


@pytest.mark.parametrize("namespace", ["shop", ""])
def test_workloads_are_selected_by_their_own_labels(namespace: str) -> None:
    backend = policy(namespace=namespace, selector=Selector(pairs=(("tier", "backend"),)))
    assert _selects(backend, labels={"tier": "backend", "app": "cart"})
    assert not _selects(backend, labels={"tier": "web"})
    assert not _selects(backend)


@pytest.mark.parametrize("namespace", ["shop", ""])
def test_kinds_are_told_with_their_group_outside_kubernetes_own(namespace: str) -> None:
    asked = policy(namespace=namespace, kinds=frozenset({"Deployment", "Rollout.argoproj.io"}))
    assert _selects(asked)
    assert _selects(asked, kind="Rollout", api_version="argoproj.io/v1alpha1")
    assert not _selects(asked, kind="Rollout", api_version="other.example/v1")
    assert not _selects(asked, kind="Deployment", api_version="other.example/v1")
    assert not _selects(asked, kind="StatefulSet")


@pytest.mark.parametrize(
    "hook, selected",
    [("test", False), ("test-success", False), ("test, test-failure", False), ("post-install", True),
     ("post-install,test", True), ("", True)],
)  # fmt: skip
def test_what_helm_runs_as_a_test_alone_no_policy_selects(hook: str, *, selected: bool) -> None:
    assert _selects(policy(namespace="shop"), annotations={"helm.sh/hook": hook}) is selected


def test_the_policies_of_a_workload_come_by_name() -> None:
    known = [policy(name="b"), policy(name="z", namespace=""), policy(name="a"), policy(name="a", namespace="web")]
    found = SCOPE.policies_for(workload(), _namespace("shop"), known)
    assert [str(item.ref) for item in found] == [
        "ClusterReadinessPolicy/z",
        "ReadinessPolicy/a",
        "ReadinessPolicy/b",
    ]
