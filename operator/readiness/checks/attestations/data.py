"""Data protection: that data stays right, can be brought back, and is unreadable to others."""

from readiness.checks.attested import Claim, attested
from readiness.checks.parameters.bounds import at_least, covers, lasts_at_most, max_age, names
from readiness.checks.parameters.setting import Count, MaybePath
from readiness.model import Category, Severity

CHECKS = attested(
    Category.DATA_PROTECTION,
    Claim(
        "transactional-writes",
        "Writes of several steps are transactional",
        Severity.HIGH,
        why="A crash between two writes leaves an order without its items, and nobody finds it until the books differ.",
        remedy="Put such writes into one transaction, retry it on deadlocks, and attest the tests of it.",
        bounds=(
            covers("scope", "Writes that must be transactional, each under this name."),
            names("isolation", "The isolation level that they must have."),
            at_least("deadlock_retries", "deadlockRetries", 3, "The least retries after a deadlock.", Count),
        ),
    ),
    Claim(
        "optimistic-concurrency",
        "Lost updates are refused",
        Severity.MEDIUM,
        why="Two people edit the same record, the second one saves, and the first one's work is gone without a word.",
        remedy="Compare a version on each write, test that a stale one is refused, and attest the test.",
        bounds=(names("path", "The path whose writes must be conditional.", "paths", hint=MaybePath),),
    ),
    Claim(
        "dr-drill",
        "A restore or failover was rehearsed",
        Severity.HIGH,
        why="A backup that was never restored is a hope: the drill shows whether it works, and how long it takes.",
        remedy="Restore or fail over for real, and attest rto and rpo as the drill measured them.",
        bounds=(
            lasts_at_most("rto", "4h", "The longest time until the service was back."),
            lasts_at_most("rpo", "1h", "The longest span of data that was lost."),
            names("scenario", "What must have been rehearsed, such as restore.", "scenarios"),
            max_age("2160h"),
        ),
    ),
    Claim(
        "migration-safety",
        "Migrations are transactional, reversible and checked",
        Severity.HIGH,
        why="A migration that stops half-way leaves a schema that neither the old nor the new version can use.",
        remedy="Test migrations forwards, backwards and broken off, and attest the aspects that hold.",
        bounds=(
            covers(
                "aspects",
                "What must hold of migrations.",
                default=("transaction", "rollback", "checksum", "confirm-destructive"),
            ),
        ),
    ),
    Claim(
        "field-encryption",
        "Sensitive fields are encrypted",
        Severity.HIGH,
        why="Disk encryption protects against stolen disks; a leaked dump or a curious colleague reads plain columns.",
        remedy="Encrypt the fields in the application, and attest which ones a review or a test has seen.",
        bounds=(
            covers(
                "fields",
                "Fields that must be encrypted.",
                default=("email", "token", "pii", "mfa"),
            ),
        ),
    ),
    Claim(
        "soft-delete",
        "Deletes are soft where that is wanted",
        Severity.LOW,
        why="A mistaken delete is the commonest disaster, and the cheapest to undo where the row is only marked.",
        remedy="Mark what is deleted, purge it later, and attest for which entities that holds.",
        bounds=(covers("entities", "Entities whose deletes must be soft."),),
    ),
)
