"""What a mirror tells of lists and events is exactly the difference."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.runtime.mirror import Mirror

Told = list[tuple[str | None, str | None]]


def thing(name: str, version: int, *, uid: str = "1", colour: str | None = "red") -> dict[str, Any]:
    return {"metadata": {"name": name, "uid": uid, "resourceVersion": str(version)}, "colour": colour}


def mirror_into(told: Told) -> Mirror[str]:
    return Mirror("Thing", lambda raw, _: raw["colour"], lambda old, new: told.append((old, new)))


def test_an_unchanged_version_is_not_even_converted() -> None:
    told: Told = []
    mirror = mirror_into(told)
    mirror.put(thing("a", 1))
    mirror.put(thing("a", 1, colour="blue"))
    assert told == [(None, "red")]


def test_an_equal_record_is_not_told_and_the_old_one_is_kept() -> None:
    told: Told = []
    mirror = mirror_into(told)
    for version in (1, 2, 3):
        mirror.put(thing("a", version))
    assert told == [(None, "red")]


def test_what_does_not_matter_is_known_but_not_told() -> None:
    told: Told = []
    mirror = mirror_into(told)
    mirror.put(thing("a", 1, colour=None))
    mirror.drop(thing("a", 2))
    mirror.put(thing("b", 3, colour=None))
    mirror.put(thing("b", 4))
    mirror.put(thing("b", 5, colour=None))
    assert told == [(None, "red"), ("red", None)]
    assert len(mirror) == 1


def test_the_end_of_an_earlier_object_does_not_end_its_successor() -> None:
    told: Told = []
    mirror = mirror_into(told)
    mirror.put(thing("a", 1, uid="old"))
    mirror.put(thing("a", 3, uid="new", colour="blue"))
    mirror.drop(thing("a", 2, uid="old"))
    assert told == [(None, "red"), ("red", None), (None, "blue")]


def test_a_list_that_broke_off_ends_nothing() -> None:
    told: Told = []
    mirror = mirror_into(told)
    mirror.put(thing("a", 1))
    mirror.begin_list()
    mirror.begin_list()
    mirror.put(thing("a", 1))
    mirror.end_list()
    assert told == [(None, "red")]


def test_a_sink_that_fails_on_one_object_hears_of_the_next() -> None:
    told: Told = []

    def sink(old: str | None, new: str | None) -> None:
        if "bad" in (old, new):
            raise ValueError("bad")
        told.append((old, new))

    mirror: Mirror[str] = Mirror("Thing", lambda raw, _: raw["colour"], sink)
    mirror.put(thing("a", 1, colour="bad"))
    mirror.put(thing("b", 2))
    mirror.put(thing("a", 3, colour="blue"))
    assert told == [(None, "red"), (None, "blue")]
    assert mirror.broken == 1


THINGS = st.dictionaries(st.sampled_from("abcd"), st.tuples(st.integers(1, 3), st.sampled_from("xy")))


@settings(deadline=None)
@given(st.lists(THINGS, max_size=5))
def test_after_each_list_the_sink_has_heard_what_the_list_says(lists: list[dict[str, tuple[int, str]]]) -> None:
    held: dict[str, tuple[str, int, str]] = {}

    def sink(old: tuple[str, int, str] | None, new: tuple[str, int, str] | None) -> None:
        assert old != new
        if old is not None:
            assert held.pop(old[0]) == old
        if new is not None:
            held[new[0]] = new

    def convert(raw: dict[str, Any], _before: object) -> tuple[str, int, str]:
        metadata = raw["metadata"]
        return metadata["name"], int(metadata["resourceVersion"]), metadata["uid"]

    mirror = Mirror("Thing", convert, sink)
    for objects in lists:
        mirror.begin_list()
        for name, (version, uid) in objects.items():
            mirror.put(thing(name, version, uid=uid))
        mirror.end_list()
        assert held == {name: (name, *rest) for name, rest in objects.items()}


def test_an_object_is_converted_with_what_it_was() -> None:
    seen: list[str | None] = []

    def convert(raw: dict[str, Any], before: str | None) -> str:
        seen.append(before)
        return str(raw["colour"])

    mirror = Mirror("Thing", convert, lambda _old, _new: None)
    mirror.put(thing("a", 1))
    mirror.put(thing("a", 2, colour="blue"))
    mirror.put(thing("a", 3, uid="2"))
    assert seen == [None, "red", None], "another uid is another object"


def test_what_has_neither_uid_nor_version_is_converted_at_every_list() -> None:
    held: list[tuple[str | None, str | None]] = []
    mirror = Mirror("Metrics", lambda raw, _: str(raw["use"]), lambda old, new: held.append((old, new)))
    for use in ("1", "2", "2"):
        mirror.begin_list()
        mirror.put({"metadata": {"name": "cart-1", "namespace": "shop"}, "use": use})
        mirror.end_list()
    assert held == [(None, "1"), ("1", "2")]
