"""The API as pydantic models: one source of the CRDs, of what is read, and of what is written."""

from readiness.policy.v1alpha1.attestation import AttestationStatus, ReadinessAttestationSpec
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
    READINESS_ATTESTATION,
    READINESS_POLICY,
    READINESS_REPORT,
    READINESS_WAIVER,
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
from readiness.policy.v1alpha1.waiver import ReadinessWaiverSpec, WaiverStatus

__all__ = [
    "CLUSTER_READINESS_POLICY",
    "READINESS_ATTESTATION",
    "READINESS_POLICY",
    "READINESS_REPORT",
    "READINESS_WAIVER",
    "RESOURCES",
    "ApiModel",
    "AppliesWhen",
    "AttestationStatus",
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
    "ReadinessAttestationSpec",
    "ReadinessPolicySpec",
    "ReadinessReportSpec",
    "ReadinessReportStatus",
    "ReadinessWaiverSpec",
    "ReportCondition",
    "ReportedFinding",
    "Requirement",
    "RequirementCounts",
    "RequirementResult",
    "Resource",
    "Scorecard",
    "Stage",
    "WaiverStatus",
    "WorkloadCounts",
    "WorkloadRef",
]
