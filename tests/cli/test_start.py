"""What a command imports, and so how fast it starts; run in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.manifests import deployment, documents, policy

from readiness.cli import main

# Each costs between twenty and three hundred milliseconds, and none of them is needed to read a file and judge it.
HEAVY = ("aiohttp", "asyncio", "httpx", "kopf", "kubernetes", "prometheus_client", "pydantic", "rich")
# Three to thirty-five milliseconds each, of the two hundred that an audit of hundreds of objects may take.
SLOW = (
    "annotated_types",
    "hashlib",
    "importlib.resources",
    "re2",
    "readiness.checks.parameters.bounds",
    "readiness.checks.contents",
    "tempfile",
)


def _imported(*arguments: str, cwd: Path) -> set[str]:
    """The heavy and slow modules that a command has imported when it ends."""
    script = (
        "import atexit, sys; from readiness.cli import cli\n"
        f"atexit.register(lambda: print(*(name for name in {HEAVY + SLOW} if name in sys.modules), file=sys.stderr))\n"
        f"sys.argv = ['readiness', *{arguments}]; cli()"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ("audit", "cart.yaml"),
        ("audit", "cart.yaml", "-o", "json"),
        ("--help",),
        ("version",),
    ],
)
def test_a_command_without_policies_imports_nothing_slow(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "cart.yaml").write_text(deployment())
    assert _imported(*arguments, cwd=tmp_path) == set()


def test_the_list_of_checks_imports_nothing_heavy(tmp_path: Path) -> None:
    assert _imported("checks", cwd=tmp_path).isdisjoint(HEAVY)


def test_policies_are_worth_pydantic_but_no_cluster(tmp_path: Path) -> None:
    (tmp_path / "cart.yaml").write_text(documents(policy(), deployment()))
    assert _imported("audit", "cart.yaml", cwd=tmp_path) & {*HEAVY} <= {"pydantic", "asyncio"}
    assert "pydantic" in _imported("audit", "cart.yaml", cwd=tmp_path)


def test_the_module_is_the_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "readiness", "version"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("readiness ")


def test_a_defect_does_not_end_as_a_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr("readiness.cli.cli", broken)
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 70
    assert "RuntimeError: a defect" in capsys.readouterr().err
