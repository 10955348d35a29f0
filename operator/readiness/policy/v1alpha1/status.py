"""What the operator answers on a policy: small and bounded, the details are in the reports."""

from typing import Annotated, Literal

from annotated_types import Ge
from pydantic import Field
from pydantic.config import JsonDict

from readiness.model.finding import Severity, Verdict
from readiness.policy.v1alpha1.base import (
    ApiModel,
    Count,
    Flag,
    Integer,
    Items,
    Kind,
    Name,
    ObjectName,
    Percent,
    Reason,
    Time,
)
from readiness.policy.v1alpha1.requirement import CategoryName, StageName

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
        None, description="Generation of the spec that the condition was computed for."
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
    waived: Count | None = Field(
        None, description="Requirements whose findings are waived; they are not counted in the score."
    )


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
    stage: StageName | None = Field(None, description="The stage that it belongs to.")
    severity: Severity = Field(description="Severity of the requirement.")
    remedy: str = Field(max_length=256, description="What to do, in one sentence.")


class CategoryStanding(ApiModel):
    """How far a category is."""

    name: CategoryName = Field(description="Name of the category.")
    passed: Count = Field(description="Requirements of it that pass.")
    total: Count = Field(description="Requirements of it that are counted.")
    percent: Percent = Field(description="Share that passes, rounded down.")
    target: Percent = Field(description="Share that completes it.")
    state: Literal["Complete", "InProgress", "Pending"] = Field(
        description="Complete: the target is reached; Pending: nothing passes; InProgress: something between."
    )


class StageStanding(ApiModel):
    """How far a stage is."""

    name: StageName = Field(description="Name of the stage.")
    passed: Count = Field(description="Requirements of it that pass.")
    total: Count = Field(description="Requirements of it that are counted.")
    percent: Percent = Field(description="Share that passes, rounded down.")
    reached: Flag = Field(description="Whether all of it passes, and all of the stages before it.")


class GateStanding(ApiModel):
    """Whether requirements pass together."""

    name: Name = Field(description="Name of the gate.")
    passed: Flag = Field(description="Whether all of its requirements pass that are counted.")
    failing: tuple[Name, ...] = Field((), max_length=20, description="The first of those that do not.")


class HistoryEntry(ApiModel):
    """What a policy said at some time."""

    time: Time = Field(description="When it first said so.")
    verdict: Verdict = Field(description="The verdict then.")
    score: Percent | None = Field(None, description="The score then.")
    stage: StageName | None = Field(None, description="The stage then; absent when none was reached.")


class ActiveWaiver(ApiModel):
    """A waiver that waives something."""

    namespace: Name = Field(description="Namespace of the waiver.")
    name: ObjectName = Field(description="Name of the waiver.")
    expiration_time: Time = Field(description="When it ends.")


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
    previous_score: Percent | None = Field(None, description="The score before it last changed.")
    items: Items | None = Field(
        None, description="Requirements that hold for every workload, of those that are counted: 19/33."
    )
    stage: StageName | None = Field(
        None,
        description="The highest stage of which, and of all before it, every requirement holds for every workload;"
        " absent when none is reached.",
    )
    summary: PolicySummary | None = Field(None, description="The figures behind the verdict.")
    namespaces: tuple[NamespaceCounts, ...] = Field(
        (),
        max_length=20,
        description="The namespaces with the most NoGo workloads; on cluster policies only.",
    )
    categories: tuple[CategoryStanding, ...] = Field(
        (),
        max_length=32,
        description="Requirements that hold for every workload by category, those with a target first.",
    )
    stages: tuple[StageStanding, ...] = Field(
        (), max_length=16, description="Requirements that hold for every workload by stage, in the order of the stages."
    )
    gates: tuple[GateStanding, ...] = Field(
        (), max_length=8, description="Sets of requirements that pass together, for every workload."
    )
    blockers: tuple[Blocker, ...] = Field(
        (), max_length=20, description="Requirements whose failure blocks, the worst first."
    )
    blockers_total: Count | None = Field(None, description="How many blockers there are, those not listed too.")
    next_steps: tuple[NextStep, ...] = Field(
        (), max_length=10, description="What to do next, stage by stage, the most urgent first."
    )
    active_waivers: tuple[ActiveWaiver, ...] = Field(
        (), max_length=20, description="Waivers that waive something of this policy, those that end soonest."
    )
    active_waivers_total: Count | None = Field(None, description="How many of them there are, those not listed too.")
    history: tuple[HistoryEntry, ...] = Field(
        (),
        max_length=10,
        description="The last changes of verdict and stage, and of the score at most every hour; the newest first.",
    )
    conditions: tuple[Condition, ...] = Field(
        (),
        max_length=12,
        description="Ready, Compliant, Degraded and one for each topic that the policy asks about;"
        " Reconciling and Stalled only while they are True.",
        json_schema_extra=LIST_MAP_BY_TYPE,
    )
