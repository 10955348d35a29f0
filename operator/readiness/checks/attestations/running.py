"""Running: how the service starts, grows and holds out, where no object and no answer shows it."""

from readiness.checks.attested import Claim, attested
from readiness.checks.parameters.bounds import covers, max_age, names
from readiness.model import Category, Severity

PERFORMANCE = attested(
    Category.PERFORMANCE,
    Claim(
        "capacity-plan",
        "Resource needs are worked out",
        Severity.MEDIUM,
        why="Requests that were guessed are paid for every day, or fail on the one day that matters.",
        remedy="Work out load, growth and what it needs, set the requests by it, and attest the plan.",
        bounds=(max_age("4320h"),),
    ),
    Claim(
        "query-optimisation",
        "N+1 queries are gone and indexes reviewed",
        Severity.MEDIUM,
        why="A query for each row of a list is quick with ten rows on a laptop and stops the database with a million.",
        remedy="Count queries in tests, read the plans of the slow ones, and attest what was reviewed.",
        bounds=(covers("scope", "Queries or tables that must be reviewed, each under this name."),),
    ),
)

RELIABILITY = attested(
    Category.RELIABILITY,
    Claim(
        "backpressure",
        "Slow clients are disconnected",
        Severity.MEDIUM,
        why="What a slow reader does not fetch piles up in memory, and one bad connection takes all the others along.",
        remedy="Bound each client's queue, drop who falls behind, count the drops, and attest the test.",
        bounds=(names("metric", "The metric that must count it, such as ws_clients_dropped_total.", "metrics"),),
    ),
)

LIFECYCLE = attested(
    Category.LIFECYCLE,
    Claim(
        "startup-validation",
        "The app refuses to start on bad configuration",
        Severity.HIGH,
        why="A wrong setting that is found at start stops a rollout; found at the first request it is an outage.",
        remedy="Check every setting before serving, name the bad one and exit, and attest the test.",
        bounds=(names("message", "What it must have said on its way out.", "messages"),),
    ),
)
