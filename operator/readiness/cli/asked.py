"""The policies that arguments of a command name."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from readiness.adapters.manifests import Document, Problem, read
from readiness.engine.audit import policies_of
from readiness.engine.intake import Fault
from readiness.model.reasons import Reason
from readiness.policy.compile import compile_profile
from readiness.policy.compiled import Policy
from readiness.policy.problem import InvalidPolicyError
from readiness.policy.profiles import profile
from readiness.policy.profiles.own import Find, OwnProfile, finder
from readiness.policy.profiles.own import read as read_profile

DEFAULT_PROFILE = "recommended"


def policies_asked(
    files: Iterable[str], profiles_named: Iterable[str], own: list[OwnProfile], namespace: str
) -> tuple[list[Policy], list[Problem], Find]:
    """
    The policies that --policy and --profile mean, what is wrong with their files, and what finds profiles.

    `own` are the team's profiles that were found; one in a file that --profile names joins them.
    """
    names = dict.fromkeys([profile_name(argument, own) for argument in profiles_named])
    find = finder(own) if own else profile
    policies, problems = _policies_in(files, namespace, find)
    problems += [Problem(each.path, None, None, "warning", each.message) for item in own for each in item.problems]
    policies += [profile_policy(name, find) for name in names]
    return policies, problems, find


def profile_policy(name: str, find: Find = profile) -> Policy:
    """The policy that is a profile and nothing else."""
    try:
        return compile_profile(name, find)
    except InvalidPolicyError as error:
        unknown = error.reason == Reason.UNKNOWN_PROFILE
        raise click.BadParameter(
            error.problems[0].message if unknown else str(error), param_hint="--profile"
        ) from error


def profile_name(argument: str, own: list[OwnProfile]) -> str:
    """The name of the profile that an argument means; one in a file joins the team's own."""
    if not argument.endswith((".yaml", ".yml", ".json")):
        return argument
    path = Path(argument)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise click.BadParameter(f"cannot read {argument}: {error}", param_hint="--profile") from error
    own.append(read_profile(text, argument, path.stem))
    return own[-1].name


def _policies_in(files: Iterable[str], namespace: str, find: Find) -> tuple[list[Policy], list[Problem]]:
    documents, problems = [], []
    for item in read(list(files)):
        if isinstance(item, Document):
            documents.append(item)
        else:
            problems.append(item)
    policies, faults = policies_of(documents, namespace, find)
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
