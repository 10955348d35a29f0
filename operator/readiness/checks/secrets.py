"""Secrets: credentials are kept in Secrets, and only there."""

from collections.abc import Iterator
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.parameters.limits import Len, doc
from readiness.checks.parameters.pattern import Pattern, compiled
from readiness.model import (
    Category,
    ConfigMap,
    Container,
    Env,
    Fail,
    Finding,
    PodSpec,
    Severity,
    Skip,
    Snapshot,
    Topic,
    Volume,
    Workload,
)
from readiness.model.container import VolumeItem
from readiness.model.credentials import find_in_arguments, find_in_value
from readiness.model.records import dataclass

_STORE = "secrets-store.csi.k8s.io"

Patterns = Annotated[
    tuple[Pattern, ...],
    Len(0, 16),
    doc("RE2 patterns of names whose literal values are credentials; they replace the built-in rule of names."),
]
Placeholders = Annotated[bool, doc("Values that only mark a place, such as changeme or <token>, pass.")]


@dataclass(frozen=True, slots=True)
class LiteralParameters:
    """Which names promise a credential, and whether placeholders pass."""

    name_patterns: Patterns = ()
    allow_placeholders: Placeholders = True


@check(
    "No container has credentials as literal values",
    severity=Severity.CRITICAL,
    category=Category.SECRETS,
    topic=Topic.SECRETS,
    remedy="Move the value into a Secret, refer to it by secretKeyRef, and replace the credential: it leaked.",
)
def no_plaintext_secret_env(workload: Workload, _cluster: Snapshot, parameters: LiteralParameters) -> Iterator[Finding]:
    """
    A credential in a manifest is in every clone, backup and audit log of it, and whoever may read pods may read it.

    Rule: no env value, command or argument of a container, init containers and sidecars included, and no command or
    header of its probes is a literal credential: by the shape of the value (keys, tokens, URLs with a password) or by
    its name with a literal value. References such as $(VAR) and valueFrom pass.
    """
    names = tuple(map(compiled, parameters.name_patterns)) or None
    allowed = parameters.allow_placeholders
    for container in workload.pod.declared_containers:
        for env in container.env:
            found = find_in_value(env.name, env.value or "", placeholders=allowed, names=names)
            if found is not None:
                message = f"env {env.name} of container {container.name}: {found.what}"
                yield Fail(f"{container.path}.env[{env.name}]", message)
        for path, line, arguments in _command_lines(container):
            for hit in find_in_arguments(arguments, placeholders=allowed, names=names):
                told = f"{hit.name} in {line}" if hit.name else line
                yield Fail(path, f"{told} of container {container.name}: {hit.what}")
        for path, line, header, value in _headers(container):
            found = find_in_value(header, value, placeholders=allowed, names=names)
            if found is not None:
                yield Fail(path, f"header {header} of {line} of container {container.name}: {found.what}")


def _command_lines(container: Container) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Where each is, what it is called, and its words."""
    yield container.path, "the command line", container.arguments
    for field, handler in container.handlers:
        yield f"{container.path}.{field}.exec.command", f"the command of the {field}", handler.command


def _headers(container: Container) -> Iterator[tuple[str, str, str, str]]:
    """Where each is, of what, its name and its value."""
    for field, handler in container.handlers:
        for name, value in handler.headers:
            yield f"{container.path}.{field}.httpGet.httpHeaders[{name}]", f"the {field}", name, value


@dataclass(frozen=True, slots=True)
class ConfigMapParameters:
    """Whether placeholders pass."""

    allow_placeholders: Placeholders = True


@check(
    "No ConfigMap in use holds credentials",
    severity=Severity.CRITICAL,
    category=Category.SECRETS,
    kind=Kind.RELATION,
    topic=Topic.SECRETS,
    reads=(ConfigMap,),
    remedy="Move the value into a Secret, and replace the credential: it leaked.",
)
def no_secrets_in_configmaps(
    workload: Workload, cluster: Snapshot, parameters: ConfigMapParameters
) -> Iterator[Finding]:
    """
    ConfigMaps are readable by nearly everybody who may look at a namespace, and no tool treats them as secret.

    Rule: no value of a ConfigMap that the pod refers to by env, envFrom or a volume holds a literal credential.
    Placeholders such as ${PASSWORD} pass. A ConfigMap that is not there says nothing.
    """
    places: dict[str, str] = {}
    for reference in workload.pod.references("ConfigMap"):
        places.setdefault(reference.to.name, reference.path)
    if not places:
        yield Skip("the pod refers to no ConfigMap")
    for name, path in places.items():
        found = cluster.config_map(workload.ref.namespace, name)
        if found is None:
            continue
        for key, hit in found.hits if parameters.allow_placeholders else (*found.hits, *found.placeholder_hits):
            line = f", line {hit.line}" if hit.line else ""
            named = f" ({hit.name})" if hit.name not in ("", key) else ""
            yield Fail(path, f"ConfigMap {name}, key {key}{line}{named}: {hit.what}")


Names = Annotated[
    tuple[Annotated[str, Len(1, 128)], ...],
    Len(1, 64),
    doc("Names that must come from a Secret: environment variables, or keys of a Secret volume."),
]


@dataclass(frozen=True, slots=True)
class RequiredParameters:
    """Which secrets the workload cannot do without."""

    names: Names


@check(
    "Needed secrets are mandatory",
    severity=Severity.CRITICAL,
    category=Category.SECRETS,
    topic=Topic.SECRETS,
    remedy="Set the variable with valueFrom.secretKeyRef, without optional, and drop every literal fallback.",
)
def required_secrets(workload: Workload, _cluster: Snapshot, parameters: RequiredParameters) -> Iterator[Finding]:
    """
    A missing secret that stops nothing lets a pod start with an empty password or a built-in default key.

    Rule: each name is an env with a secretKeyRef, or <name>_FILE points into a mounted Secret or CSI volume, or it is
    a listed item of a Secret in a mounted volume; never optional, nowhere a literal. An envFrom or a whole volume does
    not count: neither stops a pod whose key is missing.
    """
    for name in parameters.names:
        found = list(_provisions(workload.pod, name))
        if not found:
            yield Fail("", f"{name} comes from no Secret")
        yield from (fault for fault in found if fault is not None)


def _provisions(pod: PodSpec, name: str) -> Iterator[Fail | None]:
    """What each place that provides the name has wrong; None where all is well."""
    for container in pod.declared_containers:
        for env in container.env:
            if env.name == name:
                yield _fault_of_env(container, env)
            elif env.name == f"{name}_FILE":
                yield _fault_of_file(pod, container, env)
    mounted = {mount.volume for container in pod.declared_containers for mount in container.mounts}
    for volume in pod.volumes:
        if volume.name in mounted and any(_is_needed(item, name) for item in volume.items):
            yield None


def _fault_of_env(container: Container, env: Env) -> Fail | None:
    told = f"{env.name} of container {container.name}"
    match env.source:
        case None:
            message = f"{told} is a literal value" if env.value is not None else f"{told} does not come from a Secret"
        case source if source.kind != "Secret":
            message = f"{told} comes from {source.kind} {source.name}"
        case source if source.optional:
            message = f"{told} is optional: the pod starts without Secret {source.name}"
        case _:
            return None
    return Fail(f"{container.path}.env[{env.name}]", message)


def _fault_of_file(pod: PodSpec, container: Container, env: Env) -> Fail | None:
    file = env.value or ""
    under = [mount for mount in container.mounts if f"{file}/".startswith(mount.path.rstrip("/") + "/")]
    nearest = max(under, key=lambda mount: len(mount.path)).volume if under else ""
    if any(_shows_secret(volume) for volume in pod.volumes if volume.name == nearest):
        return None
    message = f"{env.name} of container {container.name} points into no mounted Secret"
    return Fail(f"{container.path}.env[{env.name}]", message)


def _is_needed(item: VolumeItem, name: str) -> bool:
    """Whether a pod that mounts it cannot start without this key, or file, of a Secret."""
    source = item.source
    return source is not None and source.kind == "Secret" and not source.optional and name in (item.key, item.path)


def _shows_secret(volume: Volume) -> bool:
    """Whether a pod cannot start without the Secret that this volume shows."""
    return volume.kind == "csi" or any(ref.kind == "Secret" and not ref.optional for ref in volume.sources)


@dataclass(frozen=True, slots=True)
class FileParameters:
    """Which Secrets must be mounted."""

    names: Annotated[
        tuple[Annotated[str, Len(1, 253)], ...], Len(0, 64), doc("Secrets that this holds for; all when empty.")
    ] = ()


@check(
    "Secrets are mounted as files",
    severity=Severity.LOW,
    category=Category.SECRETS,
    remedy="Mount the Secret as a volume and tell the program the file, as in DB_PASSWORD_FILE.",
)
def secrets_mounted_as_files(workload: Workload, _cluster: Snapshot, parameters: FileParameters) -> Iterator[Finding]:
    """
    Variables end up in crash dumps, child processes and debug pages, and a rotated Secret needs a restart to get there.

    Rule: no container takes a Secret by env or envFrom; volumes pass, those of the Secrets Store CSI driver too.
    """
    names = parameters.names
    used = [ref for ref in workload.pod.references("Secret") if not names or ref.to.name in names]
    if not used and (names or all(volume.driver != _STORE for volume in workload.pod.volumes)):
        yield Skip("the pod refers to none of these Secrets" if names else "the pod refers to no Secret")
    for reference in used:
        if reference.container:
            message = f"container {reference.container} has Secret {reference.to.name} in its environment"
            yield Fail(reference.path, message)
