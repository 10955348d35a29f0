"""Bounds that a policy may set on attestations: what was measured is compared, never what was promised."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from readiness.checks.evidence.values import bare
from readiness.checks.parameters.duration import Duration, is_duration, seconds
from readiness.checks.parameters.setting import (
    Count,
    Flag,
    MaybeAddress,
    MaybeWord,
    Number,
    Setting,
    Share,
    Words,
    setting,
    share,
)  # fmt: skip
from readiness.model import Fail, Finding, Recheck
from readiness.model.claims import Attestation, Plain
from readiness.model.records import dataclass

Judge = Callable[[Attestation, Any, datetime], Iterator[Finding]]
_UNITS = {"Milliseconds": 0.001, "Ms": 0.001, "Seconds": 1.0}  # of numbers, by the end of their name


def _nothing(_attestation: Attestation, _asked: Any, _now: datetime) -> Iterator[Finding]:
    yield from ()


@dataclass(frozen=True, slots=True)
class Quantity:
    """A name in the value, what stands under it in words, and how that is read; None: it is none."""

    key: str
    noun: str
    read: Callable[[Plain], float | None]

    def misread(self, attestation: Attestation) -> str:
        """What is wrong with what stands there; empty where nothing is, or nothing stands there."""
        said = _said(attestation, self.key)
        return "" if said is None or self.read(said) is not None else f"value.{self.key} is no {self.noun}"


@dataclass(frozen=True, slots=True)
class Bound:
    """
    What is asked of an attestation: as a parameter of policies, in words, and what it finds wrong.

    `value_rule` goes on from "its value has", `rule` is a sentence of its own. `lists` are names in the value under
    which the words of the parameter must stand; several attestations may share them. `quantity` is what is measured.
    """

    setting: Setting
    judge: Judge = _nothing
    value_rule: str = ""
    rule: str = ""
    lists: tuple[str, ...] = ()
    quantity: "Quantity | None" = None


def at_least(name: str, key: str, default: float | None, meaning: str, hint: Any = Number) -> Bound:
    """A measured number that may not be below the parameter, where that is set."""
    quantity = _measured(key)

    def judge(attestation: Attestation, least: float | None, _now: datetime) -> Iterator[Finding]:
        measured = quantity.read(_said(attestation, key))
        if least is None:
            return
        if measured is None:
            yield told(attestation, f"gives no {quantity.noun} as {key}")
        elif not measured >= least:  # also what is not a number, as YAML can write it
            yield told(attestation, f"gives {measured:.12g} as {key}, below {least:.12g}")

    rule = f"the {quantity.noun} `{key}`, not below {_parameter(name, default)}"
    return Bound(setting(name, hint, meaning, default), judge, rule, quantity=quantity)


def at_most(name: str, key: str, default: float | None, meaning: str, hint: Any = Count) -> Bound:
    """A measured number that may not be above the parameter, where that is set."""
    quantity = _measured(key)

    def judge(attestation: Attestation, most: float | None, _now: datetime) -> Iterator[Finding]:
        measured = quantity.read(_said(attestation, key))
        if most is None:
            return
        if measured is None:
            yield told(attestation, f"gives no {quantity.noun} as {key}")
        elif not measured <= most:
            yield told(attestation, f"gives {measured:.12g} as {key}, above {most}")

    rule = f"the {quantity.noun} `{key}`, not above {_parameter(name, default)}"
    return Bound(setting(name, hint, meaning, default), judge, rule, quantity=quantity)


def lasts_at_most(key: str, default: str, meaning: str) -> Bound:
    """A measured duration that may not be longer than the parameter, which has the name of the value."""

    def judge(attestation: Attestation, most: str, _now: datetime) -> Iterator[Finding]:
        measured = _seconds(attestation, key)
        if measured is None:
            yield told(attestation, f"gives no duration as {key}")
        elif not measured <= seconds(most):
            yield told(attestation, f"gives {measured:g} s as {key}, above {most}")

    numbers = " or ".join(f"`{key}{unit}`" for unit in _UNITS)
    rule = f"the duration `{key}`, or a number {numbers}, not above {_parameter(key)}"
    return Bound(setting(key, Duration, meaning, default), judge, rule, quantity=Quantity(key, "duration", _length))


def share_at_most(name: str, key: str, default: str, meaning: str) -> Bound:
    """A measured share that may not be above the parameter, a percentage."""

    def judge(attestation: Attestation, most: str, _now: datetime) -> Iterator[Finding]:
        measured = _share(_said(attestation, key))
        if measured is None:
            yield told(attestation, f"gives no share as {key}")
        elif not measured <= (share(most) or 0.0):
            yield told(attestation, f"gives {measured * 100:g}% as {key}, above {most}")

    rule = f"the share `{key}`, a percentage or a number between 0 and 1, not above {_parameter(name)}"
    return Bound(setting(name, Share, meaning, default), judge, rule, quantity=Quantity(key, "share", _share))


def covers(name: str, meaning: str, *lists: str, default: tuple[str, ...] = ()) -> Bound:
    """Words that must all stand in the value, under the parameter's own name or one of `lists`."""
    keys = (name, *lists)
    rule = f"each word of {_parameter(name)} under {_or(keys)}"
    return Bound(setting(name, Words, meaning, default), value_rule=rule, lists=keys)


def names(name: str, meaning: str, *lists: str, hint: Any = MaybeWord, default: Any = None) -> Bound:
    """A word that must stand in the value, under the parameter's own name or one of `lists`."""
    keys = (name, *lists)
    rule = f"{_parameter(name, default)} under {_or(keys)}"
    return Bound(setting(name, hint, meaning, default), value_rule=rule, lists=keys)


def one_of(name: str, meaning: str, *lists: str, default: tuple[str, ...] = ()) -> Bound:
    """Words of which one must stand in the value, under the parameter's own name or one of `lists`."""
    keys = (*lists, name)

    def judge(attestation: Attestation, allowed: tuple[str, ...], _now: datetime) -> Iterator[Finding]:
        said = words(attestation, keys)
        if allowed and not said & set(allowed):
            named = f"names {', '.join(sorted(said))}" if said else f"names no {keys[0]}"
            yield told(attestation, f"{named}: none of {', '.join(allowed)}")

    rule = f"a word of {_parameter(name)} under {_or(keys)}, unless there are none"
    return Bound(setting(name, Words, meaning, default), judge, rule)


def says(name: str, meaning: str, *, default: bool = False) -> Bound:
    """Something that the value must say is so, when the parameter wants it."""

    def judge(attestation: Attestation, wanted: bool, _now: datetime) -> Iterator[Finding]:  # noqa: FBT001 - a value
        if wanted and _said(attestation, name) is not True:
            yield told(attestation, f"does not say {name}: true")

    rule = f"`{name}: true`, with {_parameter(name)}"
    return Bound(setting(name, Flag, meaning, default), judge, rule)


def max_age(default: str) -> Bound:
    """An age that an attestation may have, however much later it ends."""

    def judge(attestation: Attestation, most: str, now: datetime) -> Iterator[Finding]:
        given = attestation.validity.start
        if given is None:
            return
        stale = given + timedelta(seconds=seconds(most))
        if now >= stale:
            yield told(attestation, f"was given on {given:%Y-%m-%d}, more than {most} ago")
        else:
            yield Recheck(stale)

    meaning = "How long after it was attested it still counts, whenever it ends."
    rule = "It was attested less than the parameter maxAge ago."
    return Bound(setting("max_age", Duration, meaning, default), judge, rule=rule)


def _elsewhere(attestation: Attestation, under: str | None, _now: datetime) -> Iterator[Finding]:
    link, root = bare(attestation.evidence_url), bare(under or "")
    if root and not f"{link}/".startswith(f"{root.rstrip('/')}/"):
        yield told(attestation, f"links {link}, which is not under {root}")


PUBLISHED = Bound(
    setting("url", MaybeAddress, "Where the page must be, or what its address begins with.", None),
    _elsewhere,
    rule="Its evidence is at the parameter url or below, where that is set; whether anything is there is not asked.",
)
BOUND_TO_IMAGE = Bound(
    setting("bind_to_image", Flag, "An attestation counts only for the build that it names.", default=False),
    rule="With the parameter bindToImage it names an image, or its value has a `commit`, `revision`, `tag` or "
    "`version` that is the tag of an image, or what a label or annotation says of the revision or version.",
)


def told(attestation: Attestation, what: str) -> Fail:
    """What is wrong with an attestation, as a finding."""
    return Fail("", f"{attestation.ref.kind.removeprefix('Readiness').lower()} {attestation.ref.name} {what}")


def words(attestation: Attestation, keys: tuple[str, ...]) -> set[str]:
    """The words that its value has under these names, as a list or alone."""
    found: set[str] = set()
    for key in keys:
        said = _said(attestation, key)
        found.update(str(item) for item in (said if isinstance(said, tuple) else (said,)) if item not in (None, ""))
    return found


def unmet(attestation: Attestation, parameters: Any) -> Iterator[Fail]:
    """
    What a value says was measured, and the parameters of a check that measures elsewhere do not allow.

    `critical` is held against maxCritical, `days` against minDays, `measured` against what is called max or min alone.
    What is not said is not asked: then the claim is somebody's word.
    """
    for item in fields(parameters):
        side, _, rest = item.name.partition("_")
        key, bound = _camel(rest) or "measured", getattr(parameters, item.name)
        said, (noun, read) = _said(attestation, key), _reader(bound)
        limit = read(bound)
        if side not in ("max", "min") or said is None or limit is None:
            continue
        measured = read(said)
        if measured is None:
            yield told(attestation, f"gives no {noun} as {key}")
        elif not (measured <= limit if side == "max" else measured >= limit):
            yield told(attestation, f"gives {said} as {key}, {'above' if side == 'max' else 'below'} {bound}")


def _reader(bound: Any) -> tuple[str, Callable[[Plain], float | None]]:
    """What a bound is, and how what is held against it is read."""
    if isinstance(bound, str):
        return ("duration", _length) if is_duration(bound) else ("share", _share)
    return "number", _number


def denies(attestation: Attestation) -> bool:
    """Whether somebody looked and found that it is not so: `passed: false`."""
    return _said(attestation, "passed") is False


def _said(attestation: Attestation, key: str) -> Plain:
    return next((value for name, value in attestation.value if name == key), None)


def _measured(key: str) -> Quantity:
    """What a number is, by its name: no share is more than whole, and 830 percent a slip of the hand."""
    return Quantity(key, "percentage", _percentage) if key == "percent" else Quantity(key, "number", _number)


def _percentage(said: Plain) -> float | None:
    number = _number(said)
    return number if number is not None and 0 <= number <= 100 else None  # noqa: PLR2004


def _number(said: Plain) -> float | None:
    return said if isinstance(said, int | float) and not isinstance(said, bool) else None


def _share(said: Plain) -> float | None:
    return share(said) if isinstance(said, str) else _number(said)


def _length(said: Plain) -> float | None:
    return seconds(said) if isinstance(said, str) and is_duration(said) else None


def _seconds(attestation: Attestation, key: str) -> float | None:
    length = _length(_said(attestation, key))
    if length is not None:
        return length
    numbers = ((_number(_said(attestation, key + name)), unit) for name, unit in _UNITS.items())
    return next((number * unit for number, unit in numbers if number is not None), None)


def _parameter(name: str, default: Any = ()) -> str:
    return f"the parameter {_camel(name)}" + (" where that is set" if default is None else "")


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.title, others))


def _or(keys: tuple[str, ...]) -> str:
    return " or ".join(f"`{key}`" for key in keys)
