"""A policy ready to judge by: every check found, every parameter validated, every default in place."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from readiness.checks import Check
from readiness.model import Probing, Severity, Topic
from readiness.model.labels import Selector
from readiness.model.records import dataclass
from readiness.model.snapshot import EXPOSURE
from readiness.policy.problem import Problem

IGNORED_CONTAINERS = ("istio-proxy", "istio-init", "istio-validation", "linkerd-proxy", "linkerd-init")
"""The well-known injected proxies: nobody who owns a workload can mend them."""
BLOCKING_SEVERITIES = frozenset({Severity.CRITICAL, Severity.HIGH})
"""Those whose failures block where neither policy nor profile says which."""


@dataclass(frozen=True, slots=True, order=True)
class PolicyRef:
    """The name of a policy; cluster policies have no namespace."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        """Kind and name, as people write it."""
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True)
class Ask:
    """One question of a requirement: a check with its parameters, under the name it is told by."""

    check: Check
    name: str
    parameters: Any


@dataclass(frozen=True, slots=True)
class Applies:
    """Which workloads a requirement applies to: all that is said must hold; None and empty say nothing."""

    exposed: bool | None = None
    stateful: bool | None = None
    kinds: frozenset[str] = frozenset()
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Requirement:
    """
    One line of a scorecard. `blocking` says whether a failure makes the verdict NoGo.

    A failure counts as a warning where one of those that it is `compensated_by` passes. `stage` is empty for those
    of no stage; `attestable`: somebody's word may stand in for missing evidence.
    """

    name: str
    title: str
    severity: Severity
    blocking: bool
    asks: tuple[Ask, ...]
    match_any: bool = False
    category: str = ""
    stage: str = ""
    references: tuple[str, ...] = ()
    applies: Applies | None = None
    compensated_by: tuple[str, ...] = ()
    waivable: bool = True
    attestable: bool = False

    @property
    def topics(self) -> frozenset[Topic]:
        """The topics that its checks belong to."""
        return frozenset(ask.check.topic for ask in self.asks if ask.check.topic)

    @property
    def reads(self) -> frozenset[type]:
        """The kinds, besides workloads, that are looked at to answer it."""
        looks_outside = self.applies is not None and self.applies.exposed is not None
        return frozenset(EXPOSURE if looks_outside else ()).union(*(ask.check.reads for ask in self.asks))

    @property
    def plain(self) -> bool:
        """Whether its only check has its name: findings then stand directly under it."""
        return len(self.asks) == 1 and self.asks[0].check.id == self.name == self.asks[0].name


@dataclass(frozen=True, slots=True)
class CategoryTarget:
    """The share of a category's requirements, in percent, that completes it."""

    name: str
    target: int


@dataclass(frozen=True, slots=True)
class Gate:
    """Requirements that are looked at together."""

    name: str
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """
    A compiled policy.

    `interval` is in seconds; `selector` chooses among workloads, `namespace_selector` (cluster policies) among
    namespaces; empty `kinds` are every kind. `stages` are in the order in which they are to be reached. `hints` are
    likely mistakes, by which it is judged all the same.
    """

    ref: PolicyRef
    requirements: tuple[Requirement, ...]
    uid: str = ""
    generation: int = 0
    selector: Selector = Selector()
    namespace_selector: Selector = Selector()
    kinds: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset(IGNORED_CONTAINERS)
    probing: Probing = Probing()
    interval: float = 600.0
    suspended: bool = False
    profile: str = ""
    stages: tuple[str, ...] = ()
    categories: tuple[CategoryTarget, ...] = ()
    gates: tuple[Gate, ...] = ()
    blocking: frozenset[Severity] = BLOCKING_SEVERITIES
    waivers_allowed: bool = True
    hints: tuple[Problem, ...] = ()
    topics: Mapping[Topic, tuple[int, ...]] = field(init=False, compare=False)
    by_category: Mapping[str, list[int]] = field(init=False, compare=False)
    live: tuple[int, ...] = field(init=False, compare=False)
    repeats: bool = field(init=False, compare=False)
    compensable: tuple[int, ...] = field(init=False, compare=False)
    reads: frozenset[type] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """
        Gather once what every evaluation asks for.

        `topics` and `by_category` (those with a target first) have the numbers of their requirements, `live` are the
        numbers of those with a live check, `compensable` of those that others may make up for; `repeats`: the same is
        asked twice; `reads` are the kinds that are looked at.
        """
        topics: dict[Topic, tuple[int, ...]] = {}
        for number, requirement in enumerate(self.requirements):
            for topic in requirement.topics:
                topics[topic] = (*topics.get(topic, ()), number)
        live = (n for n, item in enumerate(self.requirements) if any(ask.check.live for ask in item.asks))
        by_category: dict[str, list[int]] = {category.name: [] for category in self.categories}
        for number, requirement in enumerate(self.requirements):
            by_category.setdefault(requirement.category, []).append(number)
        object.__setattr__(self, "topics", topics)
        object.__setattr__(self, "by_category", {name: found for name, found in by_category.items() if found})
        object.__setattr__(self, "live", tuple(live))
        asked = [(ask.check, ask.parameters) for item in self.requirements for ask in item.asks]
        object.__setattr__(self, "repeats", len(set(asked)) < len(asked))
        compensable = (n for n, item in enumerate(self.requirements) if item.compensated_by)
        object.__setattr__(self, "compensable", tuple(compensable))
        reads = (item.reads for item in self.requirements)
        object.__setattr__(self, "reads", frozenset[type]().union(*reads))
