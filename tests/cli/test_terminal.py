"""What a command shows where somebody watches: colour, and a bar on long work."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.manifests import deployment, documents, policy


def _on_a_terminal(*arguments: str, cwd: Path, environment: dict[str, str] | None = None) -> str:
    """Everything that a command writes to a terminal that is its standard output and its standard error."""
    ours, theirs = pty.openpty()
    inherited = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "CI")}
    process = subprocess.Popen(
        [sys.executable, "-m", "readiness", *arguments],
        cwd=cwd, stdout=theirs, stderr=theirs, env={**inherited, "TERM": "xterm", **(environment or {})},
    )  # fmt: skip
    os.close(theirs)
    pieces = []
    while piece := _read(ours):
        pieces.append(piece)
    process.wait()
    os.close(ours)
    return b"".join(pieces).decode()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # Linux says so at the end of a terminal
        return b""


@pytest.mark.parametrize("output", ["text", "wide"])
def test_verdicts_have_a_colour_unless_the_user_wants_none(tmp_path: Path, output: str) -> None:
    (tmp_path / "all.yaml").write_text(documents(policy(), deployment(user=0)))
    arguments = ("audit", "all.yaml", "-o", output)
    assert re.search(r"\x1b\[1;31mNoGo *\x1b\[0m", _on_a_terminal(*arguments, cwd=tmp_path))
    assert "\x1b" not in _on_a_terminal(*arguments, cwd=tmp_path, environment={"NO_COLOR": "1"})


def test_long_work_has_a_bar(tmp_path: Path) -> None:
    for number in range(500):
        (tmp_path / f"{number}.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    assert "Reading" in _on_a_terminal("audit", ".", "-o", "json", cwd=tmp_path)
