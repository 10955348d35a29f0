"""Every case of every check: the file's name says what must come out."""

from pathlib import Path

import pytest

from readiness.checks import CATALOGUE, Check, Kind
from readiness.policy.parameters import described
from tests import cases


@pytest.mark.parametrize("path", list(cases.paths()), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_case_comes_out_as_its_name_says(path: Path) -> None:
    case = cases.read(path)
    found = case.judge()
    assert cases.outcome(found) == case.expected, found
    if case.expected == "fail":
        assert "messages" in case.header, "a fail case says what is found"
    if "messages" in case.header:
        assert [text for text in map(cases.told, found) if text] == case.header["messages"]


def _has_its_cases(check: Check) -> bool:
    names = {path.name for path in (cases.CASES / check.id).glob("*.yaml")}
    asked = {"fail.expired.yaml", "unknown.missing.yaml"} if check.kind in (Kind.ATTESTATION, Kind.STYLE) else set()
    return {"pass", "fail"} <= {name.partition(".")[0] for name in names} and asked <= names


def test_a_check_has_a_case_for_pass_and_one_for_fail() -> None:
    assert not [check.id for check in CATALOGUE if check.implemented and not _has_its_cases(check)]


def test_every_parameter_is_used_by_a_case() -> None:
    headers = [(path.parent.name, cases.read(path).header) for path in cases.paths()]
    used = {(check, name) for check, header in headers for name in header.get("parameters", {})}
    every = {(check.id, item.name) for check in CATALOGUE if check.implemented for item in described(check)}
    assert every - used == set()


def test_no_case_is_left_of_a_check_that_is_gone() -> None:
    assert {path.parent.name for path in cases.paths()} <= {check.id for check in CATALOGUE}


def test_a_check_documents_itself() -> None:
    assert not [check.id for check in CATALOGUE if not all((check.title, check.why, check.rule, check.remedy))]
    assert not [check.id for check in CATALOGUE if not check.remedy.endswith(".") or check.title.endswith(".")]
