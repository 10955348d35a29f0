"""Dependencies: that whom a workload's settings name is there, and ready."""

import re
from collections.abc import Iterator
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.evidence.environment import Environment, Name, Setting, environment_of
from readiness.checks.evidence.hosts import Host, host_of, whereabouts
from readiness.checks.evidence.injection import injections, instrumentations
from readiness.checks.parameters.limits import Ge, Le, Len, doc
from readiness.model import (
    Category,
    ConfigMap,
    EndpointSlice,
    Fail,
    Finding,
    Instrumentation,
    Namespace,
    Pod,
    Service,
    Severity,
    Skip,
    Snapshot,
    Unknown,
    Workload,
)
from readiness.model.records import dataclass

# The last words of settings that name whom to call.
_CALLED = re.compile(r"(?:^|_)(?:URL|URI|DSN|HOST|HOSTNAME|ADDR|ADDRESS|ENDPOINT|SERVER|SERVERS|BROKERS|UPSTREAM)$")
_OWN = re.compile(r"(?:^|_)(?:BIND|LISTEN|BASE|PUBLIC|EXTERNAL|CALLBACK|REDIRECT|OTEL|SENTRY)(?:_|$)")  # no dependency
Word = Annotated[str, Len(1, 128)]


@dataclass(frozen=True, slots=True)
class Dependency:
    """One that must be there: by the setting that names it, by its Service, or by what it is called in either."""

    name: Annotated[
        Word, doc("What it is called; settings and hosts with this word are meant unless env or service is set.")
    ]
    env: Annotated[Name | None, doc("The variable, or the key of a mounted ConfigMap, that names its host.")] = None
    service: Annotated[Word | None, doc("Its Service, as redis, or redis.data in another namespace.")] = None
    port: Annotated[int | None, Ge(1), Le(65535), doc("The port that the Service must have.")] = None


@dataclass(frozen=True, slots=True)
class DependencyParameters:
    """Which dependencies there must be."""

    dependencies: Annotated[
        tuple[Dependency, ...], Len(0, 32), doc("The dependencies; without any, all hosts that settings name.")
    ] = ()


@check(
    "Dependencies are there and ready",
    severity=Severity.HIGH,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(Pod, ConfigMap, Service, EndpointSlice, Namespace, Workload),
    remedy="Correct the host, or find out why nothing behind its Service is ready.",
)
def dependency_reachable(workload: Workload, cluster: Snapshot, parameters: DependencyParameters) -> Iterator[Finding]:
    """
    A host with a typing mistake, or a database that nobody started, shows at the first request that needs it.

    Rule: the host of each dependency is a Service of the cluster with a ready endpoint, and with the port if one is
    given. Without dependencies those are the hosts in settings that end with URL, HOST, ADDR, ENDPOINT and such, of
    variables and of mounted ConfigMaps. Hosts outside the cluster, and those that a Secret tells, are unknown: nobody
    asks them yet. Endpoints that are gone count after two minutes.
    """
    environment = environment_of(workload, cluster)
    if parameters.dependencies:
        for dependency in parameters.dependencies:
            yield from _dependency(dependency, environment, workload, cluster)
        return
    found = called(environment)
    seen: set[Host | None] = set()
    for setting in found:
        host = host_of(setting.known or "") if setting.known else None
        if setting.known is None:
            yield setting.unknown()
        elif host is not None and host not in seen:
            yield from whereabouts(str(setting), setting.path, host, workload, cluster)
        seen.add(host)
    if seen <= {None} and not any(setting.known is None for setting in found):
        yield Skip("its settings name no host")


def called(environment: Environment) -> list[Setting]:
    """The settings that name whom a workload calls."""
    names = ((item, item.name.upper()) for item in environment.settings)
    return [item for item, name in names if _CALLED.search(name) and not _OWN.search(name)]


def _dependency(
    wanted: Dependency, environment: Environment, workload: Workload, cluster: Snapshot
) -> Iterator[Finding]:
    label = f"dependency {wanted.name}"
    if wanted.service is not None:
        host = Host(wanted.service, wanted.port)
        yield from whereabouts(label, "", host, workload, cluster)
        yield from _port(label, "", host, wanted, workload, cluster)
        return
    settings = environment.named(wanted.env) if wanted.env is not None else mentioning(wanted.name, environment)
    if not settings:
        lack = environment.lack(wanted.env or wanted.name)
        yield lack if wanted.env is not None or environment.closed else Fail("", f"no setting names {wanted.name}")
    for setting in settings:
        found = host_of(setting.known or "") if setting.known else None
        if setting.known is None:
            yield setting.unknown()
        elif found is None and wanted.env is not None:
            yield Fail(setting.path, f"{setting} names no host")
        elif found is not None:
            yield from whereabouts(str(setting), setting.path, found, workload, cluster)
            yield from _port(str(setting), setting.path, found, wanted, workload, cluster)


def mentioning(name: str, environment: Environment) -> list[Setting]:
    """The settings that name a host and have a word in their name, or in the host's."""
    word = name.lower()
    hosts = (item for item in environment.settings if _CALLED.search(item.name.upper()))
    return [item for item in hosts if word in item.name.lower() or word in _host_name(item)]


def _host_name(setting: Setting) -> str:
    host = host_of(setting.known or "")
    return host.name.lower() if host else ""


def _port(
    label: str, path: str, host: Host, wanted: Dependency, workload: Workload, cluster: Snapshot
) -> Iterator[Fail]:
    for namespace, name in host.services(workload.ref.namespace):
        service = cluster.service(namespace, name)
        if service is not None and wanted.port is not None and service.ports:
            if wanted.port not in {port.port for port in service.ports}:
                yield Fail(path, f"{label} names Service {name}, which has no port {wanted.port}")
            return


@dataclass(frozen=True, slots=True)
class BackendParameters:
    """What the traces must go to."""

    backend: Annotated[
        tuple[Word, ...],
        Len(0, 16),
        doc("Words of which one must stand in the name or the labels of the Service, such as jaeger; any unless set."),
    ] = ()


_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


@check(
    "The trace backend is there",
    severity=Severity.MEDIUM,
    category=Category.OBSERVABILITY,
    kind=Kind.RELATION,
    reads=(Pod, ConfigMap, Service, EndpointSlice, Namespace, Workload, Instrumentation),
    remedy="Point OTEL_EXPORTER_OTLP_ENDPOINT at the Service of a collector that runs.",
)
def tracing_backend(workload: Workload, cluster: Snapshot, parameters: BackendParameters) -> Iterator[Finding]:
    """
    Exporters drop what nobody takes, without a word: that traces are missing shows in the first outage.

    Rule: the host of OTEL_EXPORTER_OTLP_ENDPOINT (or that for traces, or of the Instrumentation that an annotation of
    the pods names) is a Service with a ready endpoint. With backend one of its words stands in the name or the labels
    of the Service, or the Service is a collector, of which nothing tells where it leads. A host outside the cluster is
    unknown: nobody asks it yet.
    """
    places = list(_endpoints(workload, cluster))
    if not places:
        yield environment_of(workload, cluster).lack(*_ENDPOINTS)
    for label, path, value in places:
        host = host_of(value) if value is not None else None
        if value is None:
            yield Unknown(f"{label} is not known")
        elif host is None:
            yield Fail(path, f"{label} names no host")
        else:
            found = list(whereabouts(label, path, host, workload, cluster))
            yield from found
            if not found:
                yield from _leads_to(label, path, host, parameters.backend, (workload, cluster))


def _endpoints(workload: Workload, cluster: Snapshot) -> Iterator[tuple[str, str, str | None]]:
    """What names the endpoint, where that stands, and what it says."""
    environment = environment_of(workload, cluster)
    for name in _ENDPOINTS:
        for setting in environment.named(name):
            yield str(setting), setting.path, setting.known
    named = dict.fromkeys(injections(workload).values())
    for item in dict.fromkeys(found for value in named for found in instrumentations(value, workload, cluster)):
        if item.endpoint:
            yield str(item.ref), "", item.endpoint


def _leads_to(
    label: str, path: str, host: Host, backend: tuple[str, ...], where: tuple[Workload, Snapshot]
) -> Iterator[Finding]:
    workload, cluster = where
    services = (cluster.service(namespace, name) for namespace, name in host.services(workload.ref.namespace))
    service = next((item for item in services if item is not None), None)
    if not backend or service is None:
        return
    told = " ".join((service.ref.name, *service.labels.values())).lower()
    if any(word.lower() in told for word in backend):
        return
    if "collector" in told or "agent" in told or "alloy" in told:
        yield Unknown(f"nothing tells where the collector behind Service {service.ref.name} leads")
    else:
        yield Fail(path, f"{label} names Service {service.ref.name}, which is not called {' or '.join(backend)}")
