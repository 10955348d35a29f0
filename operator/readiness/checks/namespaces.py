"""Namespaces: where the workload lives, and what bounds everybody there."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.parameters.limits import Len, doc
from readiness.model import Category, Fail, Finding, LimitRange, ResourceQuota, Severity, Snapshot, Workload
from readiness.model.records import dataclass

_Names = tuple[Annotated[str, Len(1, 63)], ...]


@dataclass(frozen=True, slots=True)
class NamespaceParameters:
    """Where workloads may be."""

    denied: Annotated[_Names, Len(0, 64), doc("Namespaces where no workload may be; * matches any characters.")] = (
        "default",
        "kube-node-lease",
        "kube-public",
        "kube-system",
    )
    allowed: Annotated[_Names, Len(0, 64), doc("If set: where workloads may be; * matches any characters.")] = ()


@check(
    "The workload is in a namespace for it",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    remedy="Deploy it to a namespace of its team or its environment.",
)
def allowed_namespaces(workload: Workload, _cluster: Snapshot, parameters: NamespaceParameters) -> Iterator[Finding]:
    """
    In the default namespace, permissions, quotas and NetworkPolicies of all who forgot to name one apply to each other.

    Rule: the workload's namespace matches none of denied, and one of allowed where there are any.
    """
    name = workload.ref.namespace
    if any(fnmatchcase(name, pattern) for pattern in parameters.denied):
        yield Fail("metadata.namespace", f"it is in the namespace {name}")
    elif parameters.allowed and not any(fnmatchcase(name, pattern) for pattern in parameters.allowed):
        yield Fail("metadata.namespace", f"the namespace {name} is none of the listed ones")


@dataclass(frozen=True, slots=True)
class LimitRangeParameters:
    """What the namespace gives to containers that say nothing."""

    limits: Annotated[_Names, Len(0, 8), doc("Resources that have a default limit.")] = ("memory",)
    requests: Annotated[_Names, Len(0, 8), doc("Resources that have a default request.")] = ("cpu", "memory")


@check(
    "The namespace has defaults for resources",
    severity=Severity.LOW,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(LimitRange,),
    remedy="Add a LimitRange with defaults for containers to the namespace.",
)
def namespace_limit_range(workload: Workload, cluster: Snapshot, parameters: LimitRangeParameters) -> Iterator[Finding]:
    """
    Pods that somebody starts by hand, and sidecars that are injected, have no limits unless the namespace gives some.

    Rule: LimitRanges of the namespace give containers a default limit for each of limits and a default request for
    each of requests.
    """
    ranges = cluster.limit_ranges_for(workload)
    for word, wanted, given in (
        ("limit", parameters.limits, {name for item in ranges for name in item.default_limits}),
        ("request", parameters.requests, {name for item in ranges for name in item.default_requests}),
    ):
        missing = [name for name in wanted if name not in given]
        if missing:
            yield Fail("", f"the namespace has no default {word} for {' and '.join(missing)}")


@dataclass(frozen=True, slots=True)
class QuotaParameters:
    """What the namespace must bound."""

    resources: Annotated[_Names, Len(1, 16), doc("What must be bounded, as ResourceQuota names it.")] = (
        "requests.cpu",
        "requests.memory",
    )


@check(
    "The namespace has a quota",
    severity=Severity.LOW,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(ResourceQuota,),
    remedy="Add a ResourceQuota for these resources to the namespace.",
)
def namespace_resource_quota(workload: Workload, cluster: Snapshot, parameters: QuotaParameters) -> Iterator[Finding]:
    """
    Without a quota one team's runaway autoscaler takes the nodes that another team's service needs.

    Rule: ResourceQuotas of the namespace without scopes bound each of resources; cpu and memory are other names of
    requests.cpu and requests.memory.
    """
    bounded = {name for quota in cluster.quotas_for(workload) if not quota.scoped for name in quota.hard}
    bounded |= {f"requests.{name}" for name in ("cpu", "memory") if name in bounded}
    missing = [name for name in parameters.resources if name not in bounded]
    if missing:
        yield Fail("", f"no ResourceQuota of the namespace bounds {' and '.join(missing)}")
