"""Security: promises to users and tenants that no look from outside can prove."""

from readiness.checks.attested import Claim, attested
from readiness.checks.parameters.bounds import at_least, covers, one_of
from readiness.checks.parameters.setting import MaybeCount
from readiness.model import Category, Severity

CHECKS = attested(
    Category.SECURITY,
    Claim(
        "refresh-token-rotation",
        "Refresh tokens rotate and reuse is detected",
        Severity.HIGH,
        why="A stolen refresh token is a session for ever, unless its second use shows the theft and ends it.",
        remedy="Rotate on each use, revoke the family on reuse, and attest the test of both.",
        bounds=(
            one_of("reuse", "Answers to reuse of which one must be in place, such as revoke or lock; empty: any."),
        ),
    ),
    Claim(
        "tenant-isolation",
        "Tenants cannot see each other",
        Severity.CRITICAL,
        why="One query without its tenant's filter shows a customer the data of another, and ends both contracts.",
        remedy="Test each resource of one tenant with the credentials of another, and attest the test.",
        bounds=(
            at_least("tenants", "tenants", None, "The least tenants that a test must have set apart.", MaybeCount),
        ),
    ),
    Claim(
        "abuse-prevention",
        "Abuse and spam controls are planned",
        Severity.MEDIUM,
        why="Whatever strangers can post will be used for spam, scams and harassment within days of being found.",
        remedy="Decide what is refused, limited and reported, and attest the plan with its topics.",
        bounds=(covers("topics", "Kinds of abuse that must be treated, such as spam.", "topic"),),
    ),
)
