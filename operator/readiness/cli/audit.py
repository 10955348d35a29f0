"""`readiness audit`: judges manifests without a cluster."""

import gc
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import BinaryIO

import click

from readiness.adapters.manifests import STDIN, Document, Problem, Source, discover, read_source
from readiness.adapters.shares import share
from readiness.cli import Finished
from readiness.cli.asked import DEFAULT_PROFILE, lines, policies_asked, profile_policy, told
from readiness.cli.outcome import exit_code, judging_options, show
from readiness.cli.progress import tracked
from readiness.engine.audit import AuditRequest, audit, profiles_of
from readiness.engine.intake import Entry, is_own_kind, take_in
from readiness.engine.summary import report_list

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
@judging_options
def command(
    *,
    paths: tuple[str, ...],
    namespace: str,
    honor_foreign_annotations: bool,
    policies: tuple[str, ...],
    profile: str | None,
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

    A workload that several folders or files define, as rendered overlays do, is judged in each of them, among what
    lies there and what is shared.

    Exit code: 0 no blocker, 1 blockers, 2 bad input; the rest is judged and shown all the same.
    """
    if not paths:
        raise click.UsageError("name files or folders, or - for standard input")
    gc.disable()  # millions of small values live until the end: walking them costs more than all the rest
    problems: list[Problem] = []
    documents = _documents(paths, namespace, problems)
    own = list(profiles_of(documents))
    given, wrong, find = policies_asked(policies, profile, own, namespace)
    problems += wrong
    fallback = None if given or policies else profile_policy(DEFAULT_PROFILE)
    request = AuditRequest(tuple(given), fallback, namespace, full, find, foreign=honor_foreign_annotations)
    result = audit(documents, datetime.now(UTC), request, partial(share, least=_WORKLOADS_WORTH_A_PROCESS))
    problems += [told(fault) for fault in result.faults]
    if not documents and not any(problem.level == "error" for problem in problems):
        problems.append(Problem(" ".join(paths), None, None, "error", "there are no Kubernetes objects here"))
    levels = Counter(problem.level for problem in problems)
    counts = {
        "objects": result.objects,
        "ignored": result.ignored,
        "policies": result.policies,
        "problems": {"errors": levels["error"], "warnings": levels["warning"]},
    }
    for line in lines(problems):
        click.echo(line, err=True)
    if documents and not result.judged:
        click.echo("no workload was judged", err=True)
    show(report_list(result.judged, result.missed, counts), output, output_file)
    raise Finished(exit_code(result.judged, fail_on, bad_input=levels["error"] > 0))


def _documents(paths: Sequence[str], namespace: str, problems: list[Problem]) -> list[Document | Entry]:
    """The objects behind the paths; what is wrong with them goes to `problems`."""
    documents = []
    read = partial(_read, namespace=namespace, stdin=sys.stdin.buffer if STDIN in paths else None)
    for item in share(read, discover(paths), least=_FILES_WORTH_A_PROCESS):
        if isinstance(item, Problem):
            problems.append(item)
        else:
            documents.append(item)
    return documents


def _read(
    sources: Sequence[Source | Problem], *, namespace: str, stdin: BinaryIO | None
) -> list[Document | Entry | Problem]:
    """Policies are not taken in here, as what they compile to cannot be sent to another process."""
    return [
        item if isinstance(item, Problem) or is_own_kind(item) else take_in(item, namespace)
        for source in tracked(sources, "Reading")
        for item in ([source] if isinstance(source, Problem) else read_source(source, stdin))
    ]
