"""How hard a credential is to guess: two numbers and a word about a value, which itself is not kept."""

import math
import re
import zlib
from itertools import pairwise

from readiness.model.credentials import DEFAULTS
from readiness.model.credentials.values import is_placeholder
from readiness.model.records import dataclass

_LONGEST = 4096  # bytes that are looked at: what is longer is long enough
_OVERHEAD = 8  # bytes that zlib needs around what it packs
_DIGIT, _LOWER, _UPPER = re.compile(r"[0-9]"), re.compile(r"[a-z]"), re.compile(r"[A-Z]")
_BASE64 = re.compile(r"[A-Za-z0-9+/_.=-]*")
_OTHER_SIGNS = 33
_CHANCE = 16  # among so many random characters one may go on by chance
_HEX = re.compile(r"[0-9a-f-]+|[0-9A-F-]+")
_WORDS = re.compile(r"[A-Za-z _.-]+[0-9]{0,4}[!?]?")
_MOST_CAPITALS = 5  # of so many characters one
_BITS_OF_A_LETTER_IN_A_WORD = 2.0  # Source: NIST SP 800-63-1, appendix A, for more than a few characters


@dataclass(frozen=True, slots=True)
class Strength:
    """The length in bytes, an estimate of the entropy in bits, and whether everybody knows it as a default."""

    size: int
    bits: int
    known: bool = False


def strength_of(value: bytes) -> Strength:
    """
    The strength of a value.

    The entropy is that of as many signs drawn from the alphabets that occur, less for what is packed smaller than
    that, runs as in abcd or 1111, and words. It is an upper bound: nobody can tell a random value from a published one.
    """
    seen = value[:_LONGEST]
    try:
        text = seen.decode("ascii").strip()
    except UnicodeDecodeError:
        text = ""
    if text and _is_known(text):
        return Strength(len(value), 0, known=True)
    packed = 8 * max(len(zlib.compress(seen, 9)) - _OVERHEAD, 0)
    drawn = _bits_of(text) if text else 8.0 * len(seen)
    return Strength(len(value), int(min(drawn, packed)))


def _is_known(text: str) -> bool:
    plain = text.lower()
    return plain in DEFAULTS or plain.rstrip("0123456789!") in DEFAULTS or is_placeholder(text)


def _bits_of(text: str) -> float:
    if _HEX.fullmatch(text):
        return 4.0 * _new(text.replace("-", ""))
    if _WORDS.fullmatch(text) and sum(map(str.isupper, text)) * _MOST_CAPITALS <= len(text):
        return _BITS_OF_A_LETTER_IN_A_WORD * _new(text)
    lower, upper, digits = (bool(pattern.search(text)) for pattern in (_LOWER, _UPPER, _DIGIT))
    mixed = lower and upper  # then digits may be missing by chance
    size = 26 * (lower + upper) + 10 * (digits or mixed) + _others(text)
    return math.log2(max(size, 2)) * _new(text)


def _others(text: str) -> int:
    """How many signs beside letters and digits a value was drawn from: none, those of base64, or all."""
    return 0 if text.isalnum() else 2 if _BASE64.fullmatch(text) else _OTHER_SIGNS


def _new(text: str) -> int:
    """How many characters do not go on where three others led, but for a few: of abcdefghijkl about three."""
    steps = [ord(after) - ord(before) for before, after in pairwise(text)]
    led = sum(
        one == two == three and abs(one) <= 1 for one, two, three in zip(steps, steps[1:], steps[2:], strict=False)
    )
    return len(text) - max(led - len(text) // _CHANCE, 0)
