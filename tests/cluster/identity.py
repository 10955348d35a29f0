"""Processes by number and start time, so that a number given away again is never taken for ours."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Process:
    """One process of this machine; `started` is field 22 of /proc/PID/stat, in clock ticks since boot."""

    pid: int
    started: int

    @classmethod
    def of(cls, pid: int) -> Self | None:
        """The live process that has this number now; None where there is none (a zombie counts as none)."""
        fields = _stat(pid)
        return cls(pid, int(fields[19])) if fields and fields[0] not in "ZX" else None

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return type(self).of(self.pid) == self

    def kill(self, patience: float = 20) -> bool:
        """End it by SIGKILL and wait `patience` seconds at most; returns whether it is gone."""
        try:
            handle = os.pidfd_open(self.pid)  # from here on, the number cannot come to mean another process
        except ProcessLookupError:
            return True
        try:
            if self.alive:
                signal.pidfd_send_signal(handle, signal.SIGKILL)
        except ProcessLookupError:
            return True
        finally:
            os.close(handle)
        return self.wait(patience)

    def wait(self, patience: float) -> bool:
        """Wait until it is gone, `patience` seconds at most; returns whether it is."""
        deadline = time.monotonic() + patience
        while self.alive and time.monotonic() < deadline:
            time.sleep(0.02)
        return not self.alive


def child_of(parent: int) -> Process | None:
    """The first live child of a process."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))) and int(fields[1]) == parent:
            return Process.of(int(folder.name))
    return None


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on: state, parent, …; the name before may hold anything."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
