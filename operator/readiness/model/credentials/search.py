"""The three searches: one environment value, one ConfigMap text, one command line."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from readiness.model.credentials.assignments import assignments, name_before
from readiness.model.credentials.names import MAX_NAME, Meaning, Reader, Searchable, reader
from readiness.model.credentials.shapes import is_login, spots_by_shape
from readiness.model.credentials.values import (
    SHORTEST_UNNAMED,
    fallback,
    is_placeholder,
    is_random,
    is_reference,
    is_setting,
)
from readiness.model.records import dataclass

MAX_VALUE = 64 * 1024
MAX_TEXT = 1024 * 1024  # a ConfigMap cannot be larger
MAX_HITS = 64
_SHORTEST_SHAPE = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """A literal credential: what it is, the name it is set to ('' if none), its 1-based line in a text.

    It says nothing about the value, not even its length: short secrets can be guessed from less.
    """

    what: str
    name: str
    line: int | None = None


class _Spot(NamedTuple):
    offset: int
    what: str
    name: str | None


def find_in_value(
    name: str, value: str, *, placeholders: bool = True, names: Sequence[Searchable] | None = None
) -> Hit | None:
    """The literal credential in one named value, such as an env entry; None when there is none.

    `placeholders`: values such as 'changeme' or '<token>' are no findings. `names` replaces the built-in
    rule of credential names. Only the first 64 KiB of the value are read.
    """
    value = value[:MAX_VALUE].strip()
    read = reader(names)
    what = _shape_or_name(name, value, read(name), placeholders=placeholders)
    if what is None and ("=" in value or ":" in value or " " in value):
        spot = next(_by_assignment(value, read, placeholders=placeholders), None)
        what = spot and spot.what
    return Hit(what, name) if what else None


def find_in_text(
    key: str, text: str, *, placeholders: bool = True, names: Sequence[Searchable] | None = None
) -> tuple[Hit, ...]:
    """The literal credentials in one ConfigMap value, in the order of lines, at most 64.

    A text of one line may also be a credential as a whole, named by its key. Parameters as in
    `find_in_value`; at most 1 MiB is read.
    """
    text = text[:MAX_TEXT]
    read = reader(names)
    spots = list(_spots(text, read, placeholders=placeholders))
    found = _hits(text, spots, key) if spots else ()
    whole = text.strip()
    if not found and whole and "\n" not in whole:
        value = whole[:MAX_VALUE]
        what = _judge(key, value, read(key), placeholders=placeholders)
        line = 1 + text[: text.index(whole)].count("\n")
        return (Hit(what, key, line),) if what else ()
    return found


def find_in_arguments(
    args: Sequence[str], *, placeholders: bool = True, names: Sequence[Searchable] | None = None
) -> tuple[Hit, ...]:
    """The literal credentials in a command and its arguments, inline scripts included; without lines."""
    # An empty argument must keep its place: it is the value of the flag before it.
    text = " ".join(arg or "''" for arg in args)[:MAX_TEXT]
    found = _hits(text, _spots(text, reader(names), placeholders=placeholders), "")
    return tuple(dict.fromkeys(Hit(hit.what, hit.name) for hit in found))


def _shape_or_name(name: str, value: str, meaning: Meaning, *, placeholders: bool) -> str | None:
    if len(value) >= _SHORTEST_SHAPE:
        for _, what in spots_by_shape(value, placeholders=placeholders):
            return what
    return _judge(name, value, meaning, placeholders=placeholders)


def _judge(name: str, value: str, meaning: Meaning, *, placeholders: bool) -> str | None:
    """What a value is, given what its name means; what of most values is told by their length comes first."""
    if meaning is Meaning.BENIGN or (meaning is Meaning.PLAIN and len(value) < SHORTEST_UNNAMED):
        return None
    literal = fallback(value)
    value = value if literal is None else literal.strip(" \"'")
    if is_setting(value, meaning) or is_reference(value):
        return None
    if placeholders and is_placeholder(value, name):
        return None
    if meaning in {Meaning.PASSWORD, Meaning.SECRET}:
        return "value named like a credential"
    if meaning is Meaning.LOGIN:
        login = value.split(maxsplit=1)[-1] if value.lower().startswith(("basic ", "bearer ")) else value
        if is_login(login):
            return "user name with a password"
        value = login
    return "high-entropy value" if is_random(value, unnamed=meaning is Meaning.PLAIN) else None


def _spots(text: str, read: Reader, *, placeholders: bool) -> Iterator[_Spot]:
    shaped = spots_by_shape(text, placeholders=placeholders)
    for offset, what in islice(shaped, MAX_HITS):
        yield _Spot(offset, what, name_before(text, offset))
    yield from islice(_by_assignment(text, read, placeholders=placeholders), MAX_HITS)


def _by_assignment(text: str, read: Reader, *, placeholders: bool) -> Iterator[_Spot]:
    for offset, name, meaning, value in assignments(text, read):
        what = _judge(name, value.strip(), meaning, placeholders=placeholders)
        if what:
            yield _Spot(offset, what, name)


def _hits(text: str, spots: Iterable[_Spot], key: str) -> tuple[Hit, ...]:
    """Spots as hits: one per line and name, the first kind wins; lines counted in one pass."""
    kinds: dict[tuple[int, str], str] = {}
    line, counted = 1, 0
    in_order = sorted(enumerate(spots), key=lambda pair: (pair[1].offset, pair[0]))
    for _, spot in in_order:
        line += text.count("\n", counted, spot.offset)
        counted = spot.offset
        name = key if spot.name is None or _is_unprintable(spot.name) else spot.name
        kinds.setdefault((line, name), spot.what)
    return tuple(Hit(what, name, line) for (line, name), what in list(kinds.items())[:MAX_HITS])


def _is_unprintable(name: str) -> bool:
    """Whether the name itself could be a credential, left of a sign that was no assignment after all."""
    return len(name) > MAX_NAME or is_random(name) or any(True for _ in spots_by_shape(name, placeholders=False))
