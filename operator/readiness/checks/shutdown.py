"""Shutdown: SIGTERM reaches the process, endpoints drain before it, and pods end in time."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.evidence.serving import served_by
from readiness.checks.fix import Edit, Fix, container_at
from readiness.checks.parameters.duration import Duration, seconds
from readiness.checks.parameters.limits import Ge, Le, Len, doc
from readiness.model import (
    Category,
    Container,
    Fail,
    Finding,
    Pod,
    Recheck,
    Role,
    Service,
    Severity,
    Skip,
    Snapshot,
    Unknown,
    Workload,
)
from readiness.model.records import dataclass

_BATCH = "its pods run to completion"
_SLEEP = 5  # seconds
_HIGHEST = 2**32 - 1  # exit code, on Windows


@dataclass(frozen=True, slots=True)
class HookParameters:
    """How long endpoints need to drain."""

    min_sleep: Annotated[int, Ge(0), Le(600), doc("The least number of seconds that a hook sleeps, where it does.")] = (
        _SLEEP
    )


def _sleeping(workload: Workload, fail: Fail, parameters: HookParameters) -> Iterator[Edit]:
    """A hook where there is none. The action `sleep` is Kubernetes' since 1.30, and must fit into the grace period."""
    container, sleep = container_at(workload, fail.path), parameters.min_sleep or _SLEEP
    if container is not None and not container.pre_stop and sleep <= workload.pod.termination_grace_seconds:
        yield Edit(f"{fail.path}.sleep.seconds", sleep)


@check(
    "A preStop hook lets endpoints drain",
    severity=Severity.MEDIUM,
    category=Category.LIFECYCLE,
    kind=Kind.RELATION,
    reads=(Service,),
    remedy="Add lifecycle.preStop with sleep.seconds of 5 or more to each container that a Service leads to.",
    fix=Fix(_sleeping),
)
def pre_stop_hook(workload: Workload, cluster: Snapshot, parameters: HookParameters) -> Iterator[Finding]:
    """
    Load balancers send requests for seconds after a pod got SIGTERM: who stops at once refuses them.

    Rule: each container that has a port of a Service that selects the pods has a preStop hook. One that sleeps, by
    sleep or in a shell, does so for minSleep seconds at least; what else a hook does is its own affair.
    """
    if workload.batch:
        yield Skip(_BATCH)
        return
    services = [service for service in cluster.services_for(workload) if service.type != "ExternalName"]
    if not services:
        yield Skip("no Service selects its pods")
        return
    serving = served_by(services, workload.pod)
    for container in serving or [item for item in workload.pod.app_containers if item.role is Role.APP]:
        path, told = f"{container.path}.lifecycle.preStop", f"container {container.name}"
        if not container.pre_stop:
            yield Fail(path, f"{told} is behind a Service and has no preStop hook")
        elif container.pre_stop_sleep is not None and container.pre_stop_sleep < parameters.min_sleep:
            yield Fail(path, f"{told} sleeps {container.pre_stop_sleep} s, less than {parameters.min_sleep} s")


@dataclass(frozen=True, slots=True)
class SignalParameters:
    """Which signals programs are stopped with."""

    allowed_stop_signals: Annotated[
        tuple[Annotated[str, Len(4, 16)], ...], Len(1, 16), doc("What lifecycle.stopSignal may be, where it is set.")
    ] = ("SIGTERM", "SIGINT")


_SHELL = re.compile(r"(?:.*/)?(?:ba|da|a|z|k)?sh")
_SCRIPT_FLAG = re.compile(r"-[a-z]*c[a-z]*")
_HANDS_OVER = re.compile(  # bounded: what somebody writes may not cost more than a glance
    r"(?:^|[;&|({\n]|\bthen\b|\bdo\b|\belse\b)\s{0,32}(?:\w{1,64}=\S{0,256}\s{1,32}){0,8}(?:exec\s+[^\s<>0-9]|trap\s)"
)


@check(
    "SIGTERM reaches the process",
    severity=Severity.MEDIUM,
    category=Category.LIFECYCLE,
    remedy="Start the program without a shell, as a list of arguments, or by exec as the script's last command.",
)
def signal_handling(workload: Workload, _cluster: Snapshot, parameters: SignalParameters) -> Iterator[Finding]:
    """
    A shell that is process 1 does not pass SIGTERM on: the program runs until it is killed, with its requests.

    Rule: no container that runs on starts with a shell and -c, unless its script uses exec or trap, or the pod shares
    its process namespace; and lifecycle.stopSignal, where it is set, is one of allowedStopSignals. What an image starts
    by itself is not read.
    """
    if workload.batch:
        yield Skip(_BATCH)
        return
    for container in workload.pod.app_containers:
        if not workload.pod.share_process_namespace and _hides_signals(container.arguments):
            message = f"container {container.name} starts a shell that does not hand over to the program by exec"
            yield Fail(f"{container.path}.command", message)
        if container.stop_signal and container.stop_signal not in parameters.allowed_stop_signals:
            message = f"container {container.name} is stopped with {container.stop_signal}"
            yield Fail(f"{container.path}.lifecycle.stopSignal", message)


def _hides_signals(arguments: tuple[str, ...]) -> bool:
    """Whether a command line is a shell's, with a script in which the shell stays."""
    if not arguments or not _SHELL.fullmatch(arguments[0]):
        return False
    for place, argument in enumerate(arguments[1:], start=1):
        if _SCRIPT_FLAG.fullmatch(argument):
            return not _HANDS_OVER.search(" ".join(arguments[place + 1 : place + 2]))
        if not argument.startswith(("-", "+")):
            break
    return False


@dataclass(frozen=True, slots=True)
class EndParameters:
    """How containers end that end well, and for how long an end counts."""

    allowed_exit_codes: Annotated[
        tuple[Annotated[int, Ge(0), Le(_HIGHEST)], ...], Len(1, 32), doc("The exit codes of a good end.")
    ] = (0, 143)
    window: Annotated[Duration, doc("For how long an end counts, such as 168h.")] = "168h"


_KILLED = 137
_CONTROL_C = 0xC000013A  # how Windows calls the end of a program that was told to end


@check(
    "Pods really stop in time",
    severity=Severity.HIGH,
    category=Category.LIFECYCLE,
    kind=Kind.RELATION,
    reads=(Pod,),
    live=True,
    remedy="Handle SIGTERM: stop taking work, finish what is under way within the grace period, and exit with 0.",
)
def graceful_shutdown_observed(workload: Workload, cluster: Snapshot, parameters: EndParameters) -> Iterator[Finding]:
    """
    Containers that are killed at the end of the grace period lose what they were doing, at each release anew.

    Rule: of the containers that run on, each end that its pods still show and that lies within the window has one of
    allowedExitCodes, or on Windows that of control-C. What was killed for its memory is left out; exit code 137 else is
    the kill at the end of the grace period. Pods that are gone show nothing more: without an end to look at the answer
    is unknown.
    """
    if workload.batch:
        yield Skip(_BATCH)
        return
    window = timedelta(seconds=seconds(parameters.window))
    ends = [end for end in _ends(workload, cluster) if cluster.now < end.at + window]
    if not ends:
        yield Unknown("no container has been seen to end")
        return
    good = {*parameters.allowed_exit_codes, *((_CONTROL_C,) if workload.pod.windows else ())}
    bad = [end for end in ends if end.code not in good]
    for path, name, code in dict.fromkeys((end.container.path, end.container.name, end.code) for end in bad):
        why = ": it was killed, as at the end of the grace period" if code == _KILLED else ""
        yield Fail(path, f"container {name} ended with exit code {code}{why}")
    yield Recheck(min(end.at for end in ends) + window)


@dataclass(frozen=True, slots=True)
class _End:
    container: Container
    code: int
    at: datetime


def _ends(workload: Workload, cluster: Snapshot) -> Iterator[_End]:
    """The ends that pods show, but for those by lack of memory, which container-restarts tells."""
    for pod in cluster.pods_of(workload):
        for container in workload.pod.app_containers:
            state = pod.container(container.name)
            for end in (state.terminated, state.last_terminated) if state is not None else ():
                if end is not None and end.finished is not None and end.reason != "OOMKilled":
                    yield _End(container, end.exit_code, end.finished)
