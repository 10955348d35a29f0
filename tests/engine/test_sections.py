"""What lines come to by stage, category and gate."""

from typing import Any

import pytest
from tests.builders import policy, requirement

from readiness.engine.sections import categories, gates, percent, sections, stage_reached, stages
from readiness.model import Outcome
from readiness.policy.compiled import CategoryTarget, Gate, Policy

PASS, FAIL, WARN, UNKNOWN, ERROR = Outcome.PASS, Outcome.FAIL, Outcome.WARN, Outcome.UNKNOWN, Outcome.ERROR
WAIVED, NOT_APPLICABLE = Outcome.WAIVED, Outcome.NOT_APPLICABLE


def _ladder(*of_each: int, **fields: Any) -> Policy:
    """A policy with so many requirements in each stage, and one in none."""
    names = [f"stage-{number}" for number in range(len(of_each))]
    lines = [
        requirement(f"{stage}-{number}", stage=stage)
        for stage, count in zip(names, of_each, strict=True)
        for number in range(count)
    ]
    return policy(*lines, requirement("none"), stages=tuple(names), **fields)


@pytest.mark.parametrize(
    "outcomes, reached",
    [
        ((PASS, PASS, PASS, PASS, FAIL), "stage-2"),
        ((PASS, PASS, PASS, UNKNOWN, PASS), "stage-1"),
        ((PASS, PASS, WARN, PASS, PASS), "stage-0"),
        ((PASS, ERROR, PASS, PASS, PASS), ""),
        ((FAIL, FAIL, FAIL, FAIL, FAIL), ""),
        ((WAIVED, NOT_APPLICABLE, PASS, FAIL, PASS), "stage-1"),
        ((NOT_APPLICABLE, WAIVED, NOT_APPLICABLE, NOT_APPLICABLE, PASS), "stage-2"),
    ],
)
def test_a_stage_is_reached_with_all_before_it(outcomes: tuple[Outcome, ...], reached: str) -> None:
    asked = _ladder(2, 1, 1)
    assert stage_reached(asked, outcomes) == reached
    told = stages(asked, outcomes)
    assert [item["name"] for item in told if item["reached"]] == list(asked.stages[: 1 + int(reached[-1:] or -1)])


def test_a_stage_tells_its_own_share_whatever_is_open_below() -> None:
    assert stages(_ladder(2, 3), (FAIL, PASS, PASS, PASS, FAIL, PASS)) == [
        {"name": "stage-0", "passed": 1, "total": 2, "percent": 50, "reached": False},
        {"name": "stage-1", "passed": 2, "total": 3, "percent": 66, "reached": False},
    ]


def test_what_does_not_apply_or_is_waived_counts_nowhere() -> None:
    (told,) = stages(_ladder(3), (PASS, WAIVED, NOT_APPLICABLE, FAIL))
    assert told == {"name": "stage-0", "passed": 1, "total": 1, "percent": 100, "reached": True}


def _in(*of: str, **fields: Any) -> Policy:
    return policy(*[requirement(f"r{number}", category=name) for number, name in enumerate(of)], **fields)


@pytest.mark.parametrize(
    "passed, target, state",
    [(0, 100, "Pending"), (1, 100, "InProgress"), (2, 66, "Complete"), (2, 67, "InProgress"), (0, 0, "Complete")],
)
def test_a_category_is_as_far_as_its_target(passed: int, target: int, state: str) -> None:
    asked = _in("Testing", "Testing", "Testing", categories=(CategoryTarget("Testing", target),))
    (told,) = categories(asked, [PASS] * passed + [UNKNOWN] * (3 - passed))
    assert told == {
        "name": "Testing",
        "passed": passed,
        "total": 3,
        "percent": 100 * passed // 3,
        "target": target,
        "state": state,
    }


def test_categories_come_as_they_are_declared_then_as_they_are_met() -> None:
    declared = (CategoryTarget("Secrets", 90), CategoryTarget("Gone", 80))
    told = categories(_in("Security", "Secrets", "Security", categories=declared), [PASS, FAIL, NOT_APPLICABLE])
    assert [(item["name"], item["passed"], item["total"], item["target"]) for item in told] == [
        ("Secrets", 0, 1, 90),
        ("Security", 1, 1, 100),
    ]


def test_a_category_in_which_nothing_counts_is_complete() -> None:
    (told,) = categories(_in("Security"), [WAIVED])
    assert (told["total"], told["percent"], told["state"]) == (0, 100, "Complete")


def test_a_gate_is_open_when_all_of_it_passes() -> None:
    names = [f"r{number}" for number in range(25)]
    asked = policy(*map(requirement, names), gates=(Gate("few", ("r1", "r0")), Gate("all", tuple(names))))
    assert gates(asked, [PASS, WAIVED, *[FAIL] * 23]) == [
        {"name": "few", "passed": True, "failing": []},
        {"name": "all", "passed": False, "failing": names[2:22]},
    ]
    assert gates(asked, [WARN, UNKNOWN, *[PASS] * 23])[0] == {"name": "few", "passed": False, "failing": ["r1", "r0"]}


def test_only_what_there_is_is_told() -> None:
    plain = _in("Security")
    assert dict(sections(plain, [PASS])).keys() == {"categories"}
    assert stage_reached(plain, [PASS]) == ""
    full = _ladder(1, gates=(Gate("g", ("none",)),))
    assert dict(sections(full, [PASS, PASS])).keys() == {"categories", "stages", "gates"}


def test_a_share_is_rounded_down_and_of_nothing_everything_is_met() -> None:
    assert [percent(19, 33), percent(199, 200), percent(0, 7), percent(0, 0)] == [57, 99, 0, 100]
