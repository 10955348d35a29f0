"""Custom resources of monitoring: raw object to record."""

import re
from json import loads
from typing import Any

from readiness.model.monitoring import (
    Alert,
    Board,
    GrafanaDashboard,
    Instrumentation,
    PodMonitor,
    PrometheusRule,
    ScrapedPort,
    ServiceLevel,
    ServiceMonitor,
)
from readiness.model.parse.fields import (
    Raw,
    int_or_text,
    items,
    labels,
    mapping,
    selector,
    strings,
    text,
    texts,
)  # fmt: skip
from readiness.model.parse.workloads import ref_of

_MATCHER = re.compile(r'\b([a-z_]{1,64})\s*(=~?)\s*"([^"\\]{1,512})"')
_PINNING = frozenset(
    {"namespace", "deployment", "statefulset", "daemonset", "service", "app", "container", "pod", "job", "workload"}
)
_OF_THE_SYSTEM = re.compile(r"kube|exporter|cadvisor|apiserver")  # jobs that tell of every workload
_ANYTHING = re.compile(r"\.[*+]")
_LITERAL = re.compile(r"[\w*./-]+")
_LONGEST = 1_000_000  # characters of a dashboard: beyond it is not read
_ADDRESS = ("https://", "http://")


def service_monitor(raw: Raw) -> ServiceMonitor:
    """A ServiceMonitor."""
    spec, ref = mapping(raw, "spec"), ref_of(raw)
    return ServiceMonitor(ref, selector(spec, "selector"), _namespaces(spec, ref.namespace), _ports(spec, "endpoints"))


def pod_monitor(raw: Raw) -> PodMonitor:
    """A PodMonitor."""
    spec, ref = mapping(raw, "spec"), ref_of(raw)
    ports = _ports(spec, "podMetricsEndpoints")
    return PodMonitor(ref, selector(spec, "selector"), _namespaces(spec, ref.namespace), ports)


def _namespaces(spec: Raw, own: str) -> tuple[str, ...] | None:
    chosen = mapping(spec, "namespaceSelector")
    return None if chosen.get("any") is True else texts(chosen, "matchNames") or (own,)


def _ports(spec: Raw, key: str) -> tuple[ScrapedPort, ...]:
    return tuple(
        ScrapedPort(text(item, "port"), int_or_text(item, "portNumber") or int_or_text(item, "targetPort"))
        for item in items(spec, key)
    )


def prometheus_rule(raw: Raw) -> PrometheusRule:
    """A PrometheusRule."""
    rules = [rule for group in items(mapping(raw, "spec"), "groups") for rule in items(group, "rules")]
    return PrometheusRule(
        ref=ref_of(raw),
        alerts=tuple(_alert(rule) for rule in rules if text(rule, "alert")),
        records=tuple(text(rule, "record") for rule in rules if text(rule, "record")),
        labels=labels(mapping(raw, "metadata")),
    )


def _alert(raw: Raw) -> Alert:
    expression = text(raw, "expr")
    return Alert(
        name=text(raw, "alert"),
        expression=expression,
        severity=text(mapping(raw, "labels"), "severity"),
        links={key: value for key, value in strings(raw, "annotations").items() if value.startswith(_ADDRESS)},
        pins=_pins(expression),
    )


def _pins(expression: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What matchers of labels that name workloads allow; a pattern that is more than words and `.*` binds nothing."""
    found: dict[str, set[str]] = {}
    for label, operator, value in _MATCHER.findall(expression):
        if label not in _PINNING or (label == "job" and _OF_THE_SYSTEM.search(value)):
            continue
        values = [_ANYTHING.sub("*", part) for part in value.split("|")] if operator == "=~" else [value]
        found.setdefault(label, set()).update(part if _LITERAL.fullmatch(part) else "*" for part in values)
    return tuple((label, tuple(sorted(values))) for label, values in sorted(found.items()))


def service_level(raw: Raw) -> ServiceLevel:
    """A PrometheusServiceLevel of Sloth, a ServiceLevelObjective of Pyrra, or an SLO of OpenSLO."""
    spec = mapping(raw, "spec")
    return ServiceLevel(ref_of(raw), text(spec, "service"), tuple(_queries(spec)))


def _queries(value: Any, depth: int = 8) -> list[str]:
    """Every text below a spec, which is where either project has its queries."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [found for item in inner for found in _queries(item, depth - 1)] if depth else []


def board(content: object) -> Board | None:
    """A dashboard as Grafana has it, in JSON; None when it is none."""
    if not isinstance(content, str) or len(content) > _LONGEST:
        return None
    try:
        found = loads(content)
    except (RecursionError, ValueError):
        return None
    if not isinstance(found, dict) or not text(found, "title"):
        return None
    rows = [*items(found, "panels"), *items(found, "rows")]
    panels = [*rows, *(panel for row in rows for panel in items(row, "panels"))]
    return Board(text(found, "title"), tuple(text(panel, "title") for panel in panels if text(panel, "title")))


def grafana_dashboard(raw: Raw) -> GrafanaDashboard:
    """A GrafanaDashboard."""
    return GrafanaDashboard(ref_of(raw), board(mapping(raw, "spec").get("json")))


def instrumentation(raw: Raw) -> Instrumentation:
    """An Instrumentation of the OpenTelemetry operator."""
    return Instrumentation(ref_of(raw), text(mapping(mapping(raw, "spec"), "exporter"), "endpoint"))
