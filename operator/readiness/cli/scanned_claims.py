"""Waivers and attestations of a cluster that `scan` looks at: taken in, and told where they have no effect."""

from collections.abc import Iterable, Iterator

from readiness.adapters.cluster_scan import Scan
from readiness.adapters.manifests import Problem
from readiness.engine.claim_status import by_claim, idleness
from readiness.engine.foreign_annotations import annotated
from readiness.engine.judged import Judged
from readiness.engine.waiving import Effect, Use
from readiness.model import Ref, Snapshot, Workload
from readiness.model.claims import Claim, Waiver
from readiness.model.parse import ref_of as named
from readiness.policy.claims import InvalidClaimError, claim_of
from readiness.policy.compiled import Policy
from readiness.runtime.policybook import ref_of


def taken_in(found: Scan, problems: list[Problem]) -> Iterator[Claim]:
    """Take in the waivers and attestations of the cluster; what is wrong with the others goes to `problems`."""
    for manifest in found.claims:
        try:
            claim = claim_of(manifest)
        except InvalidClaimError as error:
            problems += [_warning(named(dict(manifest)), str(problem)) for problem in error.problems]
        else:
            found.inventory.put(claim)
            yield claim


def idle(
    claims: Iterable[Claim], judged: Iterable[Judged], found: Scan, judging: Iterable[Policy], snapshot: Snapshot
) -> Iterator[Problem]:
    """A warning for each claim that has no effect; what a waiver does under policies that are hidden nobody knows."""
    policies = {ref_of(manifest): False for manifest in found.policies} | {policy.ref: True for policy in judging}
    effects = by_claim(item.claims for item in judged)
    for claim in claims:
        if isinstance(claim, Waiver) and claim.policy_kind in found.unreadable_own:
            continue
        told = idleness(claim, effects.get(claim.ref) or list(_unjudged(claim, snapshot)), policies, snapshot.now)
        if told is not None:
            yield _warning(claim.ref, told.message)


def _unjudged(claim: Claim, snapshot: Snapshot) -> Iterator[Effect]:
    """What a claim does for workloads that it is about, and that nobody judges."""
    for workload in snapshot.inventory.subjects_of(claim):
        yield Use() if isinstance(claim, Waiver) else snapshot.standing_of(claim, workload)


def untranslated(workloads: Iterable[Workload]) -> Iterator[Problem]:
    """A warning for each opt-out of another linter that means nothing here."""
    for workload in workloads:
        for found in annotated(workload):
            for name in found.unknown:
                yield _warning(workload.ref, f"{found.key}: no check here answers to {name}")


def _warning(ref: Ref, message: str) -> Problem:
    return Problem(f"{ref} in {ref.namespace}", None, None, "warning", message)
