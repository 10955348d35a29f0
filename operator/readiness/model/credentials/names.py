"""What the name of a value promises about it: a password, a secret, perhaps something random, or nothing."""

import enum
import functools
import re
from collections.abc import Callable, Sequence
from typing import Protocol

from readiness.model.credentials.words import (
    BENIGN,
    DISARMING,
    HINTS,
    LOGINS,
    PASSWORD_ENDS,
    PASSWORDS,
    ROOTS,
    SECRET_ENDS,
    SECRETS,
    STRONG_KEYS,
)


class Searchable(Protocol):
    """A compiled pattern of any regular-expression library."""

    def search(self, text: str, /) -> object | None:
        """Something when the pattern occurs in the text, None when not."""


class Meaning(enum.Enum):
    """How far a name alone decides that its value is a credential."""

    PASSWORD = enum.auto()  # chosen by people: any literal counts, 'postgres' too
    SECRET = enum.auto()  # issued by machines: small numbers and words such as 'bearer' are settings
    LOGIN = enum.auto()  # how to log in: counts as user:password, plain or encoded, or when it looks random
    HINT = enum.auto()  # a key of some kind: counts when it looks random
    PLAIN = enum.auto()  # says nothing
    BENIGN = enum.auto()  # says that the value is no secret: TOKEN_URL, PASSWORD_FILE, REQUEST_ID


Reader = Callable[[str], Meaning]

MAX_NAME = 256

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
# Compared as written: the shell's own variables, paths both.
_WORKING_DIRECTORIES = frozenset({"PWD", "OLDPWD"})


def reader(patterns: Sequence[Searchable] | None) -> Reader:
    """The rule that reads names: the built-in one, or the given patterns in its place.

    What a pattern finds counts as a secret; the rest of the names can still be BENIGN, which only ever
    makes the detector quieter.
    """
    if patterns is None:
        return meaning
    given = tuple(patterns)

    def read(name: str) -> Meaning:
        if any(pattern.search(name) is not None for pattern in given):
            return Meaning.SECRET
        return Meaning.BENIGN if meaning(name) is Meaning.BENIGN else Meaning.PLAIN

    return read


@functools.lru_cache(maxsize=4096)
def meaning(name: str) -> Meaning:
    """What the built-in rule reads from a name in snake_case, kebab-case, camelCase or dotted.

    The last credential word decides; words after it can take the promise back.
    """
    words = [word.lower() for word in _WORD.findall(name[:MAX_NAME])]
    if not words or name in _WORKING_DIRECTORIES:
        return Meaning.PLAIN
    if has_root(name.lower()):
        for index in range(len(words) - 1, -1, -1):
            found = _credential_word(words, index)
            if found is not None:
                return _qualified(found, words[:index], words[index + 1 :])
    return _by_last_word(words)


def has_root(lowered: str) -> bool:
    """Whether a text in lower case has any part of a name that the built-in rule could count as a credential."""
    for root in ROOTS:  # noqa: SIM110 - any() costs three times as much, and this runs for every value
        if root in lowered:
            return True
    return False


def _credential_word(words: list[str], index: int) -> Meaning | None:
    word = words[index]
    if word in PASSWORDS or word.endswith(PASSWORD_ENDS):
        return Meaning.PASSWORD
    if word in SECRETS or word.endswith(SECRET_ENDS):
        return Meaning.SECRET
    previous = words[index - 1] if index else ""
    if (word == "key" and previous in STRONG_KEYS) or (word == "cookie" and previous == "erlang"):
        return Meaning.SECRET
    return None


def _qualified(found: Meaning, before: list[str], after: list[str]) -> Meaning:
    if not DISARMING.isdisjoint(before) or not BENIGN.isdisjoint(after):
        return Meaning.BENIGN
    return Meaning.HINT if "key" in after else found


def _by_last_word(words: list[str]) -> Meaning:
    word = words[-1]
    if word in LOGINS or word in HINTS:
        found = Meaning.LOGIN if word in LOGINS else Meaning.HINT
        return found if DISARMING.isdisjoint(words) else Meaning.BENIGN
    return Meaning.BENIGN if word in BENIGN else Meaning.PLAIN
