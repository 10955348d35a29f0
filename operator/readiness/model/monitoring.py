"""What monitoring is told: whom Prometheus asks, alerts, objectives, dashboards, and where traces go."""

from collections.abc import Mapping
from dataclasses import field

from readiness.model.about import EVERYBODY, Key, keys_of
from readiness.model.labels import Labels, Selector
from readiness.model.records import dataclass
from readiness.model.ref import Ref


@dataclass(frozen=True, slots=True)
class ScrapedPort:
    """Where Prometheus asks for metrics: the name of a Service's or a container's port, or what the pod listens on."""

    name: str = ""
    target: int | str | None = None


@dataclass(frozen=True, slots=True)
class ServiceMonitor:
    """Which Services Prometheus asks for metrics; `namespaces` None are all."""

    ref: Ref
    selector: Selector | None = None
    namespaces: tuple[str, ...] | None = ()
    ports: tuple[ScrapedPort, ...] = ()

    @property
    def about(self) -> tuple[Key, ...]:
        """The namespaces that it looks into."""
        return keys_of(self.namespaces)


@dataclass(frozen=True, slots=True)
class PodMonitor:
    """Which pods Prometheus asks for metrics; `namespaces` None are all."""

    ref: Ref
    selector: Selector | None = None
    namespaces: tuple[str, ...] | None = ()
    ports: tuple[ScrapedPort, ...] = ()

    @property
    def about(self) -> tuple[Key, ...]:
        """The namespaces that it looks into."""
        return keys_of(self.namespaces)


@dataclass(frozen=True, slots=True)
class Alert:
    """
    An alerting rule.

    `pins` are what its expression binds it to: a label, and the values that it may have (`*` stands for anything), as
    in `("namespace", ("shop", "mail-*"))`. `links` are the annotations that are an address.
    """

    name: str
    expression: str
    severity: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    pins: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class PrometheusRule:
    """Alerts, and the names of the series that recording rules make. Rules of any namespace may be about another."""

    ref: Ref
    alerts: tuple[Alert, ...] = ()
    records: tuple[str, ...] = ()
    labels: Labels = field(default_factory=dict)

    @property
    def about(self) -> tuple[Key, ...]:
        """The namespaces that all its alerts are bound to, or everybody."""
        found = [dict(alert.pins).get("namespace", ("*",)) for alert in self.alerts] or [("*",)]
        names = {name for values in found for name in values}
        if self.records or any("*" in name for name in names):
            return (EVERYBODY,)
        return tuple((name,) for name in sorted(names))


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """A service level objective of Sloth, Pyrra or OpenSLO: the service that it names, and the metrics in it."""

    ref: Ref
    service: str = ""
    metrics: tuple[str, ...] = ()

    @property
    def about(self) -> tuple[Key, ...]:
        """Everybody: it may be anywhere."""
        return (EVERYBODY,)


@dataclass(frozen=True, slots=True)
class Board:
    """A Grafana dashboard: its title, and those of its panels."""

    title: str
    panels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GrafanaDashboard:
    """A dashboard of the Grafana operator; `board` is None where it is kept elsewhere, or broken."""

    ref: Ref
    board: Board | None = None

    @property
    def about(self) -> tuple[Key, ...]:
        """Everybody: dashboards live where Grafana does."""
        return (EVERYBODY,)


@dataclass(frozen=True, slots=True)
class Instrumentation:
    """Where the OpenTelemetry operator has the programs send their traces that it instruments."""

    ref: Ref
    endpoint: str = ""

    @property
    def about(self) -> tuple[Key, ...]:
        """Everybody: a pod may name one of another namespace."""
        return (EVERYBODY,)
