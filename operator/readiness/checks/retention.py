"""Retention: that backups are kept for as long as they may be needed, and old data no longer than that."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.evidence.absence import attested_or, counting
from readiness.checks.evidence.backup_sources import BACKUP_READS, BackupLabels, Backups, speaks, unsaved
from readiness.checks.evidence.crontab import longest_gap
from readiness.checks.parameters.bounds import at_least, denies, told
from readiness.checks.parameters.duration import Duration, in_words, is_duration, seconds
from readiness.checks.parameters.limits import Ge, Le, doc
from readiness.checks.parameters.selecting import LabelSelector, selects
from readiness.model import (
    BackupPlan,
    Category,
    Fail,
    Finding,
    Pod,
    Recheck,
    Severity,
    Snapshot,
    Unknown,
    VolumeSnapshot,
    Workload,
)
from readiness.model.reasons import Reason
from readiness.model.records import dataclass

RETENTION = "readiness.dev/backup-retention"  # an annotation of CronJobs: 7d 4w 12m
_DAY = timedelta(days=1)
_UNITS = {"h": _DAY / 24, "d": _DAY, "w": 7 * _DAY, "m": 30 * _DAY, "y": 365 * _DAY}
_CLASSES = (("daily", "d"), ("weekly", "w"), ("monthly", "m"))
_SLACK = {"d": _DAY, "w": 7 * _DAY, "m": 31 * _DAY}  # the longest time between two backups of a class
_PART = re.compile(r"([0-9]{1,6})([hdwmy])")
_OPTION = re.compile(r"--?([a-z-]{0,32}(?:keep|retain|retention)[a-z-]{0,32})[= ]([0-9]{1,6}[hdwmy]?)(?![\w.])")
_NAMED = re.compile(r"KEEP|RETAIN|RETENTION")
_UNIT_OF_NAME = re.compile(r"(HOUR|DAILY|DAY|WEEK|MONTH|YEAR)")
_DEFAULT_TTL = 30 * _DAY  # Velero's
_OLD = re.compile(r"archiv|clean-?up|expir|prun|purg|retention")
_COPIES = re.compile(r"backup|snapshot")  # what tidies these up removes copies, not data


@dataclass(frozen=True, slots=True)
class Kept:
    """For how long backups are kept, and how much time may lie between two of those that are."""

    span: timedelta
    grain: timedelta


@dataclass(frozen=True, slots=True)
class RetentionParameters:
    """How many backups of each class are kept; 0 asks for none."""

    daily: Annotated[int, Ge(0), Le(3650), doc("For how many days one of each day is kept.")] = 7
    weekly: Annotated[int, Ge(0), Le(520), doc("For how many weeks one of each week is kept.")] = 4
    monthly: Annotated[int, Ge(0), Le(120), doc("For how many months, of 30 days, one of each month is kept.")] = 12
    selector: BackupLabels = None


@check(
    "Backups are kept long enough",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    kind=Kind.RELATION,
    reads=(*BACKUP_READS, VolumeSnapshot),
    remedy="Keep one backup a day for a week, one a week for a month, and one a month for a year.",
)
def backup_retention(workload: Workload, cluster: Snapshot, parameters: RetentionParameters) -> Iterator[Finding]:
    """
    A row that was deleted by mistake is often missed after weeks, when only an old backup still has it.

    Rule: of each class (daily, weekly, monthly) something keeps as many backups, made often enough: by the ttl of a
    Schedule of Velero, the retention of K8up's prune or of a Cluster of CloudNativePG, the annotation
    readiness.dev/backup-retention of a CronJob (7d 4w 12m), or its settings and options with KEEP, RETAIN or RETENTION
    in their name; or the VolumeSnapshots of its claims that are there. Where nothing tells, an attestation that gives
    `daily`, `weekly` and `monthly` as numbers decides.
    """
    known = Backups.of(workload, cluster, parameters.selector)
    snapshots = _snapshots(workload, cluster)
    if not any(known.sources) and not snapshots:
        yield from unsaved("backup-retention", workload, cluster, parameters)
        return
    kept = [*_kept(known)]
    lacking = [
        (name, unit, count)
        for name, unit in _CLASSES
        if (count := getattr(parameters, name))
        and not any(item.grain <= _SLACK[unit] and item.span >= count * _UNITS[unit] for item in kept)
        and not _shown(snapshots, count, _UNITS[unit], cluster)
    ]
    if lacking and not kept:
        yield from _attested(workload, cluster, parameters)
        return
    for name, unit, count in lacking:
        yield Fail("", f"no {name} backups are kept for {in_words(count * _UNITS[unit])}")


def _kept(known: Backups) -> Iterator[Kept]:
    """What is told of how long backups are kept."""
    for plan in known.plans:
        yield from _by_plan(plan, longest_gap(plan.schedule) or _DAY)
    for database in known.databases:  # its log is kept as well: any moment can be had
        yield from (Kept(span, timedelta()) for span, _ in _spans(database.keep))
    for job in known.jobs:
        gap = longest_gap(job.cron.schedule) if job.cron is not None else None
        yield from (Kept(span, max(unit, gap or _DAY)) for span, unit in _spans(job.annotations.get(RETENTION, "")))
        yield from (Kept(span, max(grain, gap or _DAY)) for span, grain in _declared(job))


def _by_plan(plan: BackupPlan, gap: timedelta) -> Iterator[Kept]:
    if plan.ref.group == "velero.io":
        ttl = timedelta(seconds=seconds(plan.keep)) if is_duration(plan.keep) else _DEFAULT_TTL
        yield Kept(ttl, gap)
    else:
        yield from (Kept(span, max(unit, gap)) for span, unit in _spans(plan.keep))


def _spans(text: str) -> Iterator[tuple[timedelta, timedelta]]:
    """The lengths in a text such as `7d 4w 12m`, each with its unit."""
    for part in text.split():
        if found := _PART.fullmatch(part):
            yield int(found[1]) * _UNITS[found[2]], _UNITS[found[2]]


def _declared(job: Workload) -> Iterator[tuple[timedelta, timedelta]]:
    """What settings and options say: KEEP_DAILY=7 keeps one a day, RETENTION_DAYS=7 all that there are."""
    for container in job.pod.containers:
        said = [(env.name, env.value) for env in container.env if env.value is not None]
        said += _OPTION.findall(" ".join(container.arguments).lower())
        for name, value in said:
            plain = name.upper()
            unit = _UNIT_OF_NAME.search(plain)
            letter = unit[1][0].lower() if unit else value[-1:]
            number = value.removesuffix(letter)
            if _NAMED.search(plain) and letter in _UNITS and number.isdecimal() and len(number) <= 6:  # noqa: PLR2004
                yield int(number) * _UNITS[letter], _UNITS[letter] if "KEEP" in plain else timedelta()


def _snapshots(workload: Workload, cluster: Snapshot) -> list[VolumeSnapshot]:
    """The snapshots of the claims that a workload names, or that its templates make."""
    names = {volume.claim_name for volume in workload.pod.volumes if volume.claim_name}
    made = tuple(f"{claim.name}-{workload.ref.name}-" for claim in workload.claims)
    found = cluster.about(workload, VolumeSnapshot)
    return [item for item in found if item.ready and (item.claim in names or item.claim.startswith(made))]


def _shown(snapshots: list[VolumeSnapshot], count: int, unit: timedelta, cluster: Snapshot) -> bool:
    """Whether there is a snapshot of each of so many days, weeks or months."""
    ages = {(cluster.now - item.at) // unit for item in snapshots if item.at is not None}
    return ages.issuperset(range(count))


def _attested(workload: Workload, cluster: Snapshot, parameters: RetentionParameters) -> Iterator[Finding]:
    item = counting("backup-retention", workload, cluster)
    if item is None:
        yield Unknown("nothing tells how long its backups are kept, and nobody attests backup-retention")
    elif denies(item):
        yield told(item, "says passed: false")
    else:
        for name, _ in _CLASSES:
            least = getattr(parameters, name) or None
            yield from at_least(name, name, None, "").judge(item, least, cluster.now)


@dataclass(frozen=True, slots=True)
class DataParameters:
    """What removes or archives old data, and how long ago it must have run."""

    selector: Annotated[
        LabelSelector | None, doc("Labels of the CronJobs of its namespace; those that speak of it, if not set.")
    ] = None
    max_age: Annotated[Duration, doc("The greatest age of their last success.")] = "48h"


@check(
    "Old data is removed or archived by policy",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    kind=Kind.RELATION,
    reads=(Pod, Workload),
    remedy="Let a CronJob remove or archive what is older than your policy allows, or attest what does it instead.",
)
def data_retention(workload: Workload, cluster: Snapshot, parameters: DataParameters) -> Iterator[Finding]:
    """
    Data that nobody needs slows every query, fills the disk, and is what a breach gives away without need.

    Rule: a CronJob of the namespace with the labels of selector, else one whose name or labels speak of archiving,
    cleaning up, expiry, pruning, purging or retention, and not of backups, is not suspended and succeeded less than
    maxAge ago; one that is younger need not have run yet, and of manifests it is enough that there is one. Where there
    is none, as where the database expires rows itself, an attestation decides.
    """
    wanted = parameters.selector
    found = [job for job in cluster.cron_jobs_in(workload.ref.namespace) if _tidies(job, wanted)]
    if not found:
        yield from attested_or("data-retention", _untidied(wanted, cluster), workload, cluster, parameters)
        return
    age = timedelta(seconds=seconds(parameters.max_age))
    running = [job for job in found if not job.suspended]
    since = [(job.cron.last_success if job.cron else None) or job.created for job in running]
    due = max((moment + age for moment in since if moment is not None), default=None)
    if not running:
        yield from (Fail("", f"{job.ref} is suspended") for job in found)
    elif not cluster.live:
        return
    elif due is None or cluster.now > due:
        yield Fail("", f"{running[0].ref} has not succeeded for {parameters.max_age}")
    else:
        yield Recheck(due + timedelta(seconds=1))


def _untidied(labels: str | None, cluster: Snapshot) -> Finding:
    if not cluster.live:
        return Unknown("nothing that removes old data is among the manifests", Reason.NOT_EVALUATED)
    return Fail(
        "", f"no CronJob of its namespace has the labels {labels}" if labels else "nothing removes its old data"
    )


def _tidies(job: Workload, labels: str | None) -> bool:
    if labels is not None:
        return selects(labels, job.labels)
    return speaks(job, _OLD) and not speaks(job, _COPIES)
