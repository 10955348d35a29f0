"""A ReadinessReportList as values: renderers ask these, and nobody else knows the names of its fields."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from readiness.engine.judged import SOURCE_ANNOTATION
from readiness.model import Outcome, Severity, Verdict
from readiness.model.reasons import Reason
from readiness.model.records import dataclass

Raw = Mapping[str, Any]
_PLACE = ("path", "file", "line", "column")
_OPEN = (Outcome.FAIL, Outcome.WARN, Outcome.UNKNOWN, Outcome.ERROR)
_REASONS = {**dict.fromkeys(_OPEN, _OPEN), Outcome.WAIVED: (Outcome.WAIVED,)}  # what of checks makes a line be that


@dataclass(frozen=True, slots=True)
class Finding:
    """
    What a check found, and where; `line` and `column` count from 1 and are 0 without a file.

    `outcome` is that of the check. `exception` tells by which waiver, and why, it does not count.
    """

    check: str
    message: str
    outcome: Outcome
    exception: str = ""
    path: str = ""
    file: str = ""
    line: int = 0
    column: int = 0

    @property
    def place(self) -> str:
        """Where to look: the line of a file, else the field; empty for the workload as a whole."""
        return f"{self.file}:{self.line}" if self.file else self.path

    def __str__(self) -> str:
        """Place and message, as people read them."""
        return f"{self.place}: {self.message}" if self.place else self.message


@dataclass(frozen=True, slots=True)
class Line:
    """
    A requirement and what became of it.

    `findings` are why; `waived` are those beside them that do not count. `exception` tells why it counts otherwise: a
    waiver with its end, what compensates it, or that it takes a cluster. A report that was cut for its size has no
    titles, findings and remedies.
    """

    name: str
    outcome: Outcome
    severity: Severity
    title: str
    category: str
    stage: str
    references: tuple[str, ...]
    findings: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    remedy: str
    exception: str

    @property
    def label(self) -> str:
        """Name and title, where that says more."""
        return f"{self.name}: {self.title}" if self.title not in ("", self.name) else self.name

    @classmethod
    def of(cls, raw: Raw) -> "Line":
        """One of a scorecard's `requirements`."""
        outcome, found = Outcome(raw["outcome"]), tuple(_findings(raw))
        reasons = _REASONS.get(outcome, ())
        return cls(
            name=raw["name"],
            outcome=outcome,
            severity=Severity(raw.get("severity", Severity.INFO)),
            title=raw.get("title", ""),
            category=raw.get("category", ""),
            stage=raw.get("stage", ""),
            references=tuple(raw.get("references", ())),
            findings=tuple(item for item in found if item.outcome in reasons) if reasons else found,
            waived=tuple(item for item in found if item.outcome is Outcome.WAIVED and item.outcome not in reasons),
            remedy=raw.get("remedy", ""),
            exception=_exception(raw),
        )


class Card:
    """One policy's answer; `stages`, `categories` and `gates` are as in the API."""

    def __init__(self, raw: Raw) -> None:
        self.raw = raw

    @property
    def policy(self) -> str:
        """Kind and name of the policy, as people write them."""
        return f"{self.raw['policyRef']['kind']}/{self.raw['policyRef']['name']}"

    @property
    def verdict(self) -> str:
        """The verdict of this scorecard."""
        return str(self.raw["verdict"])

    @property
    def facts(self) -> list[str]:
        """Score, items and stage, in words."""
        return _facts(self.raw)

    @property
    def counts(self) -> Counter[str]:
        """Requirements by outcome, in the API's words; what is not said is none."""
        return Counter(self.raw["summary"])

    @property
    def stages(self) -> Sequence[Raw]:
        """The ladder, lowest first."""
        return tuple(self.raw.get("stages", ()))

    @property
    def categories(self) -> Sequence[Raw]:
        """Each category in which something counts, with its share and target."""
        return tuple(item for item in self.raw.get("categories", ()) if item["total"])

    @property
    def gates(self) -> Sequence[Raw]:
        """Each gate and what fails in it."""
        return tuple(self.raw.get("gates", ()))

    @property
    def passed(self) -> Sequence[str]:
        """Names of what is met."""
        return tuple(self.raw.get("passed", ()))

    @property
    def not_applicable(self) -> Sequence[str]:
        """Names of what does not apply."""
        return tuple(self.raw.get("notApplicable", ()))

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """What the report spells out: all that is not met, and with `--full` the rest."""
        return tuple(map(Line.of, self.raw["requirements"]))

    @property
    def named(self) -> Iterator[Line]:
        """What is met and what does not apply, as far as its name tells."""
        for name in self.passed:
            yield Line.of({"name": name, "outcome": Outcome.PASS})
        unasked = self.raw.get("notEvaluated", ())
        for name in self.not_applicable:
            reason = {"reason": Reason.NOT_EVALUATED} if name in unasked else {}
            yield Line.of({"name": name, "outcome": Outcome.NOT_APPLICABLE, **reason})

    def ended(self, *outcomes: Outcome) -> list[Line]:
        """The lines with one of these outcomes, the highest severity first."""
        return sorted((line for line in self.lines if line.outcome in outcomes), key=lambda line: line.severity.rank)


class Report:
    """A judged workload."""

    def __init__(self, raw: Raw) -> None:
        self.raw = raw

    @property
    def kind(self) -> str:
        """Kind of the workload."""
        return str(self.raw["spec"]["workloadRef"]["kind"])

    @property
    def name(self) -> str:
        """Name of the workload."""
        return str(self.raw["spec"]["workloadRef"]["name"])

    @property
    def namespace(self) -> str:
        """Namespace of the workload."""
        return str(self.raw["metadata"]["namespace"])

    @property
    def source(self) -> str:
        """`file:line` of the workload's manifest; empty when it comes from a cluster."""
        return str(self.raw["metadata"].get("annotations", {}).get(SOURCE_ANNOTATION, ""))

    @property
    def label(self) -> str:
        """The workload, as people call it."""
        return f"{self.kind}/{self.name} in {self.namespace}"

    @property
    def verdict(self) -> str:
        """The worst verdict."""
        return str(self.raw["status"]["verdict"])

    @property
    def facts(self) -> list[str]:
        """Lowest score, items and stage, in words."""
        return _facts(self.raw["status"])

    @property
    def score(self) -> str:
        """Lowest score, in words."""
        return score(self.raw["status"])

    @property
    def items(self) -> str:
        """Passed of counted."""
        return str(self.raw["status"].get("items", ""))

    @property
    def stage(self) -> str:
        """The stage reached; empty when none is."""
        return str(self.raw["status"].get("stage", ""))

    @property
    def blockers(self) -> int:
        """Open blockers of all scorecards."""
        return int(self.raw["status"]["blockersTotal"])

    @property
    def warnings(self) -> int:
        """What fails without blocking, on all scorecards."""
        return sum(card.counts["warned"] for card in self.cards)

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        """A scorecard for each policy."""
        return tuple(map(Card, self.raw["status"]["scorecards"]))


def reports(document: Raw) -> Iterator[Report]:
    """The reports in the order of the document."""
    return map(Report, document["items"])


def worst_first(document: Raw) -> list[Report]:
    """The reports, the worst verdict first, then the lowest score."""
    return sorted(reports(document), key=lambda report: (-Verdict(report.verdict).rank, _points(report.raw["status"])))


def worst(document: Raw) -> str:
    """The worst verdict of all; Unknown where nothing was judged."""
    verdicts = (Verdict(report.verdict) for report in reports(document))
    return str(max(verdicts, key=lambda verdict: verdict.rank, default=Verdict.UNKNOWN))


def score(raw: Raw) -> str:
    """The score in words; a dash where nothing could be counted."""
    return f"{raw['score']} %" if "score" in raw else "-"


def counted(number: int, word: str, words: str = "") -> str:
    """A number with its noun: `1 workload`, `2 workloads`."""
    return f"{number} {word if number == 1 else words or f'{word}s'}"


def _points(raw: Raw) -> int:
    return int(raw.get("score", -1))


def _facts(raw: Raw) -> list[str]:
    stage = [f"stage {raw['stage']}"] if raw.get("stage") else []
    return [score(raw), raw.get("items", ""), *stage]


def _findings(raw: Raw) -> Iterator[Finding]:
    for check, answer in ((raw["name"], raw), *((check["id"], check) for check in raw.get("checks", ()))):
        outcome = Outcome(answer.get("outcome", raw["outcome"]))
        for finding in answer.get("findings", ()):
            yield _finding(check, outcome, finding)
        for finding in answer.get("waived", ()):
            yield _finding(check, Outcome.WAIVED, finding)


def _finding(check: str, outcome: Outcome, raw: Raw) -> Finding:
    where = {name: raw[name] for name in _PLACE if name in raw}
    return Finding(check, raw["message"], outcome, _waived(raw["waiver"]) if "waiver" in raw else "", **where)


def _waived(raw: Raw) -> str:
    end = f"until {raw['expirationTime']}" if "expirationTime" in raw else "without end"
    reason = " ".join(raw.get("reason", "").split())
    return f"waived by {raw['name']} {end}" + (f": {reason}" if reason else "")


def _exception(raw: Raw) -> str:
    """Why a line counts otherwise than its findings say, in words."""
    if raw["outcome"] == Outcome.NOT_APPLICABLE:
        reasons = {answer.get("reason") for answer in (raw, *raw.get("checks", ()))}
        return "needs a cluster" if Reason.NOT_EVALUATED in reasons else ""
    told = [f"compensated by {raw['compensatedBy']}"] if "compensatedBy" in raw else []
    if "waiver" in raw:
        told.append(("" if raw["outcome"] == Outcome.WAIVED else "partly ") + _waived(raw["waiver"]))
    return ", ".join(told)
