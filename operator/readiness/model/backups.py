"""What Velero, CloudNativePG, K8up and the snapshot controller say of backups."""

from dataclasses import field
from datetime import datetime

from readiness.model.about import EVERYBODY, Key
from readiness.model.labels import Labels, Selector
from readiness.model.records import dataclass
from readiness.model.ref import Ref


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """
    When backups are made: a Schedule of Velero or K8up, or a ScheduledBackup of CloudNativePG.

    `namespaces` None are all of them, less `excluded`; a plan for one `cluster` saves that CloudNativePG Cluster alone;
    `selector` chooses among objects. `keep` is how long a backup is kept, `checks` when K8up verifies them.
    """

    ref: Ref
    schedule: str = ""
    paused: bool = False
    namespaces: tuple[str, ...] | None = ()
    excluded: tuple[str, ...] = ()
    cluster: str = ""
    selector: Selector | None = None
    keep: str = ""
    checks: str = ""
    last: datetime | None = None
    labels: Labels = field(default_factory=dict)

    @property
    def about(self) -> tuple[Key, ...]:
        """The namespaces that it saves; that of a cluster, for its clients have their data there."""
        if self.cluster:
            return ((self.ref.namespace,),)
        return (EVERYBODY,) if self.namespaces is None else tuple((name,) for name in self.namespaces)


@dataclass(frozen=True, slots=True)
class BackupRun:
    """
    One backup: of Velero, K8up or CloudNativePG.

    `plan` is the Schedule that made it, where it tells; `completed` is None while it goes on, `at` when it ended.
    """

    ref: Ref
    plan: str = ""
    namespaces: tuple[str, ...] | None = ()
    cluster: str = ""
    completed: bool | None = None
    phase: str = ""
    at: datetime | None = None
    expires: datetime | None = None

    @property
    def about(self) -> tuple[Key, ...]:
        """The namespaces that it saved, or that of the cluster."""
        if self.cluster:
            return ((self.ref.namespace,),)
        return (EVERYBODY,) if self.namespaces is None else tuple((name,) for name in self.namespaces)


@dataclass(frozen=True, slots=True)
class BackupTest:
    """A Restore of Velero or a Check of K8up; `completed` is None while it goes on, `at` when it ended."""

    ref: Ref
    backup: str = ""
    namespaces: tuple[str, ...] | None = ()  # from which it restored
    completed: bool | None = None
    phase: str = ""
    at: datetime | None = None

    @property
    def about(self) -> tuple[Key, ...]:
        """The namespaces whose backup it proved."""
        return (EVERYBODY,) if self.namespaces is None else tuple((name,) for name in self.namespaces)


@dataclass(frozen=True, slots=True)
class DatabaseCluster:
    """
    A Cluster of CloudNativePG: whether it archives its log all the time, and how long backups are kept.

    `archiving` is its condition ContinuousArchiving, None where it does not tell.
    """

    ref: Ref
    archived: bool = False  # somewhere to archive to is declared
    archiving: bool | None = None
    keep: str = ""
    last_backup: datetime | None = None
    last_failure: datetime | None = None

    @property
    def about(self) -> tuple[Key, ...]:
        """Its namespace: its pods are a workload of its name, and its clients have their data there."""
        return ((self.ref.namespace,),)


@dataclass(frozen=True, slots=True)
class VolumeSnapshot:
    """A snapshot of a claim's volume."""

    ref: Ref
    claim: str = ""
    ready: bool | None = None
    at: datetime | None = None
    labels: Labels = field(default_factory=dict)

    @property
    def about(self) -> tuple[Key, ...]:
        """Its namespace."""
        return ((self.ref.namespace,),)
