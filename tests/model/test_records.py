"""Our dataclass does what the standard library's does; what it costs is measured in docs/benchmarks.md."""

import copy
import dataclasses
import inspect
import pickle
from typing import Any

import pytest

from readiness.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Ours:
    """A record."""

    name: str
    port: int = 80
    tags: list[str] = dataclasses.field(default_factory=list)
    secret: str = dataclasses.field(default="", repr=False)
    note: str = dataclasses.field(default="", compare=False)
    length: int = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "length", len(self.name))


@dataclasses.dataclass(frozen=True, slots=True)
class Theirs:
    """A record."""

    name: str
    port: int = 80
    tags: list[str] = dataclasses.field(default_factory=list)
    secret: str = dataclasses.field(default="", repr=False)
    note: str = dataclasses.field(default="", compare=False)
    length: int = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "length", len(self.name))


@dataclass(frozen=True, slots=True)
class Tuned:
    name: str = ""
    parts: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "mine"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tuned)

    def __hash__(self) -> int:
        return 7


@dataclass(frozen=True, slots=True)
class Empty:
    """Nothing in it."""


def both(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
    return Ours(*args, **kwargs), Theirs(*args, **kwargs)


def test_instances_hold_the_same() -> None:
    for ours, theirs in (both("web"), both("web", 8080, ["a"], secret="s", note="n")):
        assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
        assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
        assert dataclasses.asdict(dataclasses.replace(ours, name="database")) == dataclasses.asdict(
            dataclasses.replace(theirs, name="database")
        )


def test_a_default_that_is_made_is_made_each_time() -> None:
    assert Ours("a").tags is not Ours("b").tags


def test_equality_and_hash_leave_out_what_is_not_compared() -> None:
    assert Ours("web", note="a") == Ours("web", note="b") != Ours("web", 81)
    ours, theirs = both("web")
    assert ours != theirs, "another class"
    assert hash(Empty()) == hash(()), "of the values, as in the standard library"
    tuned = Tuned()
    assert (tuned, hash(tuned), repr(tuned)) == (Tuned("x"), 7, "mine"), "what a class says itself stands"
    with pytest.raises(TypeError, match="unhashable"):
        hash(Ours("web"))  # its list is


def test_the_class_is_told_as_the_standard_one() -> None:
    ours, theirs = (inspect.signature(made) for made in (Ours, Theirs))
    assert list(ours.parameters) == list(theirs.parameters)
    for name in ("name", "port", "secret"):
        assert ours.parameters[name] == theirs.parameters[name]
    assert Ours.__init__.__annotations__ == Theirs.__init__.__annotations__
    assert Ours.__match_args__ == Theirs.__match_args__
    assert (Ours.__slots__, Ours.__doc__) == (Theirs.__slots__, Theirs.__doc__)
    assert Ours.__init__.__qualname__ == "Ours.__init__"
    assert Tuned.__doc__ == "Tuned"


@pytest.mark.parametrize("arguments", [{}, {"name": "web", "colour": "red"}, {"name": "web", "length": 3}])
def test_wrong_arguments_are_refused(arguments: dict[str, Any]) -> None:
    for made in (Ours, Theirs):
        with pytest.raises(TypeError, match=r"__init__\(\)"):
            made(**arguments)


def test_nothing_can_be_set_or_deleted() -> None:
    record = Ours("web")
    for name in ("name", "other"):
        with pytest.raises(dataclasses.FrozenInstanceError, match=f"cannot assign to field '{name}'"):
            setattr(record, name, "x")
        with pytest.raises(dataclasses.FrozenInstanceError, match=f"cannot delete field '{name}'"):
            delattr(record, name)


def test_copies_and_pickles_are_equal() -> None:
    record = Ours("web", tags=["a"])
    for copied in (copy.deepcopy(record), pickle.loads(pickle.dumps(record))):
        assert copied == record
        assert copied.length == 3


def test_an_order_is_that_of_the_values_and_of_one_class_only() -> None:
    @dataclass(frozen=True, slots=True, order=True)
    class Ordered:
        rank: int
        note: str = dataclasses.field(default="", compare=False)

    @dataclass(frozen=True, slots=True, order=True)
    class Other:
        rank: int

    low, high = Ordered(1, "b"), Ordered(2, "a")
    assert sorted([high, low]) == [low, high]
    assert (low < high, low <= Ordered(1), high > low, high >= low) == (True, True, True, True)
    assert (high < low, high <= low, low > high, low >= high) == (False, False, False, False)
    with pytest.raises(TypeError, match="not supported"):
        assert low < Other(2)  # type: ignore[operator]
    with pytest.raises(TypeError, match="not supported"):
        assert Empty() < Empty()  # type: ignore[operator]


def test_what_may_change_is_equal_by_its_values_and_has_no_hash() -> None:
    @dataclass(slots=True)
    class Changing:
        rank: int
        seen: list[int] = dataclasses.field(default_factory=list)

    changing = Changing(1)
    changing.rank = 2
    changing.seen.append(3)
    assert changing == copy.copy(changing) == Changing(2, [3]) != Changing(2)
    assert repr(changing).endswith("Changing(rank=2, seen=[3])")
    with pytest.raises(TypeError, match="unhashable"):
        hash(changing)
    with pytest.raises(AttributeError):
        changing.other = 1  # type: ignore[attr-defined]


def test_what_is_equal_to_nothing_else_has_a_hash_of_its_own() -> None:
    @dataclass(frozen=True, slots=True, eq=False)
    class Single:
        rank: int

    @dataclass(slots=True, eq=False)
    class Changing:
        rank: int

    for made in (Single, Changing):
        one = made(1)
        assert one != made(1)
        assert len({one, one, made(1)}) == 2


def test_other_options_are_the_standard_library_s() -> None:
    @dataclass(slots=True, kw_only=True)
    class Named:
        rank: int

    @dataclass
    class Open:
        rank: int

    assert Named(rank=1) == Named(rank=1)
    with pytest.raises(TypeError, match="positional"):
        Named(1)  # type: ignore[call-arg]
    opened = Open(1)
    opened.other = 2  # type: ignore[attr-defined]
    assert opened == Open(1)
