"""What a check is: a documented, parameterised question about one workload, declared by decorating a function."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from inspect import cleandoc, get_annotations
from types import MappingProxyType, ModuleType
from typing import Any

from readiness.checks.fix import Fix
from readiness.model import Category, Demand, Finding, Severity, Snapshot, Topic, Workload
from readiness.model.claims import Attestation
from readiness.model.records import dataclass

Judge = Callable[[Workload, Snapshot, Any], Iterator[Finding]]
Demands = Callable[[Workload, Any], Iterable[Demand]]
Misread = Callable[[Attestation], Iterable[str]]


class Kind(StrEnum):
    """
    What a check looks at.

    The spec, other objects and their state, what pods answer, Secrets' metadata; what somebody attests, about the
    sources as well; what pods log, how they answer to wrong requests, and how they behave when something happens.
    """

    STATIC = "static"
    RELATION = "relation"
    PROBE = "probe"
    SECRET = "secret"
    ATTESTATION = "attestation"
    STYLE = "style"
    LOG = "log"
    ACTIVE = "active"
    WATCH = "watch"


@dataclass(frozen=True, slots=True)
class NoParameters:
    """The check takes no parameters."""


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """
    A question about a workload.

    `title` is true when it passes, `why` says what goes wrong in production, `rule` what exactly is judged. `live`
    checks need a cluster: for manifests they are not evaluated. `reads` are the other kinds it looks at, `demands`
    says which observations it wants. `waivable`: a waiver may suspend it. What is not `implemented` answers
    unknown until somebody attests it. `misread` tells what in the value of an attestation cannot be compared. `fix`
    mends what is found, where that is mechanical. `parameters` is a frozen dataclass with a default for every field,
    or with fields that a policy must set.
    """

    id: str
    title: str
    why: str
    rule: str
    remedy: str
    severity: Severity
    category: Category
    kind: Kind
    judge: Judge
    parameters: type
    topic: Topic | None = None
    reads: frozenset[type] = frozenset()
    live: bool = False
    demands: Demands | None = None
    misread: Misread | None = None
    waivable: bool = True
    implemented: bool = True
    fix: Fix | None = None

    def __call__(self, workload: Workload, cluster: Snapshot, parameters: object = None) -> Iterator[Finding]:
        """Judge one workload; nothing yielded is a pass."""
        return self.judge(workload, cluster, self.parameters() if parameters is None else parameters)


def check(
    title: str,
    *,
    severity: Severity,
    category: Category,
    remedy: str,
    kind: Kind = Kind.STATIC,
    topic: Topic | None = None,
    reads: tuple[type, ...] = (),
    live: bool = False,
    demands: Demands | None = None,
    waivable: bool = True,
    fix: Fix | None = None,
) -> Callable[[Judge], Check]:
    """
    Declare a check. The function's name is its id; its docstring says why, and after a line `Rule:` what is judged.

    The third argument's annotation is the type of its parameters.
    """

    def declare(judge: Judge) -> Check:
        why, _, rule = cleandoc(judge.__doc__ or "").partition("\n\nRule: ")
        return Check(
            id=judge.__name__.replace("_", "-"),
            title=title,
            why=" ".join(why.split()),
            rule=" ".join(rule.split()),
            remedy=remedy,
            severity=severity,
            category=category,
            kind=kind,
            judge=judge,
            parameters=list(get_annotations(judge).values())[2],
            topic=topic,
            reads=frozenset(reads),
            live=live,
            demands=demands,
            waivable=waivable,
            fix=fix,
        )

    return declare


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The checks by id, in the order of the table of contents."""

    checks: Mapping[str, Check]

    @classmethod
    def of(cls, *topics: ModuleType) -> "Catalogue":
        """Every check that these modules declare, alone or in tables; two with one id are a mistake of ours."""
        found: dict[str, Check] = {}
        for topic in topics:
            for item in vars(topic).values():
                for each in item if isinstance(item, tuple) else (item,):
                    if isinstance(each, Check):
                        if each.id in found:
                            raise ValueError(f"two checks are called {each.id}")
                        found[each.id] = each
        return cls(MappingProxyType(found))

    def __iter__(self) -> Iterator[Check]:
        """Check by check."""
        return iter(self.checks.values())

    def __len__(self) -> int:
        """How many there are."""
        return len(self.checks)

    def get(self, check_id: str) -> Check | None:
        """The check of an id."""
        return self.checks.get(check_id)

    @property
    def reads(self) -> frozenset[type]:
        """Every kind that some check looks at."""
        return frozenset().union(*(item.reads for item in self))
