"""Policies, answers and fleets as hypothesis draws them."""

from hypothesis import strategies as st
from tests.builders import answer, check, policy, requirement

from readiness.engine.scorecard import Answer, RequirementResult, Scorecard
from readiness.model import Outcome, Ref, Severity, Topic
from readiness.policy.compiled import Policy

ANSWERS = (Outcome.PASS, Outcome.FAIL, Outcome.ERROR, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE)
BLOCKING = (Severity.CRITICAL, Severity.HIGH)

refs = st.builds(
    Ref,
    st.sampled_from(["Deployment", "StatefulSet"]),
    st.sampled_from(["shop", "web"]),
    st.sampled_from("abcdefgh"),
    st.just("apps"),
)
answers = st.builds(answer, st.sampled_from(ANSWERS), st.sampled_from(["this is wrong", "that is wrong", ""]))


@st.composite
def policies(draw: st.DrawFn, namespace: str = "shop") -> Policy:
    """A policy of a few requirements, each of a few checks."""
    lines = [
        requirement(
            f"requirement-{number}",
            *[
                check(f"check-{number}-{index}", topic=draw(st.sampled_from([None, *Topic])), live=draw(st.booleans()))
                for index in range(draw(st.integers(1, 3)))
            ],
            severity=draw(st.sampled_from(Severity)),
            match_any=draw(st.booleans()),
        )
        for number in range(draw(st.integers(1, 5)))
    ]
    return policy(*lines, namespace=namespace, generation=3)


def answers_to(asked: Policy) -> st.SearchStrategy[tuple[tuple[Answer, ...], ...]]:
    """An answer to everything that a policy asks."""
    return st.tuples(*[st.tuples(*[answers for _ in line.asks]) for line in asked.requirements])


def card_of(asked: Policy, given: tuple[tuple[Answer, ...], ...]) -> Scorecard:
    """The scorecard that these answers give."""
    pairs = zip(asked.requirements, given, strict=True)
    return Scorecard(asked, tuple(RequirementResult.of(line, found) for line, found in pairs))


@st.composite
def scorecards(draw: st.DrawFn) -> Scorecard:
    """A policy with an answer to everything that it asks."""
    asked = draw(policies())
    return card_of(asked, draw(answers_to(asked)))
