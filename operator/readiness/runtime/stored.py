"""What the API server holds of our policies, waivers and attestations, told apart from older news about them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from readiness.engine.conditions import says_the_same
from readiness.runtime.versions import newer

Raw = Mapping[str, Any]
K = TypeVar("K")


@dataclass(slots=True)
class Stored:
    """
    One object: which version of it is known here, and its status.

    `settled` is the status that was written last, and what the API server made of it.
    """

    uid: str
    generation: int
    version: str
    status: Raw
    settled: tuple[Raw, Raw] | None = None

    @classmethod
    def of(cls, raw: Raw) -> "Stored":
        """What a manifest from the API server says of its object."""
        metadata = raw["metadata"]
        generation = metadata.get("generation", 0)
        return cls(metadata["uid"], generation, metadata["resourceVersion"], raw.get("status") or {})

    def superseded_by(self, other: "Stored") -> bool:
        """Whether the other one is news, and more than a new status."""
        same = (self.uid, self.generation) == (other.uid, other.generation)
        return not same and newer(other.version, self.version)

    def refresh(self, other: "Stored") -> None:
        """Take in the status of the same generation, unless that is older news: a list, or our own write."""
        if newer(other.version, self.version):
            self.status, self.version = other.status, other.version

    def wrote(self, desired: Raw, answer: Raw) -> None:
        """Take in what the API server answered to a write of the status."""
        self.refresh(Stored.of(answer))
        self.settled = desired, answer.get("status") or {}

    def holds(self, desired: Raw, conditions: Collection[str]) -> bool:
        """Whether a status stands, or was written already and what stands is what the API server made of it."""
        return says_the_same(desired, self.status, conditions) or self.settled == (desired, self.status)


class Deleted(Generic[K]):
    """Which objects are gone, and since which resourceVersion: older news about them is no news."""

    def __init__(self) -> None:
        self._versions: dict[K, str] = {}

    def note(self, ref: K, version: str) -> None:
        """An object was gone at a resourceVersion."""
        self._versions[ref] = version

    def covers(self, ref: K, version: str) -> bool:
        """Whether an object has been deleted since it had this resourceVersion."""
        gone = self._versions.get(ref)
        return gone is not None and not newer(version, gone)

    def forget(self, version: str) -> None:
        """Nothing older than this resourceVersion will be told any more."""
        self._versions = {ref: gone for ref, gone in self._versions.items() if newer(gone, version)}
