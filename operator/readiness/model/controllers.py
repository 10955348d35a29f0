"""What controllers of one kind say besides a pod template: StatefulSets, Jobs and CronJobs."""

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
    """How long and how often a Job tries; None where that is not set. `path` is where these fields stand."""

    path: str
    backoff_limit: int | None = None
    backoff_limit_per_index: int | None = None
    active_deadline_seconds: int | None = None
    ttl_seconds_after_finished: int | None = None


@dataclass(frozen=True, slots=True)
class CronRules:
    """When a CronJob starts its Jobs, and how many of them it keeps; None where that is not set."""

    schedule: str = ""
    concurrency: str = "Allow"
    starting_deadline_seconds: int | None = None
    successful_jobs: int | None = None
    failed_jobs: int | None = None
