"""What became of API versions."""

import pytest

from readiness.model.api_versions import fate_of


@pytest.mark.parametrize(
    "api_version, kind, minor, told",
    [
        ("extensions/v1beta1", "Deployment", 15, "is deprecated since Kubernetes 1.9; use apps/v1"),
        ("extensions/v1beta1", "Deployment", 16, "was removed in Kubernetes 1.16; use apps/v1"),
        ("extensions/v1beta1", "Ingress", 21, "is deprecated since Kubernetes 1.14; use networking.k8s.io/v1"),
        ("policy/v1beta1", "PodSecurityPolicy", 25, "was removed in Kubernetes 1.25, and nothing takes its place"),
        ("policy/v1beta1", "PodDisruptionBudget", 20, ""),
        ("v1", "Endpoints", 37, "is deprecated since Kubernetes 1.33; use discovery.k8s.io/v1 EndpointSlice"),
    ],
)
def test_a_version_is_served_then_deprecated_then_gone(api_version: str, kind: str, minor: int, told: str) -> None:
    fate = fate_of(api_version, kind)
    assert fate is not None
    assert fate.by(minor) == told


@pytest.mark.parametrize(
    "api_version, kind",
    [("v1", "Pod"), ("apps/v1", "Deployment"), ("networking.k8s.io/v1beta1", "IPAddress"), ("shop.example/v1", "Cart")],
)
def test_others_have_no_fate(api_version: str, kind: str) -> None:
    assert fate_of(api_version, kind) is None
