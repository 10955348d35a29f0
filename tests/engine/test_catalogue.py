"""How a check is declared, and how the catalogue finds it."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

import pytest
from tests.builders import snapshot, workload

from readiness.checks import CATALOGUE
from readiness.checks.check import Catalogue, Kind, NoParameters, check
from readiness.checks.lazy import LazyCatalogue
from readiness.model import Category, Fail, Finding, Service, Severity, Snapshot, Workload


@dataclass(frozen=True)
class Wanted:
    word: str = "so"


@check("It is so", severity=Severity.LOW, category=Category.SECURITY, remedy="Make it so.", reads=(Service,))
def it_is_so(_workload: Workload, _cluster: Snapshot, parameters: Wanted) -> Iterator[Finding]:
    """
    What is not so
    goes wrong.

    Rule: it is so, and
    not otherwise.
    """
    yield Fail("", f"it is not {parameters.word}")


@check(
    "It is fine", severity=Severity.LOW, category=Category.SECURITY, remedy="Make it so.", kind=Kind.RELATION, live=True
)
def it_is_fine(_workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    yield from ()


def _module(**members: object) -> ModuleType:
    module = ModuleType("some_topic")
    vars(module).update(members)
    return module


def test_a_check_is_a_function_with_what_is_known_of_it() -> None:
    assert (it_is_so.id, it_is_so.why, it_is_so.rule) == (
        "it-is-so",
        "What is not so goes wrong.",
        "it is so, and not otherwise.",
    )
    assert (it_is_so.parameters, it_is_so.reads, it_is_so.kind) == (Wanted, frozenset({Service}), Kind.STATIC)
    assert (it_is_fine.parameters, it_is_fine.live, it_is_fine.why) == (NoParameters, True, "")


def test_a_check_judges_by_its_defaults_or_by_what_it_is_given() -> None:
    judged, cluster = workload(), snapshot()
    assert list(it_is_so(judged, cluster)) == [Fail("", "it is not so")]
    assert list(it_is_so(judged, cluster, Wanted("thus"))) == [Fail("", "it is not thus")]
    assert list(it_is_fine(judged, cluster)) == []


def test_the_catalogue_has_the_checks_of_its_modules_in_their_order() -> None:
    catalogue = Catalogue.of(_module(b=it_is_so, word="no check"), _module(a=it_is_fine))
    assert [item.id for item in catalogue] == ["it-is-so", "it-is-fine"]
    assert (len(catalogue), catalogue.get("it-is-so"), catalogue.get("x")) == (2, it_is_so, None)
    assert catalogue.reads == {Service}


def test_two_checks_of_one_name_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="two checks are called it-is-so"):
        Catalogue.of(_module(a=it_is_so), _module(b=it_is_so))


def test_the_index_is_a_hint_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    library = LazyCatalogue()
    monkeypatch.setitem(library.__dict__, "_modules", {"liveness-probe": "health", "run-as-non-root": "health"})
    assert [library.get(name) for name in ("liveness-probe", "run-as-non-root", "cronjob-schedule", "x")] == [
        CATALOGUE.get(name) for name in ("liveness-probe", "run-as-non-root", "cronjob-schedule", "x")
    ]


def test_a_library_has_every_check_once() -> None:
    assert {check.id: check for check in CATALOGUE} == dict(CATALOGUE.checks)
    assert len(CATALOGUE) == len(CATALOGUE.checks) > 100
    assert Service in CATALOGUE.reads
