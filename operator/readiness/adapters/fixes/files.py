"""Replaces files, each at once: whoever reads one sees what it was or what it becomes, and nothing in between."""

import os
import stat
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from readiness.adapters.fixes.refusal import RefusedError


def overwrite(path: str, data: bytes) -> None:
    """
    Give a file another content, with the mode and owner that it has; where it is a link, the file behind that.

    Raises RefusedError where that is not possible.
    """
    file = os.path.realpath(path)
    if not os.access(file, os.W_OK):
        raise RefusedError("it must not be written")
    try:
        _replace(Path(file), data)
    except OSError as error:
        raise RefusedError(f"it cannot be written: {error.strerror}") from error


def is_below(path: str, named: Sequence[str]) -> bool:
    """Whether a file, behind all links, lies in what was named, or is that."""
    file = Path(os.path.realpath(path))
    return any(file.is_relative_to(os.path.realpath(name)) or os.path.normpath(path) == os.path.normpath(name)
               for name in named)  # fmt: skip


def _replace(file: Path, data: bytes) -> None:
    status = file.stat()
    descriptor, temporary = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(descriptor, "wb") as new:
            new.write(data)
            new.flush()
            with suppress(PermissionError):
                os.fchown(descriptor, status.st_uid, status.st_gid)
            os.fchmod(descriptor, stat.S_IMODE(status.st_mode))
            os.fsync(descriptor)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
