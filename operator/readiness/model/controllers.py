"""What controllers of one kind say besides a pod template: StatefulSets, Jobs and CronJobs."""

from datetime import datetime

from readiness.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """
    A claim that is made from a template, a StatefulSet's or an ephemeral volume's; `path` is where its spec stands.

    `storage_class` None means that the cluster's default decides; an empty one asks for a volume made by hand.
    """

    name: str
    path: str
    storage_class: str | None = None
    access_modes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatefulRules:
    """A StatefulSet's own fields, with Kubernetes' defaults filled in."""

    service: str = ""
    pod_management: str = "OrderedReady"
    claims: tuple[Claim, ...] = ()
    when_deleted: str = "Retain"
    when_scaled: str = "Retain"


@dataclass(frozen=True, slots=True)
class JobRules:
    """
    How long and how often a Job tries, None where that is not set; `path` is where these fields stand.

    `complete` is None while it runs, and says then whether it did what it is for; `ended` is when that was.
    """

    path: str
    backoff_limit: int | None = None
    backoff_limit_per_index: int | None = None
    active_deadline_seconds: int | None = None
    ttl_seconds_after_finished: int | None = None
    parallelism: int = 1
    completions: int | None = None
    complete: bool | None = None
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class CronRules:
    """
    When a CronJob starts its Jobs, and how many of them it keeps; None where that is not set.

    `last_success` is when one of them last did what it is for, `last_start` when the last one was due.
    """

    schedule: str = ""
    concurrency: str = "Allow"
    starting_deadline_seconds: int | None = None
    successful_jobs: int | None = None
    failed_jobs: int | None = None
    time_zone: str = ""
    last_success: datetime | None = None
    last_start: datetime | None = None
