"""Work that is shared among processes comes out as if one had done it."""

import os
import time
from collections.abc import Sequence

import pytest

from readiness.adapters.shares import share


@pytest.fixture(autouse=True)
def _processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine with three, whatever this one has."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1, 2})


def _squares(items: Sequence[int]) -> list[tuple[int, int]]:
    time.sleep(0.01)  # long enough for everybody to get a part
    return [(item * item, os.getpid()) for item in items]


def test_results_keep_the_order_and_come_from_several_processes() -> None:
    found = share(_squares, range(10), least=2)
    assert [square for square, _ in found] == [number * number for number in range(10)]
    assert len({pid for _, pid in found}) == 3


@pytest.mark.parametrize("count", [0, 1, 3])
def test_little_work_is_done_here(count: int) -> None:
    found = share(_squares, range(count), least=2)
    assert found == [(number * number, os.getpid()) for number in range(count)]


def test_more_than_a_pipe_holds_comes_through() -> None:
    found = share(lambda items: ["x" * 300_000 for _ in items], range(6), least=2)
    assert found == ["x" * 300_000] * 6


def test_what_a_process_of_its_own_cannot_do_is_done_here() -> None:
    here = os.getpid()

    def work(items: Sequence[int]) -> list[int]:
        if os.getpid() != here:
            os._exit(9)
        return [-item for item in items]

    assert share(work, range(6), least=2) == [0, -1, -2, -3, -4, -5]


def test_an_error_is_raised_here() -> None:
    def work(items: Sequence[int]) -> list[float]:
        return [1 / (5 - item) for item in items]

    with pytest.raises(ZeroDivisionError):
        share(work, range(6), least=2)


def test_no_process_is_left_behind() -> None:
    share(_squares, range(10), least=2)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
