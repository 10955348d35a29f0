"""Roles and their bindings: raw object to record."""

from sys import intern

from readiness.model.about import EVERYBODY, Key
from readiness.model.parse.fields import Raw, items, mapping, text, texts
from readiness.model.parse.workloads import ref_of
from readiness.model.permissions import RBAC, AccessRole, PolicyRule, RoleBinding
from readiness.model.ref import Ref

_ACCOUNT, _ACCOUNTS = "system:serviceaccount:", "system:serviceaccounts"
_EVERY_ACCOUNT = (_ACCOUNTS, "system:authenticated")


def access_role(raw: Raw) -> AccessRole:
    """A Role or a ClusterRole; what it says of URLs that are no resources is not kept."""
    rules = (_rule(item) for item in items(raw, "rules"))
    aggregated = isinstance(raw.get("aggregationRule"), dict)
    return AccessRole(ref_of(raw), tuple(rule for rule in rules if rule.resources), aggregated)


def _rule(raw: Raw) -> PolicyRule:
    groups, resources, verbs = (_words(raw, key) for key in ("apiGroups", "resources", "verbs"))
    return PolicyRule(groups, resources, verbs, texts(raw, "resourceNames"))


def _words(raw: Raw, key: str) -> tuple[str, ...]:
    return tuple(map(intern, texts(raw, key)))


def role_binding(raw: Raw) -> RoleBinding:
    """A RoleBinding or a ClusterRoleBinding."""
    ref, role = ref_of(raw), mapping(raw, "roleRef")
    kind = text(role, "kind")
    where = ref.namespace if kind == "Role" else ""
    about = (_subject(item, ref.namespace) for item in items(raw, "subjects"))
    return RoleBinding(
        ref=ref,
        role=Ref(intern(kind), where, text(role, "name"), RBAC),
        about=tuple(dict.fromkeys(key for key in about if key is not None)),
    )


def _subject(raw: Raw, namespace: str) -> Key | None:
    """The account, or the accounts, that a subject stands for; None for people and for those that are no accounts."""
    kind, name = text(raw, "kind"), text(raw, "name")
    if kind == "ServiceAccount":
        return (text(raw, "namespace") or namespace, "ServiceAccount", name)
    if kind == "User" and name.startswith(_ACCOUNT):
        where, _, account = name.removeprefix(_ACCOUNT).partition(":")
        return (where, "ServiceAccount", account)
    if kind == "Group" and name.startswith(f"{_ACCOUNTS}:"):
        return (name.removeprefix(f"{_ACCOUNTS}:"),)
    return EVERYBODY if kind == "Group" and name in _EVERY_ACCOUNT else None
