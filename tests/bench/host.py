"""The machine that figures come from: what it is, and what else it did."""

import os
import platform
import re
import time
from pathlib import Path


def description() -> str:
    """Cores, processor, memory, kernel and interpreter."""
    processor = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    parts = [
        f"{os.cpu_count()} cores ({processor[1] if processor else platform.machine()})",
        f"{int(memory[1]) / 1024**2:.0f} GiB of memory" if memory else "memory unknown",
        f"Linux {platform.release().partition('-')[0]}",
        f"Python {platform.python_version()}",
    ]
    return ", ".join(parts)


def occupation(seconds: float = 3.0) -> str:
    """What others do on the machine now, measured over some seconds, and the load of the last minute."""
    busy, total = _ticks()
    time.sleep(seconds)
    later_busy, later_total = _ticks()
    share = 100 * (later_busy - busy) / max(later_total - total, 1)
    return f"{share:.0f} % of its processor time used by others, load {os.getloadavg()[0]:.2f}"


def _ticks() -> tuple[int, int]:
    """Ticks of all cores since boot: busy ones and all; see proc(5)."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    idle = fields[3] + fields[4]  # idle and iowait
    return sum(fields) - idle, sum(fields)
