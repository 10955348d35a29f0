"""Finds the files that the arguments of a command name, and reads their bytes within bounds."""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

from readiness.adapters.manifests.document import Level, Problem
from readiness.model.records import dataclass

SUFFIXES: Final = (".yaml", ".yml", ".json")
"""What counts as a manifest in a folder; a file that is named may be called anything."""
MAX_BYTES: Final = 64 * 1024 * 1024
"""The largest file that is read. Kubernetes takes objects of 1.5 MB, so this is a stream of very many."""
STDIN: Final = "-"

Identity: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, or standard input. `explicit`: it was named, not found in a folder."""

    path: str
    explicit: bool

    @property
    def name(self) -> str:
        """The name to show; bytes of a file name that are not UTF-8 become question marks."""
        return "stdin" if self.path == STDIN else printable(self.path)


def printable(path: str) -> str:
    """A file name that any output can encode."""
    return path.encode("utf-8", "replace").decode()


def discover(paths: Sequence[str]) -> list[Source | Problem]:
    """The files behind paths, in the order of the paths and then by name; each file and folder once.

    Folders are searched wholly, without names that begin with a dot. Symbolic links are followed; as a file
    or folder counts once however it is reached, a loop of links ends.
    """
    seen: set[Identity] = set()
    found: list[Source | Problem] = []
    for path in dict.fromkeys(paths):
        if path == STDIN:
            found.append(Source(STDIN, explicit=True))
        else:
            found.extend(_below(path, seen))
    return found


def _below(path: str, seen: set[Identity]) -> Iterator[Source | Problem]:
    """A named file, or the manifests in a named folder."""
    try:
        status = os.stat(path)  # noqa: PTH116 - Path("") would be the current folder
    except (OSError, ValueError) as error:
        yield _refused(path, error)
        return
    if not _is_new(status, seen):
        return
    if not stat.S_ISDIR(status.st_mode):
        yield Source(path, explicit=True)
        return
    yield from _walk(Path(path), seen)


def _walk(folder: Path, seen: set[Identity]) -> Iterator[Source | Problem]:
    """The manifests below a folder, by name; a stack instead of recursion bears any depth."""
    waiting = _children(folder)
    nothing = True
    while waiting:
        path = waiting.pop()
        if isinstance(path, Problem):
            nothing = False
            yield path
            continue
        is_manifest = path.name.endswith(SUFFIXES)
        try:
            status = path.stat()
        except OSError as error:
            if is_manifest:
                nothing = False
                yield _refused(str(path), error)
            continue
        if stat.S_ISDIR(status.st_mode):
            if _is_new(status, seen):
                waiting.extend(_children(path))
        elif is_manifest:
            nothing = False
            if _is_new(status, seen):
                yield Source(str(path), explicit=False)
    if nothing:
        message = f"no manifests here ({', '.join(SUFFIXES)})"
        yield Problem(printable(str(folder)), None, None, "warning", message)


def _children(folder: Path) -> list[Path | Problem]:
    """What is in a folder, the last name first."""
    try:
        return [*sorted((path for path in folder.iterdir() if not path.name.startswith(".")), reverse=True)]
    except OSError as error:
        return [_refused(str(folder), error)]


def _is_new(status: os.stat_result, seen: set[Identity]) -> bool:
    """Whether a file or folder is met for the first time, by any of its names."""
    identity = status.st_dev, status.st_ino
    if identity in seen:
        return False
    seen.add(identity)
    return True


def read_bytes(source: Source, stdin: BinaryIO | None = None, *, limit: int = MAX_BYTES) -> bytes | Problem:
    """The content of a source, or why there is none. Pipes and devices are refused: they may never end."""
    try:
        data = _read_stdin(stdin, limit) if source.path == STDIN else _read_file(source.path, limit)
    except OSError as error:
        return _refused(source.path, error)
    if len(data) > limit:
        return _problem(source, f"larger than {limit:,} bytes")
    if not data.strip() and source.path == STDIN:
        return _problem(source, "standard input is empty", "warning")
    return data


def _read_stdin(stdin: BinaryIO | None, limit: int) -> bytes:
    return stdin.read(limit + 1) if stdin else b""


def _read_file(path: str, limit: int) -> bytes:
    # Without O_NONBLOCK, opening a pipe waits for somebody to write to it.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a regular file; `-` reads standard input")
        return file.read(limit + 1)


def _refused(path: str, error: OSError | ValueError) -> Problem:
    """Why the system refused a path, in its own words."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Problem(printable(path), None, None, "error", reason[:1].lower() + reason[1:])


def _problem(source: Source, message: str, level: Level = "error") -> Problem:
    return Problem(source.name, None, None, level, message)
