"""Containers and pod specs as far as checks read them: what is declared, and what of it is in force."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from enum import StrEnum

from readiness.model.controllers import Claim
from readiness.model.labels import Labels, Selector
from readiness.model.placement import Placement
from readiness.model.quantity import IntOrPercent
from readiness.model.records import dataclass

_NUMBER = re.compile(r"[0-9]{1,5}")


class Role(StrEnum):
    """What a container is in its pod."""

    APP = "app"
    SIDECAR = "sidecar"  # an init container with restartPolicy Always
    INIT = "init"
    EPHEMERAL = "ephemeral"


@dataclass(frozen=True, slots=True)
class Port:
    """A declared containerPort."""

    number: int
    name: str = ""
    protocol: str = "TCP"
    host_port: int = 0


@dataclass(frozen=True, slots=True)
class Handler:
    """How a probe asks: `kind` is httpGet, tcpSocket, grpc or exec; `port` a number or a port's name."""

    kind: str
    port: int | str = 0
    path: str = ""
    scheme: str = "HTTP"
    host: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    service: str = ""  # grpc only
    command: tuple[str, ...] = field(default=(), repr=False)  # exec only: may hold credentials


@dataclass(frozen=True, slots=True)
class Probe:
    """A declared probe with Kubernetes' defaults filled in; all times in seconds."""

    handler: Handler | None
    initial_delay: int = 0
    period: int = 10
    timeout: int = 1
    success_threshold: int = 1
    failure_threshold: int = 3

    @property
    def patience(self) -> int:
        """Seconds after a container's start until kubelet acts on failures."""
        return self.initial_delay + self.period * self.failure_threshold


@dataclass(frozen=True, slots=True)
class SELinux:
    """seLinuxOptions, of which a container has its own or its pod's as a whole."""

    type: str = ""
    user: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Security:
    """
    A securityContext, of a container or of its pod; None means not set, and an empty type a profile without one.

    `Container.security` holds the merged one: container fields over pod fields, as kubelet applies them.
    """

    run_as_user: int | None = None
    run_as_group: int | None = None
    run_as_non_root: bool | None = None
    privileged: bool | None = None
    allow_privilege_escalation: bool | None = None
    read_only_root_filesystem: bool | None = None
    seccomp_type: str | None = None
    app_armor_type: str | None = None
    selinux: SELinux | None = None
    proc_mount: str | None = None
    sysctls: tuple[str, ...] = ()  # names
    host_process: bool | None = None  # windowsOptions
    windows_user: str | None = None  # windowsOptions.runAsUserName
    add: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    fs_group: int | None = None
    supplemental_groups: tuple[int, ...] = ()

    def over(self, pod: "Security") -> "Security":
        """This container's context over its pod's: only what containers inherit is taken from the pod."""
        return replace(
            self,
            run_as_user=pod.run_as_user if self.run_as_user is None else self.run_as_user,
            run_as_group=pod.run_as_group if self.run_as_group is None else self.run_as_group,
            run_as_non_root=pod.run_as_non_root if self.run_as_non_root is None else self.run_as_non_root,
            seccomp_type=pod.seccomp_type if self.seccomp_type is None else self.seccomp_type,
            app_armor_type=pod.app_armor_type if self.app_armor_type is None else self.app_armor_type,
            selinux=pod.selinux if self.selinux is None else self.selinux,
            host_process=pod.host_process if self.host_process is None else self.host_process,
            windows_user=pod.windows_user if self.windows_user is None else self.windows_user,
        )


@dataclass(frozen=True, slots=True)
class KeyRef:
    """A reference to a key of a Secret or a ConfigMap; an empty `key` means all of them, each with `prefix` before."""

    kind: str
    name: str
    key: str = ""
    optional: bool = False
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Env:
    """One environment variable: a literal `value`, or a reference (`source`), or neither (fieldRef and such)."""

    name: str
    value: str | None = field(default=None, repr=False)  # may be a credential: never printed
    source: KeyRef | None = None


@dataclass(frozen=True, slots=True)
class Mount:
    """A volumeMount."""

    volume: str
    path: str
    read_only: bool = False
    sub_path: str = ""


@dataclass(frozen=True, slots=True)
class Container:
    """
    A container of a pod spec; `path` is where it stands, such as `spec.template.spec.containers[app]`.

    `security` is what is in force, `own` what the container itself declares of it. `hosts` are those that its probes
    and lifecycle hooks name instead of the pod: the field, as `livenessProbe.httpGet.host`, and what it says.
    """

    name: str
    path: str
    role: Role = Role.APP
    image: str = ""
    pull_policy: str = ""
    ports: tuple[Port, ...] = ()
    liveness: Probe | None = None
    readiness: Probe | None = None
    startup: Probe | None = None
    requests: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, str] = field(default_factory=dict)
    security: Security = Security()
    own: Security = Security()
    env: tuple[Env, ...] = ()
    env_from: tuple[KeyRef, ...] = ()
    mounts: tuple[Mount, ...] = ()
    arguments: tuple[str, ...] = field(default=(), repr=False)  # command and args: may hold credentials
    pre_stop: str = ""  # what its preStop hook is: sleep, exec, httpGet or tcpSocket; empty when it has none
    pre_stop_sleep: int | None = None  # seconds that a preStop hook sleeps, by `sleep` or in a shell; None: it does not
    stop_signal: str = ""  # the signal that it declares; empty: its image's, else SIGTERM
    hosts: tuple[tuple[str, str], ...] = ()

    @property
    def handlers(self) -> Iterator[tuple[str, Handler]]:
        """How its probes ask, with the field of each."""
        probes = (("livenessProbe", self.liveness), ("readinessProbe", self.readiness), ("startupProbe", self.startup))
        return ((field, probe.handler) for field, probe in probes if probe is not None and probe.handler is not None)

    @property
    def runs_on(self) -> bool:
        """Whether it lives as long as the pod: app containers and sidecars."""
        return self.role in (Role.APP, Role.SIDECAR)

    def port(self, wanted: int | str) -> int | None:
        """The number behind a probe's port: a number (also as text), or the name of one of this container's ports."""
        if isinstance(wanted, int):
            return wanted
        named = next((port.number for port in self.ports if port.name == wanted), None)
        return int(wanted) if named is None and _NUMBER.fullmatch(wanted) else named


@dataclass(frozen=True, slots=True)
class VolumeItem:
    """One `items[]` entry of a volume: which key, of which Secret or ConfigMap, becomes which file; its mode if set."""

    key: str
    path: str
    mode: int | None = None
    source: KeyRef | None = None


@dataclass(frozen=True, slots=True)
class Volume:
    """
    A volume; `kind` is the name of its source: secret, configMap, emptyDir, hostPath, projected, csi, image, ….

    `more_kinds` are further sources beside it, which the API server refuses. `sources` are the Secrets and ConfigMaps
    that it shows (several when projected); modes are as written, None where the default 0644 rules.
    """

    name: str
    kind: str
    sources: tuple[KeyRef, ...] = ()
    default_mode: int | None = None
    items: tuple[VolumeItem, ...] = ()
    claim: Claim | None = None  # of an ephemeral volume
    size_limit: str = ""
    medium: str = ""
    host_path: str = ""
    image: str = ""
    more_kinds: tuple[str, ...] = ()
    driver: str = ""  # of a csi volume
    provider_class: str = ""  # the SecretProviderClass that a csi volume shows
    claim_name: str = ""  # the PersistentVolumeClaim that it is
    api_token: bool = False  # whether it shows a token for the API server


@dataclass(frozen=True, slots=True)
class Spread:
    """A topologySpreadConstraint."""

    topology_key: str
    max_skew: int
    when_unsatisfiable: str
    selector: Selector | None
    min_domains: int | None = None


@dataclass(frozen=True, slots=True)
class AntiAffinity:
    """A podAntiAffinity term: required, or preferred."""

    topology_key: str
    required: bool
    selector: Selector | None


@dataclass(frozen=True, slots=True)
class Reference:
    """
    A place in a pod spec that refers to a Secret or a ConfigMap; `container` is empty for a volume's.

    `items` are the keys that a volume shows, where it names them.
    """

    path: str
    to: KeyRef
    container: str = ""
    items: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that it cannot do without."""
        return (self.to.key,) if self.to.key else self.items


@dataclass(frozen=True, slots=True)
class PodSpec:
    """A pod spec, of a template or of a pod; `path` is where it stands (`spec.template.spec`, `spec`)."""

    path: str
    labels: Labels = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    containers: tuple[Container, ...] = ()
    volumes: tuple[Volume, ...] = ()
    security: Security = Security()
    resource_requests: Mapping[str, str] = field(default_factory=dict)
    resource_limits: Mapping[str, str] = field(default_factory=dict)
    service_account: str = "default"
    automount_token: bool | None = None
    host_network: bool = False
    host_pid: bool = False
    host_ipc: bool = False
    host_users: bool | None = None
    share_process_namespace: bool = False
    windows: bool = False  # by what it says of itself, or of its nodes
    os: str = ""  # os.name: what it says of itself
    restart_policy: str = "Always"
    termination_grace_seconds: int = 30
    spreads: tuple[Spread, ...] = ()
    anti_affinity: tuple[AntiAffinity, ...] = ()
    image_pull_secrets: tuple[str, ...] = ()
    placement: Placement = Placement()
    readiness_gates: tuple[str, ...] = ()
    host_aliases: bool = False
    service_links: bool | None = None
    dns_options: Mapping[str, str] = field(default_factory=dict)  # an option without a value has an empty one
    deprecated_account: str = ""  # serviceAccount, the older name of serviceAccountName, where only that is set

    def without(self, names: frozenset[str]) -> "PodSpec":
        """This pod spec less the containers that a policy ignores; itself when it has none of them."""
        if not any(container.name in names for container in self.containers):
            return self
        return replace(self, containers=tuple(c for c in self.containers if c.name not in names))

    @property
    def app_containers(self) -> Iterator[Container]:
        """Containers that live as long as the pod: app containers and sidecars."""
        return (container for container in self.containers if container.runs_on)

    @property
    def declared_containers(self) -> Iterator[Container]:
        """All but ephemeral containers, which somebody added to a running pod by hand."""
        return (container for container in self.containers if container.role is not Role.EPHEMERAL)

    @property
    def users(self) -> frozenset[int]:
        """The ids of the users that its containers say they run as."""
        users = (container.security.run_as_user for container in self.containers)
        return frozenset(user for user in users if user is not None)

    def references(self, kind: str) -> Iterator[Reference]:
        """Every place that refers to a Secret, or to a ConfigMap: env, envFrom and volumes."""
        for container in self.declared_containers:
            for env in container.env:
                if env.source is not None and env.source.kind == kind:
                    yield Reference(f"{container.path}.env[{env.name}]", env.source, container.name)
            for source in container.env_from:
                if source.kind == kind:
                    yield Reference(f"{container.path}.envFrom[{source.name}]", source, container.name)
        for volume in self.volumes:
            for source in volume.sources:
                if source.kind == kind:
                    keys = tuple(item.key for item in volume.items if item.source == source)
                    yield Reference(f"{self.path}.volumes[{volume.name}]", source, items=keys)


@dataclass(frozen=True, slots=True)
class Strategy:
    """How a controller replaces its pods: `kind` is RollingUpdate, Recreate, OnDelete, BlueGreen, Canary or empty."""

    kind: str = ""
    max_unavailable: IntOrPercent | None = None
    max_surge: IntOrPercent | None = None
    partition: int | None = None
