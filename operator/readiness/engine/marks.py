"""Workloads of which the same is to be told, with the few that are named at hand."""

from bisect import insort
from heapq import nsmallest
from typing import Generic, TypeVar

from readiness.model import Ref

NAMED = 3  # how many a message names

V = TypeVar("V")


class Marks(Generic[V]):
    """What is told of each workload; to know the first few by name costs nothing while they stay the same."""

    def __init__(self) -> None:
        self._told: dict[Ref, V] = {}
        self._first: list[Ref] | None = []

    def __len__(self) -> int:
        """How many workloads are marked."""
        return len(self._told)

    def __getitem__(self, ref: Ref) -> V:
        """What is told of a workload."""
        return self._told[ref]

    def put(self, ref: Ref, told: V) -> None:
        """Mark a workload, or tell something else of it."""
        new = ref not in self._told
        self._told[ref] = told
        if new and self._first is not None and (len(self._first) < NAMED or ref < self._first[-1]):
            insort(self._first, ref)
            del self._first[NAMED:]

    def drop(self, ref: Ref) -> None:
        """Mark a workload no longer."""
        del self._told[ref]
        if self._first is not None and ref in self._first:
            self._first = None

    @property
    def first(self) -> list[Ref]:
        """The first few workloads by name."""
        if self._first is None:
            self._first = nsmallest(NAMED, self._told)
        return self._first
