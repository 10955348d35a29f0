"""What is said where there is nothing to look at: somebody's word, or that nobody knows."""

from collections.abc import Iterator
from typing import Any

from readiness.checks.parameters.bounds import denies, told, unmet, words
from readiness.model import Finding, Snapshot, Unknown, Workload
from readiness.model.claims import Attestation
from readiness.model.reasons import Reason


def counting(claim: str, workload: Workload, cluster: Snapshot) -> Attestation | None:
    """
    The newest attestation of a claim that counts. Who uses it reads Pod.

    One whose value names requirements is weighed where those are known: it does not answer others.
    """
    found = (item for item in cluster.attestations_for(workload, claim) if not words(item, ("requirement",)))
    return next((item for item in found if cluster.standing_of(item, workload) is Reason.FRESH), None)


def attested_or(
    claim: str, finding: Finding, workload: Workload, cluster: Snapshot, parameters: Any = None
) -> Iterator[Finding]:
    """
    A finding, unless an attestation of the check counts: then that decides. Who uses it reads Pod.

    What it says was measured is held against the check's `parameters`.
    """
    item = counting(claim, workload, cluster)
    if item is None:
        yield finding
    elif denies(item):
        yield told(item, "says passed: false")
    elif parameters is not None:
        yield from unmet(item, parameters)


def absence(
    claim: str, project: str, workload: Workload, cluster: Snapshot, parameters: Any = None
) -> Iterator[Finding]:
    """
    What a check says for want of a project's custom resources: an attestation, or that nobody knows.

    Offline that is not evaluated: manifests do not tell what a cluster has installed.
    """
    if cluster.live:
        finding = Unknown(f"{project} is not installed, and nobody attests {claim}", Reason.NOT_INSTALLED)
    else:
        finding = Unknown(f"no object of {project} is among the manifests", Reason.NOT_EVALUATED)
    yield from attested_or(claim, finding, workload, cluster, parameters)
