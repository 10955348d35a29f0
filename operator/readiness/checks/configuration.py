"""Configuration: it stands outside the image, says what it must, and takes effect when it changes."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Literal

from readiness.checks.check import Kind, check
from readiness.checks.evidence.environment import Name, Setting, environment_of, judgement, mounts_of_running
from readiness.checks.evidence.values import address, size, span, switch, whole
from readiness.checks.parameters.limits import Len, Predicate, doc
from readiness.checks.parameters.pattern import Pattern, compiled
from readiness.model import Category, ConfigMap, Fail, Finding, PodSpec, Severity, Skip, Snapshot, Volume, Workload
from readiness.model.records import dataclass

_INJECTED_TOKEN = "kube-api-access-"


def is_pair(text: str) -> bool:
    """Whether it is NAME=value (the name stands in the error that a policy's author sees)."""
    name, _, value = text.partition("=")
    return bool(name and value)


@dataclass(frozen=True, slots=True)
class SourceParameters:
    """Where configuration may come from."""

    sources: Annotated[
        tuple[Literal["env", "file"], ...],
        Len(1, 2),
        doc("Where configuration may come from: environment variables, mounted files; one of them will do."),
    ] = ("env", "file")


@check(
    "Configuration comes from outside the image",
    severity=Severity.MEDIUM,
    category=Category.LIFECYCLE,
    remedy="Take what differs between environments out of the image, into a ConfigMap for envFrom or a volume.",
)
def config_externalized(workload: Workload, _cluster: Snapshot, parameters: SourceParameters) -> Iterator[Finding]:
    """
    What is built into the image differs between staging and production by a build: what was tested is not what runs.

    Rule: a container that runs on has env with a value or a reference to a ConfigMap or Secret, or envFrom (source
    env), or mounts a ConfigMap or Secret, projected ones included (source file). A token's own volume does not count.
    """
    found = {"env": _has_variables(workload.pod), "file": _has_files(workload.pod)}
    if not any(found[source] for source in parameters.sources):
        told = {"env": "environment variables", "file": "mounted files"}
        yield Fail("", f"no container is configured by {' or '.join(told[source] for source in parameters.sources)}")


def _has_variables(pod: PodSpec) -> bool:
    return any(
        container.env_from or any(env.value or env.source is not None for env in container.env)
        for container in pod.app_containers
    )


def _has_files(pod: PodSpec) -> bool:
    mounted = mounts_of_running(pod)
    return any(volume.sources and volume.name in mounted and not _is_token(volume) for volume in pod.volumes)


def _is_token(volume: Volume) -> bool:
    return volume.name.startswith(_INJECTED_TOKEN)


Type = Literal["string", "int", "bool", "duration", "bytes", "url"]
Bound = int | float | Annotated[str, Len(1, 32)]
Read = Callable[[str, str], object]  # (name, text) -> what the text says; None when it does not say such a thing

_TYPES: Mapping[str, tuple[str, Read]] = {
    "string": ("a text", lambda _name, text: text),
    "int": ("a whole number", lambda _name, text: whole(text)),
    "bool": ("true or false", lambda _name, text: switch(text)),
    "duration": ("a duration", span),
    "bytes": ("a size", lambda _name, text: size(text)),
    "url": ("a URL", lambda _name, text: address(text)),
}


@dataclass(frozen=True, slots=True)
class ValueParameters:
    """Which setting is asked for, and what it may be."""

    name: Annotated[Name, doc("The variable, or the key of a mounted ConfigMap; `*` stands for anything.")]
    source: Annotated[
        Literal["env", "configMap"] | None, doc("Only variables count, or only what ConfigMaps give; else both do.")
    ] = None
    type: Annotated[Type, doc("What the value must be.")] = "string"
    min: Annotated[Bound | None, doc("The least value of an int, a duration or a size, such as 5, 30s or 64Mi.")] = None
    max: Annotated[Bound | None, doc("The greatest value.")] = None
    allowed: Annotated[
        tuple[Annotated[str, Len(1, 128)], ...], Len(0, 64), doc("The values that pass, in upper or lower case.")
    ] = ()
    pattern: Annotated[Pattern | None, doc("An RE2 pattern that occurs in the value.")] = None

    def __post_init__(self) -> None:
        """Refuse bounds of what has no order, and bounds that are nothing of the type."""
        for bound in (self.min, self.max):
            if bound is not None and self.amount(str(bound)) is None:
                raise ValueError(f"min and max must be of type int, duration or bytes, and {bound} is no {self.type}")

    @property
    def demanding(self) -> bool:
        """Whether it is not enough that the setting is there."""
        return self.type != "string" or bool(self.allowed or self.pattern)

    def amount(self, text: str) -> float | None:
        """How much a value is, of a type that has an order."""
        read = _TYPES[self.type][1](self.name, text)
        return read if isinstance(read, float) else None


@check(
    "The setting is there and in range",
    severity=Severity.MEDIUM,
    category=Category.LIFECYCLE,
    kind=Kind.RELATION,
    reads=(ConfigMap,),
    remedy="Set the variable in env, or the key in the ConfigMap that the pod uses, to a value that the policy allows.",
)
def config_value(workload: Workload, cluster: Snapshot, parameters: ValueParameters) -> Iterator[Finding]:
    """
    A setting that is missing, misspelt or out of range is replaced by a default that nobody chose for production.

    Rule: the name is set for a container that runs on, by env, envFrom or a key of a mounted ConfigMap, and every value
    of it is of the type, between min and max, one of allowed, and matches the pattern. Durations are 90s, 1h30m, or
    numbers in the unit that the name ends with (_MS), else seconds. Values from Secrets are not known. Lines within
    files of a ConfigMap are not read.
    """
    environment = environment_of(workload, cluster)
    found = [setting for setting in environment.named(parameters.name) if _is_from(setting, parameters.source)]
    if not found:
        yield environment.lack(parameters.name)
    for setting in found:
        if parameters.demanding or setting.known is not None:
            yield from judgement(setting, lambda setting, value: _fault(setting.name, value, parameters))


def _is_from(setting: Setting, source: str | None) -> bool:
    if source == "configMap":
        return setting.source is not None and setting.source.kind == "ConfigMap"
    return source is None or not setting.mounted


def _fault(name: str, value: str, wanted: ValueParameters) -> str | None:
    """What is wrong with a value. Only amounts are shown: nothing says that a text is not confidential."""
    told, read = _TYPES[wanted.type]
    found = read(name, value)
    if found is None:
        return f"is not {told}"
    if isinstance(found, float):
        if (least := wanted.min) is not None and found < (wanted.amount(str(least)) or 0.0):
            return f"is {value}, less than {least}"
        if (most := wanted.max) is not None and found > (wanted.amount(str(most)) or 0.0):
            return f"is {value}, more than {most}"
    if wanted.allowed and value.lower() not in {item.lower() for item in wanted.allowed}:
        return f"is not one of {', '.join(wanted.allowed)}"
    if wanted.pattern is not None and not compiled(wanted.pattern).search(value):
        return "does not match the pattern"
    return None


@dataclass(frozen=True, slots=True)
class ReloadParameters:
    """How a change gets to the containers."""

    mode: Annotated[
        Literal["hot", "restart"] | None,
        doc(
            "hot: files are replaced under the running program; restart: pods are replaced. Either will do unless set."
        ),
    ] = None


_CHECKSUM, _OF_SECRETS = "checksum/", "checksum/secret"
_RELOADED = ("reloader.stakater.com/auto", "reloader.stakater.com/search", "configmap.reloader.stakater.com/auto")
_LISTED = "configmap.reloader.stakater.com/reload"
_ROOT_CA = "kube-root-ca.crt"  # Kubernetes' own, in the volume of each token
_HASHED = re.compile(r".*-[2456789bcdfghkmt]{10}")  # what kustomize's configMapGenerator appends


@check(
    "Configuration changes take effect",
    severity=Severity.LOW,
    category=Category.LIFECYCLE,
    remedy="Add a checksum/config annotation to the pod template, or mount the ConfigMap as a directory.",
)
def config_reload(workload: Workload, _cluster: Snapshot, parameters: ReloadParameters) -> Iterator[Finding]:
    """
    A changed ConfigMap that nobody reads again lies in wait: it takes effect at some later restart, on one pod only.

    Rule: pods are replaced when a ConfigMap changes, by a checksum/ annotation of the pod template, an annotation for
    Stakater's Reloader, or kustomize's hash in each ConfigMap's name (mode restart), or every ConfigMap that the
    containers use is mounted without subPath, so that kubelet replaces its files (mode hot). Whether the program reads
    them again, no object tells.
    """
    if workload.batch:
        yield Skip("each run reads its configuration anew")
        return
    fixed, used = _fixed_uses(workload.pod)
    if not used:
        yield Skip("no container that runs on uses a ConfigMap")
    elif parameters.mode == "restart" or (parameters.mode is None and fixed):
        if not _is_restarted(workload):
            yield Fail("", "nothing replaces its pods when a ConfigMap changes")
    elif parameters.mode == "hot":
        yield from (Fail(path, message) for path, message in fixed)


def _fixed_uses(pod: PodSpec) -> tuple[list[tuple[str, str]], bool]:
    """The uses of ConfigMaps that a change does not reach while the pod lives (path, why), and if there are any."""
    fixed: list[tuple[str, str]] = []
    running = {container.name for container in pod.app_containers}
    for use in pod.references("ConfigMap"):
        if use.container in running:
            told = f"container {use.container} has ConfigMap {use.to.name} in its environment"
            fixed.append((use.path, f"{told}, which is read at its start only"))
    shown = {volume.name for volume in pod.volumes if not _is_token(volume) and _shows_config(volume)}
    mounts = [(container, mount) for container in pod.app_containers for mount in container.mounts]
    used = [(container, mount) for container, mount in mounts if mount.volume in shown]
    for container, mount in used:
        if mount.sub_path:
            told = f"container {container.name} mounts volume {mount.volume} with subPath"
            fixed.append((f"{container.path}.volumeMounts[{mount.path}]", f"{told}, which never changes"))
    return fixed, bool(fixed or used)


def _shows_config(volume: Volume) -> bool:
    return any(source.kind == "ConfigMap" for source in volume.sources)


def _is_restarted(workload: Workload) -> bool:
    """Whether something replaces the pods when a ConfigMap changes; what is for Secrets does not."""
    if any(key.startswith(_CHECKSUM) and not key.startswith(_OF_SECRETS) for key in workload.pod.annotations):
        return True
    notes = {**workload.pod.annotations, **workload.annotations}
    listed = {name.strip() for name in notes.get(_LISTED, "").split(",")}
    if any(notes.get(key) == "true" for key in _RELOADED):
        return True
    running = {container.name for container in workload.pod.app_containers}
    uses = (use for use in workload.pod.references("ConfigMap") if use.container in running or not use.container)
    return all(name in listed or _HASHED.fullmatch(name) for use in uses if (name := use.to.name) != _ROOT_CA)


Pair = Annotated[str, Len(3, 256), Predicate(is_pair)]


@dataclass(frozen=True, slots=True)
class ModeParameters:
    """What production looks like."""

    env: Annotated[tuple[Pair, ...], Len(1, 32), doc("Variables with the values that they have in production.")] = (
        "APP_ENV=production",
        "DEBUG=false",
        "GIN_MODE=release",
    )


@check(
    "It runs with production settings",
    severity=Severity.MEDIUM,
    category=Category.LIFECYCLE,
    kind=Kind.RELATION,
    reads=(ConfigMap,),
    remedy="Set the variables to what they are in production.",
)
def production_mode(workload: Workload, cluster: Snapshot, parameters: ModeParameters) -> Iterator[Finding]:
    """
    Development settings show stack traces and queries to everybody, reload code, and cost a multiple of the time.

    Rule: of the variables in env at least one is set, and each that is set has the value that is given there. Upper and
    lower case are one, and so are the words for on and for off.
    """
    environment = environment_of(workload, cluster)
    wanted = [(name, value) for name, _, value in (pair.partition("=") for pair in parameters.env)]
    found = [(setting, value) for name, value in wanted for setting in environment.named(name)]
    if not found:
        yield environment.lack(*(name for name, _ in wanted))
    for setting, value in found:
        if setting.known != "" or switch(value) is not False:  # DEBUG= is off
            yield from judgement(setting, _other_than(value))


def _other_than(wanted: str) -> Callable[[Setting, str], str | None]:
    return lambda _setting, value: None if _same(value, wanted) else f"is not {wanted}"


def _same(one: str, other: str) -> bool:
    meant = switch(other)
    return one.lower() == other.lower() or (meant is not None and switch(one) is meant)
