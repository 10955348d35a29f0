"""What the operator answers on a policy: small and bounded, the details are in the reports."""

from typing import Annotated, Literal

from annotated_types import Ge
from pydantic import Field
from pydantic.config import JsonDict

from readiness.model.finding import Severity, Verdict
from readiness.policy.v1alpha1.base import (
    ApiModel,
    Count,
    Integer,
    Items,
    Kind,
    Name,
    ObjectName,
    Percent,
    Reason,
    Time,
)

ConditionType = Annotated[str, Field(max_length=63, pattern=r"^[A-Z][A-Za-z0-9]*$")]
ConditionStatus = Literal["True", "False", "Unknown"]
LIST_MAP_BY_TYPE: JsonDict = {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"]}


class ReportCondition(ApiModel):
    """One aspect of the state, for people and machines to wait for and to alert on."""

    type: ConditionType = Field(description="What the condition is about, such as Compliant.")
    status: ConditionStatus = Field(description="True, False or Unknown.")
    reason: Reason = Field(description="Why, in one word that programs may compare.")
    message: str = Field(max_length=1024, description="Why, for people.")
    last_transition_time: Time = Field(description="When the status last changed.")


class Condition(ReportCondition):
    """One aspect of the state, for people and machines to wait for and to alert on."""

    observed_generation: Count | None = Field(
        None, description="Generation of the policy that the condition was computed for."
    )


class WorkloadCounts(ApiModel):
    """Workloads by verdict."""

    total: Count = Field(description="Workloads that the policy selects.")
    go: Count = Field(description="Workloads with nothing open.")
    go_with_conditions: Count = Field(description="Workloads with open points that do not block.")
    no_go: Count = Field(description="Workloads with an open blocker.")
    unknown: Count = Field(description="Workloads where a blocking requirement lacks evidence.")
    percent: Percent = Field(description="Share of the workloads that are Go, rounded down.")


class RequirementCounts(ApiModel):
    """Requirements by outcome."""

    passed: Count = Field(description="Requirements that are met.")
    warned: Count = Field(description="Requirements that fail without blocking.")
    failed: Count = Field(description="Requirements that fail and block.")
    unknown: Count = Field(description="Requirements that lack evidence, or whose check broke down.")
    not_applicable: Count = Field(description="Requirements that do not apply; they are not counted in the score.")


class PolicySummary(ApiModel):
    """The figures behind the verdict."""

    workloads: WorkloadCounts = Field(description="Selected workloads by verdict.")
    requirements: RequirementCounts = Field(
        description="Requirements by the worst outcome that a workload has for them."
    )


class NamespaceCounts(ApiModel):
    """The workloads of one namespace."""

    name: Name = Field(description="Name of the namespace.")
    total: Count = Field(description="Workloads that the policy selects there.")
    no_go: Count = Field(description="Those of them with an open blocker.")


class BlockedWorkload(ApiModel):
    """A workload that fails."""

    namespace: Name = Field(description="Namespace of the workload.")
    kind: Kind = Field(description="Kind of the workload.")
    name: ObjectName = Field(description="Name of the workload.")


class Blocker(ApiModel):
    """A requirement whose failure blocks."""

    requirement: Name = Field(description="Name of the requirement.")
    severity: Severity = Field(description="Severity of the requirement.")
    workloads: Count = Field(description="How many workloads fail it.")
    workload_ref: BlockedWorkload = Field(description="One of these workloads.")
    message: str = Field(max_length=512, description="What is wrong with that workload.")


class NextStep(ApiModel):
    """What to do next."""

    requirement: Name = Field(description="Name of the requirement that this step meets.")
    severity: Severity = Field(description="Severity of the requirement.")
    remedy: str = Field(max_length=256, description="What to do, in one sentence.")


class PolicyStatus(ApiModel):
    """The answer of the operator."""

    observed_generation: Annotated[Integer, Ge(-1)] | None = Field(
        None, description="Generation of the policy that the operator has looked at; -1 before it has."
    )
    verdict: Verdict | None = Field(
        None,
        description="NoGo with an open blocker, Unknown where a blocking requirement lacks evidence,"
        " GoWithConditions where only other requirements are open, else Go.",
    )
    score: Percent | None = Field(
        None,
        description="Share of the pairs of workload and requirement that pass, in percent, rounded down.",
    )
    items: Items | None = Field(
        None, description="Requirements that hold for every workload, of those that are counted: 19/33."
    )
    summary: PolicySummary | None = Field(None, description="The figures behind the verdict.")
    namespaces: tuple[NamespaceCounts, ...] = Field(
        (),
        max_length=20,
        description="The namespaces with the most NoGo workloads; on cluster policies only.",
    )
    blockers: tuple[Blocker, ...] = Field(
        (), max_length=20, description="Requirements whose failure blocks, the worst first."
    )
    blockers_total: Count | None = Field(None, description="How many blockers there are, those not listed too.")
    next_steps: tuple[NextStep, ...] = Field((), max_length=10, description="What to do next, the most urgent first.")
    conditions: tuple[Condition, ...] = Field(
        (),
        max_length=12,
        description="Ready, Compliant, Degraded and one for each topic that the policy asks about;"
        " Reconciling and Stalled only while they are True.",
        json_schema_extra=LIST_MAP_BY_TYPE,
    )
