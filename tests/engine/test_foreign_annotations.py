"""Opt-outs that other linters read from annotations, as waivers without end."""

from collections.abc import Mapping

import pytest
from tests.builders import NOW, container, workload

from readiness.checks import CATALOGUE
from readiness.engine.foreign_annotations import KUBE_LINTER, KUBE_SCORE, POLARIS, annotated, opt_outs
from readiness.model.claims import Phase
from readiness.model.container import PodSpec


@pytest.mark.parametrize("table", [KUBE_LINTER, POLARIS, KUBE_SCORE], ids=["kube-linter", "polaris", "kube-score"])
def test_every_name_is_that_of_a_check(table: Mapping[str, tuple[str, ...]]) -> None:
    assert [(name, check) for name, checks in table.items() for check in checks if check not in CATALOGUE.checks] == []
    assert list(table) == sorted(table)


@pytest.mark.parametrize(
    "key, value, checks",
    [
        ("ignore-check.kube-linter.io/latest-tag", "a mirror", {"image-tag-pinned"}),
        ("kube-linter.io/ignore-all", "no", set()),
        ("polaris.fairwinds.com/hostPIDSet-exempt", "true", {"no-host-namespaces", "pss-host-namespaces"}),
        ("polaris.fairwinds.com/exempt", "true", set()),
        ("kube-score/ignore", "pod-probes-identical, label-values", {"probes-distinct", "labels-valid"}),
        ("kube-score/ignore", "*", set()),
        ("kube-score/ignore", "pod-probes-identical,service-type", {"probes-distinct"}),
    ],
)
def test_an_opt_out_is_a_waiver_without_end(key: str, value: str, checks: set[str]) -> None:
    cart = workload(annotations={key: value})
    (waiver,) = opt_outs(cart)
    assert (waiver.ref.name, waiver.ref.namespace, waiver.reason) == (key, "shop", value)
    assert waiver.checks == checks
    assert waiver.subject.matches(cart)
    assert waiver.validity.at(NOW) is Phase.DURING
    assert waiver.validity.end is None


@pytest.mark.parametrize(
    "key, value",
    [
        ("polaris.fairwinds.com/exempt", "false"),
        ("polaris.fairwinds.com/hostPIDSet-exempt", "no"),
        ("kube-score/ignore", " , "),
        ("kube-score/enable", "container-seccomp-profile"),
        ("example.com/ignore", "true"),
    ],
)
def test_what_is_none_is_none(key: str, value: str) -> None:
    assert list(annotated(workload(annotations={key: value}))) == []


def test_annotations_of_the_pods_count_too_and_each_name_once() -> None:
    key = "ignore-check.kube-linter.io/ssh-port"
    pod = PodSpec("spec.template.spec", containers=(container(),), annotations={key: "jump host", "a": "b"})
    assert [waiver.checks for waiver in opt_outs(workload(pod=pod))] == [{"no-ssh-port"}]
    assert [waiver.reason for waiver in opt_outs(workload(pod=pod, annotations={key: "ours"}))] == ["ours"]


def test_names_that_mean_nothing_here_waive_nothing_and_are_told() -> None:
    cart = workload(annotations={"ignore-check.kube-linter.io/sorted-keys": "no", "kube-score/ignore": "service-type"})
    assert opt_outs(cart) == []
    assert [found.unknown for found in annotated(cart)] == [("sorted-keys",), ("service-type",)]
