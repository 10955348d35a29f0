"""
Changed files as a unified diff, such as `git apply` and `patch -p1` take.

Fixes change a few lines here and there, however long the file is: who walks along both sides finds them in linear time.
difflib alone takes a minute for 50,000 lines, and calls changed what is not, since it ignores lines that come often.
"""

from collections.abc import Iterator
from difflib import SequenceMatcher

_CONTEXT = 3
_SURE = 3  # lines that must agree where both sides meet again
_FAR = 400  # lines of both sides among which they are looked for

_Change = tuple[int, int, int, int]  # lines [start, end) that give way to lines [start, end)


def unified(name: str, before: bytes, after: bytes) -> bytes:
    """The diff of one file; lines end in it as in the file."""
    path, old, new = name.lstrip("/").encode(), _lines(before), _lines(after)
    lines = [b"--- a/" + path + b"\n", b"+++ b/" + path + b"\n"]
    for hunk in _hunks(list(_changes(old, new))):
        lines += _told(old, new, hunk)
    told = [line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in lines]
    return b"".join(told) if old != new else b""


def _lines(data: bytes) -> list[bytes]:
    """The lines with their ends; unlike `splitlines` this knows one end only, as diffs do."""
    *whole, last = data.split(b"\n")
    return [*(line + b"\n" for line in whole), *([last] if last else [])]


def _changes(old: list[bytes], new: list[bytes]) -> Iterator[_Change]:
    """What differs, in order; between two of them is something that does not."""
    i = j = 0
    while i < len(old) or j < len(new):
        if i < len(old) and j < len(new) and old[i] == new[j]:
            i, j = i + 1, j + 1
            continue
        end, other_end = _meeting(old, new, i, j)
        matcher = SequenceMatcher(None, old[i:end], new[j:other_end])
        for tag, a, b, c, d in matcher.get_opcodes():
            if tag != "equal":
                yield i + a, i + b, j + c, j + d
        i, j = end, other_end


def _meeting(old: list[bytes], new: list[bytes], i: int, j: int) -> tuple[int, int]:
    """Where the same goes on that is different here: the nearest such place, or both ends."""
    for far in range(1, _FAR):
        for gone in range(far + 1):
            a, b = i + gone, j + far - gone
            if old[a : a + _SURE] == new[b : b + _SURE]:
                return min(a, len(old)), min(b, len(new))
    return len(old), len(new)


def _hunks(changes: list[_Change]) -> Iterator[list[_Change]]:
    """The changes by the hunk that tells them: those whose context would touch share one."""
    hunk: list[_Change] = []
    for change in changes:
        if hunk and change[0] - hunk[-1][1] > 2 * _CONTEXT:
            yield hunk
            hunk = []
        hunk.append(change)
    if hunk:
        yield hunk


def _told(old: list[bytes], new: list[bytes], hunk: list[_Change]) -> Iterator[bytes]:
    (start, _, other, _), (_, end, _, other_end) = hunk[0], hunk[-1]
    before, after = min(_CONTEXT, start), min(_CONTEXT, len(old) - end)
    yield b"@@ -%s +%s @@\n" % (_range(start - before, end + after), _range(other - before, other_end + after))
    at = start - before
    for gone, gone_end, come, come_end in hunk:
        yield from (b" " + line for line in old[at:gone])
        yield from (b"-" + line for line in old[gone:gone_end])
        yield from (b"+" + line for line in new[come:come_end])
        at = gone_end
    yield from (b" " + line for line in old[at : end + after])


def _range(start: int, end: int) -> bytes:
    """As diffs count: from 1, what is empty from the line before it, and no length where that is 1."""
    length = end - start
    return b"%d" % (start + 1) if length == 1 else b"%d,%d" % (start + (length > 0), length)
