"""The map from other tools' checks to ours."""

from typing import Any

import pytest

from readiness.checks import CATALOGUE
from readiness.gen.docs.peers import render
from readiness.gen.peers import TOOLS, groups
from readiness.gen.uses import references_to
from readiness.policy.profiles import names

LINES: list[dict[str, Any]] = [dict(line) for group in groups() for line in group["lines"]]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["question"][:50])
def test_every_question_has_one_answer_that_exists_or_a_reason(line: dict[str, Any]) -> None:
    assert len(line.keys() & {"peers", "field"}) == 1
    assert line.keys() - {"question", "peers", "field", "audit"} in ({"checks"}, {"profiles"}, {"leftOut"})
    assert set(line.get("checks", ())) <= CATALOGUE.checks.keys()
    assert set(line.get("profiles", ())) <= set(names())
    assert set(line.get("peers", ())) <= set(TOOLS)


def test_the_page_counts_what_it_shows() -> None:
    text = render()
    asked = [line for line in LINES if "peers" in line]
    left = sum("leftOut" in line for line in asked)
    assert f"{len(asked) - left} of {len(asked)} questions" in text
    assert text.count("left out: ") == left


def test_every_check_is_asked_for_somewhere() -> None:
    assert [check.id for check in CATALOGUE if not references_to(check.id)] == []
