"""Fixes that the checks of identity and those of the Pod Security Standards share: a pod gives up what it may do."""

from collections.abc import Collection, Iterator
from typing import Any

from readiness.checks.fix import REMOVED, Edit, Fix, container_at, put, remove
from readiness.model import Fail, Workload

AS_ROOT = "programs whose image has root for its user"
_POWER = "programs that use what it takes away: the node's devices, kernel settings, or files of other users"


def _unprivileged(workload: Workload, fail: Fail, _parameters: Any) -> Iterator[Edit]:
    """The field where it stands; hostProcess, which containers inherit, at the pod as well."""
    yield Edit(fail.path, REMOVED)
    if fail.path.endswith("hostProcess"):
        yield Edit(f"{workload.pod.path}.securityContext.windowsOptions.hostProcess", REMOVED)


def _without_escalation(workload: Workload, fail: Fail, _parameters: Any) -> Iterator[Edit]:
    """The API server refuses it for a container that is privileged, which is escalated from the start."""
    yield Edit(fail.path, value=False)
    container = container_at(workload, fail.path)
    if container is not None and container.security.privileged:
        yield Edit(f"{container.path}.securityContext.privileged", REMOVED)


def without_capabilities(workload: Workload, fail: Fail, allowed: Collection[str]) -> Iterator[Edit]:
    """All dropped, and of those that are added only the allowed ones left."""
    if fail.path.endswith(".drop"):
        yield Edit(fail.path, ["ALL"])
        return
    container = container_at(workload, fail.path)
    for name in dict.fromkeys(container.security.add if container is not None else ()):
        if name not in allowed:
            yield Edit(f"{fail.path}[{name}]", REMOVED)


def confined(_workload: Workload, fail: Fail, _parameters: Any) -> Iterator[Edit]:
    """The runtime's own seccomp profile, by field or, where that is what counts, by annotation."""
    if ".annotations[" in fail.path:
        yield Edit(fail.path, "runtime/default")
    else:
        yield Edit(fail.path.removesuffix(".type"), {"type": "RuntimeDefault"})


def _without_host_port(workload: Workload, fail: Fail, _parameters: Any) -> Iterator[Edit]:
    """On the node's network each port is one of the node's, whatever it says."""
    yield Edit(fail.path, REMOVED)
    if workload.pod.host_network:
        yield Edit(f"{workload.pod.path}.hostNetwork", REMOVED)


CAPABILITY_RISK = _POWER
OWN_NAMESPACES = remove(risk="programs that see the node's processes, or reach it on localhost")
UNPRIVILEGED = Fix(_unprivileged, risk=_POWER)
NO_ESCALATION = Fix(_without_escalation, risk="programs that become another user by a setuid binary such as sudo")
NON_ROOT = put(value=True, risk=AS_ROOT)
CONFINED = Fix(confined, risk="programs that make system calls which the runtime's profile refuses")
NO_HOST_PORTS = Fix(_without_host_port, risk="clients that reach the pods by the node's address")
