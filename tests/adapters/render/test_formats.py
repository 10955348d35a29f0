"""What each format promises to those who read it."""

import os
import re
from itertools import permutations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from tests.adapters.render.documents import Raw, card, document, everything, finding, line, report
from tests.adapters.render.reading import Markup, markdown, sarif

from readiness.adapters.render import FORMATS, render
from readiness.adapters.render.markdown import MOST
from readiness.adapters.render.paint import Paint
from readiness.adapters.render.sarif_rules import rule
from readiness.checks import CATALOGUE
from readiness.model import Category, Severity

MANY = 3000
CHECKS = ("run-as-non-root", "resource-limits", "liveness-probe", "topology-spread")


def _results(told: Raw) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = sarif(render(told, "sarif"))["results"]
    return results


def _one(*lines: Raw, **fields: Any) -> Raw:
    return document(report(card(*lines, **fields)))


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@pytest.fixture(scope="module")
def many() -> Raw:
    """Thousands of workloads, none of which is ready."""
    lines = [line(check, "fail", findings=[finding(f"{check} is missing")], remedy="Set it.") for check in CHECKS]
    return document(*(report(card(*lines), name=f"cart-{number}") for number in range(MANY)))


# --- many workloads -------------------------------------------------------------------------------


def test_text_spells_out_the_worst_and_says_what_is_open_most_often(many: Raw) -> None:
    told = render(many, "text")
    assert told.startswith("NoGo  3000 of 3000 workloads blocked\n")
    assert told.count("\nNoGo  Deployment/") == 50
    assert "\nand 2950 workloads more: -o wide lists every one\n" in told
    assert "\n  blocks  high      run-as-non-root  3000 workloads\n" in told
    assert len(told) < 50_000


def test_markdown_fits_into_a_comment_and_says_what_it_leaves_out(many: Raw) -> None:
    told = render(many, "markdown")
    assert 0.9 * MOST < len(told) <= MOST
    page = markdown(told)
    listed = sum(count == 7 for count in page.rows) - 1
    assert f"{MANY - listed} workloads more: not listed here." in page.text
    assert f"The details of {MANY - page.tags['details']} workloads more do not fit here." in page.text


def test_one_workload_that_is_too_long_for_a_comment_is_cut(many: Raw) -> None:
    lines = [line(f"r{number}", "fail", findings=[finding("x" * 500)], remedy="y" * 200) for number in range(200)]
    told = render(_one(*lines), "markdown")
    assert 0.9 * MOST < len(told) <= MOST
    assert "lines more: not shown here." in markdown(told).text


def test_html_lists_every_workload_and_details_the_worst(many: Raw) -> None:
    page = Markup(render(many, "html"))
    assert page.tags["section"] == 500
    assert f"those of {MANY - 500} more do not" in page.text
    assert page.text.count("Deployment/cart-") == MANY + 500


@pytest.mark.parametrize("output", FORMATS)
def test_every_format_takes_thousands_of_workloads_and_none(many: Raw, output: str) -> None:
    assert render(many, output)
    assert render(document(), output)


# --- text -----------------------------------------------------------------------------------------


def test_text_on_a_terminal_ends_where_its_window_does() -> None:
    message = "words " * 40
    wide = render(_one(line("a", "fail", findings=[finding(message)], remedy=message)), "text", Paint(width=90))
    assert max(map(len, wide.splitlines())) <= 90
    assert wide.count("\n          words") > 3


def test_ladders_gates_and_titles_end_there_too() -> None:
    stages = [{"name": f"phase-{n}", "passed": n, "total": 13, "percent": 9, "reached": n < 3} for n in range(13)]
    gates = [{"name": "success", "passed": False, "failing": [f"requirement-{n}" for n in range(20)]}]
    lines = [line("a", outcome, title="words " * 20) for outcome in ("fail", "warn", "unknown", "waived")]
    for paint in (Paint(width=60), Paint(width=60, coloured=True), Paint(width=60, ascii=True)):
        told = _one(*lines, stages=stages, gates=gates)
        narrow, wide = (
            _plain(render(told, "text", each)).partition("WORKLOADS")[0] for each in (paint, Paint(ascii=paint.ascii))
        )
        assert max(map(len, narrow.splitlines())) <= 60 < max(map(len, wide.splitlines()))
        assert narrow.split() == wide.split()


def test_text_draws_without_drawn_signs_where_they_cannot_be_shown() -> None:
    told = render(everything(), "text", Paint(ascii=True))
    assert told.isascii()
    assert "[x] alpha 2/2" in told


def test_colour_changes_no_word() -> None:
    coloured = render(everything(), "text", Paint(coloured=True))
    assert coloured != render(everything(), "text")
    assert _plain(coloured) == render(everything(), "text")


# --- SARIF ----------------------------------------------------------------------------------------


def test_a_rule_is_what_the_catalogue_says_of_its_check() -> None:
    for check in CATALOGUE:
        told = rule(check.id, "")
        assert told["fullDescription"]["text"] == check.why
        assert check.remedy in told["help"]["text"]
        number = float(told["properties"].get("security-severity", 0))
        assert (number >= 9) == (check.severity is Severity.CRITICAL and check.category in _SECURE)
        assert ("security" in told["properties"]["tags"]) == (number > 0)


_SECURE = (Category.SECURITY, Category.SECRETS, Category.IMAGES)


def test_a_fingerprint_outlives_a_move_of_lines_and_nothing_else() -> None:
    def prints(at: int, path: str = "spec.a", name: str = "cart") -> list[str]:
        findings = [finding("one", path, at=at), finding("two", path, at=at)]
        told = document(report(card(line("run-as-non-root", "fail", findings=findings)), name=name))
        return [result["partialFingerprints"]["readinessFinding/v1"] for result in _results(told)]

    assert prints(4) == prints(40)
    assert len({*prints(4), *prints(4, path="spec.b"), *prints(4, name="search")}) == 6


@pytest.mark.parametrize(
    "outcome, severity, level",
    [
        ("fail", "low", "error"),
        ("warn", "critical", "warning"),
        ("warn", "low", "note"),
        ("waived", "high", "error"),
        ("unknown", "critical", "none"),
        ("error", "critical", "none"),
    ],
)
def test_the_level_follows_outcome_and_severity(outcome: str, severity: str, level: str) -> None:
    (result,) = _results(_one(line("run-as-non-root", outcome, severity, findings=[finding("m")])))
    assert result["level"] == level
    assert ("suppressions" in result) == (outcome == "waived")


def test_policies_that_find_the_same_share_a_result_at_its_worst() -> None:
    same = [finding("m", "spec")]
    waived = line("run-as-non-root", "waived", findings=same, waiver={"name": "w"})
    for other, level in ((line("run-as-non-root", "fail", findings=same), "error"), (waived, "error")):
        told = document(report(card(waived), card(other, policy="extra")))
        (result,) = _results(told)
        assert result["level"] == level
        assert ("suppressions" in result) == (other is waived)
        assert result["properties"]["policies"] == ["ReadinessPolicy/production", "ReadinessPolicy/extra"]


def test_of_a_line_exactly_what_is_waived_is_suppressed_and_what_is_not_known_is_open() -> None:
    ended = {"name": "legacy", "expirationTime": "2026-12-31T00:00:00Z", "reason": "it\nis old"}
    checks = [
        {"id": "run-as-non-root", "outcome": "fail", "findings": [finding("new")],
         "waived": [finding("old") | {"waiver": ended}]},
        {"id": "high-user-id", "outcome": "waived", "findings": [finding("low") | {"waiver": {"name": "w"}}]},
        {"id": "seccomp-profile", "outcome": "unknown", "findings": [finding("no pod could be asked")]},
        {"id": "liveness-endpoint", "outcome": "notApplicable", "findings": [finding("needs a cluster")]},
    ]  # fmt: skip
    told = _one(line("hardened", "fail", checks=checks, waiver={"name": "legacy"}))
    found = {result["message"]["text"].partition(" (")[0]: result for result in _results(told)}
    assert {text: (result["ruleId"], result["kind"], result["level"]) for text, result in found.items()} == {
        "new": ("run-as-non-root", "fail", "error"),
        "old": ("run-as-non-root", "fail", "error"),
        "low": ("high-user-id", "fail", "error"),
        "no pod could be asked": ("seccomp-profile", "open", "none"),
    }
    assert {
        text: result["suppressions"][0]["justification"] for text, result in found.items() if "suppressions" in result
    } == {
        "old": "waived by legacy until 2026-12-31T00:00:00Z: it is old",
        "low": "waived by w without end",
    }


@pytest.mark.parametrize("output", ["text", "markdown", "html", "junit"])
def test_among_what_is_open_of_a_line_is_nothing_that_is_waived_or_does_not_apply(output: str) -> None:
    checks = [
        {"id": "run-as-non-root", "outcome": "fail", "findings": [finding("new")]},
        {"id": "high-user-id", "outcome": "waived", "findings": [finding("a small number")]},
        {"id": "liveness-endpoint", "outcome": "notApplicable", "findings": [finding("nothing to ask")]},
    ]
    told = render(_one(line("hardened", "fail", checks=checks)), output)
    assert "new" in told
    assert "a small number" not in told
    assert "nothing to ask" not in told


def test_what_one_waives_and_another_warns_of_is_a_warning_of_the_other() -> None:
    same = [finding("m", "spec")]
    waived = line("run-as-non-root", "waived", "critical", findings=same, waiver={"name": "w"})
    again = {"checks": [{"id": "run-as-non-root", "findings": same}]}
    for lines in permutations([waived, line("root", "warn", "low", **again), line("again", "warn", "info", **again)]):
        (result,) = _results(document(report(card(*lines))))
        assert (result["level"], result["kind"], "suppressions" in result) == ("note", "fail", False)
        assert result["properties"]["requirement"] in ("root", "again")
        assert result["properties"]["policies"] == ["ReadinessPolicy/production"]


@pytest.mark.parametrize(
    "file, uri",
    [
        ("a b/ü#.yaml", "a%20b/%C3%BC%23.yaml"),
        ("stdin", "stdin"),
        ("{cwd}/deploy/cart.yaml", "deploy/cart.yaml"),
        ("deploy/../cart.yaml", "cart.yaml"),
    ],
)
def test_files_are_named_from_where_we_are(
    file: str, uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = file.replace("{cwd}", os.fspath(tmp_path))
    (result,) = _results(_one(line("run-as-non-root", "fail", findings=[finding("m", file=name)])))
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_a_file_beyond_has_its_whole_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (result,) = _results(_one(line("run-as-non-root", "fail", findings=[finding("m", file="../cart.yaml")])))
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": (tmp_path.parent / "cart.yaml").as_uri()}


# --- JUnit ----------------------------------------------------------------------------------------


def test_only_what_blocks_is_a_failure_and_every_requirement_a_case() -> None:
    root = ET.fromstring(render(everything(), "junit"))
    names = [suite.attrib["name"] for suite in root]
    assert names[1:3] == [
        "Deployment/cart in shop by ReadinessPolicy/production", "Deployment/cart in shop by ReadinessPolicy/extra"
    ]  # fmt: skip
    cases = {case.attrib["name"]: case for case in root[1]}
    assert {name: case[0].tag if len(case) else "" for name, case in cases.items()} == {
        "run-as-non-root": "failure", "hardened": "skipped", "topology-spread": "skipped", "legacy-root": "skipped",
        "min-replicas": "", "resource-limits": "", "cache-ttl": "skipped",
    }  # fmt: skip
    assert cases["run-as-non-root"].attrib["file"] == "deploy/cart.yaml"
    assert cases["legacy-root"][0].attrib["message"] == "waived by legacy until 2026-12-31T00:00:00Z: old"
    assert cases["topology-spread"][0].attrib["message"] == "does not block: nothing spreads its pods"


@pytest.mark.parametrize("output", ["text", "markdown", "html", "junit"])
@pytest.mark.parametrize("outcome", ["fail", "warn", "unknown"])
def test_what_is_waived_of_a_line_is_told_beside_what_is_left(outcome: str, output: str) -> None:
    named = {"name": "legacy", "expirationTime": "2026-12-31T00:00:00Z"}
    left = line("non-root", outcome, findings=[finding("other")], waiver=named, compensatedBy="network-policy")
    told = render(document(report(card(left))), output)
    assert "compensated by network-policy, partly waived by legacy until 2026-12-31T00:00:00Z" in told
    assert "other" in told
    assert "not known, compensated" in told or (outcome, output) != ("unknown", "junit")


def test_what_needs_a_cluster_is_no_case_that_does_not_apply_and_no_finding_is_lost() -> None:
    warned = line("spread", "warn", findings=[finding("one"), finding("two", at=13)])
    told = document(report(card(warned, notApplicable=["cache-ttl", "up"], notEvaluated=["up"])))
    cases = {case.attrib["name"]: case for case in ET.fromstring(render(told, "junit")).iter("testcase")}
    assert cases["cache-ttl"][0].attrib["message"] == "does not apply"
    assert cases["up"][0].attrib["message"] == "needs a cluster"
    assert cases["spread"][0].text == "deploy/cart.yaml:12: one\ndeploy/cart.yaml:13: two"
    spelled = line("up", "notApplicable", checks=[{"id": "liveness-endpoint", "reason": "NotEvaluated"}])
    told["items"][0]["status"]["scorecards"][0]["requirements"].append(spelled)
    for output in ("junit", "text"):
        assert "needs a cluster" in render(told, output)


def test_names_of_cases_are_unique_in_all_suites() -> None:
    root = ET.fromstring(render(everything(), "junit"))
    cases = [(case.attrib["classname"], case.attrib["name"]) for case in root.iter("testcase")]
    assert len(cases) == len(set(cases)) == int(root.attrib["tests"])
