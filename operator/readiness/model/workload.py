"""One shape for everything that runs pods: Kubernetes' controllers, bare pods, third-party controllers."""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import datetime

from readiness.model.container import PodSpec, Strategy
from readiness.model.controllers import Claim, CronRules, JobRules, StatefulRules
from readiness.model.labels import Labels, Selector
from readiness.model.pod import HELM_HOOK
from readiness.model.records import dataclass
from readiness.model.ref import Owner, Ref

BATCH_KINDS = frozenset({"Job", "CronJob"})
_TRIALS = frozenset({"test", "test-success", "test-failure"})  # hooks of `helm test`, the last two of Helm 2


@dataclass(frozen=True, slots=True)
class Replicas:
    """How many pods a workload may have: `least` and `most` are the same unless it is autoscaled."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Workload:
    """
    A root workload. `pod` is its template (a third-party controller's: the spec of its newest pod).

    `replicas` is what the spec asks for, with Kubernetes' default; None for kinds that have no such number. The
    counts of its status are None where the kind does not tell, or nobody asked a cluster. One that `borrows` takes
    its template from another workload (a Rollout's workloadRef).
    """

    ref: Ref
    api_version: str
    pod: PodSpec
    uid: str = ""
    generation: int = 0
    labels: Labels = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    owner: Owner | None = None
    created: datetime | None = None
    replicas: int | None = None
    replicas_stated: bool = False  # in the manifest: the API server states them for everybody
    selector: Selector | None = None
    strategy: Strategy = Strategy()
    min_ready_seconds: int = 0
    progress_deadline_seconds: int | None = None
    revision_history_limit: int | None = None
    stateful: StatefulRules | None = None  # of StatefulSets only
    job: JobRules | None = None  # of Jobs and CronJobs only
    cron: CronRules | None = None  # of CronJobs only
    suspended: bool = False
    finished: bool = False
    deleted: bool = False
    ready_replicas: int | None = None
    borrows: bool = False

    @property
    def batch(self) -> bool:
        """Whether its pods run to completion: Jobs, CronJobs and pods that are never restarted."""
        return self.ref.kind in BATCH_KINDS or self.pod.restart_policy != "Always"

    @property
    def trial(self) -> bool:
        """Whether only `helm test` runs it: it lies beside a release, and is no part of what is deployed."""
        hooks = self.annotations.get(HELM_HOOK)
        return hooks is not None and {word.strip() for word in hooks.split(",")} <= _TRIALS

    @property
    def wants_pods(self) -> bool:
        """Whether anything is meant to run right now: not scaled to zero, suspended, finished or being deleted."""
        return not (self.replicas == 0 or self.suspended or self.finished or self.deleted)

    @property
    def claims(self) -> Iterator[Claim]:
        """The claims that its pods make from templates: its own, and those of ephemeral volumes."""
        if self.stateful is not None:
            yield from self.stateful.claims
        yield from (volume.claim for volume in self.pod.volumes if volume.claim is not None)

    @property
    def keeps_state(self) -> bool:
        """Whether something outlives its pods: a StatefulSet, or a template that mounts a PersistentVolumeClaim."""
        volumes = self.pod.volumes
        return self.stateful is not None or any(volume.kind == "persistentVolumeClaim" for volume in volumes)

    def without(self, names: frozenset[str]) -> "Workload":
        """This workload less the containers that a policy ignores; itself when it has none of them."""
        pod = self.pod.without(names)
        return self if pod is self.pod else replace(self, pod=pod)
