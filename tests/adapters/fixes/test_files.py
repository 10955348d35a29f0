"""Files are replaced at once, and keep their mode."""

import os
import subprocess
from pathlib import Path

import pytest

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
