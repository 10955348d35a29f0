"""What the demo accepts as shown, where it runs, and what it says when it cannot."""

from pathlib import Path
from typing import Any

import pytest
from demo.errors import DemoError
from demo.expectations import EXPECTED, Expectation
from demo.place import GivenCluster, OwnCluster, place
from demo.tour import image_values

ROOT_USER = Expectation("production", "RunsAsNonRoot", "False", about="billing")


def status(value: str, message: str, kind: str = "RunsAsNonRoot") -> dict[str, Any]:
    return {"conditions": [{"type": kind, "status": value, "message": message}]}


@pytest.mark.parametrize(
    "said,met",
    [
        (status("False", "1 of 5 workloads: Deployment/billing may run as root"), True),
        (status("True", ""), False),
        (status("Unknown", "Deployment/billing"), False),
        (status("False", "1 of 5 workloads: Deployment/catalog may run as root"), False),
        (status("False", "2 of 5 workloads: Deployment/billing, Deployment/catalog"), False),
        (status("False", "Deployment/billing", kind="Compliant"), False),
        ({}, False),
    ],
)
def test_a_fault_is_shown_when_its_condition_names_its_workload_alone(said: dict[str, Any], *, met: bool) -> None:
    assert ROOT_USER.met_by(said) is met


def test_what_names_nobody_needs_the_status_alone() -> None:
    assert Expectation("good-only", "Compliant", "True").met_by(status("True", "", kind="Compliant"))


def test_each_topic_is_shown_failing() -> None:
    topics = {"HealthEndpointsHealthy", "ResourceLimitsSet", "RunsAsNonRoot", "SecretsProtected"}
    assert {each.condition for each in EXPECTED if each.about} == topics


@pytest.mark.parametrize("name", ["DEMO_KUBECONFIG", "DEMO_IMAGE"])
def test_another_cluster_is_used_only_when_both_variables_say_so(name: str) -> None:
    with pytest.raises(DemoError, match=f"{name} is set alone"):
        place({name: "something"})


def test_without_them_it_has_a_cluster_of_its_own(tmp_path: Path) -> None:
    assert isinstance(place({"KUBECONFIG": str(tmp_path)}), OwnCluster)


def test_with_both_of_them_it_uses_that_cluster(tmp_path: Path) -> None:
    (tmp_path / "config").touch()
    given = place({"DEMO_KUBECONFIG": str(tmp_path / "config"), "DEMO_IMAGE": "registry.shop.example/operator:1"})
    assert isinstance(given, GivenCluster)
    assert given.provide_images().operator == "registry.shop.example/operator:1"
    assert not given.end()


def test_a_kubeconfig_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match="there is no such file"):
        place({"DEMO_KUBECONFIG": str(tmp_path / "none"), "DEMO_IMAGE": "x"})


@pytest.mark.parametrize(
    "image,repository,tag,digest",
    [
        ("localhost/readiness-operator:test", "localhost/readiness-operator", "test", ""),
        ("registry.shop.example:5000/operator", "registry.shop.example:5000/operator", "", ""),
        ("registry.shop.example:5000/operator:1", "registry.shop.example:5000/operator", "1", ""),
        ("operator@sha256:00", "operator", "", "sha256:00"),
        ("operator:1@sha256:00", "operator", "1", "sha256:00"),
    ],
)
def test_an_images_name_is_taken_apart(image: str, repository: str, tag: str, digest: str) -> None:
    assert image_values(image) == {"registry": "", "repository": repository, "tag": tag, "digest": digest}
