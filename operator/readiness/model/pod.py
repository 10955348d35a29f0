"""Live pods: state only, since what is declared lives on the workload's template."""

from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address

from readiness.model.container import PodSpec
from readiness.model.records import dataclass
from readiness.model.ref import Owner, Ref

HELM_HOOK = "helm.sh/hook"  # the annotation of what Helm starts before or after a release, or as its test


@dataclass(frozen=True, slots=True)
class Termination:
    """How a container's run ended."""

    reason: str
    exit_code: int
    finished: datetime | None
    started: datetime | None = None


@dataclass(frozen=True, slots=True)
class ContainerState:
    """What kubelet says about one container of a pod."""

    name: str
    init: bool = False
    ready: bool = False
    started: bool = False
    running_since: datetime | None = None
    restarts: int = 0
    waiting_reason: str = ""
    waiting_message: str = ""
    terminated: Termination | None = None
    last_terminated: Termination | None = None
    image_id: str = ""
    image: str = ""  # as the pod's spec names it


@dataclass(frozen=True, slots=True)
class Pod:
    """
    A pod as kubelet and scheduler see it.

    `spec` is None where the pod's root has a template that says the same; `ready_changed` is when the condition
    Ready last flipped; `gone_by` is when a pod that is being deleted is to be gone; `revision` tells pods of one
    template from those of another (empty where the controller does not label them); `region` and `zone` are its node's
    (empty where the cluster does not tell them to pods).
    """

    ref: Ref
    uid: str
    owner: Owner | None = None
    created: datetime | None = None
    deleted: bool = False
    phase: str = ""
    ready: bool = False
    ready_changed: datetime | None = None
    ip: str = ""
    node: str = ""
    host_network: bool = False
    containers: tuple[ContainerState, ...] = ()
    spec: PodSpec | None = None
    gone_by: datetime | None = None
    revision: str = ""
    region: str = ""
    zone: str = ""

    @property
    def running(self) -> bool:
        """Whether it runs and is meant to go on."""
        return self.phase == "Running" and not self.deleted

    @property
    def ended(self) -> bool:
        """Whether it will never run again."""
        return self.phase in ("Succeeded", "Failed")

    @property
    def lost_ready(self) -> bool:
        """Whether it was ready in the last run of its containers that is known, and is not any more."""
        ends = ((state, state.terminated or state.last_terminated) for state in self.containers)
        starts = [start for state, end in ends if (start := end.started if end else state.running_since)]
        return not self.ready and self.ready_changed is not None and bool(starts) and self.ready_changed > max(starts)

    @property
    def node_address(self) -> IPv4Address | IPv6Address | None:
        """The address of its node, which a pod on the network of its node has; None for any other."""
        try:
            return ip_address(self.ip) if self.host_network else None
        except ValueError:
            return None

    def container(self, name: str) -> ContainerState | None:
        """The state of the container with this name; None before kubelet has told."""
        for state in self.containers:  # asked so often that a generator would double what checks of live pods cost
            if state.name == name:
                return state
        return None


@dataclass(frozen=True, slots=True)
class ReplicaSet:
    """The metadata of a ReplicaSet: the link between a pod and its root."""

    ref: Ref
    uid: str
    owner: Owner | None
