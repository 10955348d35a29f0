"""Backups of Velero, CloudNativePG and K8up, and snapshots of volumes: raw object to record."""

from readiness.model.backups import BackupPlan, BackupRun, BackupTest, DatabaseCluster, VolumeSnapshot
from readiness.model.parse.fields import (
    Raw,
    Said,
    flag,
    items,
    labels,
    mapping,
    number,
    said,
    selector,
    text,
    texts,
    time,
)
from readiness.model.parse.workloads import ref_of

_SCHEDULE = "velero.io/schedule-name"
_RETENTION = (("keepDaily", "d"), ("keepWeekly", "w"), ("keepMonthly", "m"), ("keepYearly", "y"), ("keepLast", ""))


def velero_schedule(raw: Raw) -> BackupPlan:
    """A Schedule of Velero."""
    spec, status = mapping(raw, "spec"), mapping(raw, "status")
    template = mapping(spec, "template")
    return BackupPlan(
        ref=ref_of(raw),
        schedule=text(spec, "schedule"),
        paused=spec.get("paused") is True or text(status, "phase") == "FailedValidation",
        namespaces=_included(template),
        excluded=texts(template, "excludedNamespaces"),
        selector=selector(template, "labelSelector"),
        keep=text(template, "ttl"),
        last=time(status, "lastBackup"),
        labels=labels(mapping(raw, "metadata")),
    )


def _included(spec: Raw) -> tuple[str, ...] | None:
    """The namespaces that Velero saves: none that are named, or `*`, are all."""
    found = texts(spec, "includedNamespaces")
    return None if not found or any("*" in name for name in found) else found


def velero_backup(raw: Raw) -> BackupRun:
    """A Backup of Velero."""
    spec, status = mapping(raw, "spec"), mapping(raw, "status")
    phase = text(status, "phase")
    return BackupRun(
        ref=ref_of(raw),
        plan=labels(mapping(raw, "metadata")).get(_SCHEDULE, ""),
        namespaces=_included(spec),
        completed=_velero_ended(phase),
        phase=phase,
        at=time(status, "completionTimestamp"),
        expires=time(status, "expiration"),
    )


def _velero_ended(phase: str) -> bool | None:
    return True if phase == "Completed" else False if "Failed" in phase else None


def velero_restore(raw: Raw) -> BackupTest:
    """A Restore of Velero."""
    spec, status = mapping(raw, "spec"), mapping(raw, "status")
    phase = text(status, "phase")
    at = time(status, "completionTimestamp")
    return BackupTest(ref_of(raw), text(spec, "backupName"), _included(spec), _velero_ended(phase), phase, at)


def cnpg_schedule(raw: Raw) -> BackupPlan:
    """A ScheduledBackup of CloudNativePG; its schedule begins with seconds."""
    spec, status, ref = mapping(raw, "spec"), mapping(raw, "status"), ref_of(raw)
    return BackupPlan(
        ref=ref,
        schedule=text(spec, "schedule"),
        paused=spec.get("suspend") is True,
        cluster=text(mapping(spec, "cluster"), "name"),
        last=time(status, "lastScheduleTime"),
        labels=labels(mapping(raw, "metadata")),
    )


def cnpg_backup(raw: Raw) -> BackupRun:
    """A Backup of CloudNativePG."""
    spec, status = mapping(raw, "spec"), mapping(raw, "status")
    phase = text(status, "phase")
    return BackupRun(
        ref=ref_of(raw),
        plan=labels(mapping(raw, "metadata")).get("cnpg.io/scheduled-backup", ""),
        cluster=text(mapping(spec, "cluster"), "name"),
        completed={"completed": True, "failed": False}.get(phase),
        phase=phase,
        at=time(status, "stoppedAt"),
    )


def cnpg_cluster(raw: Raw) -> DatabaseCluster:
    """A Cluster of CloudNativePG: it archives through its own backup section, or through a plugin."""
    spec, status = mapping(raw, "spec"), mapping(raw, "status")
    backup = mapping(spec, "backup")
    return DatabaseCluster(
        ref=ref_of(raw),
        archived=bool(mapping(backup, "barmanObjectStore"))
        or any(flag(item, "isWALArchiver") for item in items(spec, "plugins")),
        archiving=said(status, "ContinuousArchiving").holds,
        keep=text(backup, "retentionPolicy"),
        last_backup=time(status, "lastSuccessfulBackup"),
        last_failure=time(status, "lastFailedBackup"),
    )


def k8up_schedule(raw: Raw) -> BackupPlan:
    """A Schedule of K8up, which saves its own namespace."""
    spec, ref = mapping(raw, "spec"), ref_of(raw)
    kept = mapping(mapping(spec, "prune"), "retention")
    return BackupPlan(
        ref=ref,
        schedule=text(mapping(spec, "backup"), "schedule"),
        namespaces=(ref.namespace,),
        keep=" ".join(f"{amount}{unit}" for key, unit in _RETENTION if (amount := number(kept, key)) is not None),
        checks=text(mapping(spec, "check"), "schedule"),
        labels=labels(mapping(raw, "metadata")),
    )


def k8up_backup(raw: Raw) -> BackupRun:
    """A Backup of K8up."""
    ref, ended = ref_of(raw), said(mapping(raw, "status"), "Completed")
    return BackupRun(ref, namespaces=(ref.namespace,), completed=_k8up_ended(ended), phase=ended.reason, at=ended.since)


def k8up_check(raw: Raw) -> BackupTest:
    """A Check of K8up."""
    ref, ended = ref_of(raw), said(mapping(raw, "status"), "Completed")
    return BackupTest(
        ref, namespaces=(ref.namespace,), completed=_k8up_ended(ended), phase=ended.reason, at=ended.since
    )


def _k8up_ended(ended: Said) -> bool | None:
    """The condition Completed is True when it ended, and its reason says how."""
    return {"Succeeded": True, "Failed": False}.get(ended.reason) if ended.holds else None


def volume_snapshot(raw: Raw) -> VolumeSnapshot:
    """A VolumeSnapshot."""
    metadata, status = mapping(raw, "metadata"), mapping(raw, "status")
    return VolumeSnapshot(
        ref=ref_of(raw),
        claim=text(mapping(mapping(raw, "spec"), "source"), "persistentVolumeClaimName"),
        ready=flag(status, "readyToUse"),
        at=time(status, "creationTime") or time(metadata, "creationTimestamp"),
        labels=labels(metadata),
    )
