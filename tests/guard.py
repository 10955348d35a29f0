"""A snapshot that refuses relations which a check did not declare: what keeps `reads` honest."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from readiness.model import Workload
from readiness.model.relations import RELATIONS
from readiness.model.snapshot import Snapshot


class UndeclaredReadError(AssertionError):
    """A check used a relation to a kind that it does not list in `reads`."""


def _refusing(relation: str, kind: type) -> Callable[..., Any]:
    def refuse(self: Snapshot, *arguments: Any) -> Any:
        if kind not in self.declared:  # type: ignore[attr-defined]
            raise UndeclaredReadError(f"{relation} reads {kind.__name__}: declare it")
        return getattr(Snapshot, relation)(self, *arguments)

    return refuse


class _Guarded(Snapshot):
    declared: frozenset[type]


def _about(self: Snapshot, workload: Workload, kind: type[Any]) -> list[Any]:
    if kind not in self.declared:  # type: ignore[attr-defined]
        raise UndeclaredReadError(f"it asks about {kind.__name__}: declare it")
    return Snapshot.about(self, workload, kind)


for _relation, _kind in RELATIONS.items():
    setattr(_Guarded, _relation, _refusing(_relation, _kind))
_Guarded.about = _about  # type: ignore[method-assign]


def guarded(cluster: Snapshot, reads: frozenset[type]) -> Snapshot:
    """The same snapshot, for a check that declares these reads."""
    values = {item.name: getattr(cluster, item.name) for item in fields(Snapshot)}
    guard = _Guarded(**values)
    object.__setattr__(guard, "declared", reads)
    return guard
