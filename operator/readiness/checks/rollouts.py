"""Rollouts: when a new version counts as up, when as stuck, and how far back one can go."""

from collections.abc import Iterator
from typing import Annotated

from readiness.checks.check import check
from readiness.checks.fix import Edit, Fix
from readiness.checks.parameters.limits import Ge, Le, Len, doc
from readiness.model import Category, Container, Fail, Finding, Severity, Skip, Snapshot, Workload
from readiness.model.records import dataclass

_ROLLED_OUT = frozenset({"Deployment", "StatefulSet", "DaemonSet"})
_DEFAULT_HISTORY = 10  # revisions
_DEFAULT_PROGRESS = 600  # seconds


@dataclass(frozen=True, slots=True)
class HistoryParameters:
    """How many revisions are worth keeping."""

    least: Annotated[int, Ge(0), Le(100), doc("The lowest revisionHistoryLimit that passes.")] = 1
    most: Annotated[int, Ge(1), Le(1000), doc("The highest one that passes.")] = 10


def _kept(workload: Workload, fail: Fail, parameters: HistoryParameters) -> Iterator[Edit]:
    too_few = workload.revision_history_limit is not None and workload.revision_history_limit < parameters.least
    yield Edit(fail.path, parameters.least if too_few else parameters.most)


@check(
    "There is a revision to go back to",
    severity=Severity.LOW,
    category=Category.DELIVERY,
    remedy="Set revisionHistoryLimit to a few.",
    fix=Fix(_kept),
)
def revision_history(workload: Workload, _cluster: Snapshot, parameters: HistoryParameters) -> Iterator[Finding]:
    """
    With no revision kept there is nothing to roll back to; with hundreds each one weighs on the cluster.

    Rule: revisionHistoryLimit (10 unless set) of a Deployment, StatefulSet or DaemonSet is from `least` to `most`.
    """
    if workload.ref.kind not in _ROLLED_OUT:
        yield Skip("it keeps no revisions")
        return
    limit = _DEFAULT_HISTORY if workload.revision_history_limit is None else workload.revision_history_limit
    if limit < parameters.least:
        yield Fail("spec.revisionHistoryLimit", f"it keeps {limit} old revisions, fewer than {parameters.least}")
    elif limit > parameters.most:
        yield Fail("spec.revisionHistoryLimit", f"it keeps {limit} old revisions, more than {parameters.most}")


@dataclass(frozen=True, slots=True)
class ProgressParameters:
    """How long nobody need be told."""

    max_seconds: Annotated[int, Ge(1), Le(86_400), doc("The highest progressDeadlineSeconds that passes.")] = 1800


def _told_sooner(workload: Workload, fail: Fail, parameters: ProgressParameters) -> Iterator[Edit]:
    """The highest deadline, where that leaves enough time to start; how much longer a start may take nobody tells."""
    if _needed(workload) < parameters.max_seconds < (workload.progress_deadline_seconds or 0):
        yield Edit(fail.path, parameters.max_seconds)


@check(
    "A stuck rollout is told, and a slow one is not",
    severity=Severity.LOW,
    category=Category.DELIVERY,
    remedy="Set progressDeadlineSeconds above minReadySeconds and what the slowest container may take to start.",
    fix=Fix(_told_sooner),
)
def progress_deadline(workload: Workload, _cluster: Snapshot, parameters: ProgressParameters) -> Iterator[Finding]:
    """
    A deadline that is shorter than the start calls every good release a failure, and one without end never tells.

    Rule: a Deployment's progressDeadlineSeconds (600 unless set) is above minReadySeconds and the longest
    startupProbe's patience (initialDelaySeconds + failureThreshold x periodSeconds) together, and at most maxSeconds.
    """
    if workload.ref.kind != "Deployment":
        yield Skip("only Deployments have a progress deadline")
        return
    deadline, needed = _deadline(workload), _needed(workload)
    if deadline <= needed:
        message = f"progressDeadlineSeconds is {deadline}, and a pod may take {needed} s to become available"
        yield Fail("spec.progressDeadlineSeconds", message)
    elif deadline > parameters.max_seconds:
        message = f"progressDeadlineSeconds is {deadline}, above {parameters.max_seconds}"
        yield Fail("spec.progressDeadlineSeconds", message)


def _deadline(workload: Workload) -> int:
    """After how many seconds a rollout counts as stuck."""
    deadline = workload.progress_deadline_seconds
    return _DEFAULT_PROGRESS if deadline is None else deadline


def _needed(workload: Workload) -> int:
    """How many seconds a new pod may take to become available."""
    return workload.min_ready_seconds + max(map(_start, workload.pod.app_containers), default=0)


def _start(container: Container) -> int:
    """How long a container may take to start, in seconds."""
    return 0 if container.startup is None else container.startup.patience


@dataclass(frozen=True, slots=True)
class ReadyParameters:
    """How long a new pod is watched."""

    least: Annotated[int, Ge(1), Le(3600), doc("The lowest minReadySeconds that passes.")] = 5


def _watched(workload: Workload, fail: Fail, parameters: ReadyParameters) -> Iterator[Edit]:
    """The API server wants it below the deadline of the rollout."""
    if workload.ref.kind != "Deployment" or parameters.least < _deadline(workload):
        yield Edit(fail.path, parameters.least)


@check(
    "New pods prove themselves before the next ones go",
    severity=Severity.INFO,
    category=Category.DELIVERY,
    remedy="Set minReadySeconds to some seconds more than it takes a broken version to crash.",
    fix=Fix(_watched),
)
def min_ready_seconds(workload: Workload, _cluster: Snapshot, parameters: ReadyParameters) -> Iterator[Finding]:
    """
    With no time to prove itself a version that crashes on its first request has replaced all the old pods by then.

    Rule: minReadySeconds (0 unless set) of a Deployment, StatefulSet or DaemonSet is at least `least`.
    """
    if workload.ref.kind not in _ROLLED_OUT:
        yield Skip("it does not replace pods step by step")
    elif workload.min_ready_seconds < parameters.least:
        message = f"minReadySeconds is {workload.min_ready_seconds}, below {parameters.least}"
        yield Fail("spec.minReadySeconds", message)


@dataclass(frozen=True, slots=True)
class GateParameters:
    """What pods wait for besides their probes."""

    conditions: Annotated[
        tuple[Annotated[str, Len(1, 317)], ...], Len(1, 16), doc("The conditionTypes that pods must wait for.")
    ]


@check(
    "Pods wait for the wanted readiness gates",
    severity=Severity.INFO,
    category=Category.DELIVERY,
    remedy="Add the conditionType to readinessGates of the pod spec, and see that somebody sets that condition.",
)
def readiness_gates(workload: Workload, _cluster: Snapshot, parameters: GateParameters) -> Iterator[Finding]:
    """
    A rollout goes on when pods are ready, though the load balancer outside does not know them yet: requests get lost.

    Rule: readinessGates of the pod spec have every one of conditions. Whether somebody sets them is not seen from here.
    """
    for condition in parameters.conditions:
        if condition not in workload.pod.readiness_gates:
            yield Fail(f"{workload.pod.path}.readinessGates", f"its pods do not wait for {condition}")
