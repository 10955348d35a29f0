"""Datastores and brokers: state is kept in them, through bounded pools, and not in the memory of one pod."""

import re
from collections.abc import Callable, Iterator
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.evidence.environment import Names, Setting, environment_of, mounts_of_running
from readiness.checks.evidence.values import address, number, span
from readiness.checks.parameters.duration import Duration, seconds
from readiness.checks.parameters.limits import Ge, Len, doc
from readiness.model import (
    Category,
    ConfigMap,
    Fail,
    Finding,
    HorizontalPodAutoscaler,
    PodSpec,
    Severity,
    Skip,
    Snapshot,
    Unknown,
    Workload,
)
from readiness.model.records import dataclass

_SQLITE_IN_MEMORY = re.compile(r"(?:sqlite[0-9]?:|file:)?/{0,3}:memory:.*|(?:sqlite[0-9]?|file):.*[?&]mode=memory.*")
_PROCESS_MEMORY = ("memory", "mem", "inmemory", "in-memory")
Count = Annotated[int, Ge(0)]


@dataclass(frozen=True, slots=True)
class PoolParameters:
    """Where a pool's bounds are set, and what they may be."""

    env: Names
    max_open: Annotated[Count | None, doc("The most connections that a pool may open.")] = None
    max_idle: Annotated[Count | None, doc("The most that it may keep idle.")] = None
    min_idle: Annotated[Count | None, doc("The least that it must keep.")] = None
    max_lifetime: Annotated[Duration | None, doc("The longest that one may live.")] = None


@check(
    "Connection pools have explicit bounds",
    severity=Severity.HIGH,
    category=Category.PERFORMANCE,
    kind=Kind.RELATION,
    reads=(ConfigMap,),
    remedy="Set the greatest number of open connections, so that all replicas together stay below the server's limit.",
)
def connection_pool_configured(workload: Workload, cluster: Snapshot, parameters: PoolParameters) -> Iterator[Finding]:
    """
    A pool without a bound opens connections under load until the database refuses everybody's.

    Rule: each of env is set, as a variable or a key of a mounted ConfigMap, to a number above zero (0 is no bound), or
    to a duration above zero where its name speaks of LIFETIME, AGE, RECYCLE, TIME or TIMEOUT. By its name a number is
    the least (MIN), the most idle (IDLE), or the most open; each is held against minIdle, maxIdle and maxOpen.
    """
    yield from environment_of(workload, cluster).judged(parameters.env, _out_of_bounds(parameters))


def _out_of_bounds(wanted: PoolParameters) -> Callable[[Setting, str], str | None]:
    def fault(setting: Setting, value: str) -> str | None:
        words = set(re.split(r"[_.-]", setting.name.upper()))
        if words & {"LIFETIME", "AGE", "RECYCLE", "TIME", "TTL", "TIMEOUT"}:
            longest = None if "TIMEOUT" in words else wanted.max_lifetime
            return _too_long(span(setting.name, value), value, longest)
        found = number(value)
        if found is None:
            return "is no number"
        if words & {"MIN", "MINIMUM"}:
            least = wanted.min_idle
            return f"is {value}, less than {least}" if least is not None and found < least else None
        most = wanted.max_idle if "IDLE" in words else wanted.max_open
        if found <= 0:
            return f"is {value}: there is no bound"
        return f"is {value}, more than {most}" if most is not None and found > most else None

    return fault


def _too_long(found: float | None, value: str, most: str | None) -> str | None:
    if found is None:
        return "is no duration"
    if found <= 0:
        return f"is {value}: there is no bound"
    return f"is {value}, more than {most}" if most is not None and found > seconds(most) else None


@dataclass(frozen=True, slots=True)
class StoreParameters:
    """What tells of a datastore, and what may not stand in its place."""

    env: Names = ("DATABASE_URL", "PGHOST")
    forbidden: Annotated[
        tuple[Annotated[str, Len(1, 64)], ...],
        Len(0, 16),
        doc("What a variable such as DB_TYPE must not be, nor the scheme of a URL in env."),
    ] = ("memory",)


_KIND_OF_STORE = re.compile(
    r"(?:^|_)(?:DB|DATABASE|STORAGE|STORE|PERSISTENCE|REPOSITORY)(?:_(?:TYPE|KIND|DRIVER|BACKEND|ENGINE|MODE))?$"
)
_DATA = re.compile(
    r"/(?:data|db|database|pgdata)(?:/.*)?"
    r"|/var/lib/(?:mysql|postgresql|mongodb|redis|rabbitmq|cassandra|clickhouse)(?:/.*)?"
)


@check(
    "State is kept in a real datastore",
    severity=Severity.HIGH,
    category=Category.DATA_PROTECTION,
    kind=Kind.RELATION,
    reads=(ConfigMap,),
    remedy="Keep state in a database, or on a PersistentVolumeClaim, never in memory or in an emptyDir.",
)
def persistent_datastore(workload: Workload, cluster: Snapshot, parameters: StoreParameters) -> Iterator[Finding]:
    """
    What a pod keeps in memory or in an emptyDir is gone with the pod, at the next release at the latest.

    Rule: one of env is set, as a variable, from a Secret too, or a key of a mounted ConfigMap, or the pod mounts a
    PersistentVolumeClaim. No variable for the kind of a store, such as DB_TYPE, is one of forbidden, no URL in env has
    such a scheme or is an SQLite database in memory, and no emptyDir is mounted where databases have their data.
    """
    environment = environment_of(workload, cluster)
    stores = [setting for name in parameters.env for setting in environment.named(name) if setting.known != ""]
    kinds = [setting for setting in environment.settings if _KIND_OF_STORE.search(setting.name.upper())]
    for setting in dict.fromkeys((*kinds, *stores)):
        if word := _volatile(setting.known or "", parameters.forbidden):
            yield Fail(setting.path, f"{setting} is {word}")
    yield from _emptied(workload.pod)
    if not stores and not _has_claim(workload):
        yield environment.lack(*parameters.env)


def _volatile(value: str, forbidden: tuple[str, ...]) -> str:
    """What a value says of a store in memory; empty when it says no such thing."""
    url = address(value)
    if _SQLITE_IN_MEMORY.fullmatch(value):
        return "an SQLite database in memory"
    told = value.lower() if url is None else url.scheme
    return told if told in {word.lower() for word in forbidden} else ""


def _emptied(pod: PodSpec) -> Iterator[Fail]:
    fleeting = {volume.name for volume in pod.volumes if volume.kind == "emptyDir"}
    for container in pod.app_containers:
        for mount in container.mounts:
            if mount.volume in fleeting and _DATA.fullmatch(mount.path):
                message = f"container {container.name} has emptyDir {mount.volume} at {mount.path}"
                yield Fail(f"{container.path}.volumeMounts[{mount.path}]", message)


def _has_claim(workload: Workload) -> bool:
    """Whether a claim is mounted; what a StatefulSet mounts without a volume in its pods comes from a template."""
    mounted = mounts_of_running(workload.pod)
    kinds = {volume.name: volume.kind for volume in workload.pod.volumes}
    if workload.ref.kind == "StatefulSet" and mounted - kinds.keys():
        return True
    return any(kinds.get(name) == "persistentVolumeClaim" for name in mounted)


@dataclass(frozen=True, slots=True)
class BrokerParameters:
    """What names the broker, and from how many replicas on it matters."""

    env: Names = ("REDIS_URL", "NATS_URL", "KAFKA_BROKERS")
    min_replicas: Annotated[int, Ge(1), doc("From how many replicas on a broker shows that it is needed.")] = 2


@check(
    "Fan-out goes through a broker, not through process memory",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(ConfigMap, HorizontalPodAutoscaler),
    remedy="Publish through Redis, NATS or Kafka, name it in an environment variable, and run two replicas.",
)
def pubsub_backend(workload: Workload, cluster: Snapshot, parameters: BrokerParameters) -> Iterator[Finding]:
    """
    Messages that stay in the memory of one pod reach only whoever happens to be connected to that pod.

    Rule: one of env is set for a container that runs on, from a Secret too, and not to something in memory. With fewer
    replicas than minReplicas nothing shows that messages reach other pods: unknown. Whether the broker answers is for
    checks of its own.
    """
    if workload.batch:
        yield Skip("its pods run to completion")
        return
    environment = environment_of(workload, cluster)
    found = [setting for name in parameters.env for setting in environment.named(name) if setting.known != ""]
    if not found:
        yield environment.lack(*parameters.env)
    for setting in found:
        if word := _volatile(setting.known or "", _PROCESS_MEMORY):
            yield Fail(setting.path, f"{setting} is {word}")
    replicas = cluster.replicas_of(workload)
    if found and replicas is not None and replicas.least < parameters.min_replicas:
        yield Unknown(
            f"with fewer than {parameters.min_replicas} replicas nothing shows that messages reach other pods"
        )
