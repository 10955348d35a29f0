"""The waivers and attestations as they are now, what was last published of them, and what they do for each workload."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from readiness.engine.waiving import Effect
from readiness.model import Ref
from readiness.model.claims import Claim
from readiness.policy.claims import InvalidClaimError, claim_of
from readiness.policy.names import GROUP
from readiness.runtime.stored import Deleted, Stored
from readiness.runtime.versions import newer

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class ClaimRef:
    """The name of a waiver or an attestation."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        """Kind and name, as people write it."""
        return f"{self.kind}/{self.name}"

    @classmethod
    def of(cls, raw: Raw) -> "ClaimRef":
        """The name of a claim from its manifest."""
        metadata = raw["metadata"]
        return cls(raw["kind"], metadata["namespace"], metadata["name"])


@dataclass(slots=True)
class ClaimEntry:
    """One claim, or what is wrong with it."""

    ref: ClaimRef
    stored: Stored
    claim: Claim | None = None
    error: InvalidClaimError | None = None


class ClaimBook:
    """Entries by name, and the effects of claims by workload; `longest` is how long a waiver may last here."""

    def __init__(self, longest: timedelta | None = None) -> None:
        self._longest = longest
        self._entries: dict[ClaimRef, ClaimEntry] = {}
        self.deleted: Deleted[ClaimRef] = Deleted()
        self._by_workload: dict[Ref, Mapping[Ref, Effect]] = {}
        self._by_claim: defaultdict[Ref, dict[Ref, Effect]] = defaultdict(dict)

    def __iter__(self) -> Iterator[ClaimEntry]:
        """Entry by entry."""
        return iter(list(self._entries.values()))

    def get(self, ref: ClaimRef) -> ClaimEntry | None:
        """The entry of a claim."""
        return self._entries.get(ref)

    def put(self, raw: Raw) -> tuple[ClaimEntry, Claim | None, bool] | None:
        """
        Take in a claim as it is now.

        Returns its entry, the record that there was before, and whether anything but its status changed; None for a
        claim that has been deleted since.
        """
        ref, stored = ClaimRef.of(raw), Stored.of(raw)
        if self.deleted.covers(ref, stored.version):
            return None
        known = self._entries.get(ref)
        if known is not None and not known.stored.superseded_by(stored):
            known.stored.refresh(stored)
            return known, known.claim, False
        entry = self._entries[ref] = ClaimEntry(ref, stored)
        try:
            entry.claim = claim_of(raw, longest=self._longest)
        except InvalidClaimError as error:
            entry.error = error
        return entry, known.claim if known else None, True

    def drop(self, ref: ClaimRef, version: str) -> ClaimEntry | None:
        """Forget a claim that was gone at a resourceVersion; returns it, if none of its name came later."""
        entry = self._entries.get(ref)
        if entry is not None and newer(entry.stored.version, version):
            return None
        self.deleted.note(ref, version)
        return self._entries.pop(ref, None)

    def count(self, workload: Ref, effects: Mapping[Ref, Effect]) -> list[ClaimRef]:
        """Remember what claims do for a workload that was looked at; returns those for which that is news."""
        before = self._by_workload.get(workload, {})
        self._by_workload[workload] = effects or _NOTHING
        news = []
        for claim in {*before, *effects}:
            if before.get(claim) == effects.get(claim):
                continue
            news.append(ClaimRef(claim.kind, claim.namespace, claim.name))
            if claim in effects:
                self._by_claim[claim][workload] = effects[claim]
            else:
                del self._by_claim[claim][workload]
                if not self._by_claim[claim]:
                    del self._by_claim[claim]
        return news

    def is_counted(self, workload: Ref) -> bool:
        """Whether a workload has been looked at."""
        return workload in self._by_workload

    def effects_of(self, ref: ClaimRef) -> list[Effect]:
        """What a claim does for each workload that it is about."""
        return list(self._by_claim.get(Ref(ref.kind, ref.namespace, ref.name, GROUP), {}).values())

    def forget(self, workload: Ref) -> None:
        """A workload is there no more."""
        self._by_workload.pop(workload, None)

    def recount(self) -> None:
        """Know nothing of what claims do: everything will be looked at again."""
        self._by_workload.clear()
        self._by_claim.clear()


_NOTHING: Mapping[Ref, Effect] = {}
