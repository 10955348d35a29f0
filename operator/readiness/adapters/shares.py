"""
Shares work among forked processes: what is read so far is theirs too, only what they find is sent back.

The standard library's pools start threads, and send their tasks as well: here they cost more than the work.
"""

import os
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import BytesIO
from math import ceil
from typing import Any, TypeVar

from readiness.model.records import dataclass

T = TypeVar("T")
R = TypeVar("R")
_MOST = 8  # processes: beyond that, what they send back is what takes the time
_PARTS = 8  # for each process: who has finished one takes the next, so that nobody waits for long in the end


@dataclass(frozen=True, slots=True)
class _Helper:
    """A forked process, and the pipe through which it sends its results."""

    pid: int
    pipe: int

    def results(self) -> dict[int, list[Any]]:
        """What it found, by part; nothing when it broke down."""
        with os.fdopen(self.pipe, "rb") as pipe:
            sent = pipe.read()
        _, status = os.waitpid(self.pid, 0)
        found: dict[int, list[Any]] = {}
        parts = BytesIO(sent)
        while parts.tell() < len(sent) and not status:
            found |= pickle.load(parts)  # noqa: S301 - our own process wrote it
        return found


def share(
    work: Callable[[Sequence[T]], list[R]],
    items: Sequence[T],
    *,
    least: int,
    tracked: Callable[[Iterable[int], int], Iterable[int]] = lambda numbers, _total: numbers,
) -> list[R]:
    """
    What `work` makes of all items, in their order. `least` is how many are worth a process.

    What a helper could not do is done here: so it fails here too, with its error. `tracked` passes on the numbers of
    the parts that are done here, which grow to the total that it is told as well.
    """
    if len(items) < 2 * least:
        return work(items)
    processes = min(len(os.sched_getaffinity(0)), len(items) // least, _MOST)
    size = ceil(len(items) / (processes * _PARTS))
    parts = [items[start : start + size] for start in range(0, len(items), size)]
    deck = _deck(len(parts))
    helpers = [_start(work, parts, deck) for _ in range(processes - 1)]
    found: dict[int, list[R]] = {}
    try:
        for number in tracked(_dealt(deck), len(parts)):
            found[number] = work(parts[number])
    finally:
        os.read(deck, len(parts))  # if we failed, nobody need do the rest
        os.close(deck)
        for helper in helpers:
            found |= helper.results()
    return [
        result
        for number, part in enumerate(parts)
        for result in (found[number] if number in found else work(part))
    ]  # fmt: skip


def _deck(size: int) -> int:
    """A pipe with the numbers below `size`: whoever reads the next, in whatever process, has it for himself."""
    deck, dealer = os.pipe()
    os.write(dealer, bytes(range(size)))
    os.close(dealer)
    return deck


def _dealt(deck: int) -> Iterator[int]:
    while number := os.read(deck, 1):
        yield number[0]


def _start(work: Callable[[Sequence[T]], list[R]], parts: Sequence[Sequence[T]], deck: int) -> _Helper:
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid:
        os.close(theirs)
        return _Helper(pid, ours)
    status = 1
    try:  # no cleanup of the parent's may run here, and nothing that it has yet to print
        os.close(ours)
        _fall_silent()
        sent = [pickle.dumps({number: work(parts[number])}, pickle.HIGHEST_PROTOCOL) for number in _dealt(deck)]
        with os.fdopen(theirs, "wb") as pipe:
            pipe.writelines(sent)
        status = 0
    finally:
        os._exit(status)


def _fall_silent() -> None:
    """What a helper cannot do is done, and told, by who asked; and there is one progress bar."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
