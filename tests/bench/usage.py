"""What a process used so far, from /proc; see proc(5)."""

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

_TICK = 1 / os.sysconf("SC_CLK_TCK")


def now() -> float:
    """Seconds since boot, the clock that processes' starts are told in."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(frozen=True, slots=True)
class Usage:
    """At the time `at`: seconds of processor time so far, and resident memory in MiB, now and at most."""

    at: float
    cpu: float
    resident: float
    peak: float

    @classmethod
    def of(cls, process: int) -> "Usage":
        """That of the process with this id, all its threads included. Raises OSError when it is gone."""
        folder = Path(f"/proc/{process}")
        fields = _stat(folder)
        status = (folder / "status").read_text()
        return cls(
            now(), (int(fields[11]) + int(fields[12])) * _TICK, _mebibytes(status, "RSS"), _mebibytes(status, "HWM")
        )

    def share_since(self, earlier: "Usage") -> float:
        """Percent of one core used since then."""
        return 100 * (self.cpu - earlier.cpu) / (self.at - earlier.at)


def started(process: int) -> float:
    """When a process began, by the clock of `now`."""
    return int(_stat(Path(f"/proc/{process}"))[19]) * _TICK


def _stat(folder: Path) -> list[str]:
    """The fields from the third on: the second is the name, which may hold anything."""
    return (folder / "stat").read_text().rpartition(")")[2].split()


def _mebibytes(status: str, field: str) -> float:
    found = re.search(rf"^Vm{field}:\s*(\d+) kB", status, re.MULTILINE)
    assert found, "no process of the kernel itself is measured"
    return int(found[1]) / 1024
