"""Reads formats back, as those who are handed them do."""

import json
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from markdown_it import MarkdownIt

_SUBSET = json.loads(Path(__file__).with_name("sarif-subset.json").read_text())
_VALIDATOR = Draft202012Validator(_SUBSET, format_checker=FormatChecker())
_EMPTY = frozenset({"meta", "br", "hr"})


def sarif(text: str) -> dict[str, Any]:
    """The only run of a valid SARIF log."""
    log = json.loads(text)
    _VALIDATOR.validate(log)
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


class Markup(HTMLParser):
    """The elements of a page, what they say, and every attribute; fails where they do not nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.rows: list[int] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += attrs
        if tag == "tr":
            self.rows.append(0)
        elif tag in ("td", "th"):
            self.rows[-1] += 1
        if tag not in _EMPTY:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    @property
    def text(self) -> str:
        """All that is said."""
        return "".join(self.texts)


def markdown(text: str) -> Markup:
    """Markdown as a forge shows it: tables, and HTML that somebody wrote."""
    return Markup(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))
