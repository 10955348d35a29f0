"""Colour where somebody looks at a terminal, and nothing that a manifest could smuggle into it."""

from readiness.model.records import dataclass

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "magenta": "35"}
_VERDICTS = {"Go": "green", "GoWithConditions": "yellow", "Unknown": "magenta", "NoGo": "red"}
_OUTCOMES = {"fail": "red", "warn": "yellow", "unknown": "magenta", "error": "magenta", "pass": "green"}


@dataclass(frozen=True, slots=True)
class Paint:
    """A pen that writes in colour, or does not."""

    coloured: bool = False

    def __call__(self, text: str, *styles: str) -> str:
        """The text in these styles."""
        if not self.coloured or not styles:
            return text
        return f"\x1b[{';'.join(_CODES[style] for style in styles)}m{text}\x1b[0m"

    def verdict(self, text: str) -> str:
        """A verdict, padded or not, in its colour."""
        style = _VERDICTS.get(text.strip())
        return self(text, "bold", style) if style else text

    def outcome(self, text: str, outcome: str) -> str:
        """A text in the colour of an outcome."""
        style = _OUTCOMES.get(outcome)
        return self(text, style) if style else self(text, "dim")


PLAIN = Paint()


def printable(text: str) -> str:
    """A text without control characters: names and paths come from files that anybody may have written."""
    return (
        text
        if text.isprintable()
        else "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    )
