"""What delivers workloads and leads requests to them: Argo CD's applications, Flagger's canaries, gateways."""

from datetime import datetime

from readiness.model.about import EVERYBODY, Key
from readiness.model.foreign import GatewayParent
from readiness.model.labels import Labels, Selector
from readiness.model.records import dataclass
from readiness.model.ref import Ref


@dataclass(frozen=True, slots=True)
class Application:
    """
    An Application of Argo CD, for workloads of some namespaces.

    `sync` and `health` are Argo CD's words for the whole (empty: not told), `health_changed` is when the latter did.
    `pending`: Git has something newer, which Argo CD brings by itself; `busy`: it is about it; `failed`: it could not.
    """

    ref: Ref
    namespaces: tuple[str, ...] = ()
    sync: str = ""
    health: str = ""
    health_changed: datetime | None = None
    pending: bool = False
    busy: bool = False
    failed: bool = False

    @property
    def about(self) -> tuple[Key, ...]:
        """The namespaces that it puts something into."""
        return tuple((name,) for name in self.namespaces)


@dataclass(frozen=True, slots=True)
class FlaggerCanary:
    """A Canary of Flagger: whose versions it brings out, and whether step by step or from blue to green."""

    ref: Ref
    target_kind: str = ""
    target_name: str = ""
    way: str = "Canary"

    @property
    def about(self) -> tuple[Key, ...]:
        """Its target, where new versions are tried, and the workload that Flagger makes to serve everybody."""
        names = (self.target_name, f"{self.target_name}-primary")
        return tuple((self.ref.namespace, self.target_kind, name) for name in names)


@dataclass(frozen=True, slots=True)
class Listener:
    """
    A listener of a Gateway; `certified`: it names a certificate (clouds have options for that), or hands TLS on.

    It takes routes of its Gateway's namespace (`admitted` Same), of All, or of those that `selector` selects.
    """

    name: str
    protocol: str = ""
    port: int | None = None
    host: str = ""
    certified: bool = False
    admitted: str = "Same"
    selector: Selector | None = None

    def admits(self, route: Ref, gateway: Ref, labels: Labels | None) -> bool:
        """Whether it takes routes of a namespace with these labels; None: nobody knows them."""
        if self.admitted == "Selector":
            return labels is None or (self.selector is not None and self.selector.matches(labels))
        return self.admitted == "All" or route.namespace == gateway.namespace

    def takes(self, parent: GatewayParent, hosts: tuple[str, ...]) -> bool:
        """Whether a route for these hosts (none: any) hangs on it."""
        if parent.listener not in ("", self.name) or parent.port not in (None, self.port):
            return False
        return not self.host or not hosts or any(_meet(self.host, host) for host in hosts)


def _meet(one: str, other: str) -> bool:
    """Whether two hosts, each of which may be a wildcard, have a name in common."""
    if one.startswith("*"):
        return other.endswith(one[1:]) or (other.startswith("*") and one.endswith(other[1:]))
    return one.endswith(other[1:]) if other.startswith("*") else one == other


@dataclass(frozen=True, slots=True)
class Gateway:
    """A Gateway of the Gateway API, and what it listens on."""

    ref: Ref
    listeners: tuple[Listener, ...] = ()

    @property
    def about(self) -> tuple[Key, ...]:
        """Everybody: routes of any namespace may hang on it."""
        return (EVERYBODY,)
