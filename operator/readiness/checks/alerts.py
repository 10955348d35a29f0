"""Alerts: whether rules cover a workload, and tell whoever is woken what to do."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Annotated

from readiness.checks.check import Kind, check
from readiness.checks.evidence.absence import absence
from readiness.checks.evidence.naming import names_of, plain
from readiness.checks.parameters.limits import Len, doc
from readiness.checks.parameters.pattern import Pattern, compiled
from readiness.model import (
    Alert,
    Category,
    Fail,
    Finding,
    Pod,
    PrometheusRule,
    Service,
    Severity,
    Skip,
    Snapshot,
    Unknown,
    Workload,
)
from readiness.model.records import dataclass

_PROMETHEUS = "the Prometheus operator"
Word = Annotated[str, Len(1, 128)]


@dataclass(frozen=True, slots=True)
class WantedAlert:
    """One alert that must be there: by a part of its name, by its expression, or by both."""

    name: Annotated[Word | None, doc("A part of the name, in whatever spelling: error-rate finds HighErrorRate.")] = (
        None
    )
    expr_pattern: Annotated[Pattern | None, doc("What the expression contains, an RE2 pattern.")] = None
    severity: Annotated[Word | None, doc("What the label severity is.")] = None

    def finds(self, alert: Alert) -> bool:
        """Whether an alert is the one, whatever its severity."""
        named = self.name is None or plain(self.name) in plain(alert.name)
        return named and (self.expr_pattern is None or bool(compiled(self.expr_pattern).search(alert.expression)))

    def __str__(self) -> str:
        """As messages tell it."""
        return self.name or self.expr_pattern or "any alert"


@dataclass(frozen=True, slots=True)
class AlertParameters:
    """Which alerts there must be."""

    alerts: Annotated[
        tuple[WantedAlert, ...], Len(0, 32), doc("The alerts that must be there; without any, one that covers it.")
    ] = ()


@check(
    "Alert rules cover the workload",
    severity=Severity.HIGH,
    category=Category.OBSERVABILITY,
    kind=Kind.RELATION,
    reads=(Pod, Service, PrometheusRule),
    remedy="Add a PrometheusRule with the missing alerts, and bind their expressions to the namespace of the workload.",
)
def alert_rules(workload: Workload, cluster: Snapshot, parameters: AlertParameters) -> Iterator[Finding]:
    """
    Without an alert customers are the monitoring.

    Rule: for each wanted alert a PrometheusRule has one whose name or expression matches, and whose label severity is
    the wanted one. Only alerts count that cover the workload: whose expression is bound to no namespace, workload,
    Service, container, pod or job, or to this one's. Without wanted ones a single alert will do.
    """
    covering = list(_alerts(workload, cluster))
    if not covering and not cluster.serves(PrometheusRule):
        yield from absence("alert-rules", _PROMETHEUS, workload, cluster)
        return
    for wanted in parameters.alerts or (WantedAlert(),):
        found = [alert for alert in covering if wanted.finds(alert)]
        severities = sorted({alert.severity or "none" for alert in found})
        if not found:
            yield Fail("", f"no alert that covers it matches {wanted}" if parameters.alerts else "no alert covers it")
        elif wanted.severity is not None and wanted.severity not in severities:
            yield Fail("", f"alert {wanted} has severity {' and '.join(severities)}, not {wanted.severity}")


@dataclass(frozen=True, slots=True)
class RunbookParameters:
    """Where alerts have their runbooks."""

    annotation: Annotated[Word, doc("The annotation of an alert with the address of its runbook.")] = "runbook_url"
    fetch: Annotated[bool, doc("The addresses must answer: as nobody asks them yet, that is unknown.")] = True


@check(
    "Every alert links a runbook",
    severity=Severity.MEDIUM,
    category=Category.OBSERVABILITY,
    kind=Kind.RELATION,
    reads=(Pod, Service, PrometheusRule),
    remedy="Give each alert the annotation runbook_url, with the https address of what to do.",
)
def alert_runbook_links(workload: Workload, cluster: Snapshot, parameters: RunbookParameters) -> Iterator[Finding]:
    """
    At three in the morning whoever is woken knows what is wrong from the alert, and what to do from its runbook.

    Rule: each alert of a PrometheusRule that is bound to the workload (its namespace, its name, a Service, container,
    pod or job of it) has the annotation with an https address. Alerts for everybody are not counted: their runbooks
    are somebody else's. With fetch whether the addresses answer stays unknown, and can be
    attested where the requirement is attestable.
    """
    bound = [alert for alert in _alerts(workload, cluster) if alert.pins]
    if not bound and not cluster.serves(PrometheusRule):
        yield from absence("alert-runbook-links", _PROMETHEUS, workload, cluster)
    elif not bound:
        yield Skip("no alert is bound to it")
    for alert in bound:
        address = alert.links.get(parameters.annotation, "")
        if not address:
            yield Fail("", f"alert {alert.name} has no annotation {parameters.annotation} with an address")
        elif not address.startswith("https://"):
            yield Fail("", f"annotation {parameters.annotation} of alert {alert.name} is no https address")
    if bound and parameters.fetch:
        yield Unknown("whether the runbooks answer is not asked yet: attest it, or set fetch to false")


def _alerts(workload: Workload, cluster: Snapshot) -> Iterator[Alert]:
    """The alerts that cover a workload."""
    names = names_of(workload, cluster)
    for rule in cluster.about(workload, PrometheusRule):
        for alert in rule.alerts:
            if all(_allows(label, values, workload, names) for label, values in alert.pins):
                yield alert


def _allows(label: str, values: tuple[str, ...], workload: Workload, names: set[str]) -> bool:
    """Whether an expression that is bound to these values of a label is about a workload."""
    if label == "namespace":
        return any(fnmatchcase(workload.ref.namespace, value) for value in values)
    candidates = {f"{name}-0" for name in names} | names if label == "pod" else names
    return any(fnmatchcase(name, value) for name in candidates for value in values)
