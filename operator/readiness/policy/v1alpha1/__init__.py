"""The API as pydantic models: one source of the CRDs, of what is read, and of what is written."""

from readiness.policy.v1alpha1.base import ApiModel
from readiness.policy.v1alpha1.duration import Duration
from readiness.policy.v1alpha1.policy import (
    CategoryTarget,
    ClusterReadinessPolicySpec,
    Gate,
    Probing,
    ProfileRef,
    ReadinessPolicySpec,
    Stage,
)
from readiness.policy.v1alpha1.report import (
    CheckResult,
    LiveOutcome,
    PolicyRef,
    ReadinessReportSpec,
    ReadinessReportStatus,
    ReportedFinding,
    RequirementResult,
    Scorecard,
    WorkloadRef,
)
from readiness.policy.v1alpha1.requirement import AppliesWhen, CheckCall, Parameters, Requirement
from readiness.policy.v1alpha1.resources import (
    CLUSTER_READINESS_POLICY,
    READINESS_POLICY,
    READINESS_REPORT,
    RESOURCES,
    Resource,
)
from readiness.policy.v1alpha1.selector import LabelExpression, LabelSelector
from readiness.policy.v1alpha1.status import (
    BlockedWorkload,
    Blocker,
    Condition,
    NamespaceCounts,
    NextStep,
    PolicyStatus,
    PolicySummary,
    ReportCondition,
    RequirementCounts,
    WorkloadCounts,
)

__all__ = [
    "CLUSTER_READINESS_POLICY",
    "READINESS_POLICY",
    "READINESS_REPORT",
    "RESOURCES",
    "ApiModel",
    "AppliesWhen",
    "BlockedWorkload",
    "Blocker",
    "CategoryTarget",
    "CheckCall",
    "CheckResult",
    "ClusterReadinessPolicySpec",
    "Condition",
    "Duration",
    "Gate",
    "LabelExpression",
    "LabelSelector",
    "LiveOutcome",
    "NamespaceCounts",
    "NextStep",
    "Parameters",
    "PolicyRef",
    "PolicyStatus",
    "PolicySummary",
    "Probing",
    "ProfileRef",
    "ReadinessPolicySpec",
    "ReadinessReportSpec",
    "ReadinessReportStatus",
    "ReportCondition",
    "ReportedFinding",
    "Requirement",
    "RequirementCounts",
    "RequirementResult",
    "Resource",
    "Scorecard",
    "Stage",
    "WorkloadCounts",
    "WorkloadRef",
]
