"""Tests that ran in the cluster: they stand in for an attestation where nobody wrote one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from readiness.model import Snapshot, TestRun, Workload
from readiness.model.claims import RUN_LABEL, Attestation, Plain, Subject, Validity

TRIAL_READS = (Workload, TestRun)
_K6 = "k6.io"
_APP = ("app.kubernetes.io/name", "app.kubernetes.io/instance", "app")  # labels that tell whose a run is
_NEVER = datetime.min.replace(tzinfo=UTC)


def trials(claim: str, workload: Workload, cluster: Snapshot, parameters: Any) -> list[Attestation]:
    """
    The Jobs and test runs of its namespace that ended and are of a claim, newest first, each as its attestation.

    They have a label with the claim; a TestRun of k6 is a load test without one. A run whose labels tell of another
    app than the pods' is not about the workload. Numbers and scenarios are its script's business; parts and tools count
    as far as its name and labels have them in it, and there is none where one of these is missing.
    """
    if not parameters.runs:
        return []
    found = [run for run in _runs(workload, cluster) if _is_of(claim, run) and _is_about(workload, run)]
    runs = sorted(found, key=lambda run: run.at or _NEVER, reverse=True)
    parts, tools = (frozenset(getattr(parameters, name, ())) for name in ("scope", "tools"))
    runs = [run for run in runs if not tools or tools & _words(run)]
    if not parts <= frozenset().union(*map(_words, runs)):
        return []
    return [_attested(run, workload, parts, tools, getattr(parameters, "scenarios", ())) for run in runs]


def _runs(workload: Workload, cluster: Snapshot) -> Iterator[TestRun]:
    for work in cluster.jobs_in(workload.ref.namespace):
        if (job := work.job) is not None and job.complete is not None:
            yield TestRun(work.ref, work.labels, job.complete, job.ended or work.created)
    yield from (run for run in cluster.about(workload, TestRun) if run.passed is not None)


def _is_of(claim: str, run: TestRun) -> bool:
    said = run.labels.get(RUN_LABEL)
    return said == claim if said is not None else claim == "load-test" and run.ref.group == _K6


def _is_about(workload: Workload, run: TestRun) -> bool:
    own = workload.pod.labels
    return all(run.labels[key] == own[key] for key in _APP if key in run.labels and key in own)


def _words(run: TestRun) -> frozenset[str]:
    """What its labels say, and each part of its name, as `peak` and `cart-peak` of `cart-peak-1`."""
    parts = run.ref.name.split("-")
    named = {"-".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, len(parts) + 1)}
    return frozenset(named | set(run.labels.values()) | ({"k6"} if run.ref.group == _K6 else set()))


def _attested(
    run: TestRun, workload: Workload, parts: frozenset[str], tools: frozenset[str], scenarios: tuple[str, ...]
) -> Attestation:
    words = _words(run)
    here = tuple(name for name in scenarios if name in words)  # a run that names some stands for these alone
    value: dict[str, Plain] = {
        "scope": tuple(sorted(parts & words)),
        "tools": tuple(sorted(tools & words)),
        "scenarios": here or scenarios,
        "passed": run.passed,
    }
    subject = Subject(workload.ref.kind, workload.ref.name)
    return Attestation(run.ref, "", subject, Validity(run.at, None), tuple(value.items()))
