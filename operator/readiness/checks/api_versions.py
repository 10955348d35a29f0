"""API versions: whether the Kubernetes that a team runs, or moves to, still serves what its manifests say."""

import re
from collections.abc import Iterator
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.fix import Edit, Fix
from readiness.checks.parameters.limits import Len, Predicate, doc
from readiness.model import (
    Category,
    Fail,
    Finding,
    HorizontalPodAutoscaler,
    Ingress,
    NetworkPolicy,
    PodDisruptionBudget,
    Service,
    Severity,
    Snapshot,
    Workload,
)  # fmt: skip
from readiness.model.api_versions import NEWEST, Fate, Surrounding, fate_of
from readiness.model.records import dataclass

_RELEASE = re.compile(r"v?1\.(0|[1-9][0-9]?)")
# Versions whose successors have the same fields with the same defaults.
_SAME_FIELDS = frozenset({"apps/v1beta2", "batch/v1beta1"})
_READS = (HorizontalPodAutoscaler, Ingress, NetworkPolicy, PodDisruptionBudget, Service)


def is_release(text: str) -> bool:
    """Whether it is a minor release (the name stands in the error that a policy's author sees)."""
    return _RELEASE.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class ReleaseParameters:
    """For which Kubernetes it is asked."""

    version: Annotated[
        str,
        Len(3, 5),
        Predicate(is_release),
        doc("The Kubernetes that is to serve it, as 1.37: that of the cluster, or the one to move to."),
    ] = f"1.{NEWEST}"

    @property
    def minor(self) -> int:
        """The number after `1.`."""
        return int(self.version.rpartition(".")[2])


def _successor(workload: Workload, fail: Fail, _parameters: ReleaseParameters) -> Iterator[Edit]:
    """The version in its place, where each field means the same there."""
    fate = fate_of(workload.api_version, workload.ref.kind)
    if fail.path and fate is not None and workload.api_version in _SAME_FIELDS:
        yield Edit(fail.path, fate.successor)


@check(
    "The API versions are served",
    severity=Severity.HIGH,
    category=Category.DELIVERY,
    remedy="Change apiVersion to the one that is served, and the fields that differ there.",
    kind=Kind.RELATION,
    reads=_READS,
    fix=Fix(_successor),
)
def api_version_served(workload: Workload, cluster: Snapshot, parameters: ReleaseParameters) -> Iterator[Finding]:
    """
    A version that was removed fails at the next release, or at the next cluster: the old objects still run meanwhile.

    Rule: apiVersion is none that Kubernetes has removed by version, for the workload and for the
    HorizontalPodAutoscalers, Ingresses, NetworkPolicies and PodDisruptionBudgets around it; the audit warns of other
    kinds. Source: the deprecated API migration guide of Kubernetes.
    """
    for name, version, fate in _fates(workload, cluster):
        if fate.removed is not None and fate.removed <= parameters.minor:
            yield Fail("" if name else "apiVersion", f"{name}{version} {fate.by(parameters.minor)}")


@check(
    "No API version is deprecated",
    severity=Severity.LOW,
    category=Category.DELIVERY,
    remedy="Move to the API version that takes its place before the release that removes this one.",
    kind=Kind.RELATION,
    reads=_READS,
    fix=Fix(_successor),
)
def api_version_current(workload: Workload, cluster: Snapshot, parameters: ReleaseParameters) -> Iterator[Finding]:
    """
    A deprecated version still works, and stops on the day of an upgrade that nobody wants to spend on manifests.

    Rule: apiVersion is none that Kubernetes has deprecated, and not yet removed, by version, for the workload and for
    the HorizontalPodAutoscalers, Ingresses, NetworkPolicies and PodDisruptionBudgets around it. Source: the
    deprecated API migration guide of Kubernetes.
    """
    minor = parameters.minor
    for name, version, fate in _fates(workload, cluster):
        if fate.deprecated <= minor and (fate.removed is None or fate.removed > minor):
            yield Fail("" if name else "apiVersion", f"{name}{version} {fate.by(minor)}")


def _fates(workload: Workload, cluster: Snapshot) -> Iterator[tuple[str, str, Fate]]:
    """Deprecated versions of the workload (no name) and of what surrounds it; the cluster itself says current ones."""
    around: tuple[Surrounding, ...] = (
        *cluster.autoscalers_of(workload),
        *cluster.budgets_for(workload),
        *cluster.ingresses_for(workload),
        *cluster.network_policies_for(workload),
    )
    if (fate := fate_of(workload.api_version, workload.ref.kind)) is not None:
        yield "", workload.api_version, fate
    for item in around:
        if (fate := fate_of(item.api_version, item.ref.kind)) is not None:
            yield f"{item.ref}: ", item.api_version, fate
