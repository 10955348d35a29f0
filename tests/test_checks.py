"""Every case of every check: the file's name says what must come out."""

from pathlib import Path

import pytest

from readiness.checks import CATALOGUE, Check, Kind
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


@pytest.mark.parametrize("check", [check for check in CATALOGUE if check.implemented], ids=lambda check: check.id)
def test_a_check_has_a_case_for_pass_and_one_for_fail(check: Check) -> None:
    kinds = {path.name.partition(".")[0] for path in (cases.CASES / check.id).glob("*.yaml")}
    assert {"pass", "fail"} <= kinds
    if check.kind in (Kind.ATTESTATION, Kind.STYLE):
        assert (cases.CASES / check.id / "fail.expired.yaml").exists()
        assert (cases.CASES / check.id / "unknown.missing.yaml").exists()


@pytest.mark.parametrize(
    "folder", sorted(path for path in cases.CASES.iterdir() if path.is_dir()), ids=lambda p: p.name
)
def test_no_case_is_left_of_a_check_that_is_gone(folder: Path) -> None:
    assert CATALOGUE.get(folder.name) is not None


@pytest.mark.parametrize("check", list(CATALOGUE), ids=lambda check: check.id)
def test_a_check_documents_itself(check: Check) -> None:
    for text in (check.title, check.why, check.rule, check.remedy):
        assert text
    assert check.remedy.endswith(".")
    assert not check.title.endswith(".")
