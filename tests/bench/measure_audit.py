"""The offline audit of generated manifests: seconds, memory, and whether both grow as the manifests do."""

import compileall
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench import corpus
from tests.bench.figures import Figure
from tests.bench.progress import tell

import readiness

OBJECTS = 8  # of an application
SIZES, SMALL_SIZES = (100, 1000, 5000), (10, 50, 100)  # applications
_COSTED = Path(__file__).with_name("costed.py")
_AIMS = {800: 0.2, 8000: 2.0, 40_000: 10.0}  # seconds by objects
_MEMORY = 500.0  # MiB
_LINEAR = 1.2  # times the processor time of an object in the smaller corpus


@dataclass(frozen=True, slots=True)
class Run:
    """What a command took, and its exit code."""

    code: int
    seconds: float
    processor: float  # seconds
    memory: float  # MiB, at most


def measure(*, small: bool) -> Iterator[Figure]:
    """The figures, one after the other."""
    processor: dict[int, float] = {}
    for apps in SMALL_SIZES if small else SIZES:
        objects = apps * OBJECTS
        with tempfile.TemporaryDirectory(prefix="bench-corpus-") as folder:
            size = corpus.write(Path(folder), apps)
            tell(f"auditing {objects:,} objects")
            runs = [_audit(Path(folder)) for _ in range(3 if objects > SIZES[0] * OBJECTS else 9)]
        what = f"{objects:,} objects ({size / 1e6:.1f} MB)"
        yield Figure(f"{what}: time", tuple(run.seconds for run in runs), "s", _AIMS.get(objects))
        yield Figure(f"{what}: processor time", tuple(run.processor for run in runs), "s")
        yield Figure(f"{what}: most memory (peak RSS)", tuple(run.memory for run in runs), "MiB", _MEMORY)
        processor[objects] = median(run.processor for run in runs)
    _, middle, large = processor
    growth = (processor[large] / large) / (processor[middle] / middle)
    yield Figure(
        f"processor time of an object among {large:,}, to that of one among {middle:,}", (growth,), "times", _LINEAR
    )


def command(folder: Path) -> list[str]:
    """The audit of a folder, of an installation whose modules are compiled, as those of the image are."""
    compileall.compile_dir(str(Path(readiness.__file__).parent), quiet=1)
    return [sys.executable, "-m", "readiness", "audit", str(folder), "--output", "json"]


def costed(words: Sequence[str]) -> Run:
    """Run a command, whose output goes to a file."""
    with tempfile.NamedTemporaryFile() as output:
        done = subprocess.run(
            [sys.executable, str(_COSTED), output.name, *words], capture_output=True, text=True, check=True
        )
    code, seconds, processor, kibibytes = done.stdout.split()
    return Run(int(code), float(seconds), float(processor), int(kibibytes) / 1024)


def _audit(folder: Path) -> Run:
    """One audit in a process of its own. Raises RuntimeError when it does not judge."""
    run = costed(command(folder))
    if run.code != 1:  # the corpus has blockers
        raise RuntimeError(f"the audit ended with {run.code}")
    return run
