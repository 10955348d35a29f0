"""Files are replaced at once, and keep their mode; a diff is what makes one file of the other."""

import os
import re
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from readiness.adapters.fixes import RefusedError, is_below, overwrite, unified


def test_a_file_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "cart.yaml"
    file.write_text("a")
    file.chmod(0o604)
    overwrite(str(file), b"b")
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("b", 0o604)
    assert [path.name for path in tmp_path.iterdir()] == ["cart.yaml"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text("a")
    link = tmp_path / "link.yaml"
    link.symlink_to("real.yaml")
    overwrite(str(link), b"b")
    assert link.is_symlink()
    assert (tmp_path / "real.yaml").read_text() == "b"


def test_what_cannot_be_written_is_refused_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cart.yaml"
    file.write_text("a")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RefusedError, match="it cannot be written: No space left on device"):
        overwrite(str(file), b"b")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["a"]
    with pytest.raises(RefusedError, match="it must not be written"):
        overwrite(str(tmp_path / "gone.yaml"), b"b")


def test_a_link_leads_out_of_what_was_named_or_not(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out.yaml").touch()
    link = tmp_path / "in/link.yaml"
    link.symlink_to("../out.yaml")
    assert not is_below(str(link), [str(tmp_path / "in")])
    assert is_below(str(link), [str(tmp_path)])
    assert is_below(str(link), [str(link)])


@pytest.mark.parametrize("after", [b"a\nc\n", b"a\nc", b"a\r\nb\r\n", b"", b"x\x85y\nb\n"])
def test_git_takes_the_diff(tmp_path: Path, after: bytes) -> None:
    file = tmp_path / "cart.yaml"
    file.write_bytes(b"a\nb\n")
    diff = unified("cart.yaml", b"a\nb\n", after)
    subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], input=diff, cwd=tmp_path, check=True)
    assert file.read_bytes() == after


def _applied(before: bytes, diff: bytes) -> bytes:
    """What a diff makes of a file, every line of context and of what goes away compared."""
    lines, at, out = before.split(b"\n"), 0, list[bytes]()
    for line in diff.split(b"\n")[2:-1]:
        if line.startswith(b"@@"):
            start, length = re.match(rb"@@ -(\d+),?(\d*) ", line).groups()  # type: ignore[union-attr]
            to = int(start) - (length != b"0")
            out += lines[at:to]
            at = to
        elif line.startswith(b"+"):
            out.append(line[1:])
        else:
            assert lines[at] == line[1:]
            out += [lines[at]] if line.startswith(b" ") else []
            at += 1
    return b"\n".join([*out, *lines[at:]])


_texts = st.lists(st.sampled_from([b"a", b"b", b"c", b"- @@"]), max_size=30).map(
    lambda found: b"".join(x + b"\n" for x in found)
)


@given(_texts, _texts)
@example(b"a\nb\nc\n", b"b\n" * 500 + b"a\nb\nc\n")
@example(b"a\n" * 9, b"a\n" * 2)
@example(b"a\nb\n" * 9, b"b\na\n" * 9)
def test_a_diff_makes_one_file_of_the_other(before: bytes, after: bytes) -> None:
    diff = unified("cart.yaml", before, after)
    assert (diff == b"") == (before == after)
    assert _applied(before, diff) == after


def test_the_diff_of_a_long_file_is_quick_and_tells_only_what_changes() -> None:
    one = b"".join(b"---\nname: %d\n" % number + b"    key: value\n" * 20 + b"  user: 0\n" for number in range(2000))
    other = one.replace(b"  user: 0\n", b"  user: 10001\n  group: 10001\n").replace(b"---\nname: 7\n", b"name: 7\n")
    began = time.process_time()
    diff = unified("cart.yaml", one, other)
    assert time.process_time() - began < 3
    assert (diff.count(b"\n+  "), diff.count(b"\n-  "), diff.count(b"\n---")) == (4000, 2000, 1)
    assert _applied(one, diff) == other
