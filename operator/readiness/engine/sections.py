"""
What the lines of a scorecard come to by stage, category and gate.

Outcomes go by the number of the requirement, whether they are one workload's or the worst of many. What does not
apply or is waived counts nowhere; a section in which nothing counts is met.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any

from readiness.model import Outcome
from readiness.policy.compiled import Policy

Raw = dict[str, Any]

UNCOUNTED = (Outcome.NOT_APPLICABLE, Outcome.WAIVED)
_MET = (Outcome.PASS, *UNCOUNTED)
_FULL = 100  # percent: the target of a category that has none
_MAX_FAILING = 20  # requirements that one gate names


class State(StrEnum):
    """How far a category is: its target reached, something of it met, nothing."""

    COMPLETE = "Complete"
    IN_PROGRESS = "InProgress"
    PENDING = "Pending"


def percent(part: int, whole: int) -> int:
    """A share in percent, rounded down; of nothing, everything is met."""
    return 100 * part // whole if whole else 100


def stage_reached(policy: Policy, outcomes: Sequence[Outcome]) -> str:
    """The highest stage where all its requirements pass, and all of the stages before it; empty: none."""
    above = _first_open_stage(policy, outcomes)
    return policy.stages[above - 1] if above else ""


def stages(policy: Policy, outcomes: Sequence[Outcome]) -> list[Raw]:
    """The ladder: each stage with its own share, and whether it is reached."""
    above = _first_open_stage(policy, outcomes)
    found: dict[str, list[Outcome]] = {name: [] for name in policy.stages}
    for requirement, outcome in zip(policy.requirements, outcomes, strict=True):
        if requirement.stage:
            found[requirement.stage].append(outcome)
    return [
        {"name": name, **_share(found[name]), "reached": number < above} for number, name in enumerate(policy.stages)
    ]


def categories(policy: Policy, outcomes: Sequence[Outcome]) -> list[Raw]:
    """The share of each category, those with a target first; each requirement counts in one."""
    targets = {category.name: category.target for category in policy.categories}
    return [
        _category(name, [outcomes[number] for number in numbers], targets.get(name, _FULL))
        for name, numbers in policy.by_category.items()
    ]


def gates(policy: Policy, outcomes: Sequence[Outcome]) -> list[Raw]:
    """Each gate: whether all its requirements pass, and the first of those that do not."""
    names = [requirement.name for requirement in policy.requirements]
    unmet = {name for name, outcome in zip(names, outcomes, strict=True) if outcome not in _MET}
    return [
        {"name": gate.name, "passed": not failing, "failing": failing[:_MAX_FAILING]}
        for gate in policy.gates
        for failing in [[name for name in gate.requirements if name in unmet]]
    ]


def sections(policy: Policy, outcomes: Sequence[Outcome]) -> Iterator[tuple[str, list[Raw]]]:
    """All of them by the name of their field, those that there are."""
    yield "categories", categories(policy, outcomes)
    if policy.stages:
        yield "stages", stages(policy, outcomes)
    if policy.gates:
        yield "gates", gates(policy, outcomes)


def _first_open_stage(policy: Policy, outcomes: Sequence[Outcome]) -> int:
    """The number of the first stage with a requirement that does not pass; as many as there are: none has."""
    numbers = {name: number for number, name in enumerate(policy.stages)}
    open_ = (
        numbers[requirement.stage]
        for requirement, outcome in zip(policy.requirements, outcomes, strict=True)
        if requirement.stage and outcome not in _MET
    )
    return min(open_, default=len(numbers))


def _category(name: str, among: list[Outcome], target: int) -> Raw:
    share = _share(among)
    return {"name": name, **share, "target": target, "state": str(_state(share["passed"], share["percent"], target))}


def _state(passed: int, reached: int, target: int) -> State:
    if reached >= target:
        return State.COMPLETE
    return State.IN_PROGRESS if passed else State.PENDING


def _share(among: list[Outcome]) -> Raw:
    total = len(among) - sum([among.count(outcome) for outcome in UNCOUNTED])
    passed = among.count(Outcome.PASS)
    return {"passed": passed, "total": total, "percent": percent(passed, total)}
