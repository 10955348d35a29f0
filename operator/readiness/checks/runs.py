"""Runs: what is to happen on a schedule, before a release, and after it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.evidence.crontab import longest_gap
from readiness.checks.parameters.duration import Duration, in_words, seconds
from readiness.checks.parameters.limits import doc
from readiness.checks.parameters.selecting import LabelSelector, selects
from readiness.model import (
    Category,
    Container,
    Fail,
    Finding,
    HorizontalPodAutoscaler,
    Pod,
    Recheck,
    Role,
    Severity,
    Skip,
    Snapshot,
    TestRun,
    Unknown,
    Workload,
)
from readiness.model.pod import HELM_HOOK
from readiness.model.records import dataclass

_HELM, _ARGO = HELM_HOOK, "argocd.argoproj.io/hook"
_BEFORE = ("pre-upgrade", "pre-install", "post-upgrade", "post-install", "PreSync", "Sync")
_MIGRATING = ("migrat", "flyway", "liquibase", "alembic", "goose", "atlas", "db-upgrade", "prisma")
_TESTING = timedelta(minutes=30)  # that tests after a release may take
Selected = Annotated[LabelSelector | None, doc("Labels of the Jobs or CronJobs, as component=job.")]


@dataclass(frozen=True, slots=True)
class ScheduleParameters:
    """Which CronJobs there are, and how long ago each must have succeeded."""

    selector: Annotated[
        LabelSelector | None, doc("Labels of CronJobs of the namespace; a CronJob itself unless set.")
    ] = None
    max_age: Annotated[
        Duration | None, doc("The greatest age of the last success; twice the longest gap of the schedule unless set.")
    ] = None


@check(
    "Scheduled jobs run and succeed",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(Workload,),
    remedy="Read the log of the last failed Job, and unsuspend the CronJob.",
)
def scheduled_jobs(workload: Workload, cluster: Snapshot, parameters: ScheduleParameters) -> Iterator[Finding]:
    """
    A nightly job that fails is noticed when somebody needs what it should have made, which may be after months.

    Rule: each CronJob, the workload itself or those of its namespace that selector chooses, is not suspended, has
    succeeded within maxAge, and its last Job did not fail. One that is younger than maxAge need not have run yet.
    """
    if parameters.selector is None and workload.cron is None:
        yield Skip("it is no CronJob, and the policy selects none")
        return
    wanted = parameters.selector
    found = [job for job in cluster.cron_jobs_in(workload.ref.namespace) if wanted and selects(wanted, job.labels)]
    if wanted is not None and not found:
        yield Fail("", f"no CronJob of its namespace has the labels {wanted}")
    for job in found if wanted is not None else [workload]:
        yield from _schedule(job, workload, cluster, parameters.max_age)


def _schedule(job: Workload, workload: Workload, cluster: Snapshot, max_age: str | None) -> Iterator[Finding]:
    own = job.ref == workload.ref
    label = "it" if own else str(job.ref)
    if job.suspended:
        yield Fail("spec.suspend" if own else "", f"{label} is suspended")
        return
    if job.cron is None or not cluster.live:
        return
    gap = longest_gap(job.cron.schedule)
    bound = timedelta(seconds=seconds(max_age)) if max_age is not None else 2 * gap if gap is not None else None
    if bound is None:
        yield Unknown(f"the schedule of {job.ref} does not tell how often it runs")
        return
    since = job.cron.last_success or job.created
    if since is None:
        yield Unknown(f"nothing tells when {label} last succeeded")
    elif cluster.now > since + bound:
        yield Fail("", f"{label} has not succeeded for {in_words(bound)}")
    else:
        yield Recheck(since + bound + timedelta(seconds=1))
    ended = [run for run in cluster.jobs_of(job) if run.job is not None and run.job.complete is not None]
    last = max(ended, key=_moment, default=None)
    if last is not None and last.job is not None and not last.job.complete:
        yield Fail("", f"the last Job of {label} failed" if not own else "its last Job failed")


def _moment(job: Workload) -> float:
    at = (job.job.ended if job.job is not None else None) or job.created
    return at.timestamp() if at is not None else 0.0


@dataclass(frozen=True, slots=True)
class MigrationParameters:
    """Which Job it is, and whether two may run at once."""

    selector: Annotated[
        LabelSelector | None, doc("Labels of the Job; hooks of Helm and Argo CD that speak of migrations unless set.")
    ] = None
    lock: Annotated[bool, doc("Only one migration may run at a time.")] = True


@check(
    "Migrations run as a locked step of the deployment",
    severity=Severity.MEDIUM,
    category=Category.DELIVERY,
    kind=Kind.RELATION,
    reads=(Workload, HorizontalPodAutoscaler),
    remedy="Run migrations in a Job with the hook pre-upgrade, and keep it until the next one.",
)
def migration_job(workload: Workload, cluster: Snapshot, parameters: MigrationParameters) -> Iterator[Finding]:
    """
    Migrations that each pod runs when it starts meet one another, and leave a schema that nobody wrote.

    Rule: a Job of the namespace with the labels of selector, else one that is a hook of Helm or Argo CD and speaks of
    migrations in its name, image or arguments, ended well when it last ran; with lock its parallelism and completions
    are 1. Or an init container speaks of migrations: with lock and several replicas nothing tells whether they take
    turns. A Job that was deleted when it was done cannot be seen.
    """
    jobs = [job for job in cluster.jobs_in(workload.ref.namespace) if _migrates(job, parameters.selector)]
    last = max(jobs, key=lambda job: (job.created.timestamp() if job.created else 0.0, job.ref), default=None)
    inits = [item for item in workload.pod.declared_containers if item.role is Role.INIT and _speaks(item)]
    if last is not None:
        yield from _migrated(last, cluster, lock=parameters.lock)
    elif inits and parameters.lock:
        replicas = cluster.replicas_of(workload)
        if replicas is None or replicas.most > 1:
            yield Unknown(
                f"init container {inits[0].name} runs in every pod, and nothing tells whether they take turns"
            )
    elif not inits:
        yield Fail("", "no Job and no init container runs migrations")


def _migrates(job: Workload, selector: str | None) -> bool:
    if selector is not None:
        return selects(selector, job.labels)
    hooks = {word.strip() for key in (_HELM, _ARGO) for word in job.annotations.get(key, "").split(",")}
    named = any(word in job.ref.name for word in _MIGRATING)
    return not hooks.isdisjoint(_BEFORE) and (named or any(map(_speaks, job.pod.containers)))


def _speaks(container: Container) -> bool:
    told = " ".join((container.name, container.image, *container.arguments)).lower()
    return any(word in told for word in _MIGRATING)


def _migrated(job: Workload, cluster: Snapshot, *, lock: bool) -> Iterator[Finding]:
    rules = job.job
    assert rules is not None, "Jobs have rules"
    if lock and (rules.parallelism > 1 or (rules.completions or 1) > 1):
        yield Fail("", f"{job.ref} may run in several pods at once")
    if not cluster.live:
        return
    if rules.complete is None:
        yield Unknown(f"{job.ref} has not ended yet")
    elif not rules.complete:
        yield Fail("", f"{job.ref} failed")


@dataclass(frozen=True, slots=True)
class SmokeParameters:
    """Which tests they are, and how old they may be."""

    selector: Annotated[LabelSelector | None, doc("Labels of the Jobs and test runs; hooks of Helm unless set.")] = None
    max_age: Annotated[Duration | None, doc("The greatest age of the last run that passed; any unless set.")] = None


@check(
    "Smoke tests passed after the deployment",
    severity=Severity.MEDIUM,
    category=Category.DELIVERY,
    kind=Kind.RELATION,
    reads=(Pod, Workload, TestRun),
    live=True,
    remedy="Run `helm test`, or a TestRun of k6, after each deployment.",
)
def smoke_tests(workload: Workload, cluster: Snapshot, parameters: SmokeParameters) -> Iterator[Finding]:
    """
    That pods are ready says that they started; whether somebody can buy something is what a test after it tells.

    Rule: a Job of the namespace with the labels of selector, else a Job or a pod there with the hook test of Helm, or a
    run of k6 or Testkube, passed after the oldest pod of the present template was created, and within maxAge; the last
    one did not fail. A deployment has half an hour until then.
    """
    runs = sorted(_runs(workload, cluster, parameters.selector), key=lambda run: run[0])
    ended = [run for run in runs if run[1] is not None]
    rolled = cluster.rolled_out_at(workload)
    if ended and ended[-1][1] is False:
        yield Fail("", f"{ended[-1][2]} failed")
        return
    passed = [at for at, _, _ in ended if rolled is None or at >= rolled]
    if not passed:
        if rolled is not None and cluster.now < rolled + _TESTING:
            yield Unknown("it was deployed a moment ago, and has not been tested yet")
            yield Recheck(rolled + _TESTING)
        else:
            yield Fail("", "no smoke test has passed since it was deployed" if runs else "no smoke test is there")
    elif parameters.max_age is not None:
        end = passed[-1] + timedelta(seconds=seconds(parameters.max_age))
        if cluster.now > end:
            yield Fail("", f"no smoke test has passed for {parameters.max_age}")
        else:
            yield Recheck(end + timedelta(seconds=1))


def _runs(workload: Workload, cluster: Snapshot, selector: str | None) -> Iterator[tuple[datetime, bool | None, str]]:
    """When each test ended or began, whether it passed, and its name."""
    for job in cluster.jobs_in(workload.ref.namespace):
        at = (job.job.ended if job.job is not None else None) or job.created
        if at is not None and job.job is not None and _tests(job.labels, job.annotations, selector):
            yield at, job.job.complete, str(job.ref)
    for pod in cluster.hook_pods_in(workload.ref.namespace):
        ends = (state.terminated.finished for state in pod.containers if state.terminated is not None)
        at = max((end for end in ends if end is not None), default=pod.created)
        if at is not None and pod.spec is not None and _tests(pod.spec.labels, pod.spec.annotations, selector):
            yield at, {"Succeeded": True, "Failed": False}.get(pod.phase), str(pod.ref)
    for run in cluster.about(workload, TestRun):
        if run.at is not None and (selector is None or selects(selector, run.labels)):
            yield run.at, run.passed, str(run.ref)


def _tests(labels: Mapping[str, str], annotations: Mapping[str, str], selector: str | None) -> bool:
    if selector is not None:
        return selects(selector, labels)
    return not {"test", "test-success"}.isdisjoint(word.strip() for word in annotations.get(_HELM, "").split(","))
