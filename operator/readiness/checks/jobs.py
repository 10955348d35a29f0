"""Jobs: how long and how often they try, and what is left of them."""

from collections.abc import Iterator
from typing import Annotated, Literal

from readiness.checks.check import NoParameters, check
from readiness.checks.fix import REMOVED, Edit, Fix, put_parameter
from readiness.checks.parameters.limits import Ge, Le, Len, doc
from readiness.model import Category, Fail, Finding, Severity, Skip, Snapshot, Workload
from readiness.model.records import dataclass
from readiness.model.workload import BATCH_KINDS

_NO_JOB = "it is no Job"
_DEFAULT_BACKOFF_LIMIT = 6
_DAY, _YEAR = 86_400, 31_536_000  # seconds

Restart = Literal["Always", "OnFailure", "Never"]
_ENDLESS: tuple[Restart, ...] = ("Always",)
_ENDING: tuple[Restart, ...] = ("OnFailure", "Never")
_FITTING = {  # Source: the validation of apps/v1 and batch/v1
    "Deployment": _ENDLESS,
    "StatefulSet": _ENDLESS,
    "DaemonSet": _ENDLESS,
    "ReplicaSet": _ENDLESS,
    "Job": _ENDING,
    "CronJob": _ENDING,
}


@dataclass(frozen=True, slots=True)
class BackoffParameters:
    """How often is often enough."""

    most: Annotated[int, Ge(0), Le(1000), doc("The highest backoffLimit that passes.")] = _DEFAULT_BACKOFF_LIMIT


@check(
    "A failing Job gives up",
    severity=Severity.LOW,
    category=Category.RELIABILITY,
    remedy="Lower backoffLimit, and tell apart in podFailurePolicy what is worth another try.",
    fix=put_parameter("most", risk="Jobs that get through at a later try only"),
)
def job_backoff_limit(workload: Workload, _cluster: Snapshot, parameters: BackoffParameters) -> Iterator[Finding]:
    """
    A Job that never gives up never fails either: nobody is told, and its pods take turns at the same broken input.

    Rule: backoffLimitPerIndex where it is set, else backoffLimit (6 unless set) of a Job, or a CronJob's Jobs, is at
    most `most`.
    """
    job = workload.job
    if job is None:
        yield Skip(_NO_JOB)
        return
    field, limit = "backoffLimitPerIndex", job.backoff_limit_per_index
    if limit is None:
        field, limit = "backoffLimit", _DEFAULT_BACKOFF_LIMIT if job.backoff_limit is None else job.backoff_limit
    if limit > parameters.most:
        yield Fail(f"{job.path}.{field}", f"it tries {limit} times again, more than {parameters.most}")


@dataclass(frozen=True, slots=True)
class DeadlineParameters:
    """How long is too long."""

    max_seconds: Annotated[
        Annotated[int, Ge(1), Le(_YEAR)] | None, doc("The highest activeDeadlineSeconds that passes; none: any.")
    ] = None


def _ended(_workload: Workload, fail: Fail, parameters: DeadlineParameters) -> Iterator[Edit]:
    """How long a Job may take only its people know, or the policy."""
    if parameters.max_seconds is not None:
        yield Edit(fail.path, parameters.max_seconds)


@check(
    "A Job that hangs is ended",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    remedy="Set activeDeadlineSeconds to some times what the Job takes.",
    fix=Fix(_ended, risk="Jobs that take longer"),
)
def job_deadline(workload: Workload, _cluster: Snapshot, parameters: DeadlineParameters) -> Iterator[Finding]:
    """
    A Job that waits for an answer that never comes runs for ever: no retry, no failure, no alert, no next run.

    Rule: a Job, or a CronJob's Jobs, have activeDeadlineSeconds, with maxSeconds none above that.
    """
    job = workload.job
    if job is None:
        yield Skip(_NO_JOB)
        return
    deadline, path = job.active_deadline_seconds, f"{job.path}.activeDeadlineSeconds"
    if deadline is None:
        yield Fail(path, "it has no activeDeadlineSeconds")
    elif parameters.max_seconds is not None and deadline > parameters.max_seconds:
        yield Fail(path, f"it may run for {deadline} s, longer than {parameters.max_seconds} s")


@dataclass(frozen=True, slots=True)
class LifetimeParameters:
    """How long finished Jobs may stay."""

    max_seconds: Annotated[
        Annotated[int, Ge(0), Le(_YEAR)] | None, doc("The highest ttlSecondsAfterFinished that passes; none: any.")
    ] = None


def _cleaned_up(_workload: Workload, fail: Fail, parameters: LifetimeParameters) -> Iterator[Edit]:
    """A day to read the logs in, or as long as the policy allows."""
    yield Edit(fail.path, _DAY if parameters.max_seconds is None else min(_DAY, parameters.max_seconds))


@check(
    "Finished Jobs are cleaned up",
    severity=Severity.LOW,
    category=Category.RELIABILITY,
    remedy="Set ttlSecondsAfterFinished, long enough for somebody to read the logs.",
    fix=Fix(_cleaned_up),
)
def job_ttl(workload: Workload, _cluster: Snapshot, parameters: LifetimeParameters) -> Iterator[Finding]:
    """
    A finished Job and its pods stay until somebody deletes them: each release adds some, and the API server slows down.

    Rule: a Job has ttlSecondsAfterFinished, with maxSeconds none above that. CronJobs are left out: they keep as many
    Jobs as their history limits say.
    """
    job = workload.job
    if job is None or workload.cron is not None:
        yield Skip(_NO_JOB if job is None else "a CronJob cleans up its Jobs itself")
        return
    lifetime, path = job.ttl_seconds_after_finished, f"{job.path}.ttlSecondsAfterFinished"
    if lifetime is None:
        yield Fail(path, "it has no ttlSecondsAfterFinished")
    elif parameters.max_seconds is not None and lifetime > parameters.max_seconds:
        yield Fail(path, f"it stays for {lifetime} s, longer than {parameters.max_seconds} s")


@dataclass(frozen=True, slots=True)
class RestartParameters:
    """How pods without a controller are restarted."""

    bare_pods: Annotated[
        tuple[Restart, ...], Len(1, 3), doc("The policies that pass for pods without a controller.")
    ] = (
        "Always",
        "OnFailure",
    )


def _fitting(workload: Workload, fail: Fail, _parameters: RestartParameters) -> Iterator[Edit]:
    """What the API server takes: it refuses what stands there. Of bare pods it takes anything."""
    if workload.ref.kind in BATCH_KINDS:
        yield Edit(fail.path, "Never")
    elif workload.ref.kind != "Pod":
        yield Edit(fail.path, REMOVED)


@check(
    "The restart policy fits the controller",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    remedy="Set restartPolicy to OnFailure or Never for Jobs, and remove it from Deployments and the like.",
    fix=Fix(_fitting),
)
def restart_policy(workload: Workload, _cluster: Snapshot, parameters: RestartParameters) -> Iterator[Finding]:
    """
    The API server refuses a Job whose pods always restart, and a Deployment whose pods do not: the release ends there.

    Rule: restartPolicy (Always unless set) is OnFailure or Never for Jobs and CronJobs, one of barePods for bare pods,
    and Always for Kubernetes' other controllers. Those of third parties are left out.
    """
    chosen, kind = workload.pod.restart_policy, workload.ref.kind
    fitting = parameters.bare_pods if kind == "Pod" else _FITTING.get(kind)
    if fitting is None:
        yield Skip("its controller is not one of Kubernetes' own")
    elif chosen not in fitting:
        yield Fail(f"{workload.pod.path}.restartPolicy", f"restartPolicy is {chosen}, not {' or '.join(fitting)}")


@check(
    "Batch work is not suspended",
    severity=Severity.LOW,
    category=Category.RELIABILITY,
    remedy="Set suspend: false, or delete what is not needed any more.",
)
def not_suspended(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A CronJob that was stopped for a night's work and forgotten makes no backups, and nothing about it fails.

    Rule: a Job or CronJob does not have suspend true.
    """
    if workload.job is None:
        yield Skip(_NO_JOB)
    elif workload.suspended:
        yield Fail("spec.suspend", "it is suspended")
