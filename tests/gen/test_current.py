"""Generated files say what their sources say."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from readiness.checks import CATALOGUE
from readiness.cli import cli
from readiness.gen import rbac
from readiness.gen.docs.conditions import EVENTS, REASONS, TYPES
from readiness.gen.files import TARGETS, stale
from readiness.gen.values import in_words, sentence
from readiness.model import Topic
from readiness.model.parse import KINDS
from readiness.model.reasons import ConditionType, EventReason, Reason

ROOT = Path(__file__).parents[2]


def _gen(root: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["gen", *arguments, "--root", str(root)])
    return done.exit_code, done.output


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with what files are generated from, and nothing else."""
    (tmp_path / "operator/readiness").mkdir(parents=True)
    (tmp_path / "tests/checks").mkdir(parents=True)
    for cases in (ROOT / "tests/checks").iterdir():
        (tmp_path / "tests/checks" / cases.name).symlink_to(cases)
    return tmp_path


def test_what_is_committed_is_current() -> None:
    assert stale(ROOT, TARGETS["all"](ROOT)) == []


@pytest.mark.parametrize("target", [target for target in TARGETS if target != "all"])  # which is these together
def test_a_target_is_current_after_it_was_written(checkout: Path, target: str) -> None:
    code, out = _gen(checkout, target)
    assert code == 0
    assert out.startswith("wrote ")
    assert _gen(checkout, target, "--check") == (0, "")


def test_check_names_what_is_stale_and_writes_nothing(checkout: Path) -> None:
    assert _gen(checkout, "crds", "--check")[0] == 1
    assert not (checkout / "crds").exists()
    _gen(checkout, "crds")
    (path, *_) = sorted((checkout / "crds").iterdir())
    text = path.read_text()
    path.write_text(text + "# edited\n")
    assert _gen(checkout, "crds", "--check") == (
        1, f"crds/{path.name} is stale\n`readiness gen crds` writes them anew\n"
    )  # fmt: skip
    assert path.read_text() != text


def test_what_no_source_names_any_more_goes(checkout: Path) -> None:
    _gen(checkout, "crds")
    gone = checkout / "crds/no-longer.yaml"
    gone.write_text("old")
    assert _gen(checkout, "crds", "--check")[1].startswith("crds/no-longer.yaml is stale\n")
    assert _gen(checkout, "crds") == (0, "removed crds/no-longer.yaml\n")
    assert not gone.exists()


def test_elsewhere_it_says_that_this_is_no_checkout(tmp_path: Path) -> None:
    code, out = _gen(tmp_path, "all")
    assert code == 2
    assert "is no checkout of the repository" in out


def test_a_check_without_cases_is_named(checkout: Path) -> None:
    (checkout / "tests/checks/min-replicas").unlink()
    code, out = _gen(checkout, "docs")
    assert code == 2
    assert "tests/checks/min-replicas has no fail.*.yaml" in out


def test_the_operator_may_read_every_kind_that_it_watches_and_no_other() -> None:
    read = {(group, plural) for rule in rbac.rules() if "list" in rule.verbs for group in rule.groups
            for plural in rule.resources if group != "readiness.dev"}  # fmt: skip
    assert {(kind.group, kind.plural) for kind in KINDS if not kind.on_demand} <= read
    assert read <= {(kind.group, kind.plural) for kind in KINDS}


def test_the_operator_writes_its_own_kinds_and_events_alone() -> None:
    writing = [rule for rule in rbac.rules() if set(rule.verbs) - {"get", "list", "watch"}]
    assert {group for rule in writing for group in rule.groups} == {"readiness.dev", "events.k8s.io"}
    assert all("*" not in (*rule.groups, *rule.resources, *rule.verbs) for rule in rbac.rules())


def test_every_word_of_conditions_has_a_meaning() -> None:
    assert set(TYPES) == {*ConditionType, *Topic}
    assert set(REASONS) == set(Reason)
    assert set(EVENTS) == set(EventReason)


def test_every_check_has_a_page_that_the_index_leads_to() -> None:
    index = (ROOT / "docs/checks/index.md").read_text()
    for check in CATALOGUE:
        assert f"({check.id}.md)" in index
        assert f"`{check.id}`" in (ROOT / f"docs/checks/{check.id}.md").read_text()


@pytest.mark.parametrize(
    "schema, words",
    [
        ({"type": "integer", "minimum": 0, "maximum": 9}, "whole number, at most 9"),
        ({"type": "integer", "minimum": 2}, "whole number, at least 2"),
        ({"type": "boolean"}, "true or false"),
        ({"type": "object"}, "object"),
        ({}, "any value"),
        ({"anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "null"}]}, "whole number; or text"),
        ({"type": "array", "items": {"enum": ["a", "b"]}, "maxItems": 3}, "list of `a` or `b`, at most 3 items"),
    ],
)
def test_a_schema_can_be_told_in_words(schema: dict[str, object], words: str) -> None:
    assert in_words(schema) == words


def test_a_sentence_begins_with_a_capital_but_not_a_field() -> None:
    assert sentence("every container has one.") == "Every container has one."
    assert sentence("maxSurge is set.") == "maxSurge is set."
    assert sentence("spec.replicas, or more.") == "spec.replicas, or more."
    assert sentence("always. No more.") == "Always. No more."
