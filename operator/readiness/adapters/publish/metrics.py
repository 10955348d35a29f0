"""The operator's metrics. Gauges about policies come from published statuses: the same on every replica."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, disable_created_metrics
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from readiness import __version__
from readiness.model.claims import Waiver
from readiness.runtime.claimbook import ClaimEntry
from readiness.runtime.policybook import Entry
from readiness.runtime.probing import DROPPED
from readiness.runtime.reconcile import Cluster
from readiness.runtime.workqueue import WorkQueue

_STATUSES = ("True", "False", "Unknown")
_POLICY = ("policy_kind", "policy_namespace", "policy")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_VERDICTS = (("go", "Go"), ("goWithConditions", "GoWithConditions"), ("noGo", "NoGo"), ("unknown", "Unknown"))
_OUTCOMES = (
    ("passed", "pass"), ("warned", "warn"), ("failed", "fail"), ("unknown", "unknown"),
    ("notApplicable", "notApplicable"), ("waived", "waived"),
)  # fmt: skip


class Watch(Protocol):
    """A reflector, as far as its figures go."""

    source: Any
    stats: Any
    mirror: Any
    last_activity: float


@dataclass(frozen=True, slots=True)
class Sources:
    """Where figures are read when somebody asks."""

    cluster: Cluster
    queue: WorkQueue[Any]
    watches: Callable[[], Iterable[Watch]]
    leading: Callable[[], bool]
    workload_limit: int = 0  # most workloads with a series of their own


class Metrics:
    """What is counted as it happens, and what is read when somebody asks."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call] # a series more for each counter, which nobody reads
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        registry = self.registry
        self._requests = Counter(
            "readiness_api_requests_total", "Requests to the API server.", ("verb", "code"), registry=registry
        )
        self._probes = Counter("readiness_probes_total", "Endpoints asked, by answer.", ("result",), registry=registry)
        self._probe_seconds = Histogram(
            "readiness_probe_duration_seconds", "Time until an endpoint answered.", buckets=_SECONDS, registry=registry
        )
        self._evaluations = Histogram(
            "readiness_evaluation_duration_seconds", "Time to judge one workload.",
            buckets=(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1), registry=registry,
        )  # fmt: skip
        self._latency = Histogram(
            "readiness_change_to_status_seconds", "Time from a watch event to the written status or report.",
            buckets=_SECONDS, registry=registry,
        )  # fmt: skip
        self._dropped = Counter(
            "readiness_events_dropped_total", "Events that were not sent.", ("reason",), registry=registry
        )

    def requested(self, verb: str, code: int) -> None:
        """Count a request to the API server; code 0 means no answer."""
        self._requests.labels(verb, str(code)).inc()

    def probed(self, result: str, seconds: float) -> None:
        """Count an endpoint that was asked, or whose turn was dropped."""
        self._probes.labels(result).inc()
        if result != DROPPED:
            self._probe_seconds.observe(seconds)

    def evaluated(self, seconds: float) -> None:
        """Count a workload that was judged."""
        self._evaluations.observe(seconds)

    def published(self, seconds: float) -> None:
        """Count a change that was published so long after it was seen."""
        self._latency.observe(seconds)

    def dropped(self, reason: str) -> None:
        """Count an event that was not sent."""
        self._dropped.labels(reason).inc()

    def read_from(self, sources: Sources) -> None:
        """Read the rest from there from now on."""
        self.registry.register(_Reader(sources))

    def snapshot(self) -> Callable[[], tuple[bytes, str]]:
        """
        All figures as they are now; returns what makes the exposition and its content type of them.

        Figures are read on the event loop, where nothing changes meanwhile; rendering may be done in a thread.
        """
        read = _Read(list(self.registry.collect()))
        return lambda: (generate_latest(read), CONTENT_TYPE_LATEST)


@dataclass(frozen=True, slots=True, eq=False)
class _Read(Collector):
    """Figures that have been read."""

    families: list[Metric]

    def collect(self) -> list[Metric]:
        """The figures."""
        return self.families


@dataclass(frozen=True, slots=True, eq=False)
class _Reader(Collector):
    sources: Sources

    def collect(self) -> Iterator[Metric]:
        """Every figure that is read rather than counted."""
        info = GaugeMetricFamily("readiness_build_info", "1, with the version.", labels=("version",))
        info.add_metric((__version__,), 1)
        yield info
        leader = GaugeMetricFamily("readiness_leader", "Whether this replica leads.")
        leader.add_metric((), float(self.sources.leading()))
        yield leader
        unselected = GaugeMetricFamily(
            "readiness_workloads_unselected", "Workloads in scope that no policy selects, as the leader counts them."
        )
        if self.sources.leading():
            unselected.add_metric((), len(self.sources.cluster.unselected))
        yield unselected
        yield from _policies(list(self.sources.cluster.book))
        yield from _claims(self.sources.cluster.claims)
        if self.sources.workload_limit:
            yield self._workloads()
        yield from self._queue()
        yield from self._watches()

    def _workloads(self) -> Metric:
        family = GaugeMetricFamily(
            "readiness_workload_verdict", "1 for the published verdict of a workload.",
            labels=("workload_namespace", "workload_kind", "workload", "verdict"),
        )  # fmt: skip
        published = self.sources.cluster.published
        for ref in islice(sorted(published), self.sources.workload_limit):
            report = published.of(ref)
            if report is not None and report.cards:
                verdict = max((card.verdict for card in report.cards.values()), key=lambda item: item.rank)
                family.add_metric((ref.namespace, ref.kind, ref.name, str(verdict)), 1)
        return family

    def _queue(self) -> Iterator[Metric]:
        queue, stats = self.sources.queue, self.sources.queue.stats
        yield GaugeMetricFamily("readiness_workqueue_depth", "Keys that wait.", value=len(queue))
        yield GaugeMetricFamily(
            "readiness_workqueue_lag_seconds", "Lateness of the most overdue key.", value=queue.lag()
        )
        for name, help_text, value in (
            ("adds", "Keys added.", stats.adds),
            ("retries", "Keys to be tried again after a failure.", stats.retries),
            ("work_seconds", "Seconds worked.", stats.work_seconds),
            ("wait_seconds", "Seconds that keys waited after they were due.", stats.wait_seconds),
        ):
            yield CounterMetricFamily(f"readiness_workqueue_{name}", help_text, value=value)

    def _watches(self) -> Iterator[Metric]:
        objects = GaugeMetricFamily("readiness_reflector_objects", "Objects held of a kind.", labels=("kind",))
        totals = {
            name: CounterMetricFamily(f"readiness_reflector_{name}", help_text, labels=("kind",))
            for name, help_text in (
                ("lists", "Full lists."),
                ("events", "Watch events."),
                ("gone", "Times that the server had forgotten our place."),
                ("errors", "Failures."),
            )
        }
        for watch in self.sources.watches():
            kind = (watch.source.kind,)
            objects.add_metric(kind, len(watch.mirror))
            for name, family in totals.items():
                family.add_metric(kind, getattr(watch.stats, name))
        yield objects
        yield from totals.values()


def _policies(entries: list[Entry]) -> Iterator[Metric]:
    condition = GaugeMetricFamily(
        "readiness_policy_condition", "1 for the status that a condition has.", labels=(*_POLICY, "type", "status")
    )
    score = GaugeMetricFamily("readiness_policy_score_ratio", "Share of what is counted that passes.", labels=_POLICY)
    workloads = GaugeMetricFamily("readiness_policy_workloads", "Workloads by verdict.", labels=(*_POLICY, "verdict"))
    requirements = GaugeMetricFamily(
        "readiness_policy_requirements", "Requirements by their worst outcome.", labels=(*_POLICY, "outcome")
    )
    for entry in entries:
        policy = (entry.ref.kind, entry.ref.namespace, entry.ref.name)
        status = entry.stored.status
        for item in status.get("conditions", ()):
            for state in _STATUSES:
                condition.add_metric((*policy, item["type"], state), float(item["status"] == state))
        if "score" in status:
            score.add_metric(policy, status["score"] / 100)
        summary = status.get("summary", {})
        for key, verdict in _VERDICTS:
            if "workloads" in summary:
                workloads.add_metric((*policy, verdict), summary["workloads"][key])
        for key, outcome in _OUTCOMES:
            if "requirements" in summary:
                requirements.add_metric((*policy, outcome), summary["requirements"].get(key, 0))
    yield from (condition, score, workloads, requirements)
    yield _requirement_workloads(entries)


def _claims(entries: Iterable[ClaimEntry]) -> Iterator[Metric]:
    """When waivers and attestations end; those that cannot be used have no end."""
    waivers = GaugeMetricFamily(
        "readiness_waiver_expiration_timestamp_seconds", "When a waiver ends.", labels=("waiver_namespace", "waiver")
    )
    attestations = GaugeMetricFamily(
        "readiness_attestation_expiration_timestamp_seconds", "When an attestation ends.",
        labels=("attestation_namespace", "attestation", "claim"),
    )  # fmt: skip
    for entry in entries:
        claim, name = entry.claim, (entry.ref.namespace, entry.ref.name)
        if claim is None or claim.validity.end is None:
            continue
        if isinstance(claim, Waiver):
            waivers.add_metric(name, claim.validity.end.timestamp())
        else:
            attestations.add_metric((*name, claim.claim), claim.validity.end.timestamp())
    yield from (waivers, attestations)


def _requirement_workloads(entries: list[Entry]) -> Metric:
    """By requirement: known to the leader only, whose tallies they come from."""
    family = GaugeMetricFamily(
        "readiness_policy_requirement_workloads", "Workloads by their outcome for a requirement, as the leader counts.",
        labels=(*_POLICY, "requirement", "severity", "outcome"),
    )  # fmt: skip
    for entry in entries:
        if entry.tally is not None:
            policy = (entry.ref.kind, entry.ref.namespace, entry.ref.name)
            lines = zip(entry.tally.policy.requirements, entry.tally.outcomes, strict=True)
            for requirement, counts in lines:
                for outcome, count in counts.items():
                    labels = (*policy, requirement.name, str(requirement.severity), str(outcome))
                    family.add_metric(labels, count)
    return family
