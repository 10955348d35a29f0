"""Environments: that a workload is tried out somewhere else than where customers are."""

from collections.abc import Iterator
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.evidence.environment import environment_of
from readiness.checks.parameters.limits import Len, doc
from readiness.checks.parameters.selecting import LabelSelector, selects
from readiness.model import (
    Category,
    ConfigMap,
    Fail,
    Finding,
    Namespace,
    Severity,
    Skip,
    Snapshot,
    Unknown,
    Workload,
)
from readiness.model.reasons import Reason
from readiness.model.records import dataclass

_TELLING = ("APP_ENV", "ENVIRONMENT", "DEPLOY_ENV", "DEPLOYMENT_ENVIRONMENT", "RAILS_ENV", "ASPNETCORE_ENVIRONMENT")
_SHORTEST = 3  # characters: dev is development, prod is production
Word = Annotated[str, Len(1, 63)]


@dataclass(frozen=True, slots=True)
class EnvironmentParameters:
    """Which environments there are, and what tells them."""

    environments: Annotated[
        tuple[Word, ...], Len(1, 8), doc("The environments that the workload runs in; dev is development.")
    ] = ("staging", "production")
    label: Annotated[Annotated[str, Len(1, 317)], doc("The label of namespaces that tells their environment.")] = (
        "environment"
    )


@check(
    "Environments are separate",
    severity=Severity.MEDIUM,
    category=Category.DELIVERY,
    kind=Kind.RELATION,
    reads=(Namespace, Workload, ConfigMap),
    remedy="Give each environment a namespace of its own with the label, and deploy the workload to each.",
)
def environment_separation(
    workload: Workload, cluster: Snapshot, parameters: EnvironmentParameters
) -> Iterator[Finding]:
    """
    Where environments share a namespace, a test one day deletes what customers work with.

    Rule: the namespace of the workload has the label with one of environments, each of the others is the label of a
    namespace with a workload of the same kind and name, and what APP_ENV, ENVIRONMENT or the like say, where they are
    set, is the environment of the namespace. Whether Secrets are shared is not known: they are not read.
    """
    namespaces = cluster.namespaces()
    own = next((item for item in namespaces if item.ref.name == workload.ref.namespace), None)
    if own is None and not cluster.live:
        yield Unknown("its namespace is not among the manifests", Reason.NOT_EVALUATED)
        return
    said = own.labels.get(parameters.label, "") if own is not None else ""
    if not any(_is_same(said, name) for name in parameters.environments):
        none = f"which is none of {', '.join(parameters.environments)}"
        what = f"has label {parameters.label}={said}, {none}" if said else f"has no label {parameters.label}"
        yield Fail("", f"namespace {workload.ref.namespace} {what}")
        return
    yield from _mislabelled(workload, cluster, said)
    for name in parameters.environments:
        homes = [item for item in namespaces if _is_same(item.labels.get(parameters.label, ""), name)]
        if not any(cluster.namesake(workload, home) for home in homes):
            yield _missing(f"no namespace of environment {name} has {workload.ref}", cluster)


def _missing(lack: str, cluster: Snapshot) -> Finding:
    if not cluster.live:
        return Unknown(f"{lack} among the manifests", Reason.NOT_EVALUATED)
    return Fail("", lack) if cluster.whole else Unknown(f"{lack}, and only one namespace was read")


def _mislabelled(workload: Workload, cluster: Snapshot, own: str) -> Iterator[Fail]:
    environment = environment_of(workload, cluster)
    for name in _TELLING:
        for setting in environment.named(name):
            if setting.known and not _is_same(setting.known, own):
                yield Fail(setting.path, f"{setting} says another environment than {own}, which its namespace is")


def _is_same(one: str, other: str) -> bool:
    """Whether two words name one environment: prod and production, in upper or lower case."""
    one, other = one.lower(), other.lower()
    short = min(len(one), len(other)) >= _SHORTEST
    return bool(one) and (one == other or (short and (one.startswith(other) or other.startswith(one))))


@dataclass(frozen=True, slots=True)
class StagingParameters:
    """Which namespaces are for staging."""

    namespace_selector: Annotated[LabelSelector, doc("Labels of the namespaces of the staging environment.")] = (
        "environment=staging"
    )


@check(
    "A staging environment runs it",
    severity=Severity.MEDIUM,
    category=Category.DELIVERY,
    kind=Kind.RELATION,
    reads=(Namespace, Workload),
    live=True,
    remedy="Deploy the workload to a namespace of the staging environment, by the same name.",
)
def staging_environment(workload: Workload, cluster: Snapshot, parameters: StagingParameters) -> Iterator[Finding]:
    """
    What runs in production first has its defects found by customers.

    Rule: a workload of the same kind and name, with a ready replica where its kind has replicas, is in another
    namespace with the labels of namespaceSelector.
    """
    namespaces = cluster.namespaces()
    staging = [item for item in namespaces if selects(parameters.namespace_selector, item.labels)]
    if any(item.ref.name == workload.ref.namespace for item in staging):
        yield Skip("it is in the staging environment itself")
        return
    twins = [twin for item in staging if (twin := cluster.namesake(workload, item)) is not None]
    if any(twin.ready_replicas is None or twin.ready_replicas > 0 for twin in twins):
        return
    if twins:
        yield Fail("", f"no replica of {workload.ref} in namespace {twins[0].ref.namespace} is ready")
    else:
        yield _missing(f"no namespace with {parameters.namespace_selector} has {workload.ref}", cluster)
