"""Performance: what two looks at the metrics of a pod say of its speed, its pools and its memory."""

from readiness.checks.check import Kind
from readiness.checks.parameters.duration import Duration
from readiness.checks.parameters.setting import Count, MaybeWord, Path, Percent, Quantile, Share, Word, Words, setting
from readiness.checks.planned import Plan, planned
from readiness.model import Category, Severity

_QUANTILE = "The part of the requests that must be quicker."

CHECKS = planned(
    Category.PERFORMANCE,
    Plan(
        "latency-slo",
        "Latency is within the objective",
        Kind.PROBE,
        Severity.HIGH,
        why="Averages look fine while one request in a hundred takes ten seconds, and every user meets that one.",
        rule="the quantile of the histogram's growth over the window, all pods together, is at most max. With fewer "
        "than minCount requests the answer is unknown.",
        remedy="Find where the slow requests wait, and add replicas only when it is the CPU.",
        settings=(
            setting("quantile", Quantile, _QUANTILE, 0.99),
            setting("max", Duration, "The longest latency.", "500ms"),
            setting("metric", Word, "The histogram.", "http_request_duration_seconds"),
            setting("window", Duration, "How long requests are counted.", "10m"),
            setting("min_count", Count, "The least requests to judge by.", 100),
        ),
    ),
    Plan(
        "error-rate",
        "The error rate is within the objective",
        Kind.PROBE,
        Severity.HIGH,
        why="A service that answers quickly and wrongly is green on every dashboard of latencies.",
        rule="of the requests in the window at most max were answered with 5xx.",
        remedy="Look up the errors by route, and mend the commonest first.",
        settings=(
            setting("max", Share, "The largest share of errors.", "0.1%"),
            setting("metric", Word, "The counter of requests.", "http_requests_total"),
            setting("code_label", Words, "Labels of which one has the status.", ("code", "status")),
            setting("window", Duration, "How long requests are counted.", "10m"),
        ),
    ),
    Plan(
        "processing-lag",
        "Work is picked up within seconds",
        Kind.PROBE,
        Severity.MEDIUM,
        why="A queue that grows by one message a second is a day behind before anybody complains.",
        rule="the metric of the lag is at most max.",
        remedy="Scale the consumers by the lag, and alert on it.",
        settings=(
            setting("metric", MaybeWord, "The metric of the lag or age of waiting work.", None),
            setting("max", Duration, "The longest lag.", "10s"),
        ),
    ),
    Plan(
        "connection-pool-utilization",
        "Pools are neither exhausted nor leaking",
        Kind.PROBE,
        Severity.MEDIUM,
        why="A pool that is full makes every request wait for a connection, which looks like a slow database.",
        rule="in every pod the connections in use are at most maxPercent of the limit, and the number of waits does "
        "not grow. Metrics that are missing fail.",
        remedy="Close what is opened, and size the pool for the peak.",
        settings=(
            setting("max_percent", Percent, "The largest part of a pool that may be in use.", 80),
            setting("in_use", Word, "The metric of connections in use.", "go_sql_in_use_connections"),
            setting("max_metric", Word, "The metric of the pool's limit.", "go_sql_max_open_connections"),
            setting("wait", Word, "The counter of waits.", "go_sql_wait_count_total"),
            setting("pools", Words, "Pools that must be measured, by name.", ()),
        ),
    ),
    Plan(
        "cache-metrics",
        "A cache is in use and measured",
        Kind.PROBE,
        Severity.LOW,
        why="A cache that nobody measures may have missed every time since its key was changed.",
        rule="the metrics have counters of hits and misses, for each cache, and they move.",
        remedy="Count hits and misses of each cache.",
        settings=(
            setting("hits", Word, "Pattern of the counter of hits.", "*cache_hits_total"),
            setting("misses", Word, "Pattern of the counter of misses.", "*cache_misses_total"),
            setting("caches", Words, "Caches that must be measured, by name.", ()),
        ),
    ),
    Plan(
        "cache-hit-rate",
        "The cache hit rate is good enough",
        Kind.PROBE,
        Severity.MEDIUM,
        why="When the rate drops from 95 to 90 percent, the database behind the cache gets twice the load.",
        rule="of the lookups in the window at least min were hits. With fewer than minCount the answer is unknown.",
        remedy="Look at keys, lifetimes and size of the cache.",
        settings=(
            setting("min", Share, "The least share of hits.", "70%"),
            setting("hits", Word, "Pattern of the counter of hits.", "*cache_hits_total"),
            setting("misses", Word, "Pattern of the counter of misses.", "*cache_misses_total"),
            setting("min_count", Count, "The least lookups to judge by.", 100),
        ),
    ),
    Plan(
        "db-query-latency",
        "Database queries are measured and quick",
        Kind.PROBE,
        Severity.MEDIUM,
        why="Most slow requests wait for a query, and without a histogram nobody knows for which.",
        rule="the histogram exists, by the kind of query, and its quantile over the window is at most max.",
        remedy="Measure queries by type, and read the plans of the slow ones.",
        settings=(
            setting("metric", Word, "The histogram.", "db_query_duration_seconds"),
            setting("max", Duration, "The longest latency.", "100ms"),
            setting("quantile", Quantile, _QUANTILE, 0.95),
            setting("label", MaybeWord, "Label that tells queries apart.", None),
            setting("slow_metric", MaybeWord, "Pattern of the counter of slow queries.", None),
        ),
    ),
    Plan(
        "memory-growth",
        "Memory does not leak",
        Kind.PROBE,
        Severity.HIGH,
        why="A leak hides behind frequent releases, until a quiet weekend kills all replicas within an hour.",
        rule="in each pod that is older than the window, no metric grows by more than maxGrowth over it. Where "
        "they are missing, the memory that the metrics API tells counts.",
        remedy="Compare two heap profiles that are hours apart.",
        settings=(
            setting("window", Duration, "How long the growth is watched.", "1h"),
            setting("max_growth", Share, "The largest growth.", "10%"),
            setting("metrics", Words, "Metrics that must not grow.",
                    ("process_resident_memory_bytes", "go_goroutines", "process_open_fds")),
        ),
    ),
    Plan(
        "response-compression",
        "Large responses are compressed",
        Kind.PROBE,
        Severity.LOW,
        why="Text shrinks to a fifth: uncompressed, the slowest users wait and the bill for traffic grows.",
        rule="an answer of at least minBytes comes in one of the encodings when the client takes it.",
        remedy="Compress text in the service or at the edge.",
        settings=(
            setting("path", Path, "Path that is asked.", "/"),
            setting("min_bytes", Count, "Smaller answers need not be compressed.", 1024),
            setting("encodings", Words, "Encodings of which one is used.", ("gzip", "br", "zstd")),
        ),
    ),
)  # fmt: skip
