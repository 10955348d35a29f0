"""Metadata: what a workload says of itself, for people and for the selectors of other objects."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated

from readiness.checks.check import NoParameters, check
from readiness.checks.fix import Edit, Fix
from readiness.checks.parameters.limits import Len, doc
from readiness.model import Category, Fail, Finding, Severity, Skip, Snapshot, Workload
from readiness.model.records import dataclass

Name = Annotated[str, Len(1, 317)]

_INSTANCE = "app.kubernetes.io/instance"
_SELECTING = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"})
# Source: k8s.io/apimachinery/pkg/util/validation, IsQualifiedName and IsValidLabelValue.
_WORD = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_DOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LONGEST_DOMAIN = 253


@dataclass(frozen=True, slots=True)
class LabelParameters:
    """Which labels are wanted, and where."""

    names: Annotated[tuple[Name, ...], Len(1, 32), doc("Labels that must be set, to something.")] = (
        "app.kubernetes.io/name",
    )
    pods: Annotated[bool, doc("The pods need them too.")] = True


def _copied(workload: Workload, fail: Fail, parameters: LabelParameters) -> Iterator[Edit]:
    """The label of the workload for its pods, and the other way round."""
    for name in parameters.names:
        value = workload.labels.get(name) or workload.pod.labels.get(name)
        if value and fail.path.endswith(f".labels[{name}]"):
            yield Edit(fail.path, value)


@check(
    "Wanted labels are set",
    severity=Severity.LOW,
    category=Category.DELIVERY,
    remedy="Add the labels to metadata.labels of the workload and of its pod template.",
    fix=Fix(_copied),
)
def required_labels(workload: Workload, _cluster: Snapshot, parameters: LabelParameters) -> Iterator[Finding]:
    """
    Dashboards, cost reports and alerts go by labels: a workload without them is in none of these.

    Rule: the workload, and with `pods` its pod template too, has each label of names, with a value.
    """
    places = {"metadata": workload.labels}
    if parameters.pods and workload.ref.kind != "Pod":
        places[_pod_metadata(workload)] = workload.pod.labels
    for path, labels in places.items():
        for name in parameters.names:
            if not labels.get(name):
                owner = "it" if path == "metadata" else "its pod template"
                yield Fail(f"{path}.labels[{name}]", f"{owner} has no label {name}")


@dataclass(frozen=True, slots=True)
class AnnotationParameters:
    """Which annotations are wanted."""

    names: Annotated[tuple[Name, ...], Len(1, 32), doc("Annotations that must be set, to something.")]


@check(
    "Wanted annotations are set",
    severity=Severity.LOW,
    category=Category.DELIVERY,
    remedy="Add the annotations to metadata.annotations of the workload.",
)
def required_annotations(workload: Workload, _cluster: Snapshot, parameters: AnnotationParameters) -> Iterator[Finding]:
    """
    What tools and colleagues look up on a workload helps only where every workload has it.

    Rule: the workload, or its pod template, has each annotation of names, with a value.
    """
    for name in parameters.names:
        if not _annotation(workload, name):
            yield Fail(f"metadata.annotations[{name}]", f"it has no annotation {name}")


@dataclass(frozen=True, slots=True)
class OwnerParameters:
    """Where the owner is named."""

    keys: Annotated[tuple[Name, ...], Len(1, 32), doc("Labels or annotations of which one names the owner.")] = (
        "owner",
        "team",
        "a8r.io/owner",
    )


@check(
    "The workload names its owner",
    severity=Severity.LOW,
    category=Category.DELIVERY,
    remedy="Add a label or an annotation with the team to call, such as a8r.io/owner.",
)
def owner_named(workload: Workload, _cluster: Snapshot, parameters: OwnerParameters) -> Iterator[Finding]:
    """
    At three in the morning the first question is whom to call, and the cluster knows only what somebody wrote there.

    Rule: one of keys is a label or an annotation, with a value, of the workload or its pod template.
    """
    labels = (workload.labels, workload.pod.labels)
    if not any(_annotation(workload, key) or any(place.get(key) for place in labels) for key in parameters.keys):
        yield Fail("metadata.annotations", f"nothing names its owner: it has no {' or '.join(parameters.keys)}")


@dataclass(frozen=True, slots=True)
class RunbookParameters:
    """Where the runbook is named."""

    keys: Annotated[tuple[Name, ...], Len(1, 32), doc("Annotations of which one has the runbook's address.")] = (
        "a8r.io/runbook",
    )


@check(
    "The workload links its runbook",
    severity=Severity.INFO,
    category=Category.DELIVERY,
    remedy="Annotate the workload with the address of its runbook, as a8r.io/runbook.",
)
def runbook_linked(workload: Workload, _cluster: Snapshot, parameters: RunbookParameters) -> Iterator[Finding]:
    """
    Whoever is called out for somebody else's service needs the page that says what to do, and a way to find it.

    Rule: one of keys is an annotation of the workload or its pod template that begins with https:// or http://. Whether
    there is anything at that address is not asked.
    """
    said = {key: _annotation(workload, key) for key in parameters.keys}
    if not any(value.startswith(("https://", "http://")) for value in said.values()):
        key = next((key for key, value in said.items() if value), "")
        told = f"annotation {key} is no address" if key else f"it has no annotation {' or '.join(parameters.keys)}"
        yield Fail(f"metadata.annotations[{key or parameters.keys[0]}]", told)


def _same_instance(workload: Workload, fail: Fail, _parameters: NoParameters) -> Iterator[Edit]:
    """The label of the workload for pods that have none; of two that differ nobody tells which one is right."""
    if fail.path.startswith(_pod_metadata(workload)) and _INSTANCE not in workload.pod.labels:
        yield Edit(fail.path, workload.labels[_INSTANCE])


@check(
    "The instance label tells the workload apart",
    severity=Severity.INFO,
    category=Category.DELIVERY,
    remedy="Set app.kubernetes.io/instance to the release's name, the same on the workload and its pod template.",
    fix=Fix(_same_instance),
)
def instance_label(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    With the label copied from another release, selectors and dashboards add up the pods of both.

    Rule: app.kubernetes.io/instance is the workload's name, or part of it, and its pods have the same.
    """
    instance = workload.labels.get(_INSTANCE)
    if instance is None:
        yield Skip(f"it has no label {_INSTANCE}")
        return
    if instance not in workload.ref.name:
        yield Fail(f"metadata.labels[{_INSTANCE}]", f"instance {instance} is no part of its name")
    pods = workload.pod.labels.get(_INSTANCE)
    if pods != instance:
        told = f"instance {pods}" if pods else "no such label"
        yield Fail(f"{_pod_metadata(workload)}.labels[{_INSTANCE}]", f"its pods have {told}, and it has {instance}")


@check(
    "Labels are well formed",
    severity=Severity.MEDIUM,
    category=Category.DELIVERY,
    remedy="Use letters, digits, dashes, underscores and dots, at most 63, with a letter or digit at either end.",
    waivable=False,  # here and below: no decision of people's makes the API server take it
)
def labels_valid(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    The API server refuses an object for one label with a space in it, in the middle of a release.

    Rule: the names and values of all labels of the workload and its pod template have the form that Kubernetes wants.
    """
    places = {"metadata": workload.labels, _pod_metadata(workload): workload.pod.labels}
    for path, labels in places.items():
        for name, value in labels.items():
            if not _is_qualified(name):
                yield Fail(f"{path}.labels", f"label {name[:80]} has no valid name")
            elif value and not _WORD.fullmatch(value):
                yield Fail(f"{path}.labels[{name}]", f"the value of label {name} is not well formed")


def _is_qualified(name: str) -> bool:
    domain, slash, word = name.rpartition("/")
    fits = not slash or (len(domain) <= _LONGEST_DOMAIN and _DOMAIN.fullmatch(domain) is not None)
    return fits and _WORD.fullmatch(word) is not None


def _selected(workload: Workload, _fail: Fail, _parameters: NoParameters) -> Iterator[Edit]:
    """The labels that the selector names, unless its expressions would not match all the same."""
    selector, labels = workload.selector, workload.pod.labels
    if selector is not None and selector.matches({**labels, **dict(selector.pairs)}):
        for name, value in selector.pairs:
            if labels.get(name) != value:
                yield Edit(f"{_pod_metadata(workload)}.labels[{name}]", value)


@check(
    "The selector matches the pod template",
    severity=Severity.HIGH,
    category=Category.RELIABILITY,
    remedy="Give the pod template every label that spec.selector asks for.",
    waivable=False,
    fix=Fix(_selected, "traffic of Services that select the pods by a label that it replaces"),
)
def selector_matches_template(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    The API server refuses a controller that would not find its own pods: the release ends there.

    Rule: spec.selector selects the labels of the pod template. Jobs, whose selector Kubernetes writes, and kinds that
    have none are left out, as is a manifest without a selector.
    """
    if workload.ref.kind not in _SELECTING or workload.selector is None:
        yield Skip("it has no selector of its own")
    elif not workload.selector.matches(workload.pod.labels):
        yield Fail("spec.selector", "the selector does not match the labels of the pod template")


def _annotation(workload: Workload, name: str) -> str:
    places: tuple[Mapping[str, str], ...] = (workload.annotations, workload.pod.annotations)
    return next((value for place in places if (value := place.get(name))), "")


def _pod_metadata(workload: Workload) -> str:
    """Where the metadata of its pods stands: beside their spec."""
    return f"{workload.pod.path.removesuffix('spec')}metadata"
