"""Observability: metrics, logs and traces, as pods really give them."""

from readiness.checks.check import Kind
from readiness.checks.parameters.duration import Duration
from readiness.checks.parameters.setting import (
    Count,
    Flag,
    LogFormat,
    MaybePort,
    MaybeWord,
    Path,
    Quantile,
    Word,
    Words,
    setting,
)  # fmt: skip
from readiness.checks.planned import Plan, planned
from readiness.model import Category, Severity

OBSERVABILITY = planned(
    Category.OBSERVABILITY,
    Plan(
        "metrics-endpoint",
        "Metrics are served",
        Kind.PROBE,
        Severity.HIGH,
        why="Without metrics the first sign of trouble is a customer, and the second one too.",
        rule="GET of the path gives 200, the content type of Prometheus or OpenMetrics, and text of it with at "
        "least minSeries families.",
        remedy="Serve metrics with the client library of your language.",
        settings=(
            setting("path", Path, "Path of the metrics.", "/metrics"),
            setting("port", MaybePort, "Port of the metrics; the one that is scraped if absent.", None),
            setting("min_series", Count, "The least families.", 1),
        ),
    ),
    Plan(
        "http-request-metrics",
        "Requests are counted and timed",
        Kind.PROBE,
        Severity.HIGH,
        why="Rate, errors and duration are the three numbers that every incident begins with.",
        rule="there is a counter of requests with a label of the status, and a histogram of their duration; what "
        "OpenTelemetry, Connect and gRPC call them counts too.",
        remedy="Count and time requests by method, route and status.",
        settings=(
            setting("count", Word, "The counter of requests.", "http_requests_total"),
            setting("duration", Word, "The histogram of durations.", "http_request_duration_seconds"),
            setting("labels", Words, "Labels that they must have.", ("method", "route", "code")),
            setting("type", Word, "The type of the family of durations.", "histogram"),
        ),
    ),
    Plan(
        "required-metrics",
        "Named domain metrics are exported",
        Kind.PROBE,
        Severity.MEDIUM,
        why="CPU tells nothing of orders that stopped coming in: that shows in a metric of orders, or not at all.",
        rule="each pattern fits a family in the metrics of at least one ready pod, of the type behind it if any.",
        remedy="Export what the business counts by.",
        settings=(setting("metrics", Words, "Patterns, as `*_orders_total` or `*_orders_total(counter)`.", ()),),
    ),
    Plan(
        "alert-delivery",
        "Alerts reach somebody",
        Kind.PROBE,
        Severity.MEDIUM,
        why="An alert that ends in a channel nobody reads is found in the review after the incident.",
        rule="a route of Alertmanager is for the namespace, it has sent notifications lately, none failed, and the "
        "watchdog is firing. Where no Alertmanager can be asked, the attestation of a test alert decides.",
        remedy="Route the namespace's alerts to whoever is on call, and send a test alert.",
        settings=(
            setting("alertmanager_service", MaybeWord, "Service of Alertmanager, as namespace/name.", None),
            setting("watchdog", Word, "The alert that always fires.", "Watchdog"),
            setting("max_age", Duration, "How long a notification that was sent counts.", "2160h"),
        ),
    ),
    Plan(
        "structured-logging",
        "Logs are structured",
        Kind.LOG,
        Severity.HIGH,
        why="Lines of prose can be read but not searched by user, order or error when there are a million of them.",
        rule="of the last lines at least minRatio parse and have the fields, by these names or usual others. Only "
        "counts are kept, never content.",
        remedy="Log JSON with a time, a level and a message on every line.",
        settings=(
            setting("format", LogFormat, "The format of lines.", "json"),
            setting("min_ratio", Quantile, "The least part of the lines that must parse.", 0.99),
            setting("fields", Words, "Fields that lines must have.", ("time", "level", "msg")),
            setting("lines", Count, "How many lines are read.", 200),
        ),
    ),
    Plan(
        "correlation-id",
        "A request id is returned",
        Kind.PROBE,
        Severity.MEDIUM,
        why="A customer who can name his request saves an hour of searching for it.",
        rule="an answer has the header with the id that the request had, errors too.",
        remedy="Take the id of a request or make one, and send it back.",
        settings=(
            setting("header", Word, "The header.", "X-Request-ID"),
            setting("echo", Flag, "The id of the request must come back.", default=True),
            setting("errors", Flag, "Errors must carry it too.", default=True),
        ),
    ),
    Plan(
        "correlation-id-logged",
        "The request id is in the logs",
        Kind.LOG,
        Severity.MEDIUM,
        why="An id that no log line has leads nowhere.",
        rule="the id that a probe sent is in a log line soon after, in one of the fields.",
        remedy="Put the id into the logger's context where a request begins.",
        settings=(
            setting("header", Word, "The header that carries the id.", "X-Request-ID"),
            setting("fields", Words, "Fields of which one has the id.", ("request_id", "correlation_id", "trace_id")),
            setting("within", Duration, "How long it may take.", "10s"),
        ),
    ),
    Plan(
        "request-logging",
        "Requests are logged with their duration",
        Kind.LOG,
        Severity.LOW,
        why="Metrics say that some requests were slow; only a log says which.",
        rule="a log line about a probe's request has the fields, by these names or usual others.",
        remedy="Log each request with path, status and duration.",
        settings=(setting("fields", Words, "Fields that the line must have.", ("duration", "status", "path")),),
    ),
    Plan(
        "trace-propagation",
        "Trace context is propagated",
        Kind.LOG,
        Severity.MEDIUM,
        why="A trace that ends at the first service shows where a request came in, and not where it waited.",
        rule="the trace id that a probe sent is in a header of the answer or in a log line, and two requests have "
        "two.",
        remedy="Pass on the trace context with every call, and log its id.",
        settings=(setting("header", Word, "The header that carries the context.", "traceparent"),),
    ),
)  # fmt: skip

COMPLIANCE = planned(
    Category.COMPLIANCE,
    Plan(
        "audit-logging",
        "Security events are audited",
        Kind.LOG,
        Severity.HIGH,
        why="After a break-in the first question is who did what, and only an audit log answers it.",
        rule="after a refused login of a probe, an audit line with the fields is in the log, or the metric has "
        "grown. Else an attestation decides.",
        remedy="Write a line for each security event with who, what and when.",
        settings=(
            setting("events", Words, "Events that are audited.",
                    ("login", "failed-login", "logout", "permission-change")),
            setting("fields", Words, "Fields that the line must have.", ("event_type", "actor", "time")),
            setting("metric", MaybeWord, "The counter of audited events.", None),
        ),
    ),
)  # fmt: skip

IMAGES = planned(
    Category.IMAGES,
    Plan(
        "build-info",
        "The binary knows its version",
        Kind.PROBE,
        Severity.LOW,
        why="A tag can be moved: only the binary knows what it was built from.",
        rule="the metrics or the path tell version and commit, and the version is the image's tag.",
        remedy="Build version and commit into the binary, and export them.",
        settings=(
            setting("metric", Word, "Pattern of the metric's name.", "*build_info"),
            setting("path", Path, "Path that tells the version.", "/version"),
        ),
    ),
)
