"""Hosts that settings name, and whether somebody is there: a Service of the cluster with ready endpoints."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from readiness.model import SETTLING, Fail, Finding, Recheck, Service, Snapshot, Unknown, Workload
from readiness.model.reasons import Reason
from readiness.model.records import dataclass

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", re.IGNORECASE)
_DSN = re.compile(r"@tcp\(([^)]{1,300})\)|(?:^|\s)host=([^\s']{1,300})")  # of Go's MySQL driver, of libpq
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - compared, not bound to
_MOST_PARTS = 3  # pod, Service and namespace


@dataclass(frozen=True, slots=True)
class Host:
    """A host, and the port where one is told."""

    name: str
    port: int | None = None

    def services(self, namespace: str) -> Iterator[tuple[str, str]]:
        """The namespaces and names of Services that it may be, seen from a namespace: itself, or that of a pod."""
        plain = self.name.rstrip(".").lower()
        inside = plain.removesuffix(".cluster.local")
        parts = inside.removesuffix(".svc").split(".")
        sure = inside.endswith(".svc") or inside != plain
        if len(parts) == 1:
            yield namespace, parts[0]
        elif len(parts) <= _MOST_PARTS or sure:
            yield parts[-1], parts[-2]
            if len(parts) == 2 and not sure:  # noqa: PLR2004 - pod and Service
                yield namespace, parts[-1]

    @property
    def is_inside(self) -> bool:
        """Whether it can be nothing else than a Service of the cluster, or one of its pods."""
        plain = self.name.rstrip(".").lower()
        return "." not in plain or plain.endswith((".svc", ".svc.cluster.local"))

    @property
    def is_local(self) -> bool:
        """Whether it is the pod itself."""
        return self.name.lower() in _LOCAL


def host_of(value: str) -> Host | None:
    """The host of a URL, of `host:port`, of a driver's DSN, or of several the first; None where there is none."""
    plain = value.strip().removeprefix("jdbc:")
    if told := _DSN.search(plain):
        plain = told[1] or told[2]
    _, scheme, rest = plain.rpartition("://")
    first = (rest if scheme else plain).partition(",")[0]
    try:
        parts = urlsplit(f"//{first}", allow_fragments=False)
        name, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if not all(_NAME.fullmatch(part) for part in name.rstrip(".").split(".")):
        return None
    return Host(name, port) if scheme or port or "." in name or name.islower() else None


def whereabouts(label: str, path: str, host: Host, workload: Workload, cluster: Snapshot) -> Iterator[Finding]:
    """
    What is wrong with a host: nothing where a Service of that name has ready endpoints.

    `label` is what names it, as messages call it; the name of a Service is told, that of another host is not. Who uses
    it reads Service, EndpointSlice, Namespace, Pod and Workload.
    """
    if host.is_local:
        return
    candidates = list(host.services(workload.ref.namespace))
    found = (cluster.service(namespace, name) for namespace, name in candidates)
    service = next((item for item in found if item is not None), None)
    if service is not None:
        yield from _readiness(label, path, service, cluster)
    elif not host.is_inside and not _is_namespace(candidates, cluster):
        yield Unknown(f"{label} names a host outside the cluster, which nobody asks")
    elif cluster.live and (cluster.whole or candidates[0][0] == workload.ref.namespace):
        namespace, name = candidates[0]
        yield Fail(path, f"{label} names Service {name} of namespace {namespace}, which does not exist")
    elif cluster.live:
        yield Unknown(f"{label} names a Service of another namespace, which was not read")
    else:
        yield Unknown(f"{label} names a Service that is not among the manifests", Reason.NOT_EVALUATED)


def _is_namespace(candidates: list[tuple[str, str]], cluster: Snapshot) -> bool:
    known = {namespace.ref.name for namespace in cluster.namespaces()}
    return any(namespace in known for namespace, _ in candidates)


def _readiness(label: str, path: str, service: Service, cluster: Snapshot) -> Iterator[Finding]:
    name = service.ref.name
    if service.type == "ExternalName":
        yield Unknown(f"{label} names Service {name}, which stands for a host outside the cluster that nobody asks")
        return
    if not cluster.live:
        return
    if any(endpoint.ready for endpoint in cluster.endpoints_of(service) or ()):
        return
    moments = [cluster.moved_at(behind) for behind in cluster.workloads_behind(service)]
    settled = max((moment for moment in moments if moment is not None), default=None)
    if settled is not None and cluster.now < settled + SETTLING:
        yield Unknown(f"the pods behind Service {name} have changed a moment ago")
        yield Recheck(settled + SETTLING)
    else:
        yield Fail(path, f"{label} names Service {name}, of which no endpoint is ready")
