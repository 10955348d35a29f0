"""Every condition type and every reason that conditions and events carry: words that people's alerts compare."""

from enum import StrEnum


class ConditionType(StrEnum):
    """Conditions of policies and reports, besides the topics (`model.finding.Topic`)."""

    READY = "Ready"
    RECONCILING = "Reconciling"
    STALLED = "Stalled"
    COMPLIANT = "Compliant"
    DEGRADED = "Degraded"
    EVIDENCE_CURRENT = "EvidenceCurrent"


class Reason(StrEnum):
    """Reasons of conditions, in the order of the conditions that use them."""

    EVALUATION_SUCCEEDED = "EvaluationSucceeded"
    SUSPENDED = "Suspended"
    EVALUATION_PENDING = "EvaluationPending"
    INVALID_SPEC = "InvalidSpec"
    UNKNOWN_CHECK = "UnknownCheck"
    UNKNOWN_PROFILE = "UnknownProfile"
    EVALUATION_FAILED = "EvaluationFailed"
    NEW_GENERATION = "NewGeneration"
    INITIAL_EVALUATION = "InitialEvaluation"
    PROGRESSING_WITH_RETRY = "ProgressingWithRetry"
    PERMISSION_DENIED = "PermissionDenied"
    NO_OPEN_BLOCKERS = "NoOpenBlockers"
    NO_WORKLOADS_MATCHED = "NoWorkloadsMatched"
    EVALUATION_INCOMPLETE = "EvaluationIncomplete"
    VIOLATIONS_FOUND = "ViolationsFound"
    REPORT_WRITE_FAILED = "ReportWriteFailed"
    RESULTS_TRUNCATED = "ResultsTruncated"
    EVIDENCE_STALE = "EvidenceStale"
    AS_EXPECTED = "AsExpected"
    REQUIREMENTS_MET = "RequirementsMet"
    EVIDENCE_MISSING = "EvidenceMissing"
    REQUIREMENTS_FAILED = "RequirementsFailed"
    NOT_EVALUATED = "NotEvaluated"
    CHECK_FAILED = "CheckFailed"
    NOT_ASKABLE = "NotAskable"
    NOT_IMPLEMENTED = "NotImplemented"
    FRESH = "Fresh"
    NOT_YET_VALID = "NotYetValid"
    EXPIRED = "Expired"
    IMAGE_MISMATCH = "ImageMismatch"


class EventReason(StrEnum):
    """Reasons of events; only transitions make one."""

    VERDICT_CHANGED = "VerdictChanged"
    REQUIREMENT_FAILED = "RequirementFailed"
    REQUIREMENT_MET = "RequirementMet"
    ENDPOINT_FAILING = "EndpointFailing"
    ENDPOINT_RECOVERED = "EndpointRecovered"
    POLICY_INVALID = "PolicyInvalid"
