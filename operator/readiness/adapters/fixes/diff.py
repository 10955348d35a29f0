"""Changed files as a unified diff, such as `git apply` and `patch -p1` take."""

from difflib import diff_bytes, unified_diff


def unified(name: str, before: bytes, after: bytes) -> bytes:
    """The diff of one file; lines end in it as in the file."""
    path = name.lstrip("/").encode()
    lines = diff_bytes(unified_diff, _lines(before), _lines(after), b"a/" + path, b"b/" + path)
    return b"".join(line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in lines)


def _lines(data: bytes) -> list[bytes]:
    """The lines with their ends; unlike `splitlines` this knows one end only, as diffs do."""
    *whole, last = data.split(b"\n")
    return [*(line + b"\n" for line in whole), *([last] if last else [])]
