"""
A policy's figures, kept by counters: each workload's standing is taken out when it changes and put in anew.

So the status of a policy over ten thousand workloads costs what changed, not what there is.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import field
from typing import TypeVar

from readiness.engine.marks import Marks
from readiness.engine.scorecard import Scorecard
from readiness.engine.topics import TELLING, TopicStanding, topic_standing
from readiness.model import Outcome, Ref, Topic, Verdict
from readiness.model.claims import Waiver
from readiness.model.records import dataclass
from readiness.policy.compiled import Policy

_OPEN = (Outcome.FAIL, Outcome.WARN)
_NONE: frozenset[Waiver] = frozenset()
_NAMED = (Verdict.NO_GO, Verdict.UNKNOWN)  # verdicts whose workloads a message names


@dataclass(frozen=True, slots=True)
class Offence:
    """What is wrong with a workload, and what to do about it."""

    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Standing:
    """
    How a workload stands with a policy; outcomes and offences go by the requirement's number.

    Topics are those of which something is to be told, waivers those that waive something of it.
    """

    verdict: Verdict
    outcomes: tuple[Outcome, ...]
    offences: Mapping[int, Offence] = field(default_factory=dict)
    topics: Mapping[Topic, TopicStanding] = field(default_factory=dict)
    waivers: frozenset[Waiver] = frozenset()

    @classmethod
    def of(cls, card: Scorecard) -> "Standing":
        """The standing that a scorecard gives."""
        topics = {topic: topic_standing(topic, (card,)) for topic in card.policy.topics}
        return cls(
            verdict=card.verdict,
            outcomes=tuple(result.outcome for result in card.results),
            offences={
                number: Offence(result.message, result.failing[0][0].check.remedy)
                for number, result in enumerate(card.results)
                if result.outcome in _OPEN
            },
            topics={topic: found for topic, found in topics.items() if found is not None and found.outcome in TELLING},
            waivers=_NONE.union(
                *(answer.waivers for result in card.results for answer in result.answers if answer.waivers)
            ),
        )


@dataclass(slots=True)
class Tally:
    """The figures of one policy (of one generation of it) over the workloads that it selects."""

    policy: Policy
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    outcomes: list[Counter[Outcome]] = field(init=False)
    namespaces: dict[str, Counter[Verdict]] = field(default_factory=dict)
    offenders: defaultdict[tuple[int, Outcome], Marks[Offence]] = field(default_factory=lambda: defaultdict(Marks))
    topics: defaultdict[tuple[Topic, Outcome], Marks[str]] = field(default_factory=lambda: defaultdict(Marks))
    waivers: Counter[Waiver] = field(default_factory=Counter)
    by_verdict: defaultdict[Verdict, Marks[None]] = field(default_factory=lambda: defaultdict(Marks))
    _standings: dict[Ref, Standing] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """One counter for each requirement."""
        self.outcomes = [Counter() for _ in self.policy.requirements]

    def __len__(self) -> int:
        """How many workloads are counted."""
        return len(self._standings)

    def __contains__(self, ref: Ref) -> bool:
        """Whether a workload is counted."""
        return ref in self._standings

    def put(self, ref: Ref, standing: Standing | None) -> bool:
        """Count a workload as it stands now, or no longer (None); returns whether anything changed."""
        old = self._standings.pop(ref, None)
        if standing is not None:
            self._standings[ref] = standing
        if old == standing:
            return False
        if old is not None:
            self._count(ref, old, -1)
        if standing is not None:
            self._count(ref, standing, 1)
        _move(self.offenders, ref, _open(old), _open(standing))
        _move(self.topics, ref, _told(old), _told(standing))
        _move(self.by_verdict, ref, _named(old), _named(standing))
        return True

    @property
    def passed_pairs(self) -> int:
        """Pairs of workload and requirement that pass."""
        return sum(counts[Outcome.PASS] for counts in self.outcomes)

    @property
    def counted_pairs(self) -> int:
        """Pairs of workload and requirement that count."""
        left_out = (Outcome.NOT_APPLICABLE, Outcome.WAIVED)
        return sum(count for counts in self.outcomes for outcome, count in counts.items() if outcome not in left_out)

    def _count(self, ref: Ref, standing: Standing, step: int) -> None:
        self.verdicts[standing.verdict] += step
        namespace = self.namespaces.setdefault(ref.namespace, Counter())
        namespace[standing.verdict] += step
        if not any(namespace.values()):
            del self.namespaces[ref.namespace]
        for waiver in standing.waivers:
            self.waivers[waiver] += step
            if not self.waivers[waiver]:
                del self.waivers[waiver]
        for counts, outcome in zip(self.outcomes, standing.outcomes, strict=True):
            counts[outcome] += step


K = TypeVar("K")
V = TypeVar("V")


def _open(standing: Standing | None) -> dict[tuple[int, Outcome], Offence]:
    """By requirement and outcome: what blocks one workload another requirement may compensate in the next."""
    return {(n, standing.outcomes[n]): told for n, told in standing.offences.items()} if standing else {}


def _told(standing: Standing | None) -> dict[tuple[Topic, Outcome], str]:
    return {(topic, item.outcome): item.message for topic, item in standing.topics.items()} if standing else {}


def _named(standing: Standing | None) -> dict[Verdict, None]:
    return {standing.verdict: None} if standing and standing.verdict in _NAMED else {}


def _move(marks: defaultdict[K, Marks[V]], ref: Ref, old: Mapping[K, V], new: Mapping[K, V]) -> None:
    for key in old:
        if key not in new:
            marks[key].drop(ref)
    for key, told in new.items():
        marks[key].put(ref, told)
