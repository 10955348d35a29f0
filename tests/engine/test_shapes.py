"""Misspelt fields of manifests are told; those that Kubernetes has are not."""

import re
from typing import Any

import pytest
from kubernetes import client

from readiness.engine.field_names import FIELD_NAMES
from readiness.engine.shapes import misfits
from readiness.model.parse import ref_of

KINDS = (
    "V1ConfigMap", "V1CronJob", "V1DaemonSet", "V1Deployment", "V1HorizontalPodAutoscaler", "V1Ingress", "V1Job",
    "V1LimitRange", "V1NetworkPolicy", "V1Pod", "V1PodDisruptionBudget", "V1ReplicaSet", "V1Service",
    "V1ServiceAccount", "V1StatefulSet", "V2HorizontalPodAutoscaler",
)  # fmt: skip


def _names(kinds: list[str]) -> set[str]:
    """The names of all fields of these kinds and of what is in them, but for what controllers write."""
    names: set[str] = set()
    seen: set[str] = set()
    while kinds:
        kind = kinds.pop()
        if kind in seen or kind.endswith("Status"):
            continue
        seen.add(kind)
        model = getattr(client, kind)
        names.update(model.attribute_map.values())
        kinds += re.findall(r"\w*V\d\w+", " ".join(model.openapi_types.values()))
    return names


def _deployment(spec: dict[str, Any], version: str = "apps/v1") -> dict[str, Any]:
    return {"apiVersion": version, "kind": "Deployment", "metadata": {"name": "cart"}, "spec": spec}


def _told(raw: dict[str, Any]) -> list[str]:
    assert all(misfit.doubt for misfit in misfits(raw, ref_of(raw)))
    return [misfit.message for misfit in misfits(raw, ref_of(raw))]


def test_the_names_are_those_of_kubernetes() -> None:
    assert _names(list(KINDS)) == FIELD_NAMES


@pytest.mark.parametrize(
    "wrong, right",
    [("livenesProbe", "livenessProbe"), ("Image", "image"), ("imagePulPolicy", "imagePullPolicy"), ("limit", "limits")],
)
def test_a_slip_is_told_with_the_name_that_is_meant(wrong: str, right: str) -> None:
    containers = [{"name": "app", wrong: {}}]
    raw = _deployment({"template": {"spec": {"containers": containers}}})
    assert _told(raw) == [f"Kubernetes has no field {wrong} here; did you mean {right}?"]
    (misfit,) = misfits(raw, ref_of(raw))
    assert misfit.steps == ("spec", "template", "spec", "containers", 0, wrong)


@pytest.mark.parametrize(
    "raw",
    [
        _deployment({"somethingThatIsYetToCome": 1, True: 2}),  # type: ignore[dict-item]
        _deployment({"replcas": 1}, "apps/v1beta2"),
        {"apiVersion": "shop.example/v1", "kind": "Shop", "metadata": {"name": "a"}, "spec": {"replcas": 1}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"replcas": "1"}},
    ],
)
def test_what_is_far_from_all_names_and_what_others_define_is_not(raw: dict[str, Any]) -> None:
    assert _told(raw) == []
