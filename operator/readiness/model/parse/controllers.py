"""What controllers of one kind say besides a pod template: raw spec to record."""

from readiness.model.controllers import Claim, CronRules, JobRules, StatefulRules
from readiness.model.parse.fields import Raw, count, items, mapping, number, optional_text, text, texts, time


def stateful_rules(spec: Raw) -> StatefulRules:
    """A StatefulSet's own fields."""
    kept = mapping(spec, "persistentVolumeClaimRetentionPolicy")
    templates = ((text(mapping(item, "metadata"), "name"), item) for item in items(spec, "volumeClaimTemplates"))
    return StatefulRules(
        service=text(spec, "serviceName"),
        pod_management=text(spec, "podManagementPolicy", "OrderedReady"),
        claims=tuple(claim(item, name, f"spec.volumeClaimTemplates[{name}].spec") for name, item in templates),
        when_deleted=text(kept, "whenDeleted", "Retain"),
        when_scaled=text(kept, "whenScaled", "Retain"),
    )


def claim(template: Raw, name: str, path: str) -> Claim:
    """The claim that a template with this name makes; its spec stands at `path`."""
    spec = mapping(template, "spec")
    return Claim(name, path, optional_text(spec, "storageClassName"), texts(spec, "accessModes"))


def job_rules(spec: Raw, path: str, status: Raw | None = None) -> JobRules:
    """The fields of a Job's spec that stands at `path`, and how it ended by its status."""
    ends = {text(item, "type"): item for item in items(status or {}, "conditions") if item.get("status") == "True"}
    end = ends.get("Complete") or ends.get("Failed")
    return JobRules(
        path=path,
        backoff_limit=number(spec, "backoffLimit"),
        backoff_limit_per_index=number(spec, "backoffLimitPerIndex"),
        active_deadline_seconds=number(spec, "activeDeadlineSeconds"),
        ttl_seconds_after_finished=number(spec, "ttlSecondsAfterFinished"),
        parallelism=count(spec, "parallelism", 1),
        completions=number(spec, "completions"),
        complete=None if end is None else "Complete" in ends,
        ended=None if end is None else time(end, "lastTransitionTime"),
    )


def cron_rules(spec: Raw, status: Raw) -> CronRules:
    """A CronJob's own fields, and how it went lately."""
    return CronRules(
        schedule=text(spec, "schedule"),
        concurrency=text(spec, "concurrencyPolicy", "Allow"),
        starting_deadline_seconds=number(spec, "startingDeadlineSeconds"),
        successful_jobs=number(spec, "successfulJobsHistoryLimit"),
        failed_jobs=number(spec, "failedJobsHistoryLimit"),
        time_zone=text(spec, "timeZone"),
        last_success=time(status, "lastSuccessfulTime"),
        last_start=time(status, "lastScheduleTime"),
    )
