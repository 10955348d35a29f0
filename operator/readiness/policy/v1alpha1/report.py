"""What the operator answers on a workload: a scorecard for each policy that selects it."""

from typing import Annotated

from annotated_types import Len
from pydantic import Field

from readiness.model.finding import Outcome, Severity, Verdict
from readiness.policy.v1alpha1.base import (
    ApiModel,
    ApiVersion,
    Count,
    Flag,
    Items,
    Kind,
    Name,
    ObjectName,
    Percent,
    PolicyKind,
    Reason,
    Time,
)
from readiness.policy.v1alpha1.requirement import StageName
from readiness.policy.v1alpha1.rules import Rule
from readiness.policy.v1alpha1.status import ReportCondition, RequirementCounts

_GROUP = "{0}.apiVersion.contains('/') ? {0}.apiVersion.split('/')[0] : ''"


class WorkloadRef(ApiModel):
    """The workload that a report is about."""

    rules = (
        Rule(
            "kind, name and group of workloadRef cannot change",
            "self.kind == oldSelf.kind && self.name == oldSelf.name"
            f" && ({_GROUP.format('self')}) == ({_GROUP.format('oldSelf')})",
        ),
    )

    api_version: ApiVersion = Field(description="Group and version of the workload, such as apps/v1.")
    kind: Kind = Field(description="Kind of the workload.")
    name: ObjectName = Field(description="Name of the workload.")


class ReadinessReportSpec(ApiModel):
    """What a report is about."""

    workload_ref: WorkloadRef = Field(description="The workload that was judged, in the report's namespace.")


class PolicyRef(ApiModel):
    """A policy."""

    kind: PolicyKind = Field(description="ReadinessPolicy, in the report's namespace, or ClusterReadinessPolicy.")
    name: ObjectName = Field(description="Name of the policy.")


class ReportedFinding(ApiModel):
    """One thing that is wrong, or that is not known."""

    path: Annotated[str, Len(0, 512)] | None = Field(None, description="The field that it is about.")
    message: str = Field(max_length=512, description="What is wrong there.")


class CheckResult(ApiModel):
    """The answer of one check."""

    id: Name = Field(description="Id of the check.")
    name: Name | None = Field(None, description="Name of the question where one check is asked twice.")
    outcome: Outcome = Field(description="The outcome of the check.")
    reason: Reason | None = Field(None, description="Why the check has no answer.")
    findings: tuple[ReportedFinding, ...] = Field((), max_length=50, description="What the check found.")


class WaiverRef(ApiModel):
    """The waiver that keeps a requirement, or some of what was found, from counting."""

    name: ObjectName = Field(description="Name of the ReadinessWaiver, in the report's namespace.")
    expiration_time: Time | None = Field(None, description="When it ends; absent where it has no end.")
    others: tuple[ObjectName, ...] = Field(
        (), max_length=8, description="Other ReadinessWaivers that cover it as well."
    )


class RequirementResult(ApiModel):
    """One line of the scorecard."""

    name: Name = Field(description="Name of the requirement.")
    title: Annotated[str, Len(0, 128)] | None = Field(None, description="What is true when it is met.")
    severity: Severity | None = Field(None, description="How bad a failure is.")
    outcome: Outcome = Field(
        description="fail (blocks), warn (fails without blocking), unknown (evidence is missing), error (a check"
        " broke down) or waived; the full form also has pass and notApplicable."
    )
    blocking: Flag | None = Field(None, description="Whether a failure makes the verdict NoGo.")
    compensated_by: Name | None = Field(
        None, description="The requirement whose passing turns a failure of this one into a warning."
    )
    waiver: WaiverRef | None = Field(
        None,
        description="The waiver that keeps it from counting; with another outcome than waived, the one that keeps some"
        " of what was found from counting, and findings are the others. Of several, the first to end.",
    )
    reason: Reason | None = Field(None, description="Why there is no answer.")
    findings: tuple[ReportedFinding, ...] = Field(
        (), max_length=50, description="What was found, where the only check has the name of the requirement."
    )
    checks: tuple[CheckResult, ...] = Field(
        (), max_length=8, description="The checks that did not pass, where they are not one of the same name."
    )
    remedy: Annotated[str, Len(0, 512)] | None = Field(None, description="What to do, in one sentence.")


class LiveOutcome(ApiModel):
    """What a live check last saw."""

    id: Name = Field(description="Id of the check.")
    name: Name | None = Field(None, description="Name of the question where one check is asked twice.")
    outcome: Outcome = Field(description="The outcome of the check.")
    observed_time: Time = Field(description="When it was first seen; it moves only with the outcome.")


class Scorecard(ApiModel):
    """The answer to one policy."""

    policy_ref: PolicyRef = Field(description="The policy.")
    verdict: Verdict = Field(description="The verdict of this scorecard.")
    score: Percent | None = Field(
        None, description="Share of the counted requirements that pass, in percent, rounded down."
    )
    items: Items | None = Field(None, description="Requirements that pass, of those that are counted: 19/33.")
    stage: StageName | None = Field(None, description="The highest stage reached; absent when none is.")
    summary: RequirementCounts = Field(description="Requirements by outcome.")
    passed: tuple[Name, ...] = Field((), max_length=256, description="Names of the requirements that are met.")
    not_applicable: tuple[Name, ...] = Field(
        (), max_length=256, description="Names of the requirements that do not apply."
    )
    requirements: tuple[RequirementResult, ...] = Field(
        (), max_length=256, description="The requirements that are not met, the worst first."
    )
    live: tuple[LiveOutcome, ...] = Field(
        (), max_length=256, description="What the live checks last saw; a new leader carries it over."
    )


class ReadinessReportStatus(ApiModel):
    """How ready the workload is."""

    workload_generation: Count | None = Field(
        None,
        description="Generation of the workload that was judged; alone it is renewed every 30 seconds at most.",
    )
    verdict: Verdict = Field(description="The worst verdict of the scorecards.")
    score: Percent | None = Field(None, description="The lowest score of the scorecards, in percent.")
    items: Items | None = Field(None, description="Items of the worst scorecard: 19/33.")
    stage: StageName | None = Field(None, description="Stage of the worst scorecard; absent when none is reached.")
    blockers_total: Count = Field(description="Open blockers of all scorecards.")
    policies: Count = Field(description="How many policies select the workload.")
    scorecards: tuple[Scorecard, ...] = Field((), max_length=16, description="One scorecard for each policy.")
    conditions: tuple[ReportCondition, ...] = Field(
        (),
        max_length=12,
        description="Compliant, EvidenceCurrent and one for each topic that is asked about.",
    )
