"""The profiles that come with the operator."""

import pytest

from readiness.checks import CATALOGUE
from readiness.model import Topic
from readiness.policy.compile import compile_profile
from readiness.policy.problem import InvalidPolicyError
from readiness.policy.profile_schema import Profile
from readiness.policy.profiles import names, profile


@pytest.mark.parametrize("name", names())
def test_a_profile_says_what_it_is(name: str) -> None:
    described = profile(name)
    assert described["name"] == name
    assert described["description"].endswith(".")


@pytest.mark.parametrize("name", names())
def test_a_profile_says_what_a_team_s_own_may_say_and_nothing_else(name: str) -> None:
    assert Profile.model_validate(profile(name)).model_dump(mode="json", by_alias=True, exclude_unset=True) == profile(
        name
    )


@pytest.mark.parametrize("name", names())
def test_every_requirement_of_a_profile_compiles(name: str) -> None:
    assert [line.name for line in compile_profile(name).requirements] == [
        line["name"] for line in profile(name)["requirements"]
    ]


def test_the_recommended_profile_asks_about_every_topic() -> None:
    assert set(compile_profile("recommended").topics) == set(Topic)
    asked = {ask.check.id for line in compile_profile("recommended").requirements for ask in line.asks}
    assert {check.id for check in CATALOGUE if check.topic and not _has_to_be_told(check.id)} <= asked


def _has_to_be_told(check_id: str) -> bool:
    """Which Secrets there must be only a policy knows."""
    return check_id == "required-secrets"


def test_an_unknown_profile_is_told_with_those_there_are() -> None:
    with pytest.raises(InvalidPolicyError, match=r'there is no profile "zzz"; there are .*recommended'):
        profile("zzz")
