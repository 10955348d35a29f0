"""Names of things: what the work queue carries and findings point at."""

from readiness.model.records import dataclass

CORE_GROUPS = frozenset({"", "apps", "batch"})


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """Kind, namespace and name of an object, with the API group (empty for core, as Kubernetes has it)."""

    kind: str
    namespace: str
    name: str
    group: str = ""

    def __str__(self) -> str:
        """Kind and name, as people write it: `Deployment/cart`."""
        return f"{self.kind}/{self.name}"

    @property
    def api_kind(self) -> str:
        """`Deployment`, or `Rollout.argoproj.io` where the group is not one of Kubernetes' own."""
        return self.kind if self.group in CORE_GROUPS else f"{self.kind}.{self.group}"


@dataclass(frozen=True, slots=True)
class Owner:
    """The controlling owner reference of an object."""

    kind: str
    name: str
    uid: str
    api_version: str

    @property
    def group(self) -> str:
        """The API group, empty for core."""
        group, slash, _ = self.api_version.partition("/")
        return group if slash else ""
