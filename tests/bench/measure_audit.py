"""The offline audit of generated manifests: seconds, memory, and whether both grow as the manifests do."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench import corpus
from tests.bench.figures import Figure
from tests.bench.progress import tell

_COSTED = Path(__file__).with_name("costed.py")
_OBJECTS = 8  # of an application
_FULL, _SMALL = (100, 1000, 5000), (10, 50, 100)  # applications
_LINEAR = 1.2  # times the processor time of an object in the smaller corpus


@dataclass(frozen=True, slots=True)
class _Run:
    seconds: float
    processor: float  # seconds
    memory: float  # MiB, at most


def measure(*, small: bool) -> Iterator[Figure]:
    """The figures, one after the other."""
    processor: dict[int, float] = {}
    for apps in _SMALL if small else _FULL:
        objects = apps * _OBJECTS
        with tempfile.TemporaryDirectory(prefix="bench-corpus-") as folder:
            size = corpus.write(Path(folder), apps)
            tell(f"auditing {objects:,} objects")
            runs = [_audit(Path(folder)) for _ in range(3)]
        what = f"{objects:,} objects ({size / 1e6:.1f} MB)"
        yield Figure(f"{what}: time", tuple(run.seconds for run in runs), "s")
        yield Figure(f"{what}: processor time", tuple(run.processor for run in runs), "s")
        yield Figure(f"{what}: most memory (peak RSS)", tuple(run.memory for run in runs), "MiB")
        processor[objects] = median(run.processor for run in runs)
    _, middle, large = processor
    growth = (processor[large] / large) / (processor[middle] / middle)
    yield Figure(
        f"processor time of an object among {large:,}, to that of one among {middle:,}", (growth,), "times", _LINEAR
    )


def _audit(folder: Path) -> _Run:
    """One audit in a process of its own. Raises RuntimeError when it does not judge."""
    with tempfile.NamedTemporaryFile() as output:
        audit = [sys.executable, "-m", "readiness", "audit", str(folder), "--output", "json"]
        command = [sys.executable, str(_COSTED), output.name, *audit]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    code, seconds, processor, kibibytes = done.stdout.split()
    if code != "1":  # the corpus has blockers
        raise RuntimeError(f"the audit ended with {code}: {done.stderr[-2000:]}")
    return _Run(float(seconds), float(processor), int(kibibytes) / 1024)
