"""A judged workload as a report with places in files, and what commands decide by."""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from typing import Any

from readiness.engine.evaluate import evaluate
from readiness.engine.intake import Manifest
from readiness.engine.mending import Mending, mending
from readiness.engine.paths import steps_to
from readiness.engine.report import report
from readiness.engine.waiving import Effect
from readiness.model import Outcome, Ref, Severity, Snapshot, Workload
from readiness.model.records import dataclass
from readiness.policy.compiled import Policy
from readiness.policy.names import GROUP

SOURCE_ANNOTATION = f"{GROUP}/source"
Raw = dict[str, Any]
_OPEN = (Outcome.FAIL, Outcome.WARN)


@dataclass(frozen=True, slots=True)
class Judged:
    """
    A workload's report, with `file`, `line` and `column` at each finding where it comes from a manifest.

    `worst` is the highest severity among what fails, blocking or not; `not_evaluated` counts the requirements that
    left the total because nobody could be asked. `claims` says what waivers and attestations about it do, `mending`
    what would mend its manifest where somebody wants to know.
    """

    report: Raw
    worst: Severity | None
    blockers: int
    not_evaluated: int
    claims: Mapping[Ref, Effect] = field(default_factory=dict)
    mending: Mending | None = None


@dataclass(frozen=True, slots=True)
class Missed:
    """A workload that no policy selects."""

    ref: Ref
    manifest: Manifest | None = None


def judge(
    workload: Workload,
    policies: list[Policy],
    cluster: Snapshot,
    manifest: Manifest | None = None,
    *,
    full: bool,
    mend: bool = False,
) -> Judged:
    """Judge a workload by these policies, and with `mend` say what would mend its manifest."""
    evaluation = evaluate(workload, policies, cluster)
    told = report(evaluation, cluster.now, full=full, placed=True)
    if manifest is not None:
        _place(told, manifest)
    cards = evaluation.scorecards
    open_ = [result.requirement.severity for card in cards for outcome in _OPEN for result in card.by_outcome[outcome]]
    return Judged(
        report=told,
        worst=Severity.highest(open_) if open_ else None,
        blockers=sum(len(card.by_outcome[Outcome.FAIL]) for card in cards),
        not_evaluated=sum(len(card.not_evaluated) for card in cards),
        claims=evaluation.claims,
        mending=mending(evaluation, manifest) if mend and manifest is not None else None,
    )


def undialled(policy: Policy) -> Policy:
    """The same policy where no pod is asked: what kubelet says decides alone."""
    return replace(policy, probing=replace(policy.probing, enabled=False))


def _place(told: Raw, manifest: Manifest) -> None:
    line, _ = manifest.locate(())
    told["metadata"]["annotations"] = {SOURCE_ANNOTATION: f"{manifest.source}:{line}"}
    for finding in _findings(told):
        at = manifest.locate(steps_to(finding.get("path", ""), manifest.obj))
        finding |= {"file": manifest.source, "line": at[0], "column": at[1]}


def _findings(told: Raw) -> Iterator[Raw]:
    for card in told["status"]["scorecards"]:
        for requirement in card["requirements"]:
            for answer in (requirement, *requirement.get("checks", ())):
                yield from answer.get("findings", ())
                yield from answer.get("waived", ())
