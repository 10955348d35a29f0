"""Duplicates: what is declared twice, of which only one counts."""

from collections import Counter
from collections.abc import Iterator

from readiness.checks.check import NoParameters, check
from readiness.checks.fix import REMOVED, Edit, Fix, container_at
from readiness.model import Category, Fail, Finding, Severity, Snapshot, Workload

_TWICE = 2


@check(
    "No two containers declare one port",
    severity=Severity.MEDIUM,
    category=Category.NETWORKING,
    remedy="Give each container of the pod a port of its own, and each port a name of its own.",
)
def ports_unique(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    The containers of a pod share one network: the second that listens on a port crashes, on every restart anew.

    Rule: no two app containers or sidecars of the pod declare a port of the same number and protocol, or of the same
    name: a Service that names it reaches the first only. One container may give a number several names.
    """
    declared: dict[object, str] = {}
    for container in workload.pod.app_containers:
        for port in container.ports:
            path = f"{container.path}.ports[{port.name or port.number}]"
            number = f"{port.protocol} port {port.number}"
            for key, told in ((number, number), ((port.name,), f"a port named {port.name}")):
                other = declared.setdefault(key, container.name)
                if other != container.name and key != ("",):
                    yield Fail(path, f"container {container.name} declares {told}, as container {other} does")


def _last(workload: Workload, fail: Fail, _parameters: NoParameters) -> Iterator[Edit]:
    """Of two entries the first goes, unless a variable refers to it; of more than two, people choose."""
    container = container_at(workload, fail.path)
    env = container.env if container is not None else ()
    for name, number in Counter(item.name for item in env).items():
        referred = any(f"$({name})" in (item.value or "") for item in env)
        if number == _TWICE and fail.path.endswith(f".env[{name}]") and not referred:
            yield Edit(fail.path, REMOVED)


@check(
    "No environment variable is set twice",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    remedy="Remove all but one of the entries with the same name.",
    fix=Fix(_last),
)
def env_names_unique(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    Of two entries with one name the last counts: whoever changes the first wonders why nothing happens.

    Rule: no container's env has two entries of one name. What env takes over from envFrom is left out: that is how
    defaults are overridden.
    """
    for container in workload.pod.declared_containers:
        names = [item.name for item in container.env]
        for name in dict.fromkeys(names):
            if names.count(name) > 1:
                message = f"container {container.name} sets {name} {names.count(name)} times"
                yield Fail(f"{container.path}.env[{name}]", message)
