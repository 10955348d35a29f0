"""A team's own profiles at the command line: in a file that is named, among the manifests, in a ConfigMap."""

from collections.abc import Callable, Mapping

import pytest
from tests.cli.conftest import Result, Run
from tests.cli.manifests import config_map, deployment

Write = Callable[[Mapping[str, str]], None]
HOUSE = "name: house\ntitle: Ours\nrequirements: [{name: image-tag-pinned}]\n"
POLICY = (
    "apiVersion: readiness.dev/v1alpha1\nkind: ReadinessPolicy\nmetadata: {name: production, namespace: shop}\n"
    "spec: {profile: {name: house}}\n"
)


def asked(done: Result) -> list[str]:
    """The requirements of the only scorecard of the only workload."""
    ((card,),) = (item["status"]["scorecards"] for item in done.document["items"])
    return [*card["passed"], *(item["name"] for item in card["requirements"])]


def test_a_file_is_named_as_a_profile(run: Run, write: Write) -> None:
    write({"cart.yaml": deployment(), "house.yaml": HOUSE})
    done = run("audit", "cart.yaml", "--profile", "house.yaml", "-o", "json")
    assert (asked(done), done.err) == (["image-tag-pinned"], "")


@pytest.mark.parametrize("profile", [HOUSE, config_map(HOUSE)], ids=["document", "config-map"])
def test_a_profile_among_the_manifests_is_found_by_policies_and_by_name(run: Run, write: Write, profile: str) -> None:
    write({"cart.yaml": deployment(), "house.yaml": profile})
    assert asked(run("audit", ".", "--profile", "house", "-o", "json")) == ["image-tag-pinned"]
    write({"policy.yaml": POLICY})
    assert asked(run("audit", ".", "-o", "json")) == ["image-tag-pinned"]
    assert asked(run("audit", "cart.yaml", "house.yaml", "--policy", "policy.yaml", "-o", "json")) == [
        "image-tag-pinned"
    ]


def test_the_same_file_may_be_named_and_found(run: Run, write: Write) -> None:
    write({"cart.yaml": deployment(), "house.yaml": HOUSE})
    assert asked(run("audit", ".", "--profile", "house.yaml", "-o", "json")) == ["image-tag-pinned"]


def test_what_is_wrong_with_a_profile_is_told_with_its_path(run: Run, write: Write) -> None:
    write({"cart.yaml": deployment(), "house.yaml": HOUSE.replace("title", "titel")})
    done = run("audit", "cart.yaml", "--profile", "house.yaml")
    assert done.code == 2
    assert 'house.yaml: titel: unknown field; did you mean "title"?' in done.err
    ignored = run("audit", ".")
    assert 'house.yaml: titel: warning: unknown field; did you mean "title"?' in ignored.err


def test_a_policy_without_its_profile_is_told_which_there_are(run: Run, write: Write) -> None:
    write({"cart.yaml": deployment(), "policy.yaml": POLICY})
    done = run("audit", ".")
    assert done.code == 2
    assert 'policy.yaml:4: spec.profile.name: there is no profile "house"' in done.err


def test_a_profile_that_cannot_be_read_is_bad_usage(run: Run, write: Write) -> None:
    write({"cart.yaml": deployment()})
    done = run("audit", "cart.yaml", "--profile", "nowhere.yaml")
    assert done.code == 2
    assert "cannot read nowhere.yaml" in done.err


def test_one_is_shown_and_checked_before_it_is_used(run: Run, write: Write) -> None:
    write({"house.yaml": HOUSE, "broken.yaml": HOUSE.replace("image-tag-pinned", "image-tag-pined")})
    assert "image-tag-pinned" in run("profiles", "show", "house.yaml").out
    done = run("profiles", "show", "broken.yaml")
    assert done.code == 2
    assert 'profile house: image-tag-pined.name: there is no check "image-tag-pined"; did you mean' in done.err


def test_several_profiles_are_asked_each_with_a_scorecard(run: Run, write: Write) -> None:
    write({"cart.yaml": deployment(), "house.yaml": HOUSE})
    arguments = ("--profile", "minimal", "--profile", "house.yaml", "--profile", "minimal", "-o", "json")
    (item,) = run("audit", "cart.yaml", *arguments).document["items"]
    assert [card["policyRef"]["name"] for card in item["status"]["scorecards"]] == ["house", "minimal"]
