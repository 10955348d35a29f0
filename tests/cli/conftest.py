"""Runs commands in this process, and gives them manifests."""

import gc
import json
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from readiness.cli import cli

SECURE = """\
      securityContext: {runAsNonRoot: true, runAsUser: 10001, seccompProfile: {type: RuntimeDefault}}
"""


@dataclass(frozen=True)
class Result:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """Standard output as JSON."""
        loaded: dict[str, Any] = json.loads(self.out)
        return loaded

    @property
    def verdicts(self) -> dict[str, str]:
        """Verdicts by the file, or namespace where there is none, and name of the workload."""
        return {
            f"{item['metadata'].get('annotations', {}).get('readiness.dev/source', '')} {item['metadata']['name']}":
            item["status"]["verdict"]
            for item in self.document["items"]
        }  # fmt: skip

    def findings(self, requirement: str, item: int = 0) -> list[dict[str, Any]]:
        """What a requirement found of one of the workloads; empty when it is met."""
        (card,) = self.document["items"][item]["status"]["scorecards"]
        return [finding for each in card["requirements"] if each["name"] == requirement for finding in each["findings"]]


Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _collects_garbage() -> Iterator[None]:
    """`audit` turns the collector off for its process, which is the tests' here."""
    yield
    gc.enable()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: str | None = None) -> Result:
        done = CliRunner().invoke(cli, arguments, input=stdin, prog_name="readiness")
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Result(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Mapping[str, str]], None]:
    """Write files by name into the folder where commands run."""

    def write(files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text))

    return write
