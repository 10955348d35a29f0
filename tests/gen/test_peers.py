"""The map from other tools' checks to ours."""

from typing import Any

import pytest

from readiness.checks import CATALOGUE
from readiness.gen.docs.peers import TOOLS, groups, render
from readiness.policy.profiles import names

LINES: list[dict[str, Any]] = [dict(line) for group in groups() for line in group["lines"]]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["question"][:50])
def test_every_question_has_one_answer_that_exists_or_a_reason(line: dict[str, Any]) -> None:
    assert line.keys() - {"question", "peers"} in ({"checks"}, {"profiles"}, {"leftOut"})
    assert set(line.get("checks", ())) <= CATALOGUE.checks.keys()
    assert set(line.get("profiles", ())) <= set(names())
    assert set(line.get("peers", ())) <= set(TOOLS)


def test_the_page_counts_what_it_shows() -> None:
    text = render()
    left = sum("leftOut" in line for line in LINES)
    assert f"{len(LINES) - left} of {len(LINES)} questions" in text
    assert text.count("left out: ") == left
