"""Objects that concern no workload among the manifests are told, with their line, and fail nothing."""

from collections.abc import Callable, Mapping

import pytest
from tests.cli.conftest import Run
from tests.cli.manifests import budget, deployment, documents, line_of, policy

Write = Callable[[Mapping[str, str]], None]

SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: crat}
  ports: [{port: 80}]
"""
NETWORK_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: crat}}
"""
SCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: cart, namespace: shop}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: crat}
  maxReplicas: 5
"""
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: cart, namespace: shop}
spec:
  rules:
  - http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: crat, port: {number: 80}}}}]}
"""
DATABASE = """\
apiVersion: acid.zalan.do/v1
kind: postgresql
metadata: {name: crat, namespace: shop}
spec: {}
"""


@pytest.mark.parametrize(
    "stray, place, told",
    [
        (SERVICE, "  selector", "Service/cart selects the pods of no workload that is here"),
        (NETWORK_POLICY, "  podSelector", "NetworkPolicy/cart selects the pods of no workload that is here"),
        (budget("crat"), "  selector", "PodDisruptionBudget/crat selects the pods of no workload that is here"),
        (SCALER, "  scaleTargetRef", "HorizontalPodAutoscaler/cart scales Deployment crat, which is not here"),
        (INGRESS, "spec:", "Ingress/cart leads to no Service that is here: crat"),
    ],
)
def test_what_leads_nowhere_is_a_warning(run: Run, write: Write, stray: str, place: str, told: str) -> None:
    write({"cart.yaml": documents(policy(), deployment()), "around.yaml": stray})
    done = run("audit", ".")
    assert (done.code, done.err) == (0, f"around.yaml:{line_of(stray, place)}: warning: {told}\n")


@pytest.mark.parametrize("around", [SERVICE, NETWORK_POLICY, budget("crat"), SCALER, documents(SERVICE, INGRESS)])
def test_what_leads_to_a_workload_is_none(run: Run, write: Write, around: str) -> None:
    there = around.replace("crat", "cart")
    write({"all.yaml": documents(policy(), deployment(), there)})
    assert run("audit", ".").err == ""


def test_a_service_without_a_selector_and_a_policy_for_all_pods_are_none(run: Run, write: Write) -> None:
    text = SERVICE.replace("{app: crat}", "{}"), NETWORK_POLICY.replace("{matchLabels: {app: crat}}", "{}")
    write({"all.yaml": documents(policy(), deployment(), *text)})
    assert run("audit", ".").err == ""


def test_where_others_may_make_pods_nothing_is_said(run: Run, write: Write) -> None:
    write({"all.yaml": documents(policy(), deployment(), SERVICE, DATABASE)})
    assert run("audit", ".").err == ""
    write({"all.yaml": documents(policy(), deployment(namespace="other"), SERVICE)})
    assert "Service" not in run("audit", ".").err


def test_an_overlay_that_takes_a_base_is_looked_at_with_it(run: Run, write: Write) -> None:
    around = SERVICE.replace("crat", "cart")
    write(
        {
            "base.yaml": around,
            "one/all.yaml": deployment(),
            "two/all.yaml": documents(policy(), deployment("other"), deployment()),
        }
    )
    assert run("audit", ".").err == ""
