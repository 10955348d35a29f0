"""What each format looks like, as files beside this one; `REWRITE_EXPECTED=1` writes them anew, to be looked at."""

import json
import os
from pathlib import Path

import pytest
from tests.adapters.render.documents import document, everything

from readiness.adapters.render import render

EXPECTED = Path(__file__).with_name("expected")


def _without_rules(text: str) -> str:
    """The catalogue's words are not this test's."""
    log = json.loads(text)
    driver = log["runs"][0]["tool"]["driver"]
    driver |= {"version": "1", "rules": [rule["id"] for rule in driver["rules"]]}
    return json.dumps(log, indent=1, ensure_ascii=False) + "\n"


def _without_style(text: str) -> str:
    head, _, rest = text.partition("<style>")
    return head + rest.partition("</style>\n")[2]


_TIDY = {"sarif": _without_rules, "html": _without_style}


@pytest.mark.parametrize(
    "output, name",
    [
        ("text", "text.txt"),
        ("wide", "wide.txt"),
        ("sarif", "sarif.json"),
        ("junit", "junit.xml"),
        ("markdown", "markdown.md"),
        ("html", "html.html"),
    ],
)
def test_a_list_of_everything_looks_as_it_did(output: str, name: str) -> None:
    found = _TIDY.get(output, str)(render(everything(), output))
    path = EXPECTED / name
    if os.environ.get("REWRITE_EXPECTED"):
        path.write_text(found)
    assert found == path.read_text()


@pytest.mark.parametrize("output", ["text", "wide", "markdown", "html"])
def test_where_nothing_was_judged_every_format_for_people_says_so(output: str) -> None:
    told = render(document(), output)
    assert "no workload was judged" in told.lower() or told.startswith("WORKLOADS")
