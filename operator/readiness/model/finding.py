"""What checks say, and the words that results are told in."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from readiness.model.reasons import Reason
from readiness.model.records import dataclass


class Severity(StrEnum):
    """How bad it is when a requirement does not hold; OpenReports' words."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for critical to 4 for info: sorts the worst first."""
        return _SEVERITIES.index(self)

    @classmethod
    def highest(cls, severities: Iterable["Severity"]) -> "Severity":
        """The worst of some severities; info when there is none."""
        return min(severities, key=lambda severity: severity.rank, default=cls.INFO)


_SEVERITIES = tuple(Severity)


class Category(StrEnum):
    """What part of production readiness a check is about."""

    RELIABILITY = "Reliability"
    SECURITY = "Security"
    SECRETS = "Secrets"
    NETWORKING = "Networking"
    IMAGES = "Images"
    LIFECYCLE = "Lifecycle"
    DELIVERY = "Delivery"
    PERFORMANCE = "Performance"
    OBSERVABILITY = "Observability"
    DATA_PROTECTION = "Data protection"
    TESTING = "Testing"
    DOCUMENTATION = "Documentation"
    COMPLIANCE = "Compliance"
    MAINTAINABILITY = "Maintainability"


class Topic(StrEnum):
    """A group of checks whose joint answer is a condition on policies and reports."""

    HEALTH_ENDPOINTS = "HealthEndpointsHealthy"
    RESOURCE_LIMITS = "ResourceLimitsSet"
    NON_ROOT = "RunsAsNonRoot"
    SECRETS = "SecretsProtected"


class Outcome(StrEnum):
    """What became of a check or a requirement."""

    PASS = "pass"
    FAIL = "fail"
    WARN = "warn"
    ERROR = "error"
    UNKNOWN = "unknown"
    WAIVED = "waived"
    NOT_APPLICABLE = "notApplicable"


class Verdict(StrEnum):
    """A readiness review's answer, best first."""

    GO = "Go"
    GO_WITH_CONDITIONS = "GoWithConditions"
    UNKNOWN = "Unknown"
    NO_GO = "NoGo"

    @property
    def rank(self) -> int:
        """0 for Go to 3 for NoGo: the worst of several has the highest."""
        return _VERDICTS.index(self)


_VERDICTS = tuple(Verdict)


@dataclass(frozen=True, slots=True)
class Fail:
    """Something is wrong, at `path` of the workload (empty: the workload as a whole)."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Skip:
    """The check does not apply; the message says why."""

    message: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Evidence is missing. `reason` is a PascalCase word of `model.reasons`."""

    message: str
    reason: str = Reason.EVIDENCE_MISSING


@dataclass(frozen=True, slots=True)
class Recheck:
    """The answer may change by time alone: look again at this moment."""

    at: datetime


Finding = Fail | Skip | Unknown | Recheck
