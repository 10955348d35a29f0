"""Controllers and pods: raw object to `Workload`, `Pod` or `ReplicaSet`."""

from sys import intern
from typing import Any

from readiness.model.container import PodSpec, Strategy
from readiness.model.controllers import JobRules
from readiness.model.parse.containers import pod_spec
from readiness.model.parse.controllers import cron_rules, job_rules, stateful_rules
from readiness.model.parse.fields import (
    Raw,
    annotations,
    controller,
    count,
    int_or_text,
    items,
    labels,
    mapping,
    number,
    selector,
    text,
    time,
)  # fmt: skip
from readiness.model.pod import ContainerState, Pod, ReplicaSet, Termination
from readiness.model.ref import Owner, Ref
from readiness.model.workload import Workload

# Copied from the node when a pod is bound (KEP-4742, on since 1.35).
_REGION, _ZONE = "topology.kubernetes.io/region", "topology.kubernetes.io/zone"
_REVISIONS = ("pod-template-hash", "controller-revision-hash", "rollouts-pod-template-hash")
_STATUSES = {"containers": "containerStatuses", "initContainers": "initContainerStatuses"}
_TEMPLATED_OWNERS = frozenset({"StatefulSet", "DaemonSet", "Job"})


def ref_of(raw: Raw) -> Ref:
    """Kind, namespace and name of any object."""
    group, slash, _ = text(raw, "apiVersion").partition("/")
    metadata = mapping(raw, "metadata")
    return Ref(
        kind=intern(text(raw, "kind")),
        namespace=intern(text(metadata, "namespace")),
        name=intern(text(metadata, "name") or text(metadata, "generateName")),
        group=intern(group if slash else ""),
    )


def workload(raw: Raw, before: Workload | None = None) -> Workload:
    """A controller of any kind that has a pod template, or a pod without a controller; `before` is what it was."""
    spec = mapping(raw, "spec")
    metadata = mapping(raw, "metadata")
    status = mapping(raw, "status")
    kind = text(raw, "kind")
    return Workload(
        ref=ref_of(raw),
        api_version=intern(text(raw, "apiVersion")),
        pod=template(raw) if before is None else _template(raw, before),
        uid=text(metadata, "uid"),
        generation=count(metadata, "generation", 0),
        labels=labels(metadata),
        annotations=annotations(metadata),
        owner=controller(metadata),
        created=time(metadata, "creationTimestamp"),
        replicas=_replicas(kind, spec, status),
        replicas_stated=number(spec, "replicas") is not None,
        selector=selector(spec, "selector"),
        strategy=_strategy(kind, spec),
        min_ready_seconds=count(spec, "minReadySeconds", 0),
        progress_deadline_seconds=number(spec, "progressDeadlineSeconds"),
        revision_history_limit=number(spec, "revisionHistoryLimit"),
        stateful=stateful_rules(spec) if kind == "StatefulSet" else None,
        job=_job_rules(kind, spec, status),
        cron=cron_rules(spec, status) if kind == "CronJob" else None,
        suspended=spec.get("suspend") is True,
        finished=_finished(kind, status),
        deleted=bool(text(metadata, "deletionTimestamp")),
        ready_replicas=_ready_replicas(kind, status),
        borrows=kind == "Rollout" and isinstance(spec.get("workloadRef"), dict),
    )


def _job_rules(kind: str, spec: Raw, status: Raw) -> JobRules | None:
    match kind:
        case "Job":
            return job_rules(spec, "spec", status)
        case "CronJob":
            return job_rules(mapping(mapping(spec, "jobTemplate"), "spec"), "spec.jobTemplate.spec")
        case _:
            return None


def template(raw: Raw) -> PodSpec:
    """The pod spec of an object: `spec.template` (a CronJob's is inside its job template), or a pod's own spec."""
    spec = mapping(raw, "spec")
    if text(raw, "kind") == "Pod":
        return pod_spec(spec, "spec", mapping(raw, "metadata"))
    path = "spec"
    if text(raw, "kind") == "CronJob":
        spec, path = mapping(mapping(spec, "jobTemplate"), "spec"), "spec.jobTemplate.spec"
    inside = mapping(spec, "template")
    return pod_spec(mapping(inside, "spec"), f"{path}.template.spec", mapping(inside, "metadata"))


def _template(raw: Raw, before: Workload) -> PodSpec:
    """While the generation stands the template does: most changes are of the status, and cost half as much so."""
    metadata = mapping(raw, "metadata")
    same = (text(metadata, "uid"), count(metadata, "generation", 0)) == (before.uid, before.generation)
    return before.pod if same and before.generation and before.ref.kind != "Pod" else template(raw)


def pod(raw: Raw) -> Pod:
    """A live pod. Its spec is kept only where no controller that we read has a template that says the same."""
    metadata = mapping(raw, "metadata")
    spec = mapping(raw, "spec")
    status = mapping(raw, "status")
    owner = controller(metadata)
    pod_labels = mapping(metadata, "labels")
    ready = next((item for item in items(status, "conditions") if item.get("type") == "Ready"), {})
    return Pod(
        ref=ref_of(raw),
        uid=text(metadata, "uid"),
        owner=owner,
        created=time(metadata, "creationTimestamp"),
        deleted=bool(text(metadata, "deletionTimestamp")),
        phase=intern(text(status, "phase")),
        ready=ready.get("status") == "True",
        ready_changed=time(ready, "lastTransitionTime"),
        ip=text(status, "podIP"),
        node=intern(text(spec, "nodeName")),
        host_network=spec.get("hostNetwork") is True,
        containers=_states(raw),
        spec=None if _has_template(owner, pod_labels) else pod_spec(spec, "spec", metadata),
        gone_by=time(metadata, "deletionTimestamp"),
        revision=_revision(pod_labels),
        region=intern(text(pod_labels, _REGION)),
        zone=intern(text(pod_labels, _ZONE)),
    )


def replica_set(raw: Raw) -> ReplicaSet:
    """A ReplicaSet's metadata."""
    metadata = mapping(raw, "metadata")
    return ReplicaSet(ref=ref_of(raw), uid=intern(text(metadata, "uid")), owner=controller(metadata))


def _has_template(owner: Owner | None, pod_labels: dict[str, Any]) -> bool:
    # A ReplicaSet's pods carry `pod-template-hash` when a Deployment made it; others' (an Argo Rollout's) do not.
    if owner is None or owner.group not in ("apps", "batch"):  # others have kinds of these names too
        return False
    if owner.kind == "ReplicaSet":
        return "pod-template-hash" in pod_labels
    return owner.kind in _TEMPLATED_OWNERS


def _revision(pod_labels: Raw) -> str:
    return intern(next((text(pod_labels, key) for key in _REVISIONS if key in pod_labels), ""))


def _replicas(kind: str, spec: Raw, status: Raw) -> int | None:
    match kind:
        case "Deployment" | "StatefulSet" | "ReplicaSet":
            return count(spec, "replicas", 1)
        case "DaemonSet":
            return number(status, "desiredNumberScheduled")
        case _:
            return number(spec, "replicas")


def _ready_replicas(kind: str, status: Raw) -> int | None:
    if not status:
        return None
    match kind:
        case "Deployment" | "StatefulSet" | "ReplicaSet":
            return count(status, "readyReplicas", 0)
        case "DaemonSet":
            return count(status, "numberReady", 0)
        case _:
            return number(status, "readyReplicas")


def _finished(kind: str, status: Raw) -> bool:
    if kind == "Pod":
        return text(status, "phase") in ("Succeeded", "Failed")
    return kind == "Job" and any(
        item.get("type") in ("Complete", "Failed") and item.get("status") == "True"
        for item in items(status, "conditions")
    )


def _strategy(kind: str, spec: Raw) -> Strategy:
    raw = mapping(spec, "updateStrategy" if kind in ("StatefulSet", "DaemonSet") else "strategy")
    declared = text(raw, "type")
    if kind in ("Deployment", "StatefulSet", "DaemonSet"):
        declared = declared or "RollingUpdate"
    for key, name in (("blueGreen", "BlueGreen"), ("canary", "Canary")):
        if isinstance(raw.get(key), dict):
            declared = name
    rolling = mapping(raw, "rollingUpdate")
    return Strategy(
        kind=declared,
        max_unavailable=int_or_text(rolling, "maxUnavailable"),
        max_surge=int_or_text(rolling, "maxSurge"),
        partition=number(rolling, "partition"),
    )


def _states(raw: Raw) -> tuple[ContainerState, ...]:
    spec, status = mapping(raw, "spec"), mapping(raw, "status")
    found: list[ContainerState] = []
    for declared, told in _STATUSES.items():
        if told in status:
            images = {text(item, "name"): text(item, "image") for item in items(spec, declared)}
            init = declared == "initContainers"
            found += [_state(item, images, init=init) for item in items(status, told)]
    return tuple(found)


def _state(raw: Raw, images: dict[str, str], *, init: bool) -> ContainerState:
    state = mapping(raw, "state")
    waiting = mapping(state, "waiting")
    return ContainerState(
        name=intern(text(raw, "name")),
        init=init,
        ready=raw.get("ready") is True,
        started=raw.get("started") is True,
        running_since=time(mapping(state, "running"), "startedAt"),
        restarts=count(raw, "restartCount", 0),
        waiting_reason=intern(text(waiting, "reason")),
        waiting_message=text(waiting, "message"),
        terminated=_termination(mapping(state, "terminated")),
        last_terminated=_termination(mapping(mapping(raw, "lastState"), "terminated")),
        image_id=intern(text(raw, "imageID")),
        image=intern(images.get(text(raw, "name"), "")),
    )


def _termination(raw: Raw) -> Termination | None:
    if not raw:
        return None
    return Termination(
        reason=intern(text(raw, "reason")),
        exit_code=count(raw, "exitCode", 0),
        finished=time(raw, "finishedAt"),
        started=time(raw, "startedAt"),
    )
