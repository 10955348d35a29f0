"""What is there to run, and whether it does: ready pods, bound claims, settings that exist, jobs that start."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated

from readiness.checks.check import Kind, NoParameters, check
from readiness.checks.evidence.answers import live_pods
from readiness.checks.evidence.crontab import longest_gap
from readiness.checks.live import BATCH, IDLE
from readiness.checks.parameters.duration import Duration, seconds
from readiness.checks.parameters.limits import Ge, Le, doc
from readiness.model import (
    SETTLING,
    Category,
    ConfigMap,
    Fail,
    Finding,
    PersistentVolumeClaim,
    Pod,
    Recheck,
    Severity,
    Skip,
    Snapshot,
    Unknown,
    Workload,
)
from readiness.model.quantity import IntOrPercent, scaled
from readiness.model.records import dataclass

_MISSING_AT_ONCE: dict[str, IntOrPercent] = {"Deployment": "25%", "DaemonSet": 1, "StatefulSet": 1}  # by default
_CRASHING = "CrashLoopBackOff"
_SAME = {"ErrImagePull": "ImagePullBackOff", "PodInitializing": "", "ContainerCreating": ""}  # the first take turns


@dataclass(frozen=True, slots=True)
class ReadyParameters:
    """How long a pod may take."""

    patience: Annotated[Duration, doc("The longest that a single pod may be without being ready.")] = "10m"


@check(
    "The pods are ready",
    severity=Severity.HIGH,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(Pod,),
    live=True,
    remedy="Look at `kubectl describe pod`: its events tell what the pods wait for.",
)
def pods_ready(workload: Workload, cluster: Snapshot, parameters: ReadyParameters) -> Iterator[Finding]:
    """
    What was asked for does not run: the others carry its load, until one of them fails as well.

    Rule: as many pods are ready as are asked for, less what a rollout may take away (maxUnavailable); fewer count
    after two minutes without a change. No pod has been without being ready for longer than patience.
    """
    if workload.batch or not workload.wants_pods:
        yield Skip(BATCH if workload.batch else IDLE)
        return
    pods = live_pods(workload, cluster)
    waiting = [pod for pod in pods if not pod.ready]
    wanted = len(pods) if workload.replicas is None else workload.replicas
    least = wanted - _may_miss(workload, wanted)
    settled = (cluster.moved_at(workload) or cluster.now) + SETTLING
    if len(pods) - len(waiting) < least:
        if cluster.now < settled:
            yield Recheck(settled)
            if cluster.starting(workload):
                yield Unknown("it was created less than two minutes ago and is not ready yet")
        else:
            yield Fail("", f"fewer than {least} of {wanted} pods are ready{_reasons(waiting)}")
            return
    patience = timedelta(seconds=seconds(parameters.patience))
    late = [pod for pod in waiting if (since := _unready_since(pod)) is not None and cluster.now >= since + patience]
    ends = [since + patience for pod in waiting if (since := _unready_since(pod)) is not None and pod not in late]
    if late:
        yield Fail("", f"pods have not been ready for {parameters.patience}{_reasons(late)}")
    if ends:
        yield Recheck(min(ends))


@dataclass(frozen=True, slots=True)
class GoneParameters:
    """How long a pod may take to go."""

    patience: Annotated[Duration, doc("The longest that a pod may stay after the end of its grace period.")] = "10m"


@check(
    "Deleted pods go",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(Pod,),
    live=True,
    remedy="Look at the pod's node and finalizers; `kubectl describe pod` tells what still waits for it.",
)
def pods_terminate(workload: Workload, cluster: Snapshot, parameters: GoneParameters) -> Iterator[Finding]:
    """
    A pod that cannot be deleted holds its volume and its name: a StatefulSet waits for it, and so does the drain.

    Rule: no pod that is being deleted is still there `patience` after the end of its grace period.
    """
    patience = timedelta(seconds=seconds(parameters.patience))
    ends = [pod.gone_by + patience for pod in cluster.pods_of(workload) if pod.gone_by is not None]
    late = sum(end <= cluster.now for end in ends)
    if late:
        pods = "1 pod is" if late == 1 else f"{late} pods are"
        yield Fail("", f"{pods} still there {parameters.patience} after the end of the grace period")
    if ahead := [end for end in ends if end > cluster.now]:
        yield Recheck(min(ahead))


def _may_miss(workload: Workload, wanted: int) -> int:
    """How many pods a rollout may take away; of a single replica none, for its successor comes first."""
    strategy, kind = workload.strategy, workload.ref.kind
    share = strategy.max_unavailable if strategy.max_unavailable is not None else _MISSING_AT_ONCE.get(kind, 0)
    return min(scaled(share, wanted, up=kind != "Deployment") or 0, wanted - 1 if wanted > 1 else 0)


def _unready_since(pod: Pod) -> datetime | None:
    return pod.ready_changed or pod.created


def _reasons(pods: list[Pod]) -> str:
    """What pods wait for, in kubelet's words; between two crashes it is the crashes too."""
    unready = [state for pod in pods for state in pod.containers if not (state.ready or state.init)]
    told = {state.waiting_reason or (_CRASHING if state.restarts else "") for state in unready}
    told |= {"not scheduled" for pod in pods if not pod.node}
    words = sorted({_SAME.get(word, word) for word in told} - {""})
    return f" ({', '.join(words)})" if words else ""


@check(
    "Claims on storage are bound",
    severity=Severity.HIGH,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(Pod, PersistentVolumeClaim),
    live=True,
    remedy="Look at `kubectl describe pvc`: its events tell why no volume was made, or bring the volume back.",
)
def claims_bound(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A pod whose claim has no volume is not even scheduled; one whose volume was lost starts empty, or not again.

    Rule: each PersistentVolumeClaim that the pods name, or that is made for one of them, is there, Bound, and not about
    to be deleted. Missing and Pending ones count after two minutes in which neither they nor the pods changed.
    """
    if not workload.wants_pods or workload.ref.kind == "CronJob":
        yield Skip("a CronJob's claims are its Jobs'" if workload.wants_pods else IDLE)
        return
    claims = cluster.volume_claims_of(workload)
    if not claims and next(workload.claims, None) is None:
        yield Skip("its pods claim no storage")
    moved = cluster.moved_at(workload)
    for name, claim in claims.items():
        if claim is None:
            yield _settled(cluster, f"claim {name} is not there", moved)
        elif claim.deleted:
            yield Fail("", f"claim {name} goes as soon as no pod uses it: it is being deleted")
        elif claim.phase == "Lost":
            yield Fail("", f"claim {name} has lost its volume")
        elif claim.phase != "Bound":
            yield _settled(cluster, f"claim {name} has no volume", moved, claim.created)


def _settled(cluster: Snapshot, message: str, *moments: datetime | None) -> Fail | Recheck:
    """A failure that counts two minutes after the last of these moments."""
    since = max((moment for moment in moments if moment is not None), default=None)
    return Recheck(since + SETTLING) if since is not None and cluster.now < since + SETTLING else Fail("", message)


@check(
    "The ConfigMaps that pods need exist",
    severity=Severity.HIGH,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(ConfigMap,),
    remedy="Create the ConfigMap or its key, or set optional: true where it may be missing.",
)
def config_maps_exist(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A container whose ConfigMap is missing does not start. Pods that run already go on, until the next one must start.

    Rule: each ConfigMap that env, envFrom or a volume refers to is in the workload's namespace, with the key that env
    names and the keys in the items of a volume; what is optional may be missing. That the whole ConfigMap is
    missing counts in a cluster; manifests may leave it to somebody else.
    """
    references = [item for item in workload.pod.references("ConfigMap") if not item.to.optional]
    if not references:
        yield Skip("its pods need no ConfigMap")
    for reference in references:
        name = reference.to.name
        config = cluster.config_map(workload.ref.namespace, name)
        if config is not None:
            missing = [key for key in reference.keys if key not in config.settings]
            yield from (Fail(reference.path, f"ConfigMap {name} has no key {key}") for key in missing)
        elif cluster.live:
            yield Fail(reference.path, f"there is no ConfigMap {name}")
        else:
            yield Unknown(f"ConfigMap {name} is not among the manifests")


@dataclass(frozen=True, slots=True)
class RunParameters:
    """How late and how often it may go wrong."""

    grace: Annotated[Duration, doc("How late a Job may be started.")] = "10m"
    failures: Annotated[int, Ge(1), Le(100), doc("So many of the last finished Jobs failed, one after the other.")] = 2


@check(
    "The CronJob starts its Jobs, and they succeed",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(Workload,),
    live=True,
    remedy="Look at the events of the CronJob and the log of the last failed Job.",
)
def cronjob_runs(workload: Workload, cluster: Snapshot, parameters: RunParameters) -> Iterator[Finding]:
    """
    Nobody waits for a CronJob: one that is not started, or fails each night, is found out when its work is missed.

    Rule: since the last start (or since it was created) no more time has passed than the longest gap of its schedule
    and grace. Of the finished Jobs that are kept, the last `failures` did not all fail. Suspended ones are left out.
    """
    cron = workload.cron
    if cron is None or not workload.wants_pods:
        yield Skip("it is no CronJob" if cron is None else "it is suspended")
        return
    gap, since = longest_gap(cron.schedule), cron.last_start or workload.created
    if gap is None or since is None:
        yield Unknown("nothing tells when it is due")
    else:
        due = since + gap + timedelta(seconds=seconds(parameters.grace))
        late = Fail("", f"no Job was started within {parameters.grace} of its time")
        yield late if cluster.now > due else Recheck(due + timedelta(seconds=1))
    ended = sorted(
        (job.job.ended, job.ref, job.job.complete)
        for job in cluster.jobs_of(workload)
        if job.job is not None and job.job.ended is not None
    )
    last = [complete for _, _, complete in ended[-parameters.failures :]]
    if len(last) == parameters.failures and not any(last):
        yield Fail("", "the last Job failed" if len(last) == 1 else f"the last {len(last)} Jobs failed")
