"""A bar on long work, for somebody who watches a terminal."""

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
_LONG = 50  # things to do before a bar is worth its import


def tracked(work: Sequence[T], title: str) -> Iterator[T]:
    """The same things one by one, with a bar on standard error if that is a terminal and there are many."""
    if len(work) < _LONG or not sys.stderr.isatty():
        yield from work
        return
    from rich.console import Console  # noqa: PLC0415 - a tenth of a second that pipelines need not pay
    from rich.progress import track  # noqa: PLC0415

    yield from track(work, title, console=Console(stderr=True), transient=True)
