"""Every fix in every case that its check fails: what it mends passes then, and nothing else has changed."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from readiness.adapters.fixes import spliced
from readiness.adapters.manifests import Document, parse_bytes
from readiness.checks import CATALOGUE
from readiness.checks.check import Kind
from readiness.checks.fix import Edit
from readiness.engine.edits import changes, edited
from readiness.model import Fail
from readiness.model.parse import ref_of
from readiness.model.parse.workloads import workload
from readiness.policy.parameters import parameters_of
from tests import cases

FIXABLE = [check for check in CATALOGUE if check.fix is not None]
FAILING = [path for path in cases.paths() if path.parent.name in {c.id for c in FIXABLE} and path.name[:5] == "fail."]

KNOWLEDGE = {
    "what answers for the program, and how long it takes to start": """
        liveness-probe readiness-probe startup-probe probes-distinct probe-commands""",
    "how much is used": "resource-requests resource-limits limit-request-ratio",
    "where the data is to live instead": """
        no-host-path-volumes pss-host-path-volumes pss-restricted-volumes no-sensitive-host-paths no-runtime-socket
        mounts-follow-updates storage-class-named claim-access-modes""",
    "which Secret or ConfigMap there is, and how the program reads it": """
        no-plaintext-secret-env required-secrets secrets-mounted-as-files config-externalized config-reload""",
    "which image": "image-tag-pinned allowed-registries no-denied-images no-ssh-port signal-handling version-label",
    "which user and group owns the image's files": "high-user-id high-group-id no-root-group",
    "which object of the cluster, or which nodes": """
        allowed-namespaces runtime-class own-service-account priority-class node-affinity no-blanket-tolerations
        readiness-gates no-host-aliases""",
    "what the program listens on, and who calls it so": "unprivileged-ports ports-named ports-unique",
    "what was meant": """
        no-bare-pods pod-management-policy not-suspended cronjob-schedule labels-valid required-annotations owner-named
        runbook-linked""",
}
"""What one must know, and no manifest says, to do what static checks without a fix ask for."""


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def _offers(case: cases.Case) -> Iterator[tuple[Fail, list[Edit]]]:
    """What is found, and the edits that are offered for it."""
    assert case.check.fix is not None
    subject = workload(case.judged())
    parameters = parameters_of(case.check, case.header.get("parameters", {}))
    for finding in case.judge():
        if isinstance(finding, Fail):
            yield finding, list(case.check.fix.edits(subject, finding, parameters))


def _mended(case: cases.Case) -> cases.Case:
    edits = [edit for _, offered in _offers(case) for edit in offered]
    judged = case.judged()
    return replace(case, objects=[edited(raw, edits) if raw is judged else raw for raw in case.objects])


@pytest.mark.parametrize("path", FAILING, ids=_name)
def test_what_a_fix_mends_is_not_found_again(path: Path) -> None:
    case = cases.read(path)
    left = [finding for finding, edits in _offers(case) if not edits]
    assert [finding for finding in _mended(case).judge() if isinstance(finding, Fail)] == left


@pytest.mark.parametrize("check", FIXABLE, ids=lambda check: check.id)
def test_a_fix_mends_one_of_the_cases_wholly(check: Any) -> None:
    paths = [path for path in FAILING if path.parent.name == check.id]
    assert any(all(edits for _, edits in _offers(cases.read(path))) for path in paths)


@pytest.mark.parametrize("path", FAILING, ids=_name)
def test_a_fix_changes_the_lines_of_what_it_mends_and_no_others(path: Path) -> None:
    case, data = cases.read(path), path.read_bytes()
    documents = [item for item in parse_bytes(data, str(path), explicit=False) if isinstance(item, Document)]
    (judged,) = [item for item in documents if ref_of(item.obj) == ref_of(case.judged())]
    edits = [edit for _, offered in _offers(case) for edit in offered]
    wanted = list(changes(judged.obj, edited(judged.obj, edits)))
    written = spliced(data, {judged.index: wanted})
    after = [item.obj for item in parse_bytes(written, str(path), explicit=False) if isinstance(item, Document)]
    assert after == [edited(item.obj, edits) if item is judged else item.obj for item in documents]
    kept = [line for line in data.splitlines() if line in written.splitlines()]
    assert bool(edits) == bool(wanted) == (written != data)
    assert _is_within(kept, written.splitlines())
    assert len(data.splitlines()) - len(kept) <= sum(1 + _lines(judged.obj, change.steps) for change in wanted)


def _is_within(lines: list[bytes], text: list[bytes]) -> bool:
    rest = iter(text)
    return all(line in rest for line in lines)


def _lines(obj: Any, steps: tuple[Any, ...]) -> int:
    """How many lines a value takes at most."""
    for step in steps:
        if not (isinstance(obj, dict) and step in obj) and not (isinstance(obj, list) and step < len(obj)):
            return 0
        obj = obj[step]
    return len(re.findall(r"[\w']+", str(obj)))


def test_a_static_check_offers_a_fix_unless_it_takes_knowledge() -> None:
    without = [check.id for check in CATALOGUE if check.kind is Kind.STATIC and check.fix is None]
    assert sorted(without) == sorted(name for names in KNOWLEDGE.values() for name in names.split())


def test_every_risk_reads_on() -> None:
    for check in FIXABLE:
        assert check.fix is not None
        assert not check.fix.risk.endswith(".")
