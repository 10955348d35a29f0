"""Recovery: whether what is saved, and how fast it was brought back, is what was promised."""

from collections.abc import Iterator
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.evidence.absence import counting
from readiness.checks.evidence.backup_sources import BACKUP_READS, BackupLabels, Backups, unsaved
from readiness.checks.parameters.bounds import denies, lasts_at_most, told, words
from readiness.checks.parameters.duration import Duration, in_words, seconds
from readiness.checks.parameters.limits import Len, doc
from readiness.model import Category, DatabaseCluster, Fail, Finding, Severity, Snapshot, Unknown, Workload
from readiness.model.reasons import Reason
from readiness.model.records import dataclass

_RPO = lasts_at_most("rpo", "1h", "")
_RTO = lasts_at_most("rto", "4h", "")
_SCENARIOS = ("scenario", "scenarios")


@dataclass(frozen=True, slots=True)
class ObjectiveParameters:
    """What was promised: how much may be lost, and how long it may take."""

    rpo: Annotated[Duration | None, doc("The longest span of data that may be lost; null does not ask.")] = "1h"
    rto: Annotated[Duration | None, doc("The longest time until the service is back; null does not ask.")] = "4h"
    scenario: Annotated[
        Annotated[str, Len(1, 64)] | None, doc("What the drill must have rehearsed, such as restore; any if not set.")
    ] = None
    selector: BackupLabels = None


@check(
    "Backups and drills fit what was promised",
    severity=Severity.HIGH,
    category=Category.DATA_PROTECTION,
    kind=Kind.RELATION,
    reads=BACKUP_READS,
    remedy="Archive the database's log all the time, or make backups more often, and attest dr-drill with its rto.",
)
def recovery_objectives(workload: Workload, cluster: Snapshot, parameters: ObjectiveParameters) -> Iterator[Finding]:
    """
    An objective on paper is worth what the schedule and the last drill say: a nightly dump loses a day.

    Rule: the longest time between two backups of something that is not suspended is at most rpo, or a Cluster of
    CloudNativePG archives its log all the time. The newest attestation of dr-drill that counts, and names the scenario
    where one is asked for, gives a duration `rto` of at most rto; without one that is unknown. Where nothing makes
    backups an attestation of recovery-objectives decides for rpo, and its `rpo` where it gives one.
    """
    if parameters.rpo is not None:
        yield from _loses(workload, cluster, parameters, parameters.rpo)
    if parameters.rto is not None:
        yield from _lasts(workload, cluster, parameters.rto, parameters.scenario)


def _loses(workload: Workload, cluster: Snapshot, parameters: ObjectiveParameters, rpo: str) -> Iterator[Finding]:
    known = Backups.of(workload, cluster, parameters.selector)
    if any(_archives(item, live=cluster.live) for item in known.databases):
        return
    sources = list(known.sources)
    gaps = [source.gap for source in sources if source.gap is not None and not source.paused]
    if not sources:
        yield from unsaved("recovery-objectives", workload, cluster, parameters)
        word = counting("recovery-objectives", workload, cluster)
        if word is not None and any(name.startswith("rpo") for name, _ in word.value):
            yield from _RPO.judge(word, rpo, cluster.now)
    elif not gaps:
        yield Fail("", "everything that makes its backups is suspended, or has no schedule that can be read")
    elif min(gaps).total_seconds() > seconds(rpo):
        message = f"up to {in_words(min(gaps))} pass between two backups, more than {rpo}, and no log is archived"
        yield Fail("", message)


def _archives(database: DatabaseCluster, *, live: bool) -> bool:
    """Whether it says that archiving works, or of manifests, that it is meant to."""
    return database.archiving is True if live else database.archived


def _lasts(workload: Workload, cluster: Snapshot, rto: str, scenario: str | None) -> Iterator[Finding]:
    drills = [
        item
        for item in cluster.attestations_for(workload, "dr-drill")
        if cluster.standing_of(item, workload) is Reason.FRESH
        and (scenario is None or scenario in words(item, _SCENARIOS))
    ]
    if not drills:
        what = f" of {scenario}" if scenario is not None else ""
        yield Unknown(f"no attestation of dr-drill tells how long a drill{what} took")
    elif denies(drills[0]):
        yield told(drills[0], "says passed: false")
    else:
        yield from _RTO.judge(drills[0], rto, cluster.now)
