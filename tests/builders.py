"""Values for tests that name only what matters to them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from readiness.checks import Check, Kind, NoParameters
from readiness.engine.scorecard import Answer, RequirementResult, Scorecard
from readiness.model import (
    Category,
    Container,
    Fail,
    Finding,
    Outcome,
    PodSpec,
    Ref,
    Severity,
    Skip,
    Snapshot,
    Topic,
    Unknown,
    Workload,
)
from readiness.model.inventory import Inventory
from readiness.model.parse import Record
from readiness.policy.compiled import Ask, Policy, PolicyRef, Requirement

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
_BLOCKING = (Severity.CRITICAL, Severity.HIGH)
_API_VERSIONS = {"Deployment": "apps/v1", "StatefulSet": "apps/v1", "DaemonSet": "apps/v1", "Job": "batch/v1"}


def container(name: str = "app", **fields: Any) -> Container:
    """A container of a Deployment's template."""
    return Container(name, f"spec.template.spec.containers[{name}]", **fields)


def workload(
    name: str = "cart", *containers: Container, kind: str = "Deployment", namespace: str = "shop", **fields: Any
) -> Workload:
    """A workload, with one container unless some are given."""
    api_version = fields.pop("api_version", _API_VERSIONS.get(kind, "v1"))
    group = api_version.rpartition("/")[0]
    pod = fields.pop("pod", None) or PodSpec(containers=containers or (container(),), path="spec.template.spec")
    return Workload(Ref(kind, namespace, name, group), api_version, pod, **fields)


def snapshot(*records: Record, now: datetime = NOW, **fields: Any) -> Snapshot:
    """A cluster with these records in it."""
    inventory = Inventory()
    for record in records:
        inventory.put(record)
    return Snapshot(inventory, now, **fields)


def check(
    check_id: str = "some-check",
    *findings: Finding,
    judge: Callable[..., Iterator[Finding]] | None = None,
    **fields: Any,
) -> Check:
    """A check that finds this, whatever it looks at."""

    def find(_workload: Workload, _cluster: Snapshot, _parameters: Any) -> Iterator[Finding]:
        yield from findings

    about: dict[str, Any] = {
        "title": f"{check_id} holds",
        "why": "Something goes wrong.",
        "rule": "It is right.",
        "remedy": f"Mend {check_id}.",
        "severity": Severity.HIGH,
        "category": Category.RELIABILITY,
        "kind": Kind.PROBE if fields.get("live") else Kind.STATIC,
        "parameters": NoParameters,
    }
    return Check(id=check_id, judge=judge or find, **{**about, **fields})


def requirement(
    name: str, *checks: Check | Ask, severity: Severity = Severity.HIGH, match_any: bool = False, **fields: Any
) -> Requirement:
    """A requirement that these checks answer; without any, a check of its name that passes."""
    asks = tuple(
        item if isinstance(item, Ask) else Ask(item, item.id, item.parameters()) for item in checks or (check(name),)
    )
    blocking = fields.pop("blocking", severity in _BLOCKING)
    title = fields.pop("title", f"{name} holds")
    category = fields.pop("category", str(asks[0].check.category))
    return Requirement(name, title, severity, blocking, asks, match_any, category, **fields)


def policy(*requirements: Requirement, name: str = "production", namespace: str = "shop", **fields: Any) -> Policy:
    """A policy; without a namespace a ClusterReadinessPolicy."""
    kind = "ReadinessPolicy" if namespace else "ClusterReadinessPolicy"
    return Policy(PolicyRef(kind, namespace, name), requirements or (requirement("some-check"),), **fields)


def answer(outcome: Outcome, message: str = "it is so") -> Answer:
    """A check's answer with one finding that fits."""
    match outcome:
        case Outcome.PASS:
            return Answer(outcome)
        case Outcome.FAIL | Outcome.WARN:
            return Answer(Outcome.FAIL, (Fail("spec", message),))
        case Outcome.ERROR:
            return Answer(outcome, (Unknown(message),), "CheckFailed")
        case Outcome.UNKNOWN:
            return Answer(outcome, (Unknown(message),), "EvidenceMissing")
        case _:
            return Answer(outcome, (Skip(message),))


def scorecard(
    outcomes: Mapping[str, Outcome], *, topic: Topic | None = None, message: str = "it is so", **fields: Any
) -> Scorecard:
    """A scorecard with these outcomes by requirement, each of one check; `fields` are the policy's."""
    requirements = [
        requirement(name, check(name, topic=topic), blocking=outcome is not Outcome.WARN)
        for name, outcome in outcomes.items()
    ]
    results = tuple(
        RequirementResult.of(item, (answer(outcome, message),))
        for item, outcome in zip(requirements, outcomes.values(), strict=True)
    )
    return Scorecard(policy(*requirements, **fields), results)
