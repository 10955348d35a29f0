"""
Resource quantities and IntOrPercent, with Kubernetes' rounding.

Source: k8s.io/apimachinery `resource.Quantity` and `intstr.GetScaledValueFromIntOrPercent`.
"""

import re
from fractions import Fraction
from functools import lru_cache

_QUANTITY = re.compile(r"([+-]?)([0-9]+\.?[0-9]*|\.[0-9]+)(?:([kMGTPEnum]|[KMGTPE]i)|[eE]([+-]?[0-9]{1,3}))?")
_PERCENT = re.compile(r"([0-9]{1,9})%")
_LONGEST = 100  # characters of a quantity: what somebody writes may not cost more than a glance
_SUFFIXES = {
    "n": Fraction(1, 10**9), "u": Fraction(1, 10**6), "m": Fraction(1, 1000), "": Fraction(1),
    "k": Fraction(10**3), "M": Fraction(10**6), "G": Fraction(10**9), "T": Fraction(10**12),
    "P": Fraction(10**15), "E": Fraction(10**18),
    "Ki": Fraction(2**10), "Mi": Fraction(2**20), "Gi": Fraction(2**30), "Ti": Fraction(2**40),
    "Pi": Fraction(2**50), "Ei": Fraction(2**60),
}  # fmt: skip

IntOrPercent = int | str


def quantity(text: object) -> Fraction | None:
    """The exact value of a quantity such as `500m`, `1.5Gi` or `2e3` in its base unit; None when it is none."""
    if isinstance(text, bool):
        return None
    if isinstance(text, int):
        return Fraction(text)
    return _parsed(str(text))


@lru_cache(maxsize=4096)  # a cluster has few different quantities, and checks ask for each again and again
def _parsed(text: str) -> Fraction | None:
    match = _QUANTITY.fullmatch(text)
    if match is None or len(text) > _LONGEST:
        return None
    sign, digits, suffix, exponent = match.groups()
    value = Fraction(digits) * _SUFFIXES[suffix or ""] * Fraction(10) ** int(exponent or 0)
    return -value if sign == "-" else value


def scaled(value: IntOrPercent | None, total: int, *, up: bool) -> int | None:
    """
    An IntOrPercent as a number of pods out of `total`; percentages round `up` or down.

    Kubernetes rounds a PodDisruptionBudget's bounds and `maxSurge` up, a Deployment's `maxUnavailable` down.
    None when the value is absent or no IntOrPercent: text must end in %, as upstream has it.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    match = _PERCENT.fullmatch(value)
    if match is None:
        return None
    share = int(match[1]) * total
    return -(-share // 100) if up else share // 100
