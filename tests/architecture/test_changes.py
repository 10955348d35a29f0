"""Fragments of the changelog: named by kind, short, and whole sentences."""

import re
from pathlib import Path

import pytest
from tests.architecture.sources import ROOT, shown

_KINDS = ("added", "changed", "fixed", "removed", "security")
_FRAGMENTS = sorted(path for path in (ROOT / "changes").iterdir() if path.name != "README.md")


@pytest.mark.parametrize("path", _FRAGMENTS, ids=shown)
def test_a_fragment_has_the_form_that_is_written_down(path: Path) -> None:
    assert re.fullmatch(rf"({'|'.join(_KINDS)})(-[a-z0-9]+)+\.md", path.name)
    text = path.read_text()
    assert 20 < len(text) < 600
    assert text.endswith(".\n")


def test_the_kinds_are_those_that_are_written_down() -> None:
    written = re.search(r"`<kind>` is (.*)\. The", (ROOT / "changes/README.md").read_text())
    assert written
    assert tuple(re.findall(r"`(\w+)`", written[1])) == _KINDS
