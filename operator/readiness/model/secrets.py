"""Secrets as far as their metadata tells: which keys there are, and when they were written."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from readiness.model.about import Key
from readiness.model.records import dataclass
from readiness.model.ref import Ref
from readiness.model.strength import Strength


@dataclass(frozen=True, slots=True)
class Secret:
    """
    A Secret without its values.

    `keys` is None where nothing tells them; `written` is when its data last was. `strengths` go by key, and are known
    of manifests only: what is read from a cluster has no values.
    """

    ref: Ref
    keys: frozenset[str] | None = None
    written: datetime | None = None
    strengths: Mapping[str, Strength] = field(default_factory=dict, repr=False)

    @property
    def about(self) -> tuple[Key, ...]:
        """Who uses it."""
        return ((self.ref.namespace, "Secret", self.ref.name),)
