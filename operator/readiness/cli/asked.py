"""The policies that arguments of a command name."""

from collections.abc import Iterable, Iterator

import click

from readiness.adapters.manifests import Document, Problem, read
from readiness.engine.audit import policies_of
from readiness.engine.intake import Fault
from readiness.policy.compile import compile_profile
from readiness.policy.compiled import Policy
from readiness.policy.problem import InvalidPolicyError

DEFAULT_PROFILE = "recommended"


def profile_policy(name: str) -> Policy:
    """The policy that is a profile and nothing else."""
    try:
        return compile_profile(name)
    except InvalidPolicyError as error:
        raise click.BadParameter(error.problems[0].message, param_hint="--profile") from error


def policies_in(files: Iterable[str], namespace: str) -> tuple[list[Policy], list[Problem]]:
    """The policies in these files, and what is wrong with them."""
    documents, problems = [], []
    for item in read(list(files)):
        if isinstance(item, Document):
            documents.append(item)
        else:
            problems.append(item)
    policies, faults = policies_of(documents, namespace)
    return policies, problems + [told(fault) for fault in faults]


def told(fault: Fault) -> Problem:
    """A fault as the reader of manifests tells its own."""
    return Problem(fault.file, fault.line, fault.column, fault.level, fault.message)


def lines(problems: Iterable[Problem]) -> Iterator[str]:
    """`file:line: what`, by file and line, for those that somebody should see: what was only skipped is not told."""
    for problem in sorted(problems, key=lambda problem: (problem.path, problem.line or 0, problem.column or 0)):
        if problem.level != "info":
            place = f"{problem.path}:{problem.line}" if problem.line is not None else problem.path
            warning = "warning: " if problem.level == "warning" else ""
            yield f"{place}: {warning}{problem.message}"
