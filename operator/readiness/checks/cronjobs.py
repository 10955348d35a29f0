"""CronJobs: when they start, what happens when they cannot, and how much of the past they keep."""

from collections.abc import Iterator
from typing import Annotated, Literal

from readiness.checks.check import NoParameters, check
from readiness.checks.evidence.crontab import fault_of
from readiness.checks.fix import Edit, Fix
from readiness.checks.parameters.limits import Ge, Le, Len, doc
from readiness.model import Category, Fail, Finding, Severity, Skip, Snapshot, Workload
from readiness.model.records import dataclass

_NO_CRON_JOB = "it is no CronJob"
_DEFAULT_SUCCESSFUL, _DEFAULT_FAILED = 3, 1  # Jobs that are kept


@check(
    "The schedule comes round",
    severity=Severity.HIGH,
    category=Category.RELIABILITY,
    remedy="Write five fields (minute, hour, day of month, month, day of week), or a word such as @daily.",
)
def cronjob_schedule(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    The API server refuses a schedule with a mistake in it, and accepts one for 31 February: nothing ever runs.

    Rule: spec.schedule is one that the CronJob controller understands, and has some day that exists.
    """
    if workload.cron is None:
        yield Skip(_NO_CRON_JOB)
    elif fault := fault_of(workload.cron.schedule):
        yield Fail("spec.schedule", fault)


@dataclass(frozen=True, slots=True)
class ConcurrencyParameters:
    """What happens when the last run is not over yet."""

    allowed: Annotated[
        tuple[Literal["Forbid", "Replace", "Allow"], ...], Len(1, 3), doc("The concurrency policies that pass.")
    ] = ("Forbid", "Replace")


@check(
    "Runs do not pile up",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    remedy="Set concurrencyPolicy to Forbid, or to Replace where only the newest run counts.",
    fix=Fix(lambda _workload, fail, asked: (Edit(fail.path, asked.allowed[0]),), risk="runs that are meant to overlap"),
)
def cronjob_concurrency(workload: Workload, _cluster: Snapshot, parameters: ConcurrencyParameters) -> Iterator[Finding]:
    """
    When runs become slower than their schedule each starts beside the last, which makes all of them slower yet.

    Rule: concurrencyPolicy (Allow unless set) is one of allowed.
    """
    if workload.cron is None:
        yield Skip(_NO_CRON_JOB)
    elif workload.cron.concurrency not in parameters.allowed:
        message = f"concurrencyPolicy is {workload.cron.concurrency}, not {' or '.join(parameters.allowed)}"
        yield Fail("spec.concurrencyPolicy", message)


@dataclass(frozen=True, slots=True)
class StartParameters:
    """How late a run may start."""

    min_seconds: Annotated[
        int, Ge(1), Le(86_400), doc("The least startingDeadlineSeconds: the controller looks every ten seconds.")
    ] = 10


def _started_later(workload: Workload, fail: Fail, parameters: StartParameters) -> Iterator[Edit]:
    """A deadline that is too short; how late a run makes sense is for its people to say."""
    if workload.cron is not None and workload.cron.starting_deadline_seconds is not None:
        yield Edit(fail.path, parameters.min_seconds)


@check(
    "Missed runs are caught up or given up",
    severity=Severity.LOW,
    category=Category.RELIABILITY,
    remedy="Set startingDeadlineSeconds to how late a run still makes sense.",
    fix=Fix(_started_later),
)
def cronjob_starting_deadline(workload: Workload, _cluster: Snapshot, parameters: StartParameters) -> Iterator[Finding]:
    """
    Without a deadline a run that was missed at night starts in the morning's traffic, as late as that may be.

    Rule: startingDeadlineSeconds is set, and at least minSeconds: below ten seconds runs are missed in normal times.
    """
    if workload.cron is None:
        yield Skip(_NO_CRON_JOB)
        return
    deadline, path = workload.cron.starting_deadline_seconds, "spec.startingDeadlineSeconds"
    if deadline is None:
        yield Fail(path, "it has no startingDeadlineSeconds")
    elif deadline < parameters.min_seconds:
        yield Fail(path, f"startingDeadlineSeconds is {deadline}, below {parameters.min_seconds}")


@dataclass(frozen=True, slots=True)
class HistoryParameters:
    """How much of the past is worth keeping."""

    min_failed: Annotated[int, Ge(0), Le(100), doc("The least failedJobsHistoryLimit.")] = 1
    most: Annotated[int, Ge(0), Le(1000), doc("The highest value of both limits.")] = 10


def _remembered(workload: Workload, fail: Fail, parameters: HistoryParameters) -> Iterator[Edit]:
    kept = workload.cron.failed_jobs if workload.cron is not None and ".failed" in fail.path else None
    too_few = kept is not None and kept < parameters.min_failed
    yield Edit(fail.path, parameters.min_failed if too_few else parameters.most)


@check(
    "The last failure stays to be looked at, and little else",
    severity=Severity.LOW,
    category=Category.RELIABILITY,
    remedy="Set failedJobsHistoryLimit to 1 or a few, and successfulJobsHistoryLimit to a few at most.",
    fix=Fix(_remembered),
)
def cronjob_history(workload: Workload, _cluster: Snapshot, parameters: HistoryParameters) -> Iterator[Finding]:
    """
    With no failed Job kept its log is gone before anybody looks; with hundreds kept they weigh on the whole cluster.

    Rule: failedJobsHistoryLimit (1 unless set) is at least minFailed, and neither it nor successfulJobsHistoryLimit
    (3 unless set) is above `most`.
    """
    cron = workload.cron
    if cron is None:
        yield Skip(_NO_CRON_JOB)
        return
    failed = _DEFAULT_FAILED if cron.failed_jobs is None else cron.failed_jobs
    successful = _DEFAULT_SUCCESSFUL if cron.successful_jobs is None else cron.successful_jobs
    if failed < parameters.min_failed:
        message = f"it keeps {failed} failed Jobs, fewer than {parameters.min_failed}"
        yield Fail("spec.failedJobsHistoryLimit", message)
    for noun, kept in (("failed", failed), ("successful", successful)):
        if kept > parameters.most:
            message = f"it keeps {kept} {noun} Jobs, more than {parameters.most}"
            yield Fail(f"spec.{noun}JobsHistoryLimit", message)
