"""Parameters as data, for the checks that are declared in tables rather than by functions."""

from collections.abc import Iterable
from dataclasses import MISSING
from typing import Annotated, Any, Literal

from readiness.checks.parameters.limits import Ge, Le, Len, Predicate, doc
from readiness.checks.parameters.pattern import Pattern
from readiness.model.records import dataclass


def is_path(text: str) -> bool:
    """Whether it is the path of a URL (the name stands in the error that a policy's author sees)."""
    return text.startswith("/")


def is_https_address(text: str) -> bool:
    """Whether it is an address that https leads to."""
    return text.startswith("https://") and len(text) > len("https://")


def is_share(text: str) -> bool:
    """Whether it is a percentage such as 0.1%."""
    return share(text) is not None


def share(text: str) -> float | None:
    """The part of one that a percentage names: 0.001 of `0.1%`; None where the text is none."""
    number = text.removesuffix("%")
    if number == text or not number.isascii() or not number.replace(".", "", 1).isdecimal():
        return None
    return float(number) / 100


Word = Annotated[str, Len(1, 253)]
Words = Annotated[tuple[Word, ...], Len(0, 64)]
MaybeWord = Word | None
Path = Annotated[str, Len(1, 2048), Predicate(is_path)]
MaybePath = Path | None
Paths = Annotated[tuple[Path, ...], Len(0, 64)]
Address = Annotated[str, Len(9, 2048), Predicate(is_https_address)]
MaybeAddress = Address | None
Port = Annotated[int, Ge(1), Le(65535)]
MaybePort = Port | None
Count = Annotated[int, Ge(0), Le(1_000_000_000)]
MaybeCount = Count | None
Number = Annotated[float, Ge(0)]
Percent = Annotated[float, Ge(0), Le(100)]
MaybePercent = Percent | None
Quantile = Annotated[float, Ge(0), Le(1)]
Share = Annotated[str, Len(2, 8), Predicate(is_share)]
Patterns = Annotated[tuple[Pattern, ...], Len(1, 16)]
Statuses = Annotated[tuple[Annotated[int, Ge(100), Le(599)], ...], Len(1, 16)]
Flag = bool
TlsVersion = Literal["TLSv1.2", "TLSv1.3"]
LogFormat = Literal["json", "logfmt"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One parameter: its name, its type with bounds and meaning, and its default (MISSING: a policy must set it)."""

    name: str
    hint: Any
    default: Any = MISSING


def setting(name: str, hint: Any, meaning: str, default: Any = MISSING) -> Setting:
    """A parameter of one of the types above."""
    return Setting(name, Annotated[hint, doc(meaning)], default)


def parameters(settings: Iterable[Setting]) -> type:
    """The frozen dataclass that has these parameters, those without a default first."""
    told = list(settings)
    names = {"__annotations__": {item.name: item.hint for item in told}}
    defaults = {item.name: item.default for item in told if item.default is not MISSING}
    return dataclass(frozen=True, slots=True)(type("Parameters", (), {**names, **defaults}))
