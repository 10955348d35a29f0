"""Gives YAML scalars the values that Kubernetes gives them.

Kubernetes reads manifests with sigs.k8s.io/yaml, that is with the rules of go-yaml v2 (its `resolve.go`) and
then through JSON. Those are neither YAML 1.1 nor 1.2: `0644` is 420 as in 1.1, `0o644` as in 1.2, `yes` and
`y` are booleans, `1:30` and dates are strings, and a number too large for a float is a string.
"""

import base64
import binascii
import math
import re
import struct
from collections.abc import Callable
from functools import lru_cache
from typing import Final, TypeAlias

Scalar: TypeAlias = str | int | float | bool | None

_WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"], True),
    **dict.fromkeys(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"], False),
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **dict.fromkeys([".nan", ".NaN", ".NAN"], math.nan),
    **dict.fromkeys([".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"], math.inf),
    **dict.fromkeys(["-.inf", "-.Inf", "-.INF"], -math.inf),
}
MAY_BE_NO_STRING: Final = frozenset(["", *"+-.0123456789yYnNtTfFoO~"])
"""How plain scalars begin that may be something else than a string; '' is null."""

_INTEGER = re.compile(
    r"([-+]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)|0[oO]?(?P<oct>[0-7]+)|(?P<dec>0|[1-9][0-9]*))"
)
_SIGN_AFTER_PREFIX = re.compile(r"0b([-+])(?P<bin>[01]+)")
_BASES: Final = {"hex": 16, "bin": 2, "oct": 8, "dec": 10}
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ]|$)")
_LEADING_DOT = re.compile(r"\.[0-9](_?[0-9])*([eE][-+]?[0-9](_?[0-9])*)?")

_EXACT: Final = 1 << 53
"""Below it a float that is whole is exactly that number; above it stays a float, as it has lost digits."""
_MAX_DIGITS: Final = 64
"""No number of 64 bits has more in any base; converting longer ones would be quadratic."""
_CACHED_LENGTH: Final = 40
"""Longer plain scalars are rare and are not kept alive by the cache."""
_SHOWN_LENGTH: Final = 40


class UnusableScalarError(ValueError):
    """A scalar that JSON, and so Kubernetes, cannot express, or that is not what its tag says."""


def resolve(text: str) -> Scalar:
    """The value of a plain scalar; raises UnusableScalarError for `.inf` and `.nan`."""
    if text[:1] not in MAY_BE_NO_STRING:
        return text
    return _cached_value(text) if len(text) <= _CACHED_LENGTH else _as_json(_interpret(text))


def resolve_tagged(tag: str, text: str) -> Scalar:
    """The value of a scalar with an explicit tag; an unknown tag makes a string."""
    name = tag.removeprefix("tag:yaml.org,2002:")
    if name == "binary":
        return _decode(text)
    accepts = _ACCEPTS.get(name)
    if accepts is None:
        return text
    value = _interpret(text)
    if not accepts(value):
        shown = text if len(text) <= _SHOWN_LENGTH else text[:_SHOWN_LENGTH] + "…"
        raise UnusableScalarError(f"{shown!r} is no !!{name}")
    return _as_json(value)


def key_of(value: object) -> str:
    """The JSON key for a YAML key: `y:` is "true", `1.5:` is "1.5"; null, lists, mappings cannot be keys."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value < 1 << 63:
        return str(value)
    if isinstance(value, float):
        return _float_key(value)
    raise UnusableScalarError(f"{_KEY_NAMES.get(type(value), 'this')} cannot be a key")


def resolve_key(text: str) -> str:
    """The JSON key for a plain scalar in the place of a key."""
    return key_of(_interpret(text))


def _is_int(value: Scalar) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_ACCEPTS: Final[dict[str, Callable[[Scalar], bool]]] = {
    "int": _is_int,
    "float": lambda value: isinstance(value, float) or _is_int(value),
    "bool": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "timestamp": lambda value: isinstance(value, str) and _DATE.match(value) is not None,
}
_KEY_NAMES: Final[dict[type, str]] = {
    type(None): "null",
    dict: "a mapping",
    list: "a list",
    int: "so large a number",
}


def _interpret(text: str) -> Scalar:
    """A plain scalar by go-yaml's rules, before JSON: 1e3 is still a float, .inf still infinite."""
    first = text[:1]
    if first not in MAY_BE_NO_STRING:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if first == ".":
        return _finite(text) if _LEADING_DOT.fullmatch(text) else text
    if not first.isdigit() and first not in "+-":
        return text
    plain = text.replace("_", "")
    integer = _integer(plain)
    if integer is not None:
        return integer
    return _finite(plain, text) if _FLOAT.fullmatch(plain) else text


def _integer(plain: str) -> int | None:
    """What Go's ParseInt and ParseUint of 64 bits make of it; too large a number is left to the floats."""
    match = _INTEGER.fullmatch(plain) or _SIGN_AFTER_PREFIX.fullmatch(plain)
    if match is None:
        return None
    base = match.lastgroup or "dec"
    digits = match[base].lstrip("0") or "0"
    if len(digits) > _MAX_DIGITS:
        return None
    value = int(digits, _BASES[base])
    if match[1] == "-":
        return -value if value <= 1 << 63 else None
    return value if value < 1 << (63 if match[1] else 64) else None


def _finite(plain: str, text: str | None = None) -> float | str:
    value = float(plain)
    return (text or plain) if math.isinf(value) else value


def _as_json(value: Scalar) -> Scalar:
    """The value after a round trip through JSON, where 1e3 is written 1000 and infinity not at all."""
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        raise UnusableScalarError("JSON has no infinity and no NaN, so Kubernetes refuses it")
    return int(value) if value.is_integer() and abs(value) < _EXACT else value


@lru_cache(maxsize=4096)
def _cached_value(text: str) -> Scalar:
    return _as_json(_interpret(text))


def _decode(text: str) -> str:
    try:
        data = base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError):
        raise UnusableScalarError("!!binary is not followed by valid base64") from None
    return data.decode("utf-8", "replace")


def _float_key(value: float) -> str:
    """As Go's FormatFloat(value, 'g', -1, 32) writes it: the fewest digits that are the same float32."""
    single = struct.unpack("f", struct.pack("f", value))[0]  # native: too large a number becomes infinite
    if not math.isfinite(single):
        return ".nan" if math.isnan(single) else ".inf" if single > 0 else "-.inf"
    scientific = next(
        text
        for digits in range(9)
        if struct.pack("f", float(text := f"{single:.{digits}e}")) == struct.pack("f", single)
    )
    mantissa, exponent = scientific.split("e")
    digits_after_point = len(mantissa.partition(".")[2])
    if -5 < int(exponent) < 6:  # noqa: PLR2004 - Go's own bounds for plain notation
        return f"{single:.{max(digits_after_point - int(exponent), 0)}f}"
    return scientific
