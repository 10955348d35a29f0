"""What changes all the time, and is read now and then instead of watched: a new reading of it touches nobody."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from readiness.model.records import dataclass
from readiness.model.ref import Ref


@dataclass(frozen=True, slots=True)
class Lease:
    """A coordination.k8s.io/v1 Lease: who holds it, since when, and how many seconds it lasts without renewal."""

    ref: Ref
    holder: str = ""
    renewed: datetime | None = None
    seconds: int = 15


@dataclass(frozen=True, slots=True)
class PodMetrics:
    """What the containers of a pod use, as quantities by container and resource, and when that was measured."""

    ref: Ref
    usage: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A node: the images that it keeps, by every name that each has, and their sizes in bytes."""

    ref: Ref
    images: Mapping[str, int] = field(default_factory=dict)
