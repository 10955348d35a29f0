"""What people attest, by category: tables of claims."""

from readiness.checks.attestations import (
    compliance,
    data,
    delivery,
    documentation,
    maintainability,
    running,
    security,
    testing,
)  # fmt: skip

ATTESTED = (security, running, data, delivery, documentation, testing, compliance, maintainability)
