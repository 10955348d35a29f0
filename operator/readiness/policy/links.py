"""The names by which the parts of a checklist refer to each other: each must exist, and none may lead in a circle."""

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from readiness.policy.compiled import Requirement
from readiness.policy.merge import Checklist, Line
from readiness.policy.problem import Problem, nearest

_MAX_CATEGORIES = 32  # what a status has room for


def broken_links(asked: Checklist) -> Iterator[Problem]:
    """
    What refers to nothing.

    A requirement that is disabled may still be named: whoever switches it off need not know by whom.
    """
    stages = [stage["name"] for stage in asked.stages.items]
    names = asked.disabled | {line.name for line in asked.lines}
    for line in asked.lines:
        if "stage" in line.raw and line.raw["stage"] not in stages:
            yield _missing(line.at("stage"), "stage", line.raw["stage"], stages)
        yield from _unknown(line.at("compensatedBy"), line.raw.get("compensatedBy", ()), names)
    for number, gate in enumerate(asked.gates.items):
        yield from _unknown(f"{asked.gates.path}[{number}].requirements", gate["requirements"], names)
    yield from _circle(asked.lines)


def stray_categories(asked: Checklist, requirements: Iterable[Requirement]) -> Iterator[Problem]:
    """Targets that the policy itself gives to categories which no requirement has, and more categories than fit."""
    known = {item.category for item in requirements}
    if asked.categories.path.startswith("spec."):
        for number, target in enumerate(asked.categories.items):
            if target["name"] not in known:
                yield _missing(f"{asked.categories.path}[{number}].name", "category", target["name"], known)
    if len(known) > _MAX_CATEGORIES:
        yield Problem("spec.requirements", f"have {len(known)} categories, more than {_MAX_CATEGORIES}")


def _unknown(path: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Problem]:
    for number, name in enumerate(names):
        if name not in known:
            yield _missing(f"{path}[{number}]", "requirement", name, known)


def _missing(path: str, noun: str, name: str, known: Iterable[str]) -> Problem:
    return Problem(path, f'there is no {noun} "{name}"{nearest(name, known)}')


def _circle(lines: Iterable[Line]) -> Iterator[Problem]:
    by_name = {line.name: line for line in lines}
    try:
        TopologicalSorter({name: line.raw.get("compensatedBy", ()) for name, line in by_name.items()}).prepare()
    except CycleError as error:
        circle = error.args[1][::-1]  # the sorter tells it from whom compensates to whom is compensated
        yield Problem(by_name[circle[0]].at("compensatedBy"), f"leads back to itself: {' by '.join(circle)}")
