"""Where built programs and images are kept between runs, and how two runs share that place."""

import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


def cache_root() -> Path:
    """The folder outside the checkout: $READINESS_CLUSTER_CACHE, or one in the user's cache."""
    configured = os.environ.get("READINESS_CLUSTER_CACHE")
    root = Path(configured) if configured else Path.home() / ".cache/readiness-operator/cluster"
    root.mkdir(parents=True, exist_ok=True)
    return root.resolve()


def content_hash(files: Iterable[Path], *more: str) -> str:
    """16 hex digits of the SHA-256 over names, contents and `more`; the order of files is irrelevant."""
    digest = hashlib.sha256()
    for file in sorted(files):
        content = file.read_bytes()
        digest.update(f"{file.parent.name}/{file.name} {len(content)}\n".encode())
        digest.update(content)
    for text in more:
        digest.update(f"\0{text}".encode())
    return digest.hexdigest()[:16]


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold the lock `name` of the cache; a second run waits, and says so, instead of doing the work twice."""
    with (cache_root() / f"{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress(f"waiting for another run that holds {file.name}")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def arriving(target: Path) -> Iterator[Path]:
    """A path to write a file or folder to; it becomes `target` only when the block succeeds, at once."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as workplace:
        path = Path(workplace) / target.name
        yield path
        if target.is_dir():
            shutil.rmtree(target)
        path.replace(target)


def progress(line: str) -> None:
    """Tell the human, on standard error and at once, what takes long."""
    sys.stderr.write(f"cluster: {line}\n")
    sys.stderr.flush()
