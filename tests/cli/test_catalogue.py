"""`checks`, `explain`, `profiles` and `version`: what there is, in words."""

import json
from importlib.metadata import version

import pytest
import yaml
from tests.cli.conftest import Run

from readiness.checks import CATALOGUE
from readiness.cli import COMMANDS
from readiness.policy.profiles import names


def test_checks_lists_every_check(run: Run) -> None:
    lines = run("checks").out.splitlines()
    assert [line.split()[0] for line in lines] == ["ID", *CATALOGUE.checks]


def test_checks_tells_what_nothing_answers_yet(run: Run) -> None:
    later = {check["id"] for check in json.loads(run("checks", "-o", "json").out) if not check["implemented"]}
    assert later == {check.id for check in CATALOGUE if not check.implemented}
    told = [line for line in run("checks").out.splitlines() if " (not yet) " in line]
    assert {line.split()[0] for line in told} == later


def test_checks_can_be_searched_and_read_by_programs(run: Run) -> None:
    found = json.loads(run("checks", "--search", "DISRUPTION", "-o", "json").out)
    assert "pod-disruption-budget" in [check["id"] for check in found]
    assert len(found) < len(CATALOGUE)
    assert yaml.safe_load(run("checks", "--search", "DISRUPTION", "-o", "yaml").out) == found
    assert run("checks", "--search", "no such word").out == "no check mentions 'no such word'\n"


@pytest.mark.parametrize("check_id", CATALOGUE.checks)
def test_explain_says_what_why_and_what_to_do_with_both_examples(run: Run, check_id: str) -> None:
    check = CATALOGUE.checks[check_id]
    out = " ".join(run("explain", check_id).out.split())
    for text in (check.title, check.why, check.rule[1:], check.remedy, str(check.severity)):
        assert text in out
    for word in ("fails", "passes"):
        shown = f"Example that {word} apiVersion:" in out or f"Example that {word} with parameters" in out
        assert shown is check.implemented
    assert ("nothing yet: unknown until somebody attests it" in out) is not check.implemented


def test_explain_tells_parameters_with_type_bounds_default_and_meaning(run: Run) -> None:
    out = run("explain", "run-as-non-root").out
    assert "minUid (whole number, 1 to 2147483647; default 1)\n      The lowest runAsUser that passes" in out
    assert (
        "names (list of text, 1 to 128 characters, 1 to 64 items; required)" in run("explain", "required-secrets").out
    )
    assert "Parameters\n  none" in run("explain", "no-host-ports").out


def test_explain_names_the_nearest_check(run: Run) -> None:
    done = run("explain", "livenes-probe")
    assert done.code == 2
    assert done.err == (
        'Error: there is no check "livenes-probe"; did you mean "liveness-probe"?; `readiness checks` lists them\n'
    )


def test_profiles_lists_them_and_what_each_requires(run: Run) -> None:
    assert [line.split()[0] for line in run("profiles").out.splitlines()] == ["NAME", *names()]
    out = run("profiles", "recommended").out
    assert "\nrun-as-non-root " in out
    done = run("profiles", "recomended")
    assert (done.code, done.err) == (
        2, 'Error: there is no profile "recomended"; did you mean "recommended"?\n'
    )  # fmt: skip


def test_version_is_the_package_s(run: Run) -> None:
    assert run("version").out == f"readiness {version('readiness-operator')}\n"


def test_help_lists_every_command(run: Run) -> None:
    out = run("--help").out
    for name, does in COMMANDS.items():
        assert f"  {name}" in out
        assert does in out
        assert run(name, "--help").code == 0
    assert run("auditt").code == 2
