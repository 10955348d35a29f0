"""What keeps going wrong, by workload: what policies tell as Degraded or Stalled."""

from dataclasses import dataclass, field

from readiness.model import Ref


@dataclass(slots=True)
class Troubles:
    """
    Troubles that last.

    `unwritten` are reports that the API server refuses again and again, with its reason; `unjudged` workloads whose
    evaluation breaks down again and again, with the exception's name; `shortened` reports that leave findings out.
    """

    unwritten: dict[Ref, str] = field(default_factory=dict)
    unjudged: dict[Ref, str] = field(default_factory=dict)
    shortened: set[Ref] = field(default_factory=set)

    def over(self, ref: Ref) -> bool:
        """Know that a workload was judged and its report written; returns whether that ends a trouble."""
        return [self.unwritten.pop(ref, None), self.unjudged.pop(ref, None)] != [None, None]

    def note_shortened(self, ref: Ref, *, shortened: bool) -> bool:
        """Know whether a workload's report leaves findings out; returns whether that is news."""
        if shortened == (ref in self.shortened):
            return False
        self.shortened ^= {ref}
        return True

    def forget(self, ref: Ref) -> None:
        """Know nothing of a workload any more."""
        self.over(ref)
        self.shortened.discard(ref)

    def clear(self) -> None:
        """Know nothing any more."""
        self.unwritten.clear()
        self.unjudged.clear()
        self.shortened.clear()
