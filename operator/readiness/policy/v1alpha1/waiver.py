"""What need not be mended for now: which findings, until when, and who says so."""

from datetime import timedelta
from typing import Annotated

from annotated_types import Ge, Len
from pydantic import Field

from readiness.policy.v1alpha1.base import ApiModel, Count, Integer, Name, ObjectName, PolicyKind
from readiness.policy.v1alpha1.claim import ONE_SUBJECT, SubjectRef
from readiness.policy.v1alpha1.instant import Instant
from readiness.policy.v1alpha1.rules import Rule
from readiness.policy.v1alpha1.selector import LabelSelector
from readiness.policy.v1alpha1.status import LIST_MAP_BY_TYPE, Condition

LONGEST_HOURS = 8784  # a leap year


class WaivedPolicy(ApiModel):
    """The policy whose findings are waived."""

    kind: PolicyKind = Field(
        description="ReadinessPolicy, in the waiver's namespace, or ClusterReadinessPolicy: then its findings are"
        " waived for workloads of the waiver's namespace."
    )
    name: ObjectName = Field(description="Name of the policy.")


class ReadinessWaiverSpec(ApiModel):
    """Which findings are waived, until when, and why."""

    rules = (
        ONE_SUBJECT,
        Rule(
            "name requirements, or checks, or both",
            "(has(self.requirements) && size(self.requirements) > 0) || (has(self.checks) && size(self.checks) > 0)",
            lambda self: bool(self.requirements or self.checks),
        ),
        Rule(
            "expirationTime must be after approvedTime",
            "self.expirationTime > self.approvedTime",
            lambda self: self.expiration_time.moment > self.approved_time.moment,
        ),
        Rule(
            f"expirationTime must be at most {LONGEST_HOURS}h after approvedTime",
            f"self.expirationTime - self.approvedTime <= duration('{LONGEST_HOURS}h')",
            lambda self: self.expiration_time.moment - self.approved_time.moment <= timedelta(hours=LONGEST_HOURS),
        ),
    )

    policy_ref: WaivedPolicy | None = Field(
        None,
        description="The policy whose findings are waived. Absent: every ReadinessPolicy of this namespace;"
        " a ClusterReadinessPolicy must be named.",
    )
    requirements: Annotated[tuple[Name, ...], Len(0, 64)] = Field(
        (), description="Names of the requirements that are waived; with checks, those checks inside of them only."
    )
    checks: Annotated[tuple[Name, ...], Len(0, 64)] = Field(
        (), description="Ids of the checks that are waived, in whatever requirement they are."
    )
    workload_ref: SubjectRef | None = Field(
        None, description="The workload, in this namespace. Either this or selector is needed."
    )
    selector: LabelSelector | None = Field(
        None, description="Labels of the workloads, in this namespace. Either this or workloadRef is needed."
    )
    containers: tuple[Name, ...] = Field(
        (),
        max_length=32,
        description="Names of the containers whose findings are waived: those with a path inside of the container. What"
        " is found at a field of the pod, such as terminationGracePeriodSeconds, imagePullSecrets or a volume, is of no"
        " container, also where it names one; nor is what is not known. Absent: whatever is found.",
    )
    reason: Annotated[str, Len(1, 1024)] = Field(description="Why this is accepted for now.")
    approved_by: Annotated[str, Len(1, 253)] = Field(description="Who accepts it: somebody who can be asked.")
    approved_time: Instant = Field(description="When it was accepted; before that moment the waiver has no effect.")
    expiration_time: Instant = Field(
        description=f"When it ends, to the second; at most {LONGEST_HOURS}h after approvedTime."
    )
    ticket: Annotated[str, Len(1, 253)] | None = Field(None, description="Where the work on it is planned.")


class WaiverStatus(ApiModel):
    """What the waiver does."""

    observed_generation: Annotated[Integer, Ge(-1)] | None = Field(
        None, description="Generation of the waiver that the operator has looked at; -1 before it has."
    )
    matched_workloads: Count | None = Field(None, description="Workloads that it names or selects.")
    waived_findings: Count | None = Field(None, description="Findings that it waives now, in all scorecards.")
    conditions: tuple[Condition, ...] = Field(
        (), max_length=12, description="Active and Expiring.", json_schema_extra=LIST_MAP_BY_TYPE
    )
