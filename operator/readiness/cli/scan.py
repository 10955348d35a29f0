"""`readiness scan`: judges a cluster once, through the kubeconfig; asks no pod anything."""

import asyncio
import gc
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import click

from readiness.adapters.cluster_scan import Scan, inspect, scan, scan_on_demand
from readiness.adapters.kubeapi import KubeApi, find
from readiness.adapters.manifests import Problem
from readiness.cli.asked import DEFAULT_PROFILE, lines, policies_asked, profile_policy
from readiness.cli.outcome import exit_code, judging_options, show
from readiness.cli.scanned_claims import idle, taken_in, untranslated
from readiness.engine.audit import profiles_in
from readiness.engine.foreign_annotations import opt_outs
from readiness.engine.judged import Judged, Missed, judge, undialled
from readiness.engine.summary import report_list
from readiness.model import Namespace, Ref, Snapshot, Workload
from readiness.model.labels import EVERYTHING, Selector
from readiness.model.records import dataclass
from readiness.model.selector_text import selector_of
from readiness.policy.compile import compile_policy
from readiness.policy.compiled import Policy
from readiness.policy.match import SYSTEM_NAMESPACES, Scope
from readiness.policy.problem import InvalidPolicyError
from readiness.policy.profiles.own import Find
from readiness.runtime.inspection import asked_by
from readiness.runtime.policybook import ref_of


def _selector(_context: click.Context, _option: click.Parameter, text: str | None) -> Selector | None:
    selector = selector_of(text) if text else None
    if text and selector is None:
        raise click.BadParameter(f"{text!r} is no label selector; write tier=backend, env!=dev or 'team in (a,b)'")
    return selector


@click.command()
@click.option("-n", "--namespace", metavar="NAME", help="Judge the workloads of this namespace only.")
@click.option(
    "-l", "--selector", metavar="LABELS", callback=_selector, help="Judge the workloads with these labels only."
)
@click.option(
    "--secrets",
    type=click.Choice(["none", "metadata"]),
    default="none",
    show_default=True,
    help="What is read of Secrets: nothing, or their metadata, which tells names, keys and ages.",
)
@click.option(
    "--inspect-secrets",
    is_flag=True,
    help="Read the Secrets in which policies ask how strong values are. No value is kept or shown.",
)
@click.option(
    "--honor-foreign-annotations",
    is_flag=True,
    help="Let opt-outs in annotations of kube-linter, Polaris and kube-score count as waivers without end.",
)
@click.option("--context", metavar="NAME", help="Context of the kubeconfig. Without it: the current one.")
@judging_options
def command(
    *,
    namespace: str | None,
    selector: Selector | None,
    context: str | None,
    secrets: str,
    inspect_secrets: bool,
    honor_foreign_annotations: bool,
    policies: tuple[str, ...],
    profiles: tuple[str, ...],
    output: str,
    output_file: str | None,
    fail_on: str | None,
    full: bool,
) -> None:
    """
    Judge a cluster once, through the kubeconfig; only reads, and asks no pod anything.

    The policies of the cluster count, unless --policy or --profile name others; where there are none, the profile
    recommended does. Its waivers and attestations count; what of them has no effect is told.

    Exit code: 0 no blocker, 1 blockers, 2 no cluster, or a policy or workloads that cannot be read.
    """
    found = asyncio.run(_look(context, namespace))
    gc.disable()  # what is here stays until the end
    given, problems = _asked(found, policies, profiles, namespace)
    values = set(_inspected(found, given, _scope(namespace))) if inspect_secrets else None
    asyncio.run(_look_on_demand(context, found, _Demand(given, namespace, secrets == "metadata", values)))
    problems += _hidden(found, server=context or "the cluster")
    claims = list(taken_in(found, problems))
    snapshot, scope = _snapshot(found, whole=namespace is None), _scope(namespace)
    workloads = list(_workloads(snapshot, selector or EVERYTHING))
    if honor_foreign_annotations:
        snapshot = replace(snapshot, opt_outs=opt_outs)
        problems += untranslated(item for item in workloads if item.ref.namespace not in scope.excluded)
    judged, missed = _judge(snapshot, workloads, given, scope, full=full)
    if selector is None:
        problems += idle(claims, judged, found, given, snapshot)
    for line in lines(problems):
        click.echo(line, err=True)
    levels = Counter(problem.level for problem in problems)
    counts = {
        "policies": len(given),
        "problems": {"errors": levels["error"], "warnings": levels["warning"]},
    }
    show(report_list(judged, missed, counts), output, output_file)
    sys.exit(exit_code(judged, fail_on, bad_input=levels["error"] > 0))


async def _look(context: str | None, namespace: str | None) -> Scan:
    async with KubeApi(find(context)) as api:
        return await scan(api, namespace)


@dataclass(frozen=True, slots=True)
class _Demand:
    """What is looked at because policies ask for it; `values` are the Secrets whose values may be seen, if any may."""

    policies: list[Policy]
    namespace: str | None
    secrets: bool
    values: set[Ref] | None


async def _look_on_demand(context: str | None, found: Scan, demand: _Demand) -> None:
    wanted = frozenset[type]().union(*(policy.reads for policy in demand.policies))
    async with KubeApi(find(context)) as api:
        await scan_on_demand(api, found, wanted, demand.namespace, guarded=demand.secrets)
        if demand.values is not None:
            found.strengths = await inspect(api, demand.values)


def _inspected(found: Scan, policies: list[Policy], scope: Scope) -> Iterator[Ref]:
    """The Secrets whose values policies want to have looked at."""
    for ref in set(found.inventory.roots()):
        workload = found.inventory.workload(ref)
        where = found.inventory.get(Namespace, Ref("Namespace", "", ref.namespace))
        for policy in scope.policies_for(workload, where, policies) if workload is not None else ():
            yield from asked_by(policy, found.inventory, {ref})


def _scope(namespace: str | None) -> Scope:
    """Whoever names a namespace of Kubernetes' own wants it judged."""
    return Scope(SYSTEM_NAMESPACES - {namespace or ""})


def _asked(
    found: Scan, policies: tuple[str, ...], profiles: tuple[str, ...], namespace: str | None
) -> tuple[list[Policy], list[Problem]]:
    """The policies to judge by, and what is wrong with any."""
    own = list(profiles_in(found.inventory))
    given, problems, find_profile = policies_asked(policies, profiles, own, namespace or "default")
    if not profiles and not policies:
        given += _compiled(found.policies, find_profile, problems)
        if not found.policies:
            given.append(profile_policy(DEFAULT_PROFILE))
    return given, problems


def _compiled(manifests: Iterable[Mapping[str, Any]], find_profile: Find, problems: list[Problem]) -> Iterator[Policy]:
    """The active policies of the cluster; what is wrong with the others, or doubtful, goes to `problems`."""
    for manifest in manifests:
        ref = ref_of(manifest)
        where = f"{ref} in {ref.namespace}" if ref.namespace else str(ref)
        try:
            policy = compile_policy(ref, manifest, find_profile)
        except InvalidPolicyError as error:
            problems += [Problem(where, None, None, "error", str(item)) for item in error.problems]
        else:
            problems += [Problem(where, None, None, "warning", str(item)) for item in policy.hints]
            if not policy.suspended:
                yield policy


def _hidden(found: Scan, server: str) -> Iterator[Problem]:
    """What we may not read: without workloads or policies the answer lacks something, else it says so itself."""
    for kind in found.unreadable:
        level = "error" if kind.record is Workload else "warning"
        yield Problem(server, None, None, level, f"you may not list {kind.plural}")  # type: ignore[arg-type]
    for name in found.unreadable_own:
        yield Problem(server, None, None, "warning", f"you may not list {name} objects: none of them counts")


def _snapshot(found: Scan, *, whole: bool) -> Snapshot:
    return Snapshot(
        found.inventory,
        datetime.now(UTC),
        unreadable=frozenset(kind.record for kind in found.unreadable if kind.record is not Workload),
        not_served=found.not_served,
        whole=whole,
        inspect=None if found.strengths is None else found.strengths.get,
    )


def _workloads(snapshot: Snapshot, chosen: Selector) -> Iterator[Workload]:
    """The workloads that somebody chose, but those that have finished."""
    for ref in sorted(set(snapshot.inventory.roots()), key=lambda ref: (ref.namespace, ref.kind, ref.name)):
        workload = snapshot.inventory.workload(ref)
        if workload is not None and chosen.matches(workload.labels) and not workload.finished:
            yield workload


def _judge(
    snapshot: Snapshot, workloads: list[Workload], policies: list[Policy], scope: Scope, *, full: bool
) -> tuple[list[Judged], list[Missed]]:
    asked = [undialled(policy) for policy in policies]
    judged, missed = [], []
    for workload in workloads:
        ref = workload.ref
        where = snapshot.inventory.get(Namespace, Ref("Namespace", "", ref.namespace))
        selecting = scope.policies_for(workload, where, asked)
        if selecting:
            judged.append(judge(workload, selecting, snapshot, full=full))
        elif ref.namespace not in scope.excluded:
            missed.append(Missed(ref))
    return judged, missed
