"""Policies, answers and fleets as hypothesis draws them."""

from hypothesis import strategies as st
from tests.builders import answer, check, policy, requirement

from readiness.engine.scorecard import Answer, RequirementResult, Scorecard, compensated
from readiness.model import Outcome, Ref, Severity, Topic
from readiness.policy.compiled import CategoryTarget, Gate, Policy

ANSWERS = (Outcome.PASS, Outcome.FAIL, Outcome.ERROR, Outcome.UNKNOWN, Outcome.NOT_APPLICABLE, Outcome.WAIVED)
BLOCKING = (Severity.CRITICAL, Severity.HIGH)

refs = st.builds(
    Ref,
    st.sampled_from(["Deployment", "StatefulSet"]),
    st.sampled_from(["shop", "web"]),
    st.sampled_from("abcdefgh"),
    st.just("apps"),
)
answers = st.builds(answer, st.sampled_from(ANSWERS), st.sampled_from(["this is wrong", "that is wrong", ""]))


STAGES = ("alpha", "beta", "production")


@st.composite
def policies(draw: st.DrawFn, namespace: str = "shop") -> Policy:
    """A policy of a few requirements, each of a few checks, in stages, categories and gates."""
    names = [f"requirement-{number}" for number in range(draw(st.integers(1, 5)))]
    stages = STAGES[: draw(st.integers(0, len(STAGES)))]
    lines = [
        requirement(
            name,
            *[
                check(f"check-{number}-{index}", topic=draw(st.sampled_from([None, *Topic])), live=draw(st.booleans()))
                for index in range(draw(st.integers(1, 3)))
            ],
            severity=draw(st.sampled_from(Severity)),
            match_any=draw(st.booleans()),
            stage=draw(st.sampled_from(["", *stages])),
            category=draw(st.sampled_from(["Reliability", "Security", "Testing"])),
            compensated_by=tuple(draw(st.lists(st.sampled_from(names[:number]), max_size=2, unique=True)))
            if number
            else (),
        )
        for number, name in enumerate(names)
    ]
    targets = draw(st.dictionaries(st.sampled_from(["Security", "Testing"]), st.integers(0, 100)))
    gates = draw(st.lists(st.lists(st.sampled_from(names), min_size=1, unique=True), max_size=2))
    return policy(
        *lines,
        namespace=namespace,
        generation=3,
        stages=stages,
        categories=tuple(CategoryTarget(name, target) for name, target in targets.items()),
        gates=tuple(Gate(f"gate-{number}", tuple(members)) for number, members in enumerate(gates)),
    )


def answers_to(asked: Policy) -> st.SearchStrategy[tuple[tuple[Answer, ...], ...]]:
    """An answer to everything that a policy asks."""
    return st.tuples(*[st.tuples(*[answers for _ in line.asks]) for line in asked.requirements])


def card_of(asked: Policy, given: tuple[tuple[Answer, ...], ...]) -> Scorecard:
    """The scorecard that these answers give."""
    pairs = zip(asked.requirements, given, strict=True)
    return Scorecard(asked, compensated(asked, [RequirementResult.of(line, found) for line, found in pairs]))


@st.composite
def scorecards(draw: st.DrawFn) -> Scorecard:
    """A policy with an answer to everything that it asks."""
    asked = draw(policies())
    return card_of(asked, draw(answers_to(asked)))
