"""What would mend a judged workload in its manifest: the edits of the checks that failed it."""

from collections.abc import Iterator

from readiness.checks.fix import Edit
from readiness.engine.evaluate import Evaluation
from readiness.engine.intake import Manifest
from readiness.engine.paths import Step
from readiness.engine.scorecard import Answer, RequirementResult
from readiness.model import Fail, Outcome, Workload
from readiness.model.records import dataclass
from readiness.policy.compiled import Ask

_OPEN = (Outcome.FAIL, Outcome.WARN)


@dataclass(frozen=True, slots=True)
class Mend:
    """An edit, the check that asks for it, and which programs it may stop (empty: none)."""

    check: str
    risk: str
    edit: Edit


@dataclass(frozen=True, slots=True)
class Mending:
    """The mends of an object: in which file, in which of its documents, and where within that."""

    source: str
    index: int
    within: tuple[Step, ...]
    mends: tuple[Mend, ...]


def mending(evaluation: Evaluation, manifest: Manifest) -> Mending | None:
    """What mends whatever fails, blocking or not; None where nothing does. What is waived is left as it is."""
    results = [result for card in evaluation.scorecards for result in card.results if result.outcome in _OPEN]
    mends = tuple(mend for result in results for mend in _mends(evaluation.workload, result))
    return Mending(manifest.source, manifest.index, manifest.within, mends) if mends else None


def _mends(workload: Workload, result: RequirementResult) -> Iterator[Mend]:
    """The mends of each check that failed; where one of several is enough, of the first that can be mended wholly."""
    offers = [list(_offers(workload, ask, answer)) for ask, answer in result.failing]
    if result.requirement.match_any:
        offers = [offer for offer in offers if all(offer)][:1]
    yield from (mend for offer in offers for mends in offer for mend in mends)


def _offers(workload: Workload, ask: Ask, answer: Answer) -> Iterator[list[Mend]]:
    """The mends of each finding of a check."""
    check, fix = ask.check, ask.check.fix
    for finding in [item for item in answer.findings if isinstance(item, Fail)]:
        edits = () if fix is None else fix.edits(workload, finding, ask.parameters)
        yield [Mend(check.id, "" if fix is None else fix.risk, edit) for edit in edits]
