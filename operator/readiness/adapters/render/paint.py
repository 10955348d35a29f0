"""Colour where somebody looks at a terminal, and nothing that a manifest could smuggle into it."""

from readiness.model.records import dataclass

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "magenta": "35"}
_VERDICTS = {"Go": "green", "GoWithConditions": "yellow", "Unknown": "magenta", "NoGo": "red"}
_NARROW = 40
_BAR = 20


@dataclass(frozen=True, slots=True)
class Paint:
    """A pen for paper `width` characters wide (0: as wide as it takes), with or without colour and drawn signs."""

    coloured: bool = False
    width: int = 0
    ascii: bool = False

    def __call__(self, text: str, *styles: str) -> str:
        """The text in these styles."""
        if not self.coloured or not styles or not text:
            return text
        return f"\x1b[{';'.join(_CODES[style] for style in styles)}m{text}\x1b[0m"

    def verdict(self, text: str) -> str:
        """A verdict, padded or not, in its colour."""
        style = _VERDICTS.get(text.strip())
        return self(text, "bold", style) if style else text

    def met(self, text: str, *, yes: bool) -> str:
        """A text behind the sign for what is reached, or for what is not."""
        signs = ("[x]", "[ ]") if self.ascii else ("✓", "○")
        return self(f"{signs[0 if yes else 1]} {text}", *(("green",) if yes else ()))

    def bar(self, percent: int, style: str) -> str:
        """A share as a bar; what is missing by a hair is not drawn as full."""
        full, empty = "#." if self.ascii else "█░"
        filled = _BAR * percent // 100
        return self(full * filled, style) + self(empty * (_BAR - filled), "dim")

    def wrapped(self, text: str, indent: str, hang: str = "") -> str:
        """A text below itself where the paper ends, `hang` deeper than its first line."""
        if self.width <= len(indent) + _NARROW:
            return indent + text
        import textwrap  # noqa: PLC0415 - only where somebody watches: the start of an audit is counted in milliseconds

        return textwrap.fill(
            text,
            self.width,
            initial_indent=indent,
            subsequent_indent=indent + hang,
            break_long_words=False,
            break_on_hyphens=False,
        )


PLAIN = Paint()


def printable(text: str) -> str:
    """A text without control characters: names and paths come from files that anybody may have written."""
    return (
        text
        if text.isprintable()
        else "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    )
