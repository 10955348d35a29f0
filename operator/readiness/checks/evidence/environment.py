"""The named settings of a workload: its environment variables and the keys of ConfigMaps that it mounts."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from fnmatch import fnmatchcase
from typing import Annotated

from readiness.checks.parameters.limits import Len, doc
from readiness.model import ConfigMap, Container, Env, Fail, Finding, KeyRef, PodSpec, Snapshot, Unknown, Workload
from readiness.model.records import dataclass

Name = Annotated[str, Len(1, 128)]
Names = Annotated[
    tuple[Name, ...],
    Len(1, 64),
    doc("Environment variables or keys of mounted ConfigMaps; `*` stands for anything, as in *_TIMEOUT."),
]
_REFERENCE = "$("  # of another variable, which Kubernetes fills in


@dataclass(frozen=True, slots=True)
class Setting:
    """
    One setting where it is made: `path` as findings have it, `place` as sentences have it.

    `value` is None when nothing tells what it is set to; `source` the Secret or ConfigMap that it comes from.
    """

    name: str
    path: str
    place: str
    value: str | None = field(default=None, repr=False)
    source: KeyRef | None = None
    mounted: bool = False

    def __str__(self) -> str:
        """As findings call it."""
        return f"{self.name} of {self.place}"

    @property
    def known(self) -> str | None:
        """The value; None also where other variables are a part of it."""
        return None if self.value is None or _REFERENCE in self.value else self.value.strip()

    def unknown(self) -> Unknown:
        """Why the value is not known."""
        match self.source:
            case KeyRef(kind="Secret", name=name):
                return Unknown(f"{self} comes from Secret {name}, whose values are not read")
            case KeyRef(name=name) if self.value is None:
                return Unknown(f"{self} comes from ConfigMap {name}, which does not tell it")
            case _ if self.value is None:
                return Unknown(f"{self} is filled in when the pod starts")
            case _:
                return Unknown(f"{self} is put together from other variables")


@dataclass(frozen=True, slots=True)
class Environment:
    """What is set, and the Secrets and ConfigMaps with names that are not known."""

    settings: tuple[Setting, ...]
    closed: tuple[str, ...] = ()

    def named(self, name: str) -> list[Setting]:
        """The settings of a name, or of all names that match a pattern with `*`."""
        if "*" in name:
            return [setting for setting in self.settings if fnmatchcase(setting.name, name)]
        return [setting for setting in self.settings if setting.name == name]

    def less(self, words: Iterable[str]) -> "Environment":
        """What is left without the settings whose names contain one of these words."""
        left = (item for item in self.settings if not any(word in item.name.upper() for word in words))
        return Environment(tuple(left), self.closed)

    def lack(self, *names: str) -> Fail | Unknown:
        """What to say when nothing by these names is found."""
        told = " or ".join(names)
        if self.closed:
            return Unknown(f"{told} may be in {self.closed[0]}, whose keys are not known")
        return Fail("", f"nothing sets {told}")

    def judged(self, names: Iterable[str], fault: Callable[[Setting, str], str | None]) -> Iterator[Finding]:
        """
        The findings on settings that must be there: each name is set, and none of its values has a fault.

        `fault` says what is wrong with a known value, or None; it reads on from the setting's name.
        """
        for name in names:
            found = self.named(name)
            if not found:
                yield self.lack(name)
            yield from (finding for setting in found for finding in judgement(setting, fault))


def judgement(setting: Setting, fault: Callable[[Setting, str], str | None]) -> Iterator[Finding]:
    """What is found at one setting; see `Environment.judged`."""
    value = setting.known
    if value is None:
        yield setting.unknown()
    elif (wrong := "is empty" if not value else fault(setting, value)) is not None:
        yield Fail(setting.path, f"{setting} {wrong}")


def environment_of(workload: Workload, cluster: Snapshot, *, every: bool = False) -> Environment:
    """
    The environment of the containers that run on (every: of init containers too), and the ConfigMaps that they mount.

    Later entries overrule earlier ones, and env overrules envFrom, as kubelet has it.
    """
    closed: list[str] = []
    settings: list[Setting] = []
    for container in workload.pod.declared_containers if every else workload.pod.app_containers:
        found: dict[str, Setting] = {}
        for source in container.env_from:
            config = _config_map(source, workload, cluster)
            if config is None:
                closed.append(f"{source.kind} {source.name}")
            else:
                found |= {setting.name: setting for setting in _taken_in(container, source, config)}
        for env in container.env:
            found[env.name] = _variable(container, env, workload, cluster)
        settings += found.values()
    settings += _mounted(workload, cluster)
    return Environment(tuple(settings), tuple(closed))


def _config_map(source: KeyRef, workload: Workload, cluster: Snapshot) -> ConfigMap | None:
    return cluster.config_map(workload.ref.namespace, source.name) if source.kind == "ConfigMap" else None


def _taken_in(container: Container, source: KeyRef, config: ConfigMap) -> Iterator[Setting]:
    path = f"{container.path}.envFrom[{source.name}]"
    for key, value in config.settings.items():
        yield Setting(source.prefix + key, path, f"container {container.name}", value, source)


def _variable(container: Container, env: Env, workload: Workload, cluster: Snapshot) -> Setting:
    value = env.value
    if env.source is not None and (config := _config_map(env.source, workload, cluster)) is not None:
        value = config.settings.get(env.source.key)
    path = f"{container.path}.env[{env.name}]"
    return Setting(env.name, path, f"container {container.name}", value, env.source)


def _mounted(workload: Workload, cluster: Snapshot) -> Iterator[Setting]:
    pod = workload.pod
    mounted = mounts_of_running(pod)
    for volume in pod.volumes:
        if volume.name not in mounted:
            continue
        path = f"{pod.path}.volumes[{volume.name}]"
        for source in volume.sources:
            shown = {item.key for item in volume.items if item.source == source}
            config = _config_map(source, workload, cluster)
            for key, value in config.settings.items() if config is not None else ():
                if not shown or key in shown:
                    yield Setting(key, path, f"ConfigMap {source.name}", value, source, mounted=True)


def mounts_of_running(pod: PodSpec) -> frozenset[str]:
    """The names of the volumes that containers which run on have mounted."""
    return frozenset(mount.volume for container in pod.app_containers for mount in container.mounts)
