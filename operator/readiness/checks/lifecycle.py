"""Lifecycle: the time to stop in good order."""

from collections.abc import Iterator
from itertools import compress
from math import ceil
from typing import Annotated

from readiness.checks.check import check
from readiness.checks.evidence.environment import Setting, environment_of
from readiness.checks.evidence.values import span
from readiness.checks.fix import Edit, Fix
from readiness.checks.parameters.limits import Ge, Len, doc
from readiness.model import Category, ConfigMap, Container, Fail, Finding, Severity, Snapshot, Unknown, Workload
from readiness.model.records import dataclass

_MARGIN = 5.0  # seconds between the end of the app's own time-out and SIGKILL


@dataclass(frozen=True, slots=True)
class GraceParameters:
    """Bounds of the grace period, and where the app's own time-out stands."""

    min_seconds: Annotated[int, Ge(0), doc("The least terminationGracePeriodSeconds.")] = 30
    max_seconds: Annotated[int, Ge(1), doc("The most: a node drain waits as long.")] = 300
    app_timeout_env: Annotated[
        Annotated[str, Len(1, 128)] | None,
        doc(
            "The environment variable with the app's own shutdown time-out: 1m30s, or seconds, "
            "unless its name ends with another unit (_MS)."
        ),
    ] = None


def _longer(workload: Workload, fail: Fail, parameters: GraceParameters) -> Iterator[Edit]:
    """As long as is needed; what a shorter period would cut off nobody tells."""
    pod, name = workload.pod, parameters.app_timeout_env
    ends = [_needed(container, _literal(container, name)) for container in pod.app_containers]
    needed = max(parameters.min_seconds, *map(ceil, ends))
    if pod.termination_grace_seconds < needed <= parameters.max_seconds:
        yield Edit(fail.path, needed)


@check(
    "The grace period covers the shutdown",
    severity=Severity.HIGH,
    category=Category.LIFECYCLE,
    reads=(ConfigMap,),
    remedy="Set terminationGracePeriodSeconds to the preStop sleep plus the app's shutdown time-out plus 5 seconds.",
    fix=Fix(_longer),
)
def termination_grace_period(workload: Workload, cluster: Snapshot, parameters: GraceParameters) -> Iterator[Finding]:
    """
    When the grace period ends the pod is killed, with whatever requests it still has: every release loses some.

    Rule: terminationGracePeriodSeconds (30 unless set) is between minSeconds and maxSeconds, and at least the longest
    container's preStop sleep, its own time-out (the value of the env that appTimeoutEnv names, from a ConfigMap
    too) and 5 seconds together.
    """
    pod = workload.pod
    grace, path = pod.termination_grace_seconds, f"{pod.path}.terminationGracePeriodSeconds"
    if grace < parameters.min_seconds:
        yield Fail(path, f"the grace period is {grace} s, shorter than {parameters.min_seconds} s")
    if grace > parameters.max_seconds:
        yield Fail(path, f"the grace period is {grace} s, longer than {parameters.max_seconds} s")
    name = parameters.app_timeout_env
    found = environment_of(workload, cluster).named(name) if name is not None else []
    for container in pod.app_containers:
        timeout = next((_length(item) for item in found if item.path.startswith(f"{container.path}.")), None)
        sleep = container.pre_stop_sleep or 0
        if grace < _needed(container, timeout):
            # The time-out's length stays out of the message: it is a value of the environment.
            parts = [f"its preStop sleep of {sleep} s", f"the time-out in {name}", "5 s to spare"]
            told = ", ".join(compress(parts, (sleep, timeout, True)))
            yield Fail(path, f"the grace period of {grace} s does not cover container {container.name}: {told}")
    if name is not None and (not found or any(_length(item) is None for item in found)):
        yield Unknown(f"no container has a known duration in {name}")


def _needed(container: Container, timeout: float | None) -> float:
    """How long the grace period must be for a container, 0 when nothing tells."""
    told = (container.pre_stop_sleep or 0) + (timeout or 0.0)
    return told + _MARGIN if told else 0.0


def _literal(container: Container, name: str | None) -> float | None:
    """The app's own time-out in seconds, where the manifest has it."""
    return next((span(item.name, (item.value or "").strip()) for item in container.env if item.name == name), None)


def _length(setting: Setting) -> float | None:
    """Seconds of `30`, `2.5` or `1m30s`, or in the unit that the name ends with (_MS); None where nothing tells."""
    return span(setting.name, setting.known or "")
