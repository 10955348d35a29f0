"""Provenance: what brought the workload here, and which version of it this is."""

from collections.abc import Iterator
from typing import Annotated, Literal

from readiness.checks.check import Kind, NoParameters, check
from readiness.checks.parameters.limits import Len, doc
from readiness.model import (
    SETTLING,
    Application,
    Category,
    Fail,
    Finding,
    Recheck,
    Role,
    Severity,
    Snapshot,
    Unknown,
    Workload,
)  # fmt: skip
from readiness.model.image import tag
from readiness.model.records import dataclass

_NAME, _VERSION = "app.kubernetes.io/name", "app.kubernetes.io/version"


@check(
    "The version label matches the image",
    severity=Severity.LOW,
    category=Category.IMAGES,
    remedy="Set app.kubernetes.io/name, and app.kubernetes.io/version to the image's tag, from one place.",
)
def version_label(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    Dashboards, alerts and people go by the label: when it is wrong they look for the bug in another version.

    Rule: the workload or its pods have the labels app.kubernetes.io/name and app.kubernetes.io/version, and the version
    is the tag of an app container's image, v in front or not. Without a tag to compare with the answer is unknown.
    """
    pod = workload.pod
    named = {"metadata.labels": workload.labels, f"{pod.path.removesuffix('spec')}metadata.labels": pod.labels}
    for label in (_NAME, _VERSION):
        if not any(labels.get(label) for labels in named.values()):
            yield Fail("metadata.labels", f"there is no label {label}")
    versions = {path: labels[_VERSION] for path, labels in named.items() if labels.get(_VERSION)}
    images = [container.image for container in pod.app_containers if container.role is Role.APP]
    tags = [found for image in images if (found := tag(image))]
    if versions and not tags:
        yield Unknown("no image has a tag to compare the version with")
        return
    for path, version in versions.items():
        if _plain(version) not in map(_plain, tags):
            yield Fail(f"{path}[{_VERSION}]", f"version {version} is not the tag of an image: {', '.join(tags)}")


def _plain(version: str) -> str:
    return version.removeprefix("v")


Manager = Literal["Helm", "argocd", "flux"]


@dataclass(frozen=True, slots=True)
class ManagerParameters:
    """Who may deploy."""

    managers: Annotated[tuple[Manager, ...], Len(1, 3), doc("What may have brought the workload here.")] = (
        "Helm",
        "argocd",
        "flux",
    )


_MANAGED_BY, _RELEASE = "app.kubernetes.io/managed-by", "meta.helm.sh/release-name"
_ARGOCD = ("argocd.argoproj.io/tracking-id", "argocd.argoproj.io/instance")
_FLUX = ("kustomize.toolkit.fluxcd.io/name", "helm.toolkit.fluxcd.io/name")


@check(
    "It is deployed by chart or GitOps, not by hand",
    severity=Severity.MEDIUM,
    category=Category.DELIVERY,
    kind=Kind.RELATION,
    reads=(Application,),
    remedy="Put the manifests under Helm, Argo CD or Flux, and take away everybody's right to change them by hand.",
)
def deployment_managed(workload: Workload, cluster: Snapshot, parameters: ManagerParameters) -> Iterator[Finding]:
    """
    What was applied by hand nobody can repeat, review or roll back.

    Rule: the workload has the label app.kubernetes.io/managed-by: Helm and, in a cluster, the annotation
    meta.helm.sh/release-name; or the annotation or label by which Argo CD tracks it; or a name label of Flux. Argo CD
    and Flux set theirs in the cluster: of manifests without them the answer is unknown. The Application of Argo CD,
    where it is in this cluster, is Synced, or brings what is newer by itself, and has not been Degraded or Missing for
    two minutes.
    """
    marks = {**workload.annotations, **workload.labels}
    found = {
        "Helm": marks.get(_MANAGED_BY) == "Helm" and (_RELEASE in marks or not cluster.live),
        "argocd": any(mark in marks for mark in _ARGOCD),
        "flux": any(mark in marks for mark in _FLUX),
    }
    if any(found[manager] for manager in parameters.managers):
        if found["argocd"] and "argocd" in parameters.managers:
            yield from _undelivered(marks, workload, cluster)
        return
    if not cluster.live and parameters.managers != ("Helm",):
        yield Unknown("who applies a manifest shows in the cluster only")
    else:
        yield Fail("metadata.labels", f"nothing says that {' or '.join(parameters.managers)} deployed it")


def _undelivered(marks: dict[str, str], workload: Workload, cluster: Snapshot) -> Iterator[Finding]:
    """What Argo CD says against the Application that tracks a workload; it may well be in another cluster."""
    tracked, instance = (marks.get(mark, "") for mark in _ARGOCD)
    name = tracked.partition(":")[0] or instance
    for app in cluster.about(workload, Application):
        if name in (app.ref.name, f"{app.ref.namespace}_{app.ref.name}") and not app.busy:
            if app.sync == "OutOfSync" and (app.failed or not app.pending):
                yield Fail("", f"{app.ref} is OutOfSync: the cluster has not what Git says")
            elif app.sync == "Unknown":
                yield Unknown(f"Argo CD cannot tell whether {app.ref} is Synced")
            yield from _ailing(app, cluster)


def _ailing(app: Application, cluster: Snapshot) -> Iterator[Finding]:
    if app.health not in ("Degraded", "Missing"):
        return
    if app.health_changed is not None and cluster.now < app.health_changed + SETTLING:
        yield Recheck(app.health_changed + SETTLING)
    else:
        yield Fail("", f"{app.ref} is {app.health}")
