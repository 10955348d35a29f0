"""The totals of many judged workloads, and the one document that every output is made from."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from readiness.engine.judged import Judged, Missed
from readiness.engine.sections import percent
from readiness.model import Verdict
from readiness.policy.names import API_VERSION

Raw = dict[str, Any]
_VERDICTS = {Verdict.GO: "go", Verdict.GO_WITH_CONDITIONS: "goWithConditions", Verdict.NO_GO: "noGo"}
_OUTCOMES = ("passed", "warned", "failed", "unknown", "notApplicable", "waived")


def report_list(judged: Sequence[Judged], missed: Iterable[Missed], counts: Raw) -> Raw:
    """A ReadinessReportList with a `summary`; `counts` are what else there is to say in it."""
    return {
        "apiVersion": API_VERSION,
        "kind": "ReadinessReportList",
        "metadata": {},
        "items": [item.report for item in judged],
        "summary": summary(judged) | counts | {"unselected": [_missed(item) for item in missed]},
    }


def summary(judged: Sequence[Judged]) -> Raw:
    """
    Workloads by verdict, requirements by outcome over all scorecards, the score as the share of them that pass.

    `notEvaluated` are those of the `notApplicable` that only a cluster can answer. Where no workload was judged
    there is no `score`: 100 would read as if all were well.
    """
    verdicts = Counter(_VERDICTS.get(Verdict(item.report["status"]["verdict"]), "unknown") for item in judged)
    outcomes: Counter[str] = Counter()
    for item in judged:
        for card in item.report["status"]["scorecards"]:
            outcomes.update(card["summary"])
    requirements = {outcome: outcomes[outcome] for outcome in _OUTCOMES}
    counted = sum(requirements.values()) - requirements["notApplicable"] - requirements["waived"]
    requirements["notEvaluated"] = sum(item.not_evaluated for item in judged)
    return {
        "workloads": {"total": len(judged), **{word: verdicts[word] for word in (*_VERDICTS.values(), "unknown")}},
        "requirements": requirements,
        **({"score": percent(requirements["passed"], counted)} if judged else {}),
        "blockers": sum(item.blockers for item in judged),
    }


def _missed(missed: Missed) -> Raw:
    ref = missed.ref
    told: Raw = {"namespace": ref.namespace, "kind": ref.kind, "name": ref.name}
    if missed.manifest is not None:
        told |= {"file": missed.manifest.source, "line": missed.manifest.locate(())[0]}
    return told
