"""Health and shutdown: what pods say of their dependencies, and what they do while one is gone or they are."""

from readiness.checks.check import Kind
from readiness.checks.parameters.duration import Duration
from readiness.checks.parameters.setting import Count, MaybePath, MaybeWord, Path, Word, Words, setting
from readiness.checks.planned import Plan, planned
from readiness.model import Category, Severity

_DEPENDENCIES = "Dependencies that are meant, by the names that they have in health answers."
_READINESS_PATH = setting("readiness_path", MaybePath, "Path of the readiness endpoint; the probe's if absent.", None)

RELIABILITY = planned(
    Category.RELIABILITY,
    Plan(
        "health-dependencies",
        "The health answer reports each dependency",
        Kind.PROBE,
        Severity.HIGH,
        why="A bare 503 says that something is wrong; who is called needs to know what, before the logs are found.",
        rule="the body of the readiness answer, or of path, is JSON and has an entry with a status for each "
        "dependency. One that is down is told.",
        remedy="Report the state of each dependency in the body of the readiness endpoint.",
        settings=(
            setting("path", MaybePath, "Path that is asked; the readiness probe's if absent.", None),
            setting("dependencies", Words, _DEPENDENCIES, ("database",)),
        ),
    ),
    Plan(
        "readiness-503-on-dependency-failure",
        "Readiness fails and liveness holds while a dependency is down",
        Kind.WATCH,
        Severity.HIGH,
        why="Liveness that follows a database restarts every pod during its outage, and the outage lasts longer.",
        rule="in the last outage of a dependency that was seen, by its EndpointSlices, its entry in the health "
        "answer or its metric, readiness answered 503 and liveness 200. Without one in the window the answer "
        "is unknown, or that of a drill that somebody attests.",
        remedy="Let readiness look at the dependencies, and liveness at the process alone.",
        settings=(
            setting("dependencies", Words, _DEPENDENCIES, ()),
            setting("liveness_path", MaybePath, "Path of the liveness endpoint; the probe's if absent.", None),
            _READINESS_PATH,
            setting("window", Duration, "How long an outage that was seen counts.", "2160h"),
        ),
    ),
    Plan(
        "dependency-recovery",
        "It reconnects by itself after a dependency's outage",
        Kind.WATCH,
        Severity.HIGH,
        why="A client that keeps its dead connection turns a minute of outage into one that somebody must end by hand.",
        rule="after the last outage of a dependency readiness was back within recoverySeconds, and no container "
        "was restarted. Without an outage the answer is unknown, or an attestation's.",
        remedy="Reconnect with a growing pause when a connection is lost.",
        settings=(
            setting("dependencies", Words, _DEPENDENCIES, ()),
            setting("recovery_seconds", Count, "Seconds that it may take.", 60),
        ),
    ),
    Plan(
        "cache-fallback",
        "It works without the cache",
        Kind.WATCH,
        Severity.MEDIUM,
        why="A cache is there for speed: when its loss takes the service along, it is a database without backup.",
        rule="while the cache had no ready endpoints the probes went on answering with success, or as degraded. "
        "Without an outage the answer is unknown, or an attestation's.",
        remedy="Ask the source when the cache does not answer, with a short time-out.",
        settings=(setting("dependency", Word, "The cache, by the name of its Service.", "redis"),),
    ),
    Plan(
        "retry-backoff",
        "Transient failures are retried with back-off",
        Kind.PROBE,
        Severity.MEDIUM,
        why="Without retries a lost packet is an error to a user; without a pause they finish off what was just slow.",
        rule="the metrics have a counter of retries that one of the patterns fits, or the settings in config are "
        "set, or a VirtualService of Istio retries. Else an attestation decides.",
        remedy="Retry what may be repeated a few times with growing, random pauses, and count it.",
        settings=(
            setting("metrics", Words, "Patterns of the counters' names.", ("*_retries_total",)),
            setting("dependencies", Words, _DEPENDENCIES, ()),
            setting("max_retries", Count, "The most retries of one call.", 3),
            setting("config", Words, "Settings that say how often and how long, by name.", ()),
        ),
    ),
    Plan(
        "panic-recovery",
        "A bad request cannot kill the process",
        Kind.ACTIVE,
        Severity.MEDIUM,
        why="One request that crashes the process ends everybody else's, and whoever found it can send it again.",
        rule="malformed requests are answered with an error in JSON, no container is restarted, and neither is one "
        "when the metric grows.",
        remedy="Recover from panics for each request, answer 500, and count them.",
        settings=(
            setting("paths", Words, "Paths that are sent malformed requests.", ()),
            setting("metric", Word, "The counter of panics.", "panics_total"),
        ),
    ),
    Plan(
        "idempotency",
        "Idempotency keys are honoured",
        Kind.ACTIVE,
        Severity.MEDIUM,
        why="A client that got no answer sends again, and without a key the customer pays twice.",
        rule="the same request, sent twice with one key, gives the same status and body, or says that it is a "
        "replay. Of keys that others are sent, an attestation tells.",
        remedy="Keep the answer for each key, and repeat it.",
        settings=(
            setting("path", MaybePath, "Path that the request is sent to.", None),
            setting("header", Word, "Header that carries the key.", "Idempotency-Key"),
            setting("canary_body", MaybeWord, "Body of the request.", None),
        ),
    ),
)

LIFECYCLE = planned(
    Category.LIFECYCLE,
    Plan(
        "readiness-503-on-shutdown",
        "Readiness is withdrawn when shutdown begins",
        Kind.WATCH,
        Severity.MEDIUM,
        why="A pod that calls itself ready on its way out is sent requests that it will not answer.",
        rule="from some time after a pod is told to stop, its readiness endpoint answers 503 or nothing, and its "
        "EndpointSlices say that it is terminating and not ready.",
        remedy="Fail readiness on SIGTERM, then wait for the balancers, then stop.",
        settings=(
            _READINESS_PATH,
            setting("within", Duration, "How long it may take.", "5s"),
        ),
    ),
    Plan(
        "zero-downtime-rollout",
        "Requests finish during a rollout",
        Kind.WATCH,
        Severity.HIGH,
        why="Errors with every release teach a team to release seldom, and then each release is dangerous.",
        rule="while a rollout goes on, not more than maxErrors of the requests through the Service fail. Before one "
        "was seen the answer is unknown.",
        remedy="Withdraw readiness before stopping, drain what is running, and surge before taking away.",
        settings=(
            setting("path", Path, "Path that is asked during the rollout.", "/"),
            setting("interval", Duration, "Time between two requests.", "500ms"),
            setting("max_errors", Count, "The most requests that may fail.", 0),
        ),
    ),
)  # fmt: skip

DATA = planned(
    Category.DATA_PROTECTION,
    Plan(
        "migrations-applied",
        "No migrations are pending",
        Kind.PROBE,
        Severity.HIGH,
        why="Code that is newer than its schema fails on the first query that needs the missing column.",
        rule="the metric of pending migrations is 0, or the readiness answer says that they are done, or the init "
        "container that waits for them ended with success.",
        remedy="Apply migrations before the pods take traffic, and export how many are pending.",
        settings=(
            setting("metric", Word, "Pattern of the metric's name.", "*pending_migrations"),
            setting("health", Word, "Entry of the readiness answer that tells.", "migrations"),
        ),
    ),
)
