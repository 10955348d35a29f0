"""`-o` and `--output-file`: where results go, and in which encoding."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.cli.manifests import deployment, documents, line_of, policy

Write = Callable[[Mapping[str, str]], None]


def test_sarif_has_file_line_and_column_of_the_field(run: Run, write: Write) -> None:
    text = documents(policy(), deployment(user=0))
    write({"shop/cart.yaml": text})
    done = run("audit", "shop", "-o", "sarif")
    assert done.code == 1
    (result,) = done.document["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "shop/cart.yaml"
    assert place["region"] == {"startLine": line_of(text, "securityContext:\n"), "startColumn": 9}
    (found,) = done.document["runs"][0]["tool"]["driver"]["rules"]
    assert (result["ruleId"], result["ruleIndex"], found["id"]) == ("run-as-non-root", 0, "run-as-non-root")


@pytest.mark.parametrize("output, begins", [("sarif", "{"), ("junit", "<?xml"), ("markdown", "## "), ("html", "<!DOC")])
def test_a_file_takes_the_results_and_standard_output_the_scorecard(
    run: Run, write: Write, tmp_path: Path, output: str, begins: str
) -> None:
    write({"cart.yaml": documents(policy(), deployment(user=0))})
    done = run("audit", "cart.yaml", "-o", output, "--output-file", "results")
    assert done.code == 1
    assert done.out.startswith("NoGo  Deployment/cart in shop")
    assert (tmp_path / "results").read_text().startswith(begins)
    assert run("audit", "cart.yaml", "-o", output).out.startswith(begins)


def test_a_file_that_cannot_be_written_is_told_in_a_line(run: Run, write: Write) -> None:
    write({"cart.yaml": documents(policy(), deployment())})
    done = run("audit", "cart.yaml", "-o", "json", "--output-file", "no/such/folder")
    assert (done.code, done.err) == (2, "Error: no/such/folder cannot be written: No such file or directory\n")


@pytest.mark.parametrize("output", ["text", "json", "sarif", "junit", "markdown", "html", "yaml"])
def test_a_console_without_unicode_gets_what_it_can_show_and_a_program_what_was_meant(
    tmp_path: Path, output: str
) -> None:
    (tmp_path / "käse.yaml").write_text(deployment(user=0))
    done = subprocess.run(
        [sys.executable, "-m", "readiness", "audit", ".", "-o", output],
        cwd=tmp_path, capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    wanted = {"text": b"k?se.yaml", "sarif": b"k%C3%A4se.yaml"}
    assert wanted.get(output, "käse.yaml".encode()) in done.stdout


def test_what_a_program_reads_has_no_colour(run: Run, write: Write) -> None:
    write({"cart.yaml": documents(policy(), deployment(user=0))})
    for output in ("json", "yaml", "sarif", "junit", "markdown", "html"):
        assert "\x1b" not in run("audit", "cart.yaml", "-o", output).out
