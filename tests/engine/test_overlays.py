"""What exists for whom where one workload is defined in several places."""

from hypothesis import given
from hypothesis import strategies as st

from readiness.engine.overlays import Partings, Side, Sides

FILES = st.lists(st.sampled_from("ab"), max_size=3).map(lambda folders: "/".join([*folders, "x.yaml"]))


def _seen(partings: Partings, files: list[str], viewer: str) -> list[str]:
    everything: Sides[str] = Sides()
    for file in files:
        everything.put(partings.side(file), file)
    return sorted(everything.seen_from(partings.side(viewer)))


def test_overlays_do_not_see_each_other_and_all_see_what_is_shared() -> None:
    partings = Partings([["staging/app/cart.yaml", "production/cart.yaml"]])
    files = ["crds.yaml", "production/cart.yaml", "staging/app/cart.yaml", "staging/quota.yaml", "tools/mail.yaml"]
    assert _seen(partings, files, "staging/app/cart.yaml") == [
        "crds.yaml",
        "staging/app/cart.yaml",
        "staging/quota.yaml",
        "tools/mail.yaml",
    ]
    assert _seen(partings, files, "crds.yaml") == files
    assert _seen(partings, files[:2], "staging/app/cart.yaml") == files[:1], "nothing but its own way"


def _took_the_same_way(viewer: Side, other: Side) -> bool:
    ways = dict(other)
    return all(ways.get(folder, child) == child for folder, child in viewer)


@given(st.lists(st.lists(FILES, max_size=4), max_size=3), st.lists(FILES, max_size=8, unique=True), FILES)
def test_what_is_seen_took_the_same_way_wherever_both_parted(
    definitions: list[list[str]], others: list[str], viewer: str
) -> None:
    files = list(dict.fromkeys([*others, *(file for places in definitions for file in places)]))
    partings = Partings(definitions)
    side = partings.side(viewer)
    assert _seen(partings, files, viewer) == sorted(
        file for file in files if _took_the_same_way(side, partings.side(file))
    )
