"""Maintainability: the state of the sources, which no cluster can see."""

from readiness.checks.attested import Claim, attested
from readiness.checks.check import Kind
from readiness.checks.parameters.bounds import Bound, at_least, at_most, covers, names, one_of
from readiness.checks.parameters.setting import MaybeCount, MaybePercent
from readiness.model import Category, Severity


def _topic(example: str) -> Bound:
    return names("topic", f"What must have been looked at, such as {example}.", "topics")


CHECKS = attested(
    Category.MAINTAINABILITY,
    Claim(
        "code-quality",
        "Linters pass",
        Severity.LOW,
        why="Warnings that may stay hide the one that matters, and every reader pays for them again.",
        remedy="Run the linters in the pipeline, and attest the tool and the number that is left as findings.",
        bounds=(
            one_of("tools", "Linters of which one must have been run; empty: any.", "tool"),
            at_most("max_findings", "findings", 0, "The most findings that are left."),
        ),
    ),
    Claim(
        "pre-commit-hooks",
        "Pre-commit hooks exist",
        Severity.LOW,
        why="A formatting mistake that the pipeline finds costs a quarter of an hour, and a hook finds it in a second.",
        remedy="Add hooks for what the pipeline refuses, and attest which ones there are.",
        bounds=(covers("hooks", "Hooks that there must be, such as gofmt."),),
    ),
    Claim(
        "dev-environment",
        "The development environment is reproducible",
        Severity.LOW,
        why="What only one laptop can build only one person can mend.",
        remedy="Describe the environment as code that starts with one command, and attest it.",
        bounds=(
            one_of("tools", "Tools of which one must start it, such as docker-compose; empty: any.", "tool"),
            covers("topics", "What it must bring along, such as seed-scripts.", "topic"),
        ),
    ),
)

STYLE = attested(
    Category.MAINTAINABILITY,
    Claim(
        "doc-comments",
        "Exported code is documented",
        Severity.LOW,
        why="A function whose contract stands nowhere is used by what it happens to do today.",
        remedy="Document what is exported, and attest the share that a linter counted as percent.",
        bounds=(
            at_least("min_percent", "percent", None, "The least share that is documented, in percent.", MaybePercent),
        ),
    ),
    Claim(
        "naming-conventions",
        "Names follow conventions",
        Severity.LOW,
        why="Two names for one thing make two things of it in the head of every reader.",
        remedy="Agree on the names, rename what differs, and attest the review.",
        bounds=(_topic("packages"),),
    ),
    Claim(
        "code-structure",
        "The code is well structured",
        Severity.LOW,
        why="Where everything knows everything, no change is small.",
        remedy="Split what has grown together, and attest the review by topic.",
        bounds=(
            _topic("layering"),
            at_most("max_lines", "lines", None, "The most lines of the longest function; absent: any.", MaybeCount),
        ),
    ),
    Claim(
        "code-cleanup",
        "Dead code, to-do notes and stray dependencies are gone",
        Severity.LOW,
        why="Code that nobody runs is still read, updated and scanned, and one day called by mistake.",
        remedy="Delete what is not used, and attest the number that is left as count.",
        bounds=(
            _topic("unused-dependency"),
            at_most("max", "count", None, "The most places that are left; absent: any.", MaybeCount),
        ),
    ),
    Claim(
        "error-handling-conventions",
        "Errors are wrapped and typed",
        Severity.LOW,
        why="An error that lost its cause on the way up sends whoever is on call to the wrong system.",
        remedy="Wrap errors with what was tried, swallow none, and attest the review by topic.",
        bounds=(_topic("swallowed-errors"),),
    ),
    kind=Kind.STYLE,
)
