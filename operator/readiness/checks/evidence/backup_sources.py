"""What saves a workload: CronJobs that speak of backups, and objects of Velero, CloudNativePG and K8up."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any

from readiness.checks.evidence.absence import absence, attested_or
from readiness.checks.evidence.crontab import longest_gap
from readiness.checks.parameters.limits import doc
from readiness.checks.parameters.selecting import LabelSelector, selects
from readiness.model import (
    BackupPlan,
    BackupRun,
    DatabaseCluster,
    Fail,
    Finding,
    Pod,
    Skip,
    Snapshot,
    Unknown,
    Workload,
)
from readiness.model.reasons import Reason
from readiness.model.records import dataclass

BACKUP_READS = (Pod, Workload, BackupPlan, BackupRun, DatabaseCluster)
BackupLabels = Annotated[
    LabelSelector | None, doc("Labels of the CronJobs of its namespace that save it; unset: those that say backup.")
]  # fmt: skip
# Words as a part of names: `checkout-db-backup` proves nothing, and a dumpster is no dump.
_SAVING = re.compile(r"backup|dump(?:s|er|all)?(?![a-z])")
_PROVING = re.compile(
    r"(?:^|[^a-z]|backup)(?:check(?:s|er)?|drills?|restor[a-z]*|tests?|testing|valid[a-z]*|verif[a-z]*)(?![a-z])"
)
_TENDING = re.compile(
    r"(?:^|[^a-z]|backup)(?:alert|clean|delet|expir|exporter|metrics|monitor|prun|purg|remov|retention)"
)
_MEETS = {"Allow": "may overlap", "Replace": "are ended by the next, done or not"}  # by concurrencyPolicy
_SAVED = re.compile(rf"{_SAVING.pattern}|restor")
_RANDOM = "-random"  # K8up's @daily-random comes round as often as @daily


@dataclass(frozen=True, slots=True)
class Source:
    """Something that makes backups again and again; `gap` is the longest time between two starts."""

    label: str
    gap: timedelta | None
    paused: bool = False
    meets: str = ""  # what becomes of a run that is late where not the next one gives way


@dataclass(frozen=True, slots=True)
class Backups:
    """What is known of the backups of a workload."""

    jobs: list[Workload]
    plans: list[BackupPlan]
    runs: list[BackupRun]
    databases: list[DatabaseCluster]

    @classmethod
    def of(cls, workload: Workload, cluster: Snapshot, labels: str | None) -> "Backups":
        """Look for them. A CronJob that makes backups stands for itself."""
        if workload.batch:
            return cls([workload] if workload.cron is not None and _saves(workload, labels) else [], [], [], [])
        return cls(
            jobs=[job for job in cluster.cron_jobs_in(workload.ref.namespace) if _saves(job, labels)],
            plans=[plan for plan in cluster.about(workload, BackupPlan) if _chooses(plan, workload)],
            runs=[run for run in cluster.about(workload, BackupRun) if _is_of(run.cluster, workload)],
            databases=[item for item in cluster.about(workload, DatabaseCluster) if _is_of(item.ref.name, workload)],
        )

    @property
    def sources(self) -> Iterator[Source]:
        """What makes them."""
        for job, cron in ((job, job.cron) for job in self.jobs if job.cron is not None):
            yield Source(str(job.ref), longest_gap(cron.schedule), job.suspended, _MEETS.get(cron.concurrency, ""))
        for plan in self.plans:
            schedule = plan.schedule.removesuffix(_RANDOM)
            yield Source(str(plan.ref), longest_gap(schedule), plan.paused)

    @property
    def last(self) -> datetime | None:
        """When the last one succeeded."""
        moments = [job.cron.last_success for job in self.jobs if job.cron is not None]
        moments += [run.at for run in self.runs if run.completed]
        moments += [item.last_backup for item in self.databases]
        return max((moment for moment in moments if moment is not None), default=None)


def proving_jobs(workload: Workload, cluster: Snapshot, labels: str | None) -> list[Workload]:
    """The CronJobs of its namespace that try out backups: by their labels, or by what they speak of."""
    found = cluster.cron_jobs_in(workload.ref.namespace)
    if labels is not None:
        return [job for job in found if selects(labels, job.labels)]
    return [job for job in found if speaks(job, _SAVED) and _does(job, _PROVING)]


def unsaved(claim: str, workload: Workload, cluster: Snapshot, parameters: Any) -> Iterator[Finding]:
    """What a check says where nothing makes backups that can be seen: an attestation may know better."""
    labels = parameters.selector
    if workload.batch:
        yield Skip("it runs to completion, and makes no backups")
    elif not cluster.live:
        unseen = Unknown("nothing that makes backups is among the manifests", Reason.NOT_EVALUATED)
        yield from attested_or(claim, unseen, workload, cluster, parameters)
    elif labels is not None:
        fail = Fail("", f"no CronJob of its namespace has the labels {labels}, and nothing else saves it")
        yield from attested_or(claim, fail, workload, cluster, parameters)
    elif cluster.serves(BackupPlan):
        yield from attested_or(claim, Fail("", "nothing makes backups of it"), workload, cluster, parameters)
    else:
        yield from absence(claim, "an operator of backups", workload, cluster, parameters)


def _saves(job: Workload, labels: str | None) -> bool:
    if labels is not None:
        return selects(labels, job.labels)
    return speaks(job, _SAVING) and not _does(job, _PROVING) and not _does(job, _TENDING)


def _does(job: Workload, words: re.Pattern[str]) -> bool:
    """Whether its name, or a label that speaks of backups, says this; `env: test` and `part-of: monitoring` do not."""
    told = (value.lower() for value in job.labels.values() if _SAVED.search(value.lower()))
    return any(words.search(text) for text in (job.ref.name, *told))


def speaks(job: Workload, words: re.Pattern[str]) -> bool:
    """Whether the name of a CronJob, or one of its labels, has one of these words in it."""
    return words.search(" ".join((job.ref.name, *job.labels.values())).lower()) is not None


def _chooses(plan: BackupPlan, workload: Workload) -> bool:
    """Whether a plan for the namespace, or for all of them, saves this workload of it."""
    if plan.cluster:
        return _is_of(plan.cluster, workload)
    if workload.ref.namespace in plan.excluded:
        return False
    chosen = plan.selector
    return chosen is None or chosen.matches(workload.labels) or chosen.matches(workload.pod.labels)


def _is_of(database: str, workload: Workload) -> bool:
    """
    Whether what is told of a database of the namespace is told of this workload.

    It is the database, or a program that keeps nothing itself, and so has its data there.
    """
    return not database or (workload.ref.kind, workload.ref.name) == ("Cluster", database) or not workload.keeps_state
