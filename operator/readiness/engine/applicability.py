"""Whether a requirement applies to a workload: by what it is, and by who reaches it."""

from readiness.engine.scorecard import Answer
from readiness.model import Outcome, Skip, Snapshot, Unknown, Workload
from readiness.model.reasons import Reason
from readiness.model.snapshot import EXPOSURE
from readiness.policy.compiled import Applies


def bar(applies: Applies, workload: Workload, cluster: Snapshot) -> Answer | None:
    """Why a requirement is not judged here: it does not apply, or that is not known; None where it applies."""
    if wrong := misfit(applies, workload):
        return _skip(wrong)
    return None if applies.exposed is None else _exposure(workload, cluster, wanted=applies.exposed)


def misfit(applies: Applies, workload: Workload) -> str:
    """Why a requirement does not apply to a workload by what that is, whoever reaches it; empty where it does."""
    if applies.kinds and workload.ref.api_kind not in applies.kinds:
        return f"applies to {', '.join(sorted(applies.kinds))} only"
    for key, value in applies.labels:
        if workload.labels.get(key) != value:
            return f"applies to workloads with the label {key}={value} only"
    if applies.stateful is not None and workload.keeps_state is not applies.stateful:
        return f"applies to {'stateful' if applies.stateful else 'stateless'} workloads only"
    return ""


def _exposure(workload: Workload, cluster: Snapshot, *, wanted: bool) -> Answer | None:
    """What is found decides; that nothing is found only where everything may be read, and has been."""
    exposed = cluster.exposed(workload)
    for hidden, reason, why in (
        (cluster.unreadable, Reason.PERMISSION_DENIED, "the operator may not read"),
        (cluster.unread, Reason.EVIDENCE_MISSING, "not listed yet are"),
    ):
        if not exposed and (kinds := ", ".join(sorted(kind.__name__ for kind in EXPOSURE & hidden))):
            told = Unknown(f"whether it is exposed is not known: {why} {kinds}", reason)
            return Answer(Outcome.UNKNOWN, (told,), reason)
    if exposed is wanted:
        return None
    return _skip(f"applies to workloads that are{'' if wanted else ' not'} exposed outside the cluster only")


def _skip(message: str) -> Answer:
    return Answer(Outcome.NOT_APPLICABLE, (Skip(message),))
