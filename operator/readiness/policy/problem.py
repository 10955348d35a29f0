"""One thing to correct in what a user wrote: where, what was expected, the nearest right name."""

from collections.abc import Iterable

from readiness.errors import ReadinessError
from readiness.model.records import dataclass

_LISTED = 12  # words that may be listed where none is near


@dataclass(frozen=True, slots=True)
class Problem:
    """The path of the field, and what is wrong there."""

    path: str
    message: str

    def __str__(self) -> str:
        """As a condition's message has it."""
        return f"{self.path}: {self.message}"


class InvalidPolicyError(ReadinessError):
    """A policy cannot be used. `reason` is the condition's: InvalidSpec, UnknownCheck or UnknownProfile."""

    def __init__(self, reason: str, problems: Iterable[Problem]) -> None:
        self.reason = reason
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean "x"?` where a known word is near, else which words there are, if few; else nothing."""
    from difflib import get_close_matches  # noqa: PLC0415 - only bad input needs it, and it is slow to import

    words = sorted(known)
    folded = {candidate.casefold(): candidate for candidate in words}
    close = get_close_matches(word.casefold(), folded, n=1)
    if close:
        return f'; did you mean "{folded[close[0]]}"?'
    if len(words) == 1:
        return f"; there is only {words[0]}"
    return f"; there are {', '.join(words)}" if 0 < len(words) <= _LISTED else ""
