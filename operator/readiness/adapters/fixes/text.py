"""A text with its lines, and pieces of it that are replaced."""

from collections.abc import Iterable, Sequence

from readiness.adapters.fixes.refusal import RefusedError
from readiness.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Splice:
    """What takes the place of the characters from `start` to before `end`; at one place the deepest comes first."""

    start: int
    end: int
    text: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """A text that knows its lines, and how they end."""

    text: str

    def line_start(self, index: int) -> int:
        """Where the line begins that a character is in."""
        return self.text.rfind("\n", 0, index) + 1

    def line_end(self, index: int) -> int:
        """Where the line after the one of a character begins, or the text ends."""
        found = self.text.find("\n", index)
        return len(self.text) if found < 0 else found + 1

    def newline(self, index: int) -> str:
        """How the line of a character ends, or the others where it is the last."""
        found = self.text.find("\n", index)
        found = self.text.find("\n") if found < 0 else found
        return "\r\n" if found > 0 and self.text[found - 1] == "\r" else "\n"

    def insertion(self, index: int, lines: Sequence[str], depth: int) -> Splice:
        """Lines after the line of a character."""
        at, newline = self.line_end(index), self.newline(index)
        ended = self.text[:at].endswith("\n")
        return Splice(at, at, newline.join([*lines, ""] if ended else ["", *lines]), depth)

    def with_all(self, splices: Iterable[Splice]) -> str:
        """The text with everything replaced at once; raises RefusedError where two get in each other's way."""
        parts, end = [], 0
        for splice in sorted(splices, key=lambda item: (item.start, item.end, -item.depth)):
            if splice.start < end:
                raise RefusedError("two changes meet in one place")
            parts += [self.text[end : splice.start], splice.text]
            end = splice.end
        return "".join([*parts, self.text[end:]])
