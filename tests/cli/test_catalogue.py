"""`checks`, `explain`, `profiles` and `version`: what there is, in words."""

import json
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from tests.cli.conftest import Run
from tests.cli.manifests import deployment

from readiness.checks import CATALOGUE
from readiness.cli import COMMANDS
from readiness.gen.uses import uses
from readiness.policy.compile import compile_profile
from readiness.policy.profiles import names, profile


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
    assert run("checks", "--search", "xyzzy").out == "no check is like that\n"


def test_a_search_is_for_all_of_its_words_in_any_order(run: Run) -> None:
    found = {check["id"] for check in json.loads(run("checks", "--search", "voluntary BUDGET", "-o", "json").out)}
    assert found == {
        check["id"] for check in json.loads(run("checks", "--search", "budget voluntary", "-o", "json").out)
    }
    assert "pod-disruption-budget" in found


@pytest.mark.parametrize(
    "option, value, field",
    [("--kind", "Relation", "kind"), ("--topic", "RunsAsNonRoot", "topic"), ("--category", "images", "category")],
)
def test_checks_can_be_chosen(run: Run, option: str, value: str, field: str) -> None:
    found = json.loads(run("checks", option, value, "-o", "json").out)
    assert {check[field].casefold() for check in found} == {value.casefold()}
    assert len(found) == sum(str(getattr(check, field)).casefold() == value.casefold() for check in CATALOGUE)


def test_the_checks_of_a_profile_are_those_that_it_asks(run: Run) -> None:
    found = json.loads(run("checks", "--profile", "minimal", "-o", "json").out)
    asked = {ask.check.id for requirement in compile_profile("minimal").requirements for ask in requirement.asks}
    assert {check["id"] for check in found} == asked


def test_programs_are_told_all_of_every_check(run: Run) -> None:
    told = {check["id"]: check for check in json.loads(run("checks", "-o", "json").out)}
    assert list(told) == list(CATALOGUE.checks)
    for check in told.values():
        assert all(check[word] for word in ("title", "why", "rule", "remedy", "severity", "category", "kind"))
        assert check["implemented"] == CATALOGUE.checks[check["id"]].implemented
    assert told["pss-proc-mount"]["references"][:2] == ["Pod Security Standards, baseline", "Polaris: procMount"]
    (uid, _) = told["run-as-non-root"]["parameters"]
    assert (uid["name"], uid["default"], uid["schema"]["minimum"]) == ("minUid", 1, 1)


def test_wide_tells_who_asks_a_check_and_where_that_is_from(run: Run) -> None:
    header, *lines = run("checks", "-o", "wide", "--search", "pss-proc-mount").out.splitlines()
    (line,) = (each for each in lines if each.startswith("pss-proc-mount "))
    assert header.split()[:6] == ["ID", "SEVERITY", "CATEGORY", "LOOKS", "AT", "TOPIC"]
    assert "pod-security-baseline" in line
    assert "Pod Security Standards, baseline" in line


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


def test_explain_tells_who_asks_and_where_that_is_from(run: Run) -> None:
    assert "\nProfiles\n  pod-security-baseline\n\nReferences\n  Pod Security" in run("explain", "pss-proc-mount").out
    assert "\n  minimal as cpu-limits\n" in run("explain", "resource-limits").out
    unasked = next(check.id for check in CATALOGUE if not uses().get(check.id))
    assert "\nProfiles\n  none: name it in a policy\n" in run("explain", unasked).out


def test_profiles_lists_them(run: Run) -> None:
    assert [line.split()[0] for line in run("profiles").out.splitlines()] == ["NAME", *names()]
    assert [item["name"] for item in json.loads(run("profiles", "-o", "json").out)] == list(names())
    assert [item["name"] for item in yaml.safe_load(run("profiles", "-o", "yaml").out)] == list(names())


@pytest.mark.parametrize("name", names())
def test_a_profile_tells_all_its_requirements(run: Run, name: str) -> None:
    compiled = compile_profile(name)
    out = run("profiles", "show", name).out
    told = [line.split()[0] for line in out.splitlines() if line]
    assert {requirement.name for requirement in compiled.requirements} <= set(told)
    assert [line for line in told if line == "Stage"] == ["Stage"] * len(
        {requirement.stage for requirement in compiled.requirements} - {""}
    )
    assert json.loads(run("profiles", "show", name, "-o", "json").out) == profile(name)


def test_a_name_that_is_no_profile_is_told_with_the_nearest(run: Run) -> None:
    done = run("profiles", "show", "recomended")
    assert (done.code, done.err) == (
        2, 'Error: there is no profile "recomended"; did you mean "recommended"?\n'
    )  # fmt: skip


@pytest.mark.parametrize("name", names())
def test_a_profile_as_yaml_is_one_of_your_own(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "own.yaml").write_text(run("profiles", "show", name, "-o", "yaml").out)
    (tmp_path / "cart.yaml").write_text(deployment())
    own, given = (
        run("audit", "cart.yaml", "-o", "json", "--profile", each).document["summary"] for each in ("own.yaml", name)
    )
    assert own == given


def test_version_is_the_package_s(run: Run) -> None:
    assert run("version").out == f"readiness {version('readiness-operator')}\n"


def test_help_lists_every_command(run: Run) -> None:
    out = run("--help").out
    for name, does in COMMANDS.items():
        assert f"  {name}" in out
        assert does in out
        assert run(name, "--help").code == 0
    assert run("auditt").code == 2
