"""`readiness audit`: judges manifests without a cluster."""

import gc
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import Any, BinaryIO

import click

from readiness.adapters.manifests import STDIN, Document, Problem, Source, discover, parse_bytes, read_source
from readiness.adapters.shares import share
from readiness.cli import Finished
from readiness.cli.asked import DEFAULT_PROFILE, lines, policies_asked, profile_policy, told
from readiness.cli.outcome import exit_code, judging_options, show
from readiness.cli.progress import tracked
from readiness.engine.audit import Audit, AuditRequest, audit, profiles_of
from readiness.engine.intake import Entry, is_own_kind, take_in
from readiness.engine.summary import report_list
from readiness.model.records import dataclass

_FILES_WORTH_A_PROCESS = 32
_WORKLOADS_WORTH_A_PROCESS = 48


@click.command()
@click.argument("paths", metavar="[PATH…|-]", nargs=-1)
@click.option(
    "-n",
    "--namespace",
    default="default",
    show_default=True,
    metavar="NAME",
    help="Namespace of objects that name none.",
)
@click.option(
    "--honor-foreign-annotations",
    is_flag=True,
    help="Let opt-outs in annotations of kube-linter, Polaris and kube-score count as waivers without end.",
)
@click.option(
    "--inspect-secrets",
    is_flag=True,
    help="Judge how strong the values of Secrets among the manifests are. None is shown.",
)
@click.option("--fix", is_flag=True, help="Write what mends the manifests into their files, and judge them again.")
@click.option("--diff", is_flag=True, help="Show what --fix would write, and write nothing.")
@click.option("--safe", is_flag=True, help="With --fix or --diff: only what no program can notice.")
@judging_options
def command(
    *,
    paths: tuple[str, ...],
    namespace: str,
    honor_foreign_annotations: bool,
    inspect_secrets: bool,
    fix: bool,
    diff: bool,
    safe: bool,
    policies: tuple[str, ...],
    profiles: tuple[str, ...],
    output: str,
    output_file: str | None,
    fail_on: str | None,
    full: bool,
) -> None:
    """
    Judge manifests without a cluster: files, folders, or - for standard input.

    Policies among the manifests count, and so do --policy and --profile; with none of them the profile recommended
    does. What only a cluster can answer is left out of the score. Waivers and attestations among the manifests count,
    and what of them has no effect is told.

    Pods and Jobs that only `helm test` runs are not judged.

    A workload that several folders or files define, as rendered overlays do, is judged in each of them, among what
    lies there and what is shared.

    Exit code: 0 no blocker, 1 blockers, 2 bad input; the rest is judged and shown all the same. With --fix it is that
    of what the files have become.
    """
    if not paths:
        raise click.UsageError("name files or folders, or - for standard input")
    if fix and diff:
        raise click.UsageError("--diff shows what --fix would write: take one of them")
    if safe and not (fix or diff):
        raise click.UsageError("--safe is about --fix and --diff: take one of them as well")
    if (fix or diff) and STDIN in paths:
        raise click.UsageError("standard input cannot be fixed: name files or folders")
    gc.disable()  # millions of small values live until the end: walking them costs more than all the rest
    asked = _Asked(paths, namespace, policies, profiles, full, honor_foreign_annotations, inspect_secrets)
    result, problems = _judged(asked, mend=fix or diff)
    changed = b""
    if fix or diff:
        result, problems, changed = _mended(asked, (result, problems), write=fix, safe=safe)
    bad_input = any(problem.level == "error" for problem in problems)
    for line in lines(problems):
        click.echo(line, err=True)
    if result.objects and not result.judged:
        click.echo("no workload was judged", err=True)
    if diff:
        click.echo(changed, nl=False)
    else:
        show(report_list(result.judged, result.missed, _counts(result, problems)), output, output_file)
    raise Finished(exit_code(result.judged, fail_on, bad_input=bad_input))


def _counts(result: Audit, problems: list[Problem]) -> dict[str, Any]:
    """What else there is to say in the summary."""
    levels = Counter(problem.level for problem in problems)
    return {
        "objects": result.objects,
        "ignored": result.ignored,
        "policies": result.policies,
        "problems": {"errors": levels["error"], "warnings": levels["warning"]},
    }


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be judged, and by what."""

    paths: tuple[str, ...]
    namespace: str
    policies: tuple[str, ...]
    profiles: tuple[str, ...]
    full: bool
    foreign: bool
    inspect: bool


def _judged(
    asked: _Asked, *, mend: bool = False, contents: Mapping[str, bytes] = MappingProxyType({})
) -> tuple[Audit, list[Problem]]:
    """What comes out, and what is wrong with the input; `contents` stand for what is in these files."""
    problems: list[Problem] = []
    documents = _documents(asked, contents, problems)
    own = list(profiles_of(documents))
    given, wrong, find = policies_asked(asked.policies, asked.profiles, own, asked.namespace)
    problems += wrong
    fallback = None if given or asked.policies else profile_policy(DEFAULT_PROFILE)
    request = AuditRequest(
        tuple(given), fallback, asked.namespace, asked.full, find, asked.foreign, mend, asked.inspect
    )
    result = audit(documents, datetime.now(UTC), request, partial(share, least=_WORKLOADS_WORTH_A_PROCESS))
    problems += [told(fault) for fault in result.faults]
    if not documents and not any(problem.level == "error" for problem in problems):
        problems.append(Problem(" ".join(asked.paths), None, None, "error", "there are no Kubernetes objects here"))
    return result, problems


def _mended(
    asked: _Asked, found: tuple[Audit, list[Problem]], *, write: bool, safe: bool
) -> tuple[Audit, list[Problem], bytes]:
    """What is found then, what is wrong, and the diff; one fix may bring to light what takes another."""
    from readiness.cli.fixing import Fixes  # noqa: PLC0415 - judging alone does without

    fixes, after = Fixes(asked.paths, safe), found
    while fixes.add(after[0].judged):
        after = _judged(asked, mend=True, contents=fixes.contents)
    if write:
        found = after if fixes.write() else _judged(asked)
    result, problems = found
    fixes.tell("fixed" if write else "to fix")
    return result, [*problems, *fixes.problems.values()], fixes.diff()


def _documents(asked: _Asked, contents: Mapping[str, bytes], problems: list[Problem]) -> list[Document | Entry]:
    """The objects behind the paths; what is wrong with them goes to `problems`."""
    documents = []
    stdin = sys.stdin.buffer if STDIN in asked.paths else None
    read = partial(_read, namespace=asked.namespace, stdin=stdin, contents=contents)
    shown = partial(tracked, title="Reading")
    for item in share(read, discover(asked.paths), least=_FILES_WORTH_A_PROCESS, tracked=shown):
        if isinstance(item, Problem):
            problems.append(item)
        else:
            documents.append(item)
    return documents


def _read(
    sources: Sequence[Source | Problem], *, namespace: str, stdin: BinaryIO | None, contents: Mapping[str, bytes]
) -> list[Document | Entry | Problem]:
    """Policies are not taken in here, as what they compile to cannot be sent to another process."""
    return [
        item if isinstance(item, Problem) or is_own_kind(item) else take_in(item, namespace)
        for source in sources
        for item in _items(source, stdin, contents)
    ]


def _items(
    source: Source | Problem, stdin: BinaryIO | None, contents: Mapping[str, bytes]
) -> Sequence[Document | Problem]:
    if isinstance(source, Problem):
        return [source]
    data = contents.get(source.path)
    return read_source(source, stdin) if data is None else parse_bytes(data, source.name, explicit=source.explicit)
