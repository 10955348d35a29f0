"""What pods keep their data on: PersistentVolumeClaims, and the classes of their volumes."""

import re
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from readiness.model.about import EVERYBODY, Key
from readiness.model.records import dataclass
from readiness.model.ref import Ref

_ORDINAL = re.compile(r"-[0-9]+$")


@dataclass(frozen=True, slots=True)
class PersistentVolumeClaim:
    """
    A claim on storage; `phase` is Pending, Bound or Lost, `pod` the one that it is made and deleted with.

    `storage_class` None means that the cluster's default decides.
    """

    ref: Ref
    phase: str = ""
    created: datetime | None = None
    deleted: bool = False
    pod: str = ""
    storage_class: str | None = None

    @property
    def about(self) -> tuple[Key, ...]:
        """Who names it, the StatefulSet whose template made it, and the pod whose ephemeral volume it is."""
        namespace, name = self.ref.namespace, self.ref.name
        keys = [(namespace, "PersistentVolumeClaim", name)]
        if _ORDINAL.search(name):
            keys.append((namespace, "VolumeClaimTemplate", _ORDINAL.sub("", name)))
        if self.pod:
            keys.append((namespace, "Pod", self.pod))
        return tuple(keys)


@dataclass(frozen=True, slots=True)
class StorageClass:
    """How volumes are made; the `default` one is for claims that name none."""

    ref: Ref
    parameters: Mapping[str, str] = field(default_factory=dict)
    default: bool = False
    created: datetime | None = None

    @property
    def about(self) -> tuple[Key, ...]:
        """Everybody: claims of any namespace may name it, or name none."""
        return (EVERYBODY,)
