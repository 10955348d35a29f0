"""A bar on long work, for somebody who watches a terminal."""

import sys
from collections.abc import Iterable, Iterator


def tracked(numbers: Iterable[int], total: int, *, title: str) -> Iterator[int]:
    """The same numbers, which grow to a total, with a bar on standard error if that is a terminal."""
    if not sys.stderr.isatty():
        yield from numbers
        return
    from rich.console import Console  # noqa: PLC0415 - a tenth of a second that pipelines need not pay
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        for number in numbers:
            bar.update(task, completed=number)
            yield number
