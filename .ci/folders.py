"""Tells how many tests of each folder ran, from pytest's JUnit report: `folders.py REPORT`; nothing without one."""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from xml.etree.ElementTree import ParseError, parse

_OUTCOMES = {"failure": "failed", "error": "failed", "skipped": "skipped"}


def lines(report: Path) -> Iterator[str]:
    """A line for each folder, in alphabetical order."""
    folders: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for case in parse(report).iter("testcase"):  # noqa: S314 - pytest of this very run wrote it
        parts = takewhile(lambda part: not part.startswith("test_"), case.get("classname", "").split("."))
        outcome = next((_OUTCOMES[part.tag] for part in case if part.tag in _OUTCOMES), "passed")
        folders["/".join(parts)][outcome] += 1
    width = max(map(len, folders), default=0)
    for folder, counts in sorted(folders.items()):
        yield f"{folder:<{width}}  " + ", ".join(f"{counts[word]} {word}" for word in sorted(counts))


if __name__ == "__main__":
    try:
        sys.stdout.writelines(f"{line}\n" for line in lines(Path(sys.argv[1])))
    except (OSError, ParseError) as error:
        sys.exit(f"no report of the tests: {error}")
