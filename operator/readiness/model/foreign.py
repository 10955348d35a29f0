"""What other projects say of workloads besides: what scales them, routes to them, flags, and runs of tests."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from readiness.model.about import EVERYBODY, Key
from readiness.model.labels import Labels
from readiness.model.records import dataclass
from readiness.model.ref import Ref


@dataclass(frozen=True, slots=True)
class ScaledObject:
    """A workload that KEDA scales; without `min_replicas` it may have none."""

    ref: Ref
    target_kind: str = ""
    target_name: str = ""
    min_replicas: int = 0
    max_replicas: int = 100
    triggers: tuple[str, ...] = ()

    @property
    def about(self) -> tuple[Key, ...]:
        """Whom it scales."""
        return ((self.ref.namespace, self.target_kind, self.target_name),)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What a VerticalPodAutoscaler thinks that a container needs, as quantities by resource."""

    container: str
    target: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VerticalPodAutoscaler:
    """
    What it recommends for the containers of a workload; in the `mode` Off it does no more.

    `resources` are those that it sets for some container.
    """

    ref: Ref
    target_kind: str = ""
    target_name: str = ""
    recommendations: tuple[Recommendation, ...] = ()
    mode: str = "Auto"
    resources: tuple[str, ...] = ("cpu", "memory")

    @property
    def about(self) -> tuple[Key, ...]:
        """Whom it looks at."""
        return ((self.ref.namespace, self.target_kind, self.target_name),)


@dataclass(frozen=True, slots=True)
class GatewayParent:
    """A Gateway that a route hangs on, or one listener or port of it."""

    namespace: str
    name: str
    listener: str = ""
    port: int | None = None


@dataclass(frozen=True, slots=True)
class GatewayRoute:
    """
    A route of the Gateway API: the hosts that it is for, and namespaces and names of Services that it leads to.

    `public`: it hangs on a Gateway, rather than on Services alone, as a mesh's routes inside the cluster do.
    `timeouts` has those of the rules that lead to each Service, "" for a rule without one.
    """

    ref: Ref
    hosts: tuple[str, ...] = ()
    services: frozenset[tuple[str, str]] = frozenset()
    public: bool = False
    parents: tuple[GatewayParent, ...] = ()
    timeouts: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    @property
    def about(self) -> tuple[Key, ...]:
        """Who is behind its Services."""
        return tuple((namespace, "Service", name) for namespace, name in sorted(self.services))


@dataclass(frozen=True, slots=True)
class FeatureFlags:
    """Feature flags of OpenFeature, or the source that a pod names."""

    ref: Ref

    @property
    def about(self) -> tuple[Key, ...]:
        """Everybody: a pod may name one of another namespace."""
        return (EVERYBODY,)


@dataclass(frozen=True, slots=True)
class TestRun:
    """A run of k6 or Testkube: `passed` is None while it goes on; `at` is when it ended, or began."""

    __test__ = False  # no test of pytest's

    ref: Ref
    labels: Labels = field(default_factory=dict)
    passed: bool | None = None
    at: datetime | None = None

    @property
    def about(self) -> tuple[Key, ...]:
        """Its namespace."""
        return ((self.ref.namespace,),)
