"""From the objects of manifests to what the audit judges by: workloads, what surrounds them, policies."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from typing import Any, Literal, Protocol

from readiness.engine.conditions import shortened
from readiness.engine.paths import Step, steps_to
from readiness.engine.shapes import misfits, without_containers
from readiness.model import Ref, Workload
from readiness.model.api_versions import NEWEST, Surrounding, fate_of
from readiness.model.parse import KINDS, Record, ref_of
from readiness.model.parse.fields import controller, mapping, text
from readiness.model.parse.workloads import workload
from readiness.model.records import dataclass
from readiness.policy.claims import CLAIM_KINDS, InvalidClaimError, claim_of
from readiness.policy.compile import compile_policy
from readiness.policy.compiled import Policy, PolicyRef
from readiness.policy.names import API_VERSION, GROUP
from readiness.policy.problem import InvalidPolicyError
from readiness.policy.profiles import profile
from readiness.policy.profiles.own import Find, is_profile

Raw = dict[str, Any]
_KINDS = {(kind.group, kind.kind): kind for kind in KINDS}
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_MAX_NAME, _SHOWN = 253, 60  # characters of a name, and of a wrong one in a message
POLICY_KINDS = {"ReadinessPolicy": True, "ClusterReadinessPolicy": False}  # whether they have a namespace


class Manifest(Protocol):
    """An object as it was written, and where. Line and column count from 1."""

    @property
    def obj(self) -> Raw:
        """The object."""
        ...

    @property
    def source(self) -> str:
        """The file, as it was named."""
        ...

    @property
    def index(self) -> int:
        """Which document of the file it is in, from 0."""
        ...

    @property
    def within(self) -> tuple[Step, ...]:
        """The path to it inside that document: not empty for an item of a List."""
        ...

    def locate(self, path: Sequence[Step]) -> tuple[int, int]:
        """Line and column of a field, or of its nearest ancestor that exists."""
        ...


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a manifest. `error`: it is not judged, or not used; `warning`: it is, but doubtful."""

    file: str
    line: int
    column: int
    level: Literal["error", "warning"]
    message: str


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One object taken in, with its namespace filled in.

    `subject` is the workload that it is, `record` what others' relations see, `policy` what it asks if it is one;
    with none of them it is of no interest here. `controller` is the uid of what it belongs to.
    """

    manifest: Manifest
    ref: Ref
    subject: Workload | None = None
    record: Record | None = None
    policy: Policy | None = None
    uid: str = ""
    controller: str = ""
    faults: tuple[Fault, ...] = field(default=())

    @property
    def ignored(self) -> bool:
        """Whether it is of a kind that says nothing about readiness."""
        return self.subject is None and self.record is None and self.policy is None and not self.faults


def is_own_kind(manifest: Manifest) -> bool:
    """Whether it is one of our own: an object such as a policy, or a profile."""
    return text(manifest.obj, "apiVersion").startswith(f"{GROUP}/") or is_profile(manifest.obj)


def take_in(manifest: Manifest, namespace: str, find: Find = profile) -> Entry:
    """What an object is; one without a namespace gets the given one. `find` knows the profiles."""
    ref = ref_of(manifest.obj)
    if ref.group == GROUP:
        return _own_kind(manifest, ref, namespace, find)
    kind = _KINDS.get((ref.group, ref.kind))
    if (kind is None or kind.kind == "Rollout") and not _has_template(manifest.obj):
        return Entry(manifest, ref, faults=tuple(_outdated(manifest, ref)))
    raw = manifest.obj
    if not ref.namespace and (kind is None or kind.namespaced):
        raw, ref = _placed(raw, namespace), replace(ref, namespace=namespace)
    runs = kind is None or kind.record is Workload or kind.kind in ("Pod", "ReplicaSet")
    faults = list(_faults(manifest, ref, runs=runs))
    if any(fault.level == "error" for fault in faults):
        return Entry(
            manifest, ref, faults=tuple(_doubted(faults, ref) if kind is None and "." in ref.group else faults)
        )
    owner = controller(mapping(raw, "metadata"))
    controls = kind is None or kind.record is Workload or (kind.kind == "ReplicaSet" and owner is None)
    subject = workload(raw) if controls or ref.kind == "Pod" else None
    record = subject if controls or kind is None else kind.read(raw)
    uid = text(mapping(raw, "metadata"), "uid")
    faults += [] if runs or isinstance(record, Surrounding) else _outdated(manifest, ref)
    return Entry(manifest, ref, subject, record, uid=uid, controller=owner.uid if owner else "", faults=tuple(faults))


def fault_at(manifest: Manifest, path: str, message: str, level: Literal["error", "warning"] = "error") -> Fault:
    """A fault at a path of a manifest, or at the nearest part of the path that is there."""
    line, column = manifest.locate(steps_to(path, manifest.obj))
    return Fault(manifest.source, line, column, level, message)


def _doubted(faults: list[Fault], ref: Ref) -> Iterator[Fault]:
    """Faults of a kind that we do not know, whose own rules may differ: Knative's containers need no name."""
    for fault in faults:
        yield replace(fault, level="warning", message=f"{ref} is not judged: {fault.message}")


def _outdated(manifest: Manifest, ref: Ref) -> Iterator[Fault]:
    """A warning of what the newest Kubernetes refuses; of workloads and what surrounds them a check tells."""
    version = text(manifest.obj, "apiVersion")
    fate = fate_of(version, ref.kind)
    if fate is not None and fate.removed is not None:
        yield fault_at(manifest, "apiVersion", f"{ref}: {version} {fate.by(NEWEST)}", "warning")


def _placed(raw: Raw, namespace: str) -> Raw:
    """A copy with a namespace: the object itself is read only, and knows its lines by the order of its keys."""
    metadata = raw.get("metadata")
    return raw if not isinstance(metadata, dict) else {**raw, "metadata": {**metadata, "namespace": namespace}}


def _has_template(raw: Raw) -> bool:
    containers = mapping(mapping(mapping(raw, "spec"), "template"), "spec").get("containers")
    return isinstance(containers, list)


def _faults(manifest: Manifest, ref: Ref, *, runs: bool = False) -> Iterator[Fault]:
    found = misfits(manifest.obj, ref)
    if runs and all(misfit.doubt for misfit in found):
        found += without_containers(manifest.obj)
    for misfit in found:
        line, column = manifest.locate(misfit.steps)
        yield Fault(manifest.source, line, column, "warning" if misfit.doubt else "error", misfit.message)


def _own_kind(manifest: Manifest, ref: Ref, namespace: str, find: Find) -> Entry:
    version = text(manifest.obj, "apiVersion")
    if version != API_VERSION:
        message = f"{ref}: {version} is not served; write {API_VERSION}"
        return Entry(manifest, ref, faults=(fault_at(manifest, "apiVersion", message),))
    if ref.kind == "ReadinessReport":
        return Entry(manifest, ref)
    faults = tuple(_faults(manifest, ref)) or tuple(_misnamed(manifest, ref))
    if faults:
        return Entry(manifest, ref, faults=faults)
    if ref.kind in CLAIM_KINDS:
        return _claim(manifest, replace(ref, namespace=ref.namespace or namespace))
    if ref.kind not in POLICY_KINDS:
        message = f"{ref.kind} is not a kind that this version knows: it has no effect"
        return Entry(manifest, ref, faults=(fault_at(manifest, "kind", message, "warning"),))
    where = (ref.namespace or namespace) if POLICY_KINDS[ref.kind] else ""
    ref = Ref(ref.kind, where, ref.name, ref.group)
    try:
        policy = compile_policy(PolicyRef(ref.kind, where, ref.name), manifest.obj, find)
    except InvalidPolicyError as error:
        faults = tuple(fault_at(manifest, item.path, str(item)) for item in error.problems)
        return Entry(manifest, ref, faults=faults)
    doubts = tuple(fault_at(manifest, hint.path, str(hint), "warning") for hint in policy.hints)
    if policy.suspended:
        doubts += (fault_at(manifest, "spec.suspend", f"{ref} is suspended: nothing is judged by it", "warning"),)
    return Entry(manifest, ref, policy=policy, faults=doubts)


def _misnamed(manifest: Manifest, ref: Ref) -> Iterator[Fault]:
    """A fault where Kubernetes refuses the name: it must be a DNS subdomain; to a generateName it adds its own end."""
    given = "name" if text(mapping(manifest.obj, "metadata"), "name") else "generateName"
    whole = ref.name if given == "name" else f"{ref.name}x"
    if len(whole) > _MAX_NAME or not _SUBDOMAIN.fullmatch(whole):
        form = f"at most {_MAX_NAME} lower-case letters, digits, and '-' or '.' inside"
        yield fault_at(manifest, f"metadata.{given}", f"a name has {form}, not '{shortened(ref.name, _SHOWN)}'")


def _claim(manifest: Manifest, ref: Ref) -> Entry:
    try:
        return Entry(manifest, ref, record=claim_of(manifest.obj, ref.namespace))
    except InvalidClaimError as error:
        return Entry(manifest, ref, faults=tuple(fault_at(manifest, item.path, str(item)) for item in error.problems))
