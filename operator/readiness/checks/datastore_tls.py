"""Connections to datastores and brokers: whether they ask for TLS, as far as connection strings tell."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from readiness.checks.check import Kind, check
from readiness.checks.evidence.environment import Environment, Setting, environment_of
from readiness.checks.evidence.hosts import host_of
from readiness.checks.evidence.values import address, switch
from readiness.checks.parameters.limits import Len, doc
from readiness.model import Category, ConfigMap, Fail, Finding, Severity, Skip, Snapshot, Unknown, Workload
from readiness.model.records import dataclass

Store = Literal["postgres", "amqp", "redis", "mongodb"]

_TOLD: dict[Store, str] = {"postgres": "PostgreSQL", "amqp": "AMQP", "redis": "Redis", "mongodb": "MongoDB"}
_URL = re.compile(
    r"(?:jdbc:)?(?P<scheme>postgres(?:ql)?|amqps?|rediss?|mongodb)(?P<driver>\+[a-z0-9]{1,32})?://[^\s'\"]{0,2048}"
)
_STORES: dict[str, Store] = {
    "postgres": "postgres", "postgresql": "postgres", "amqp": "amqp", "amqps": "amqp", "redis": "redis",
    "rediss": "redis", "mongodb": "mongodb",
}  # fmt: skip
_SSLMODES = frozenset({"disable", "allow", "prefer", "require", "verify-ca", "verify-full"})
_SSLMODE = re.compile(r"(?:^|\s)sslmode\s*=\s*'?([a-z-]+)")
_SSLMODE_SUFFIX = re.compile(r"SSL_?MODE$")
_SOCKET = re.compile(r"(?:^|\s)host\s*=\s*'?/")
_LIBPQ = re.compile(r"(?:^|\s)(?:host|dbname)\s*=")  # key=value pairs, as libpq reads them too
_SSLMODE_NAME = re.compile(r"(?:^PG|_|^)SSL_?MODE$")
_NAMES: dict[str, Store] = {
    "DB": "postgres", "DATABASE": "postgres", "POSTGRES": "postgres", "POSTGRESQL": "postgres", "PG": "postgres",
    "AMQP": "amqp", "RABBIT": "amqp", "RABBITMQ": "amqp", "BROKER": "amqp", "REDIS": "redis", "MONGO": "mongodb",
    "MONGODB": "mongodb",
}  # fmt: skip
_NAME = re.compile(rf"(?:^|_)({'|'.join(_NAMES)})_(?:URL|URI|DSN)$")


@dataclass(frozen=True, slots=True)
class TLSParameters:
    """Which connections must be encrypted, and how."""

    rules: Annotated[tuple[Store, ...], Len(1, 4), doc("The kinds of datastore that are looked at.")] = (
        "postgres",
        "amqp",
        "redis",
        "mongodb",
    )
    sslmodes: Annotated[
        tuple[Literal["require", "verify-ca", "verify-full"], ...],
        Len(1, 3),
        doc("What the sslmode of a PostgreSQL connection may be."),
    ] = ("require", "verify-ca", "verify-full")


@dataclass(frozen=True, slots=True)
class _Connection:
    """A connection string without what is confidential of it: where it stands, and how it asks for TLS if it does."""

    path: str
    told: str
    store: Store
    tls: str  # the sslmode of PostgreSQL; "yes" or "" of the others


@check(
    "Databases and brokers are reached over TLS",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    kind=Kind.RELATION,
    reads=(ConfigMap,),
    remedy="Connect with sslmode=verify-full, amqps://, rediss://, or tls=true.",
)
def datastore_tls(workload: Workload, cluster: Snapshot, parameters: TLSParameters) -> Iterator[Finding]:
    """
    Whoever may look at the traffic of one node reads every row and every password that passes it.

    Rule: each connection string in variables, keys of mounted ConfigMaps and command lines asks for TLS: PostgreSQL by
    an sslmode among sslmodes, in the string or in PGSSLMODE or another variable whose name ends so, AMQP by amqps://,
    Redis by rediss://, MongoDB by tls=true or mongodb+srv://. What only a Secret has is not known. Connections to the
    pod itself, as to a proxy beside the container, or to a socket are left out: nobody else sees them.
    """
    environment = environment_of(workload, cluster)
    modes = [
        setting for setting in environment.settings if _SSLMODE_NAME.search(setting.name.upper()) and setting.known
    ]
    abroad = [mode for mode in modes if not _is_for_the_pod(mode, environment)]
    found = [item for item in _connections(workload, environment) if item.store in parameters.rules]
    if "postgres" in parameters.rules:
        found += [_Connection(mode.path, str(mode), "postgres", (mode.known or "").lower()) for mode in abroad]
    default = (modes[0].known or "").lower() if modes else ""
    for item in found:
        if (fault := _fault(item, default, parameters)) is not None:
            yield Fail(item.path, f"{item.told} reaches {_TOLD[item.store]} {fault}")
    hidden = [setting for setting in environment.settings if _is_hidden(setting, parameters, default)]
    if hidden:
        yield hidden[0].unknown()
    elif not found and environment.closed:
        yield Unknown(f"connection strings may be in {environment.closed[0]}, whose keys are not known")
    elif not found:
        yield Skip("no connection string of a datastore is to be seen")


def _connections(workload: Workload, environment: Environment) -> Iterator[_Connection]:
    for setting in environment.settings:
        yield from _connections_in(setting.value or "", setting.path, str(setting))
    for container in workload.pod.app_containers:
        line = " ".join(container.arguments)
        yield from _connections_in(line, container.path, f"the command line of container {container.name}")


def _connections_in(text: str, path: str, told: str) -> Iterator[_Connection]:
    for match in _URL.finditer(text):
        scheme = match["scheme"]
        store = _STORES[scheme]
        url = address(match[0])
        options = url.options if url is not None else {}
        if not _stays(match[0], options.get("host", "")):
            yield _Connection(path, told, store, _tls(store, scheme + (match["driver"] or ""), options))
    if _LIBPQ.search(text) and (mode := _SSLMODE.search(text)) is not None and not _stays(text):
        yield _Connection(path, told, "postgres", mode[1])


def _stays(target: str, host: str = "") -> bool:
    """Whether a connection does not leave the pod: to a proxy beside its container, or to a socket."""
    found = host_of(target)
    return host.startswith("/") or _SOCKET.search(target) is not None or (found is not None and found.is_local)


def _is_for_the_pod(mode: Setting, environment: Environment) -> bool:
    """Whether the host beside an sslmode, as PGHOST beside PGSSLMODE, is the pod itself."""
    hosts = environment.named(_SSLMODE_SUFFIX.sub("HOST", mode.name))
    return any(_stays(host.known or "", host.known or "") for host in hosts)


def _tls(store: Store, scheme: str, options: dict[str, str]) -> str:
    asked = switch(options.get("tls", options.get("ssl", "")))
    match store:
        case "postgres":
            return options.get("sslmode", "require" if asked or options.get("ssl") == "require" else "").lower()
        case "mongodb":
            return "yes" if asked or (scheme == "mongodb+srv" and asked is None) else ""
        case _:
            return "yes" if scheme.startswith(("amqps", "rediss")) else ""


def _fault(item: _Connection, default: str, wanted: TLSParameters) -> str | None:
    if item.store != "postgres":
        return None if item.tls else "without TLS"
    mode = item.tls or default
    if mode in wanted.sslmodes:
        return None
    known = f"with sslmode {mode}" if mode in _SSLMODES else "with an unknown sslmode"
    return known if mode else "without an sslmode"


def _is_hidden(setting: Setting, wanted: TLSParameters, default: str) -> bool:
    """Whether by its name a connection string stands where we do not see it, and nothing else tells of it."""
    named = _NAME.search(setting.name.upper())
    store = _NAMES[named[1]] if named is not None and setting.value is None else None
    return store in wanted.rules and not (store == "postgres" and default in wanted.sslmodes)
