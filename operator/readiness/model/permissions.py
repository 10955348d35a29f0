"""Who may do what in the API (RBAC): roles, and the bindings that give them to ServiceAccounts."""

from collections.abc import Mapping

from readiness.model.about import Key
from readiness.model.records import dataclass
from readiness.model.ref import Ref

RBAC = "rbac.authorization.k8s.io"
ANYTHING = "*"
_READ = ("get", "list", "watch")
_WRITE = ("create", "update", "patch", "delete", "deletecollection")


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """Verbs that a role allows on resources of API groups; `names` are the only objects where there are any."""

    groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def covers(self, group: str, resource: str) -> bool:
        """Whether it is about a resource such as `pods/exec`; `*/exec` is that of every resource."""
        _, slash, part = resource.partition("/")
        return not {group, ANYTHING}.isdisjoint(self.groups) and any(
            item in (ANYTHING, resource) or bool(slash and item == f"*/{part}") for item in self.resources
        )

    def allows(self, verb: str) -> bool:
        """Whether a verb is among its verbs."""
        return not {verb, ANYTHING}.isdisjoint(self.verbs)

    @property
    def everything(self) -> bool:
        """Whether it allows whatever there is, as cluster-admin does."""
        return not self.names and all(ANYTHING in words for words in (self.groups, self.resources, self.verbs))


@dataclass(frozen=True, slots=True)
class AccessRole:
    """A Role, or a ClusterRole; one that is `aggregated` gets its rules from others, by a controller."""

    ref: Ref
    rules: tuple[PolicyRule, ...] = ()
    aggregated: bool = False

    @property
    def about(self) -> tuple[Key, ...]:
        """Nobody by itself: whom it is bound to is in the bindings."""
        return ()


@dataclass(frozen=True, slots=True)
class RoleBinding:
    """A RoleBinding or a ClusterRoleBinding: who has a role; `about` are the accounts among its subjects."""

    ref: Ref
    role: Ref
    about: tuple[Key, ...] = ()

    @property
    def scope(self) -> str:
        """Where the role is given, in words."""
        return f"in namespace {self.ref.namespace}" if self.ref.namespace else "in the whole cluster"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a workload's account may do by one binding; `role` is None where there is no such role."""

    binding: RoleBinding
    role: AccessRole | None


def binding_key(role: Ref) -> Key:
    """Where the bindings of a role are found."""
    return ("to", role.kind, role.namespace, role.name)


_EDIT = (
    PolicyRule(
        ("",), ("pods/attach", "pods/proxy", "pods/exec", "pods/portforward", "services/proxy"), (*_READ, *_WRITE)
    ),
    PolicyRule(("",), ("secrets", "pods", "configmaps", "services", "persistentvolumeclaims"), (*_READ, *_WRITE)),
    PolicyRule(("",), ("serviceaccounts",), ("impersonate", *_READ, *_WRITE)),
    PolicyRule(("",), ("serviceaccounts/token", "pods/eviction"), ("create",)),
    PolicyRule(("",), ("replicationcontrollers", "replicationcontrollers/scale"), (*_READ, *_WRITE)),
    PolicyRule(("apps",), ("daemonsets", "deployments", "replicasets", "statefulsets"), (*_READ, *_WRITE)),
    PolicyRule(("batch",), ("cronjobs", "jobs"), (*_READ, *_WRITE)),
    PolicyRule(("networking.k8s.io",), ("ingresses", "networkpolicies"), (*_READ, *_WRITE)),
)
_ROLES: Mapping[str, tuple[PolicyRule, ...]] = {
    "cluster-admin": (PolicyRule((ANYTHING,), (ANYTHING,), (ANYTHING,)),),
    "admin": (*_EDIT, PolicyRule((RBAC,), ("roles", "rolebindings"), (*_READ, *_WRITE))),
    "edit": _EDIT,
    "view": (PolicyRule(("",), ("configmaps", "pods", "pods/log", "services", "serviceaccounts"), _READ),),
}


def built_in(role: Ref) -> AccessRole | None:
    """
    A role for people that each cluster has and no manifest, as far as checks ask for it.

    Source: k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy.
    """
    rules = _ROLES.get(role.name) if role.kind == "ClusterRole" else None
    return None if rules is None else AccessRole(role, rules)
