"""Backups: that they are made, succeed, are tried again, proved, and missed when they are not there."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.evidence.absence import absence, attested_or
from readiness.checks.evidence.backup_sources import BACKUP_READS, BackupLabels, Backups, Source, proving_jobs, unsaved
from readiness.checks.evidence.naming import has_word
from readiness.checks.parameters.duration import Duration, in_words, seconds
from readiness.checks.parameters.limits import Ge, Le, doc
from readiness.checks.parameters.pattern import Pattern, compiled
from readiness.checks.parameters.selecting import LabelSelector
from readiness.model import (
    Alert,
    BackupTest,
    Category,
    Fail,
    Finding,
    PrometheusRule,
    Recheck,
    Severity,
    Skip,
    Snapshot,
    Unknown,
    Workload,
)
from readiness.model.records import dataclass

_TICK = timedelta(seconds=1)
_LIMIT = 6  # backoffLimit where it is not set
_OF_JOBS = re.compile(r"\b(?:cronjob|job_name|owner_name)\s*=")  # matchers of the labels by which series name Jobs


@dataclass(frozen=True, slots=True)
class ScheduleParameters:
    """How often backups are made, and by what."""

    max_interval: Annotated[Duration, doc("The longest time between two backups.")] = "6h"
    selector: BackupLabels = None


@check(
    "Backups run on schedule",
    severity=Severity.CRITICAL,
    category=Category.DATA_PROTECTION,
    kind=Kind.RELATION,
    reads=BACKUP_READS,
    remedy="Let a CronJob, or a Schedule of Velero or K8up, save the data often enough, and runs not overlap.",
)
def backup_schedule(workload: Workload, cluster: Snapshot, parameters: ScheduleParameters) -> Iterator[Finding]:
    """
    What was written since the last backup is what a broken disk or a mistaken DELETE takes along.

    Rule: one of these is not suspended, no run of it overlaps or ends another (concurrencyPolicy Forbid), and the
    longest time between two of its starts is at most maxInterval: a CronJob of the namespace with the labels of
    selector, else one whose name or labels speak of a backup or a dump, and not of proving, tidying up or watching
    them; a Schedule of Velero or K8up for the namespace; a ScheduledBackup of CloudNativePG for the workload, or beside
    one that keeps no data itself. Where there is none an attestation decides, with its `interval` where it gives one.
    """
    sources = list(Backups.of(workload, cluster, parameters.selector).sources)
    if not sources:
        yield from unsaved("backup-schedule", workload, cluster, parameters)
    faults = [_fault(source, parameters.max_interval) for source in sources]
    if all(faults):
        yield from (Fail("", fault) for fault in faults)


def _fault(source: Source, most: str) -> str:
    if source.paused:
        return f"{source.label} is suspended"
    if source.gap is None:
        return f"the schedule of {source.label} cannot be read, or never comes round"
    if source.gap > timedelta(seconds=seconds(most)):
        return f"up to {in_words(source.gap)} pass between two runs of {source.label}, more than {most}"
    return f"runs of {source.label} {source.meets}" if source.meets else ""


@dataclass(frozen=True, slots=True)
class RecentParameters:
    """How old the last good backup may be, and which CronJobs make them."""

    max_age: Annotated[Duration, doc("The greatest age of the last backup that succeeded.")] = "7h"
    selector: BackupLabels = None


@check(
    "The last backup is recent and good",
    severity=Severity.CRITICAL,
    category=Category.DATA_PROTECTION,
    kind=Kind.RELATION,
    reads=BACKUP_READS,
    live=True,
    remedy="Read the log of the last backup that failed, and run one by hand.",
)
def backup_recent(workload: Workload, cluster: Snapshot, parameters: RecentParameters) -> Iterator[Finding]:
    """
    Backups fail in silence: for a full disk, a changed password, a Job that nobody reads the log of.

    Rule: less than maxAge ago a CronJob that makes backups succeeded, a Backup of Velero, K8up or CloudNativePG was
    completed, or a Cluster of CloudNativePG told of its last one. A CronJob that is younger need not have run yet.
    Where nothing makes backups an attestation decides.
    """
    known, age = Backups.of(workload, cluster, parameters.selector), timedelta(seconds=seconds(parameters.max_age))
    last = known.last
    if last is None and not any(known.sources):
        yield from unsaved("backup-recent", workload, cluster, parameters)
    elif last is None:
        yield from _first(known.jobs, cluster.now, age)
    elif cluster.now > last + age:
        yield Fail("", f"no backup has succeeded for {parameters.max_age}")
    else:
        yield Recheck(last + age + _TICK)


def _first(jobs: list[Workload], now: datetime, age: timedelta) -> Iterator[Finding]:
    """What is said before the first success: a young CronJob has time."""
    due = max((job.created + age for job in jobs if job.created is not None), default=now)
    if due > now:
        yield Unknown("no backup has been due yet")
        yield Recheck(due + _TICK)
    else:
        yield Fail("", "no backup has succeeded yet")


@dataclass(frozen=True, slots=True)
class RetryParameters:
    """How often a backup that failed is tried again, and which CronJobs make them."""

    backoff_limit: Annotated[int, Ge(0), Le(100), doc("The least backoffLimit; 6 counts where none is set.")] = 1
    selector: BackupLabels = None


@check(
    "A failed backup is retried",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    kind=Kind.RELATION,
    reads=BACKUP_READS,
    remedy="Set backoffLimit to 1 or more and startingDeadlineSeconds to how late a backup may begin.",
)
def backup_retry(workload: Workload, cluster: Snapshot, parameters: RetryParameters) -> Iterator[Finding]:
    """
    A backup that meets a moment without network, or a control plane that restarts, is else missing for a whole day.

    Rule: each CronJob that makes backups has a backoffLimit of at least that, a restartPolicy of OnFailure or Never,
    and startingDeadlineSeconds. Operators of backups retry by themselves. Where nothing makes backups an attestation
    decides.
    """
    known = Backups.of(workload, cluster, parameters.selector)
    if not any(known.sources):
        yield from unsaved("backup-retry", workload, cluster, parameters)
    elif not known.jobs:
        yield Skip("an operator makes its backups, and retries them as it sees fit")
    for job in known.jobs:
        for field, fault in _untried(job, parameters.backoff_limit):
            yield Fail(field if job.ref == workload.ref else "", f"{job.ref} has {fault}")


def _untried(job: Workload, least: int) -> Iterator[tuple[str, str]]:
    """What of a CronJob is set so that a failure stays one, and where."""
    if job.job is not None and job.job.backoff_limit is not None and job.job.backoff_limit < least:
        yield f"{job.job.path}.backoffLimit", f"a backoffLimit of {job.job.backoff_limit}, below {least}"
    if job.pod.restart_policy not in ("OnFailure", "Never"):
        yield f"{job.pod.path}.restartPolicy", "a restartPolicy that is neither OnFailure nor Never"
    if job.cron is not None and job.cron.starting_deadline_seconds is None:
        yield "spec.startingDeadlineSeconds", "no startingDeadlineSeconds"


@dataclass(frozen=True, slots=True)
class VerificationParameters:
    """How old the last proof of a backup may be, and what gives it."""

    max_age: Annotated[Duration, doc("The greatest age of the last proof.")] = "168h"
    selector: Annotated[
        LabelSelector | None, doc("Labels of the CronJobs that try out backups; those that speak of it, if not set.")
    ] = None


@check(
    "Backups are verified automatically",
    severity=Severity.HIGH,
    category=Category.DATA_PROTECTION,
    kind=Kind.RELATION,
    reads=(*BACKUP_READS, BackupTest),
    remedy="Restore the last backup on a schedule into a scratch namespace, and compare what comes out.",
)
def backup_verification(workload: Workload, cluster: Snapshot, parameters: VerificationParameters) -> Iterator[Finding]:
    """
    Nobody wants backups, everybody wants restores: what was never read back may be empty, cut off, or unreadable.

    Rule: less than maxAge ago a CronJob of the namespace with the labels of selector succeeded, else one that speaks
    both of a backup and of a check, test, verification, validation or restore; or a Restore of Velero from the
    namespace or a Check of K8up was completed. A CronJob that is younger need not have run yet, and of manifests it is
    enough that there is one. Where there is nothing of the kind an attestation decides.
    """
    jobs = proving_jobs(workload, cluster, parameters.selector)
    tests = cluster.about(workload, BackupTest)
    age = timedelta(seconds=seconds(parameters.max_age))
    moments = [job.cron.last_success for job in jobs if job.cron is not None]
    moments += [test.at for test in tests if test.completed]
    last = max((moment for moment in moments if moment is not None), default=None)
    if not jobs and not tests:
        yield from _unproved(workload, cluster, parameters)
    elif not cluster.live:
        return
    elif last is None:
        yield from _first(jobs, cluster.now, age)
    elif cluster.now > last + age:
        yield Fail("", f"no backup has been proved for {parameters.max_age}")
    else:
        yield Recheck(last + age + _TICK)


def _unproved(workload: Workload, cluster: Snapshot, parameters: VerificationParameters) -> Iterator[Finding]:
    known = Backups.of(workload, cluster, None)
    if not cluster.live or (parameters.selector is None and not any(known.sources) and not cluster.serves(BackupTest)):
        yield from unsaved("backup-verification", workload, cluster, parameters)
    else:
        untried = Fail("", "nothing tries out its backups")
        yield from attested_or("backup-verification", untried, workload, cluster, parameters)


@dataclass(frozen=True, slots=True)
class AlertParameters:
    """What an alert on backups looks like."""

    expr_pattern: Annotated[Pattern, doc("What its expression contains, an RE2 pattern.")] = (
        "(kube_job_status_failed|kube_cronjob_status_last_successful_time|velero_backup_failure|backup.*fail)"
    )
    selector: BackupLabels = None


@check(
    "Backup failures raise an alert",
    severity=Severity.HIGH,
    category=Category.DATA_PROTECTION,
    kind=Kind.RELATION,
    reads=(*BACKUP_READS, PrometheusRule),
    remedy="Add an alert on kube_job_status_failed of the backup's Jobs to a PrometheusRule.",
)
def backup_failure_alert(workload: Workload, cluster: Snapshot, parameters: AlertParameters) -> Iterator[Finding]:
    """
    A backup that failed is noticed on the day when it is needed, unless it says so at once.

    Rule: the expression of an alert of a PrometheusRule matches exprPattern and is about the backups: it speaks of
    them, or names a CronJob or Schedule that makes them, or is bound to no Job and no other namespace. Where the
    Prometheus operator is not installed an attestation decides.
    """
    known = Backups.of(workload, cluster, parameters.selector)
    if not any(known.sources):
        yield from unsaved("backup-failure-alert", workload, cluster, parameters)
        return
    names = {job.ref.name for job in known.jobs} | {plan.ref.name for plan in known.plans}
    rules = cluster.about(workload, PrometheusRule)
    if not rules and not cluster.serves(PrometheusRule):
        yield from absence("backup-failure-alert", "the Prometheus operator", workload, cluster, parameters)
        return
    pattern = compiled(parameters.expr_pattern)
    alerts = [alert for rule in rules for alert in rule.alerts if pattern.search(alert.expression)]
    if not any(_tells(alert, names, workload.ref.namespace) for alert in alerts):
        yield Fail("", "no alert tells of a backup that failed")


def _tells(alert: Alert, names: set[str], namespace: str) -> bool:
    """Whether an alert on Jobs is about these, by what its expression is bound to."""
    pins = dict(alert.pins)
    if not any(fnmatchcase(namespace, value) for value in pins.get("namespace", ("*",))):
        return False
    told = alert.expression.lower()
    return not _OF_JOBS.search(told) or "backup" in told or has_word(told, names)
