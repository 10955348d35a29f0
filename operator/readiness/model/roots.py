"""Who stands for himself: the roots among controllers, and those that only their pods tell of."""

from readiness.model.pod import Pod, ReplicaSet
from readiness.model.ref import Owner, Ref
from readiness.model.workload import Workload


def owner_of_link(record: Workload | ReplicaSet) -> Owner | None:
    """The root above a ReplicaSet or a Job. Owners of Jobs other than CronJobs are not read: theirs are roots."""
    owner = record.owner
    if owner is None or isinstance(record, ReplicaSet):
        return owner
    return owner if _is_job(record) and (owner.kind, owner.group) == ("CronJob", "batch") else None


def is_link(record: Workload | ReplicaSet) -> bool:
    """Whether pods belong to it on behalf of a root. Manifests have no uid to link by."""
    return bool(record.uid) and (isinstance(record, ReplicaSet) or _is_job(record))


def _is_job(workload: Workload) -> bool:
    return (workload.ref.kind, workload.ref.group) == ("Job", "batch")


def is_root(workload: Workload) -> bool:
    """Whether it is judged: a Job is not when it is over, or a CronJob's."""
    return not _is_job(workload) or (not workload.finished and owner_of_link(workload) is None)


def from_pod(ref: Ref, pod: Pod, owner: Owner | None) -> Workload:
    """A root as its pod tells it; `owner` is the root's own reference, None (or its node) for a pod that is one."""
    assert pod.spec is not None, "only pods with a spec are adopted"
    alone = ref == pod.ref
    return Workload(
        ref=ref,
        api_version="v1" if alone or owner is None else owner.api_version,
        pod=pod.spec,
        uid=pod.uid if alone or owner is None else owner.uid,
        owner=owner if alone else None,
        labels=pod.spec.labels,
        annotations=pod.spec.annotations,
        created=pod.created,
        finished=alone and pod.ended,
        deleted=alone and pod.deleted,
    )
