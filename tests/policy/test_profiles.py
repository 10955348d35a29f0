"""The profiles that come with the operator."""

import pytest

from readiness.checks import CATALOGUE
from readiness.model import Topic
from readiness.policy.compile import compile_policy, compile_profile
from readiness.policy.compiled import PolicyRef
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


@pytest.mark.parametrize(
    "profiles, lines, checks",
    [
        (("orchestratorm8",), 33, 37),
        (("orchestratorm8", "orchestratorm8-roadmap"), 128, 86),
        (("navarch",), 78, 71),
        (("social-support-app",), 51, 49),
        (("social-support-app", "social-support-app-roadmap"), 93, 105),
        (("go-ecommerce",), 64, 94),
        (("python-mongo-multitenant",), 88, 58),
    ],
)
def test_a_document_is_asked_line_by_line_and_each_line_says_where_it_is_from(
    profiles: tuple[str, ...], lines: int, checks: int
) -> None:
    requirements = [line for name in profiles for line in compile_profile(name).requirements]
    assert len(requirements) == lines
    assert len({ask.check.id for line in requirements for ask in line.asks}) == checks
    assert all(line.references and line.references[0].startswith("L") for line in requirements)


@pytest.mark.parametrize("name", names())
def test_what_nobody_can_see_yet_may_be_attested(name: str) -> None:
    for line in compile_profile(name).requirements:
        if any(not ask.check.implemented for ask in line.asks):
            assert line.attestable, line.name


@pytest.mark.parametrize("name", names())
def test_a_policy_may_say_itself_what_a_profile_says(name: str) -> None:
    spec = {key: value for key, value in profile(name).items() if key not in ("name", "title", "description", "notes")}
    own = compile_policy(PolicyRef("ReadinessPolicy", "shop", "own"), {"spec": spec})
    taken = compile_profile(name)
    assert (own.requirements, own.stages, own.gates) == (taken.requirements, taken.stages, taken.gates)
