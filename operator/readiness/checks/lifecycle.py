"""Lifecycle: the time to stop in good order."""

from collections.abc import Iterator
from itertools import compress
from math import ceil
from typing import Annotated

from readiness.checks.check import check
from readiness.checks.fix import Edit, Fix
from readiness.checks.parameters.duration import is_duration, seconds
from readiness.checks.parameters.limits import Ge, Len, doc
from readiness.model import Category, Container, Env, Fail, Finding, PodSpec, Severity, Snapshot, Unknown, Workload
from readiness.model.records import dataclass

_MARGIN = 5.0  # seconds between the end of the app's own time-out and SIGKILL


@dataclass(frozen=True, slots=True)
class GraceParameters:
    """Bounds of the grace period, and where the app's own time-out stands."""

    min_seconds: Annotated[int, Ge(0), doc("The least terminationGracePeriodSeconds.")] = 30
    max_seconds: Annotated[int, Ge(1), doc("The most: a node drain waits as long.")] = 300
    app_timeout_env: Annotated[
        Annotated[str, Len(1, 128)] | None,
        doc("The environment variable with the app's own shutdown time-out, in seconds or as in 1m30s."),
    ] = None


def _longer(workload: Workload, fail: Fail, parameters: GraceParameters) -> Iterator[Edit]:
    """As long as is needed; what a shorter period would cut off nobody tells."""
    pod = workload.pod
    ends = [_needed(container, parameters.app_timeout_env) for container in pod.app_containers]
    needed = max(parameters.min_seconds, *map(ceil, ends))
    if pod.termination_grace_seconds < needed <= parameters.max_seconds:
        yield Edit(fail.path, needed)


@check(
    "The grace period covers the shutdown",
    severity=Severity.HIGH,
    category=Category.LIFECYCLE,
    remedy="Set terminationGracePeriodSeconds to the preStop sleep plus the app's shutdown time-out plus 5 seconds.",
    fix=Fix(_longer),
)
def termination_grace_period(workload: Workload, _cluster: Snapshot, parameters: GraceParameters) -> Iterator[Finding]:
    """
    When the grace period ends the pod is killed, with whatever requests it still has: every release loses some.

    Rule: terminationGracePeriodSeconds (30 unless set) is between minSeconds and maxSeconds, and at least the longest
    container's preStop sleep, its own time-out (the value of the env that appTimeoutEnv names) and 5 seconds together.
    """
    pod = workload.pod
    grace, path = pod.termination_grace_seconds, f"{pod.path}.terminationGracePeriodSeconds"
    if grace < parameters.min_seconds:
        yield Fail(path, f"the grace period is {grace} s, shorter than {parameters.min_seconds} s")
    if grace > parameters.max_seconds:
        yield Fail(path, f"the grace period is {grace} s, longer than {parameters.max_seconds} s")
    for container in pod.app_containers:
        timeout = _timeout(parameters.app_timeout_env, container.env)
        sleep = container.pre_stop_sleep or 0
        if grace < _needed(container, parameters.app_timeout_env):
            # The time-out's length stays out of the message: it is a value of the environment.
            parts = [f"its preStop sleep of {sleep} s", f"the time-out in {parameters.app_timeout_env}", "5 s to spare"]
            told = ", ".join(compress(parts, (sleep, timeout, True)))
            yield Fail(path, f"the grace period of {grace} s does not cover container {container.name}: {told}")
    if parameters.app_timeout_env is not None and not _is_known(pod, parameters.app_timeout_env):
        yield Unknown(f"no container has a literal duration in {parameters.app_timeout_env}")


def _needed(container: Container, timeout_env: str | None) -> float:
    """How long the grace period must be for a container, 0 when nothing tells."""
    told = (container.pre_stop_sleep or 0) + _timeout(timeout_env, container.env)
    return told + _MARGIN if told else 0.0


def _timeout(name: str | None, env: tuple[Env, ...]) -> float:
    """The app's own time-out in seconds, 0 when it is not told."""
    return next((_length(item.value) or 0.0 for item in env if item.name == name), 0.0)


def _is_known(pod: PodSpec, name: str) -> bool:
    found = [item for container in pod.app_containers for item in container.env if item.name == name]
    return bool(found) and all(_length(item.value) is not None for item in found)


def _length(value: str | None) -> float | None:
    """Seconds of a literal such as `30`, `2.5` or `1m30s`; None when it is neither."""
    text = (value or "").strip()
    whole, dot, part = text.partition(".")
    if text.isascii() and whole.isdecimal() and (part.isdecimal() or not dot):
        return float(text)
    return seconds(text) if is_duration(text) else None
