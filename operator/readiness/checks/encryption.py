"""Encryption at rest: that who gets hold of a disk, or of a snapshot of it, has nothing to read."""

from collections.abc import Iterator
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.evidence.absence import attested_or
from readiness.checks.parameters.limits import Len, doc
from readiness.model import (
    Category,
    Fail,
    Finding,
    PersistentVolumeClaim,
    Pod,
    Severity,
    Skip,
    Snapshot,
    StorageClass,
    Unknown,
    Workload,
)
from readiness.model.reasons import Reason
from readiness.model.records import dataclass

Word = Annotated[str, Len(1, 128)]
_NO = ("", "false", "no", "off", "0")


@dataclass(frozen=True, slots=True)
class EncryptionParameters:
    """How one sees that a class of volumes is encrypted."""

    parameter_keys: Annotated[
        tuple[Word, ...],
        Len(0, 16),
        doc("Parameters of a StorageClass that say so, unless their value is no or false."),
    ] = ("encrypted", "kmsKeyId", "disk-encryption-kms-key", "diskEncryptionSetID")
    classes: Annotated[
        tuple[Word, ...], Len(0, 64), doc("StorageClasses that are encrypted whatever they say, as by the provider.")
    ] = ()


@check(
    "Volumes are encrypted at rest",
    severity=Severity.HIGH,
    category=Category.DATA_PROTECTION,
    kind=Kind.RELATION,
    reads=(Pod, PersistentVolumeClaim, StorageClass),
    remedy="Use a StorageClass with encrypted: true or a key of your own, or name those that the provider encrypts.",
)
def storage_encryption(workload: Workload, cluster: Snapshot, parameters: EncryptionParameters) -> Iterator[Finding]:
    """
    Disks are thrown away, sold, and copied as snapshots; encrypted ones are worth nothing to who finds them.

    Rule: the StorageClass of each PersistentVolumeClaim that the workload names, or that its templates make, has one
    of parameterKeys with a value that is not no or false, or is among classes. Where claims name no class the default
    one counts. Where it claims nothing, or that cannot be seen, an attestation decides, as for managed databases.
    """
    places = dict(_places(workload, cluster))
    gap = _lost(workload, cluster)
    if gap is not None:
        yield from attested_or("storage-encryption", gap, workload, cluster)
    elif not places:
        finding = Skip("it claims no volume, and nobody attests storage-encryption")
        yield from attested_or("storage-encryption", finding, workload, cluster)
    for name, path in places.items():
        found = cluster.storage_class(name)
        if found is None and name not in parameters.classes:
            yield from attested_or("storage-encryption", _unseen(name, cluster), workload, cluster)
        elif found is not None and not _encrypts(found, parameters):
            yield Fail(path, f"StorageClass {found.ref.name} does not say that its volumes are encrypted")


def _places(workload: Workload, cluster: Snapshot) -> Iterator[tuple[str | None, str]]:
    """The classes that claims name, None where they name none, each with the path of a claim or volume."""
    for claim in workload.claims:
        yield claim.storage_class, f"{claim.path}.storageClassName"
    made = cluster.volume_claims_of(workload)
    for volume in workload.pod.volumes:
        item = made.get(volume.claim_name)
        if item is not None:
            yield item.storage_class, f"{workload.pod.path}.volumes[{volume.name}]"


def _lost(workload: Workload, cluster: Snapshot) -> Unknown | None:
    """What is said of a claim that the workload names, and that is not there."""
    made = cluster.volume_claims_of(workload)
    named = (volume.claim_name for volume in workload.pod.volumes if volume.claim_name)
    missing = next((name for name in named if made[name] is None), None)
    if missing is None:
        return None
    if cluster.live:
        return Unknown(f"there is no PersistentVolumeClaim {missing}")
    return Unknown(f"PersistentVolumeClaim {missing} is not among the manifests", Reason.NOT_EVALUATED)


def _unseen(name: str | None, cluster: Snapshot) -> Unknown:
    if name == "":
        return Unknown("nothing tells whether a volume that was made by hand is encrypted")
    label = "the default StorageClass" if name is None else f"StorageClass {name}"
    if cluster.live:
        return Unknown(f"there is no {label.removeprefix('the ')}")
    return Unknown(f"{label} is not among the manifests", Reason.NOT_EVALUATED)


def _encrypts(found: StorageClass, parameters: EncryptionParameters) -> bool:
    said = {key.rpartition("/")[2].lower(): value for key, value in found.parameters.items()}
    values = (said.get(key.lower(), "") for key in parameters.parameter_keys)
    return found.ref.name in parameters.classes or any(value.strip().lower() not in _NO for value in values)
