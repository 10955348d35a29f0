"""Whether a requirement applies to a workload: by what it is, and by who reaches it."""

from readiness.engine.scorecard import Answer
from readiness.model import Outcome, Skip, Snapshot, Unknown, Workload
from readiness.model.reasons import Reason
from readiness.model.surroundings import Ingress, Service
from readiness.policy.compiled import Applies

EXPOSURE_READS: frozenset[type] = frozenset({Service, Ingress})
"""The kinds that lead to workloads from outside the cluster: what `appliesWhen.exposed` looks at."""


def bar(applies: Applies, workload: Workload, cluster: Snapshot) -> Answer | None:
    """Why a requirement is not judged here: it does not apply, or that is not known; None where it applies."""
    if applies.kinds and workload.ref.api_kind not in applies.kinds:
        return _skip(f"applies to {', '.join(sorted(applies.kinds))} only")
    for key, value in applies.labels:
        if workload.labels.get(key) != value:
            return _skip(f"applies to workloads with the label {key}={value} only")
    if applies.stateful is not None and workload.keeps_state is not applies.stateful:
        return _skip(f"applies to {'stateful' if applies.stateful else 'stateless'} workloads only")
    if applies.exposed is not None:
        return _exposure(workload, cluster, wanted=applies.exposed)
    return None


def _exposure(workload: Workload, cluster: Snapshot, *, wanted: bool) -> Answer | None:
    """What is found decides; that nothing is found only where everything may be read."""
    exposed = cluster.exposed(workload)
    hidden = EXPOSURE_READS & cluster.unreadable
    if hidden and not exposed:
        kinds = ", ".join(sorted(kind.__name__ for kind in hidden))
        told = Unknown(
            f"whether it is exposed is not known: the operator may not read {kinds}", Reason.PERMISSION_DENIED
        )
        return Answer(Outcome.UNKNOWN, (told,), told.reason)
    if exposed is wanted:
        return None
    return _skip(f"applies to workloads that are{'' if wanted else ' not'} exposed outside the cluster only")


def _skip(message: str) -> Answer:
    return Answer(Outcome.NOT_APPLICABLE, (Skip(message),))
