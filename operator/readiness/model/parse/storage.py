"""PersistentVolumeClaims and StorageClasses: raw object to record."""

from sys import intern

from readiness.model.parse.fields import Raw, annotations, controller, mapping, optional_text, strings, text, time
from readiness.model.parse.workloads import ref_of
from readiness.model.storage import PersistentVolumeClaim, StorageClass

_DEFAULTS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")


def persistent_volume_claim(raw: Raw) -> PersistentVolumeClaim:
    """A PersistentVolumeClaim."""
    metadata, owner = mapping(raw, "metadata"), controller(mapping(raw, "metadata"))
    return PersistentVolumeClaim(
        ref=ref_of(raw),
        phase=intern(text(mapping(raw, "status"), "phase")),
        created=time(metadata, "creationTimestamp"),
        deleted=bool(text(metadata, "deletionTimestamp")),
        pod=owner.name if owner is not None and owner.kind == "Pod" else "",
        storage_class=optional_text(mapping(raw, "spec"), "storageClassName"),
    )


def storage_class(raw: Raw) -> StorageClass:
    """A StorageClass."""
    metadata = mapping(raw, "metadata")
    notes = annotations(metadata)
    return StorageClass(
        ref=ref_of(raw),
        parameters=strings(raw, "parameters"),
        default=any(notes.get(key) == "true" for key in _DEFAULTS),
        created=time(metadata, "creationTimestamp"),
    )
