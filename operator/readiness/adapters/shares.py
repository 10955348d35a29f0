"""
Shares work among forked processes: what is read so far is theirs too, only what they find is sent back.

The standard library's pools start threads, and send their tasks as well: here they cost more than the work.
"""

import os
import pickle
from collections.abc import Callable, Sequence
from math import ceil
from typing import Any, TypeVar

from readiness.model.records import dataclass

T = TypeVar("T")
R = TypeVar("R")
_MOST = 8  # processes: beyond that, what they send back is what takes the time


@dataclass(frozen=True, slots=True)
class _Helper:
    """A forked process, and the pipe through which it sends its results."""

    pid: int
    pipe: int

    def results(self) -> list[Any] | None:
        """What it found; None when it broke down."""
        with os.fdopen(self.pipe, "rb") as pipe:
            sent = pipe.read()
        _, status = os.waitpid(self.pid, 0)
        return None if status else pickle.loads(sent)  # noqa: S301 - our own process wrote it


def share(work: Callable[[Sequence[T]], list[R]], items: Sequence[T], *, least: int) -> list[R]:
    """
    What `work` makes of all items, in their order. `least` is how many are worth a process.

    What a helper could not do is done here: so it fails here too, with its error.
    """
    processes = min(len(os.sched_getaffinity(0)), len(items) // least, _MOST)
    size = ceil(len(items) / max(processes, 1))
    parts = [items[start : start + size] for start in range(0, len(items), size)] if size else []
    helpers = [_start(work, part) for part in parts[1:]]
    results = [result for part in parts[:1] for result in work(part)]
    for helper, part in zip(helpers, parts[1:], strict=True):
        found = helper.results()
        results += work(part) if found is None else found
    return results


def _start(work: Callable[[Sequence[T]], list[R]], part: Sequence[T]) -> _Helper:
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid:
        os.close(theirs)
        return _Helper(pid, ours)
    status = 1
    try:  # no cleanup of the parent's may run here, and nothing that it has yet to print
        os.close(ours)
        _fall_silent()
        sent = pickle.dumps(work(part), pickle.HIGHEST_PROTOCOL)
        with os.fdopen(theirs, "wb") as pipe:
            pipe.write(sent)
        status = 0
    finally:
        os._exit(status)


def _fall_silent() -> None:
    """What a helper cannot do is done, and told, by who asked; and there is one progress bar."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
