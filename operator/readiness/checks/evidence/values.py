"""What settings say, in the ways that programs write it: numbers, lengths of time, sizes, switches, addresses."""

import re
from dataclasses import field
from urllib.parse import parse_qsl, urlsplit

from readiness.model.records import dataclass

_NUMBER = re.compile(r"[-+]?[0-9]{1,15}(\.[0-9]{1,9})?")
_SPAN = re.compile(r"([0-9]{1,9}(\.[0-9]{1,9})? ?(ns|us|µs|ms|s|m|h|d) ?){1,6}")
_SPAN_PART = re.compile(r"([0-9.]+) ?([a-zµ]+)")
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?) ?(?:([kmgt])(i?))?b?", re.IGNORECASE)
_POWERS = {"k": 1, "m": 2, "g": 3, "t": 4}

# The last word of a name tells the unit of a bare number: MONGO_QUERY_TIMEOUT_MS. Without one it is seconds.
_UNITS = {
    "ms": 0.001, "millis": 0.001, "milliseconds": 0.001, "min": 60.0, "mins": 60.0, "minutes": 60.0, "hours": 3600.0,
    "days": 86400.0,
}  # fmt: skip
_ADDRESS = re.compile(r"([^/?#]+://)(?:[^/?#]*@)?([^?#]*)")
_ON = frozenset({"true", "1", "yes", "on", "enabled"})
_OFF = frozenset({"false", "0", "no", "off", "disabled"})


def number(text: str) -> float | None:
    """A decimal number."""
    return float(text) if _NUMBER.fullmatch(text) else None


def whole(text: str) -> float | None:
    """A number without a fraction."""
    return None if "." in text else number(text)


def span(name: str, text: str) -> float | None:
    """Seconds, of `1m30s` or `1.5h`, or of a bare number in the unit that the setting's name ends with."""
    bare = number(text)
    if bare is not None:
        return bare * _UNITS.get(re.split(r"[_.-]", name)[-1].lower(), 1.0)
    if not _SPAN.fullmatch(text):
        return None
    return sum(float(amount) * _SECONDS[unit] for amount, unit in _SPAN_PART.findall(text))


def size(text: str) -> float | None:
    """Bytes, of `512Mi`, `10MB` or a bare number."""
    found = _SIZE.fullmatch(text)
    if found is None:
        return None
    base = 1024 if found[3] else 1000
    return float(found[1]) * float(base ** _POWERS.get((found[2] or "").lower(), 0))


def switch(text: str) -> bool | None:
    """On or off."""
    word = text.lower()
    return True if word in _ON else False if word in _OFF else None


@dataclass(frozen=True, slots=True)
class Address:
    """A URL as far as it may be told: `scheme` without the name of a driver, `options` by lower-case name."""

    scheme: str
    options: dict[str, str]
    password: str | None = field(default=None, repr=False)


def bare(address: str) -> str:
    """A URL as far as it may be shown: neither who asks with which password, nor a query or fragment, as a token is."""
    found = _ADDRESS.match(address)
    return f"{found[1]}{found[2]}" if found else address


def address(text: str) -> Address | None:
    """The URL, one of JDBC's too; None for anything else. Variables such as $(DB_PASSWORD) may stand in it."""
    plain = text.strip().removeprefix("jdbc:")
    scheme, found, rest = plain.partition("://")
    if not found or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]{0,31}", scheme):
        return None
    try:
        password = urlsplit(f"//{rest}", allow_fragments=False).password
    except ValueError:  # brackets without an IPv6 address, characters that mimic others
        password = None
    query = rest.rpartition("?")[2] if "?" in rest else ""
    options = {key.lower(): value for key, value in parse_qsl(query.replace(";", "&"), keep_blank_values=True)}
    return Address(scheme.partition("+")[0].lower(), options, password)
