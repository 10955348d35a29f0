"""Objectives and dashboards: what a team has agreed on, and looks at."""

import re
from collections.abc import Iterator
from typing import Annotated

from readiness.checks.check import Kind, NoParameters, check
from readiness.checks.evidence.absence import absence, attested_or
from readiness.checks.evidence.naming import has_word, names_of, plain
from readiness.checks.parameters.limits import Len, doc
from readiness.model import (
    Category,
    ConfigMap,
    Fail,
    Finding,
    GrafanaDashboard,
    Pod,
    PrometheusRule,
    Service,
    ServiceLevel,
    Severity,
    Snapshot,
    Unknown,
    Workload,
)
from readiness.model.records import dataclass

Word = Annotated[str, Len(1, 128)]


_OBJECTIVE = re.compile(r"(?:^|[:_])slo(?:[:_]|$)|error_?budget|burn_?rate", re.IGNORECASE)


@check(
    "Service level objectives are written down",
    severity=Severity.MEDIUM,
    category=Category.OBSERVABILITY,
    kind=Kind.RELATION,
    reads=(Pod, Service, PrometheusRule, ServiceLevel),
    remedy="Write a PrometheusServiceLevel or a ServiceLevelObjective that names the service.",
)
def slo_defined(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    Without an objective every outage is too long and none is: nobody knows when to stop adding features.

    Rule: a PrometheusServiceLevel of Sloth or an SLO of OpenSLO names the workload or one of its Services; or a
    ServiceLevelObjective of Pyrra does, in its name or in its metrics; or a PrometheusRule with one of these names, in
    its own name or its labels, has recording rules of an SLO (slo, error budget or burn rate in the name of a series).
    Else an attestation.
    """
    names = names_of(workload, cluster)
    if any(_names(level, names) for level in cluster.about(workload, ServiceLevel)):
        return
    for rule in cluster.about(workload, PrometheusRule):
        told = {rule.ref.name, *rule.labels.values()}
        if any(map(_OBJECTIVE.search, rule.records)) and any(has_word(text, names) for text in told):
            return
    if cluster.serves(ServiceLevel, PrometheusRule):
        missing = Fail("", "no objective names it, and nobody attests slo-defined")
        yield from attested_or("slo-defined", missing, workload, cluster)
    else:
        yield from absence("slo-defined", "a project for objectives, such as Sloth,", workload, cluster)


def _names(level: ServiceLevel, names: set[str]) -> bool:
    return level.service in names or any(has_word(text, names) for text in (level.ref.name, *level.metrics))


@dataclass(frozen=True, slots=True)
class DashboardParameters:
    """Which dashboards there must be."""

    titles: Annotated[
        tuple[Word, ...], Len(0, 32), doc("Parts of their titles; without any, the name of the workload.")
    ] = ()
    panels: Annotated[tuple[Word, ...], Len(0, 64), doc("Parts of the titles of panels that they have together.")] = ()


@check(
    "Dashboards exist",
    severity=Severity.LOW,
    category=Category.OBSERVABILITY,
    kind=Kind.RELATION,
    reads=(Pod, ConfigMap, GrafanaDashboard),
    remedy="Keep the dashboard in a ConfigMap with the label grafana_dashboard, or in a GrafanaDashboard.",
)
def dashboards(workload: Workload, cluster: Snapshot, parameters: DashboardParameters) -> Iterator[Finding]:
    """
    In an outage nobody has the time to write queries, and a dashboard made by hand is gone with Grafana's volume.

    Rule: each of titles is a part of the title of a dashboard, and each of panels of that of a panel on one of them.
    Dashboards are JSON in ConfigMaps with the label grafana_dashboard, and in GrafanaDashboards, of any namespace; one
    that cannot be read as JSON does not count. What they show is not judged.
    """
    maps = cluster.dashboards()
    found = [board for item in maps for board in item.boards]
    found += [item.board for item in cluster.about(workload, GrafanaDashboard)]
    boards = [board for board in found if board is not None]
    titles = parameters.titles or (workload.ref.name,)
    chosen = [board for board in boards if any(plain(title) in plain(board.title) for title in titles)]
    if not found and not cluster.serves(GrafanaDashboard):
        yield from absence("dashboards", "Grafana's operator", workload, cluster)
        return
    for title in titles:
        if not any(plain(title) in plain(board.title) for board in chosen):
            broken = ", and one cannot be read" if None in found else ""
            message = f"no dashboard has {title} in its title{broken}"
            yield Fail("", message) if cluster.whole else Unknown(f"{message}, and only one namespace was read")
    for panel in parameters.panels:
        if not any(plain(panel) in plain(name) for board in chosen for name in board.panels):
            yield Fail("", f"no panel of its dashboards has {panel} in its title")
