"""Checks that are declared before anything can answer them: policies may ask them, and people attest them."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from readiness.checks.check import Check, Kind
from readiness.checks.parameters.setting import Setting, parameters
from readiness.model import Category, Finding, Severity, Snapshot, Unknown, Workload
from readiness.model.reasons import Reason
from readiness.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """One line of a table of checks to come."""

    id: str
    title: str
    kind: Kind
    severity: Severity
    why: str
    rule: str
    remedy: str
    settings: tuple[Setting, ...] = ()


def planned(category: Category, *plans: Plan) -> tuple[Check, ...]:
    """The checks of a table: each has its parameters, and answers that it is not implemented."""
    return tuple(
        Check(
            id=plan.id,
            title=plan.title,
            why=plan.why,
            rule=plan.rule,
            remedy=plan.remedy,
            severity=plan.severity,
            category=category,
            kind=plan.kind,
            judge=partial(_judge, plan.id),
            parameters=parameters(plan.settings),
            implemented=False,
        )
        for plan in plans
    )


def _judge(check_id: str, _workload: Workload, _cluster: Snapshot, _parameters: Any) -> Iterator[Finding]:
    yield Unknown(f"{check_id} is not implemented yet: attest it", Reason.NOT_IMPLEMENTED)
