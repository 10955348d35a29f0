"""
Which API versions Kubernetes has deprecated and removed, since when, and what takes their place.

Source: the deprecated API migration guide of Kubernetes, and the lifecycle marks of k8s.io/api.
"""

from collections.abc import Mapping

from readiness.model.records import dataclass
from readiness.model.surroundings import HorizontalPodAutoscaler, Ingress, NetworkPolicy, PodDisruptionBudget

Surrounding = HorizontalPodAutoscaler | Ingress | NetworkPolicy | PodDisruptionBudget
"""What stands around a workload and had other versions once."""
NEWEST = 37  # the minor release of Kubernetes that this table was written for


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a version: the minor releases (1.N) that deprecated and removed it (None: still served)."""

    deprecated: int
    removed: int | None = None
    successor: str = ""

    def by(self, minor: int) -> str:
        """What Kubernetes 1.`minor` says of it, in words; empty before it was deprecated."""
        then = f"; use {self.successor}" if self.successor else ", and nothing takes its place"
        if self.removed is not None and self.removed <= minor:
            return f"was removed in Kubernetes 1.{self.removed}{then}"
        return f"is deprecated since Kubernetes 1.{self.deprecated}{then}" if self.deprecated <= minor else ""


def fate_of(api_version: str, kind: str) -> Fate | None:
    """What became of a version of a kind; None for one that is not deprecated, or not Kubernetes' own."""
    fates = _FATES.get(api_version)
    return fates.get(kind, fates.get("")) if fates is not None else None


def _all(deprecated: int, removed: int, successor: str) -> Mapping[str, Fate]:
    """The same for every kind of a version."""
    return {"": Fate(deprecated, removed, successor)}


_FATES: Mapping[str, Mapping[str, Fate]] = {
    "v1": {
        "ComponentStatus": Fate(19),
        "Endpoints": Fate(33, successor="discovery.k8s.io/v1 EndpointSlice"),
    },
    "extensions/v1beta1": {
        "": Fate(9, 16, "apps/v1"),
        "Ingress": Fate(14, 22, "networking.k8s.io/v1"),
        "NetworkPolicy": Fate(9, 16, "networking.k8s.io/v1"),
        "PodSecurityPolicy": Fate(10, 16),
    },
    "apps/v1beta1": _all(9, 16, "apps/v1"),
    "apps/v1beta2": _all(9, 16, "apps/v1"),
    "batch/v2alpha1": _all(8, 21, "batch/v1"),
    "batch/v1beta1": _all(21, 25, "batch/v1"),
    "autoscaling/v2beta1": _all(22, 25, "autoscaling/v2"),
    "autoscaling/v2beta2": _all(23, 26, "autoscaling/v2"),
    "policy/v1beta1": {"": Fate(21, 25, "policy/v1"), "PodSecurityPolicy": Fate(21, 25)},
    "networking.k8s.io/v1beta1": {
        "Ingress": Fate(19, 22, "networking.k8s.io/v1"),
        "IngressClass": Fate(19, 22, "networking.k8s.io/v1"),
    },
    "rbac.authorization.k8s.io/v1alpha1": _all(17, 23, "rbac.authorization.k8s.io/v1"),
    "rbac.authorization.k8s.io/v1beta1": _all(17, 22, "rbac.authorization.k8s.io/v1"),
    "admissionregistration.k8s.io/v1beta1": {
        "MutatingWebhookConfiguration": Fate(16, 22, "admissionregistration.k8s.io/v1"),
        "ValidatingWebhookConfiguration": Fate(16, 22, "admissionregistration.k8s.io/v1"),
    },
    "apiextensions.k8s.io/v1beta1": _all(16, 22, "apiextensions.k8s.io/v1"),
    "apiregistration.k8s.io/v1beta1": _all(19, 22, "apiregistration.k8s.io/v1"),
    "authentication.k8s.io/v1beta1": {"TokenReview": Fate(19, 22, "authentication.k8s.io/v1")},
    "authorization.k8s.io/v1beta1": _all(19, 22, "authorization.k8s.io/v1"),
    "certificates.k8s.io/v1beta1": {"CertificateSigningRequest": Fate(19, 22, "certificates.k8s.io/v1")},
    "coordination.k8s.io/v1beta1": {"Lease": Fate(19, 22, "coordination.k8s.io/v1")},
    "discovery.k8s.io/v1beta1": _all(21, 25, "discovery.k8s.io/v1"),
    "events.k8s.io/v1beta1": _all(19, 25, "events.k8s.io/v1"),
    "flowcontrol.apiserver.k8s.io/v1alpha1": _all(20, 21, "flowcontrol.apiserver.k8s.io/v1"),
    "flowcontrol.apiserver.k8s.io/v1beta1": _all(23, 26, "flowcontrol.apiserver.k8s.io/v1"),
    "flowcontrol.apiserver.k8s.io/v1beta2": _all(26, 29, "flowcontrol.apiserver.k8s.io/v1"),
    "flowcontrol.apiserver.k8s.io/v1beta3": _all(29, 32, "flowcontrol.apiserver.k8s.io/v1"),
    "node.k8s.io/v1beta1": _all(22, 25, "node.k8s.io/v1"),
    "scheduling.k8s.io/v1alpha1": {"PriorityClass": Fate(14, 22, "scheduling.k8s.io/v1")},
    "scheduling.k8s.io/v1beta1": {"PriorityClass": Fate(14, 22, "scheduling.k8s.io/v1")},
    "storage.k8s.io/v1beta1": {
        "CSIDriver": Fate(19, 22, "storage.k8s.io/v1"),
        "CSINode": Fate(17, 22, "storage.k8s.io/v1"),
        "CSIStorageCapacity": Fate(24, 27, "storage.k8s.io/v1"),
        "StorageClass": Fate(6, 22, "storage.k8s.io/v1"),
        "VolumeAttachment": Fate(13, 22, "storage.k8s.io/v1"),
    },
}
