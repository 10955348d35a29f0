"""Permissions: what whoever gets into a pod may do with the API, by the roles of its ServiceAccount."""

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Literal

from readiness.checks.check import Kind, NoParameters, check
from readiness.checks.parameters.limits import Len, doc
from readiness.model import (
    AccessRole,
    Category,
    Fail,
    Finding,
    Grant,
    PolicyRule,
    RoleBinding,
    ServiceAccount,
    Severity,
    Skip,
    Snapshot,
    Unknown,
    Workload,
)
from readiness.model.permissions import ANYTHING, RBAC
from readiness.model.reasons import Reason
from readiness.model.records import dataclass

_READS = (ServiceAccount, AccessRole, RoleBinding)
_WRITE = ("create", "update", "patch")
_CHANGE = (*_WRITE, "delete", "deletecollection")
_ADMIN = "cluster-admin"


@dataclass(frozen=True, slots=True)
class Power:
    """
    Verbs on resources of a group.

    `named`: whoever may do it to named objects only has it too; `names`: whoever may do it to one of these has.
    """

    group: str
    resources: tuple[str, ...]
    verbs: tuple[str, ...]
    named: bool = False
    names: tuple[str, ...] = ()

    def within(self, rule: PolicyRule) -> str:
        """What of it a rule allows, in words; empty when nothing."""
        if rule.names and not self.named and set(self.names).isdisjoint(rule.names):
            return ""
        verbs = [verb for verb in self.verbs if rule.allows(verb)]
        resources = [resource for resource in self.resources if rule.covers(self.group, resource)]
        return f"{_listed(verbs)} {_listed(resources)}" if verbs and resources else ""


_EXEC = (
    Power("", ("pods/exec", "pods/attach", "pods/portforward"), ("create", "get")),  # a WebSocket begins with a GET
    Power("", ("pods/ephemeralcontainers",), ("update", "patch")),
)
_WORKLOADS = (
    Power("", ("pods", "replicationcontrollers"), _WRITE),
    Power("apps", ("deployments", "statefulsets", "daemonsets", "replicasets"), _WRITE),
    Power("batch", ("jobs", "cronjobs"), _WRITE),
)
_ESCALATION = (
    Power(RBAC, ("roles", "clusterroles"), ("escalate", "bind"), named=True),
    Power("", ("users", "groups", "serviceaccounts"), ("impersonate",), named=True),
    Power("", ("serviceaccounts/token",), ("create",), named=True),
    Power("certificates.k8s.io", ("certificatesigningrequests/approval",), ("update", "patch"), named=True),
    Power("certificates.k8s.io", ("signers",), ("approve", "sign"), named=True),
)
_NODES = (
    Power("", ("nodes/proxy",), ("get", "create"), named=True),
    Power("", ("nodes",), _WRITE, named=True),
    Power("", ("persistentvolumes",), ("create",)),
    Power(
        "admissionregistration.k8s.io",
        ("validatingwebhookconfigurations", "mutatingwebhookconfigurations"),
        _CHANGE,
        named=True,
    ),
)
_NETWORK = (
    Power("", ("services", "endpoints"), _CHANGE),
    Power("discovery.k8s.io", ("endpointslices",), _CHANGE),
    Power("networking.k8s.io", ("networkpolicies", "ingresses"), _CHANGE),
    Power("gateway.networking.k8s.io", ("gateways", "httproutes", "grpcroutes"), _CHANGE),
)


@check(
    "The account is no cluster-admin",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    kind=Kind.RELATION,
    reads=_READS,
    remedy="Bind the ServiceAccount to a role with the verbs and resources that the program uses.",
)
def no_cluster_admin(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    With cluster-admin one hole in one program is the whole cluster: every Secret, every node, every backup.

    Rule: no binding of the pods' ServiceAccount, or of a group that it is in, gives it ClusterRole cluster-admin or a
    role with a rule for all verbs on all resources of all groups, in the cluster or in a namespace.
    """
    yield from _judged(workload, cluster, _administration)


def _administration(grant: Grant) -> Iterator[str]:
    role = grant.binding.role
    known = role.kind == "ClusterRole" and role.name == _ADMIN
    if known or (grant.role is not None and any(rule.everything for rule in grant.role.rules)):
        yield "may do everything"


@check(
    "Permissions are spelled out",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    kind=Kind.RELATION,
    reads=_READS,
    remedy="List the groups, resources and verbs that the program uses instead of *.",
)
def no_wildcard_permissions(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A * also means the resources that somebody installs next year, and the verbs that nobody thought of.

    Rule: no rule of a role of the pods' ServiceAccount has * among its apiGroups, resources or verbs, nor a resource
    such as */scale.
    """
    yield from _judged(workload, cluster, _by_rule(_wildcard))


def _wildcard(rule: PolicyRule) -> str:
    fields = {"apiGroups": rule.groups, "resources": rule.resources, "verbs": rule.verbs}
    found = [field for field, words in fields.items() if any(word.startswith(ANYTHING) for word in words)]
    return f"has * for {_listed(found)}" if found else ""


@dataclass(frozen=True, slots=True)
class SecretParameters:
    """Which verbs on Secrets are too much."""

    verbs: Annotated[
        tuple[Literal["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"], ...],
        Len(1, 8),
        doc("The verbs that fail; update and patch answer with the whole Secret."),
    ] = ("get", "list", "watch", "update", "patch")


@check(
    "The account cannot read all Secrets",
    severity=Severity.MEDIUM,
    category=Category.SECRETS,
    kind=Kind.RELATION,
    reads=_READS,
    remedy="Mount the Secret, or allow get with resourceNames; list and watch show the contents as well.",
)
def no_secret_permissions(workload: Workload, cluster: Snapshot, parameters: SecretParameters) -> Iterator[Finding]:
    """
    Who may list Secrets reads the passwords of all other programs, and the tokens of accounts that may do more.

    Rule: no rule of a role of the pods' ServiceAccount allows one of verbs on secrets, other than on those that it
    names in resourceNames.
    """
    yield from _judged(workload, cluster, _powers(Power("", ("secrets",), parameters.verbs)))


@check(
    "The account cannot enter other pods",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    kind=Kind.RELATION,
    reads=_READS,
    remedy="Remove pods/exec, pods/attach, pods/portforward and pods/ephemeralcontainers from its roles.",
)
def no_exec_permission(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A command in somebody else's pod runs with its Secrets, its volumes and its way into the network.

    Rule: no rule of a role of the pods' ServiceAccount allows create or get on pods/exec, pods/attach or
    pods/portforward, nor update or patch on pods/ephemeralcontainers, other than on pods that it names.
    """
    yield from _judged(workload, cluster, _powers(*_EXEC))


@check(
    "The account cannot make pods",
    severity=Severity.LOW,
    category=Category.SECURITY,
    kind=Kind.RELATION,
    reads=_READS,
    remedy="Remove create, update and patch of pods and workloads from its roles, or name the workloads.",
)
def no_workload_permissions(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    Who makes pods in a namespace has what is in it: they mount any Secret there, and run as any account.

    Rule: no rule of a role of the pods' ServiceAccount allows create, update or patch on pods, or on the workloads of
    apps and batch, other than on those that it names. Operators and deployers need it: waive it for them.
    """
    yield from _judged(workload, cluster, _powers(*_WORKLOADS))


@check(
    "The account cannot become another one",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    kind=Kind.RELATION,
    reads=_READS,
    remedy="Remove escalate, bind, impersonate, serviceaccounts/token and the approval of certificates from its roles.",
)
def no_escalation_permissions(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    These few verbs lead around all other limits: who may grant himself roles, or be somebody else, may do anything.

    Rule: no rule of a role of the pods' ServiceAccount allows escalate or bind on roles, impersonate, create on
    serviceaccounts/token, or the approval or signing of certificates; not for named objects either.
    """
    yield from _judged(workload, cluster, _powers(*_ESCALATION))


@check(
    "The account has no power over nodes and admission",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    kind=Kind.RELATION,
    reads=_READS,
    remedy="Remove nodes, nodes/proxy, persistentvolumes and webhook configurations from its roles.",
)
def no_node_permissions(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    Through nodes/proxy one asks kubelet itself, past audit log and admission; a webhook sees, and changes, all objects.

    Rule: no rule of a role of the pods' ServiceAccount allows get or create on nodes/proxy, writing nodes or webhook
    configurations (named ones either), or creating persistentvolumes, which can be a node's folders.
    """
    yield from _judged(workload, cluster, _powers(*_NODES))


@check(
    "The account cannot redirect traffic",
    severity=Severity.MEDIUM,
    category=Category.SECURITY,
    kind=Kind.RELATION,
    reads=_READS,
    remedy="Remove the writing verbs on Services, endpoints, NetworkPolicies and Ingresses, or name the objects.",
)
def no_network_permissions(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    Who changes where a Service leads to reads the passwords that are sent to it; a deleted NetworkPolicy lets all in.

    Rule: no rule of a role of the pods' ServiceAccount allows create, update, patch, delete or deletecollection on
    services, endpoints, endpointslices, networkpolicies, ingresses, or gateways and their routes, other than on those
    that it names. Ingress controllers and operators need some of it: waive it for them.
    """
    yield from _judged(workload, cluster, _powers(*_NETWORK))


@dataclass(frozen=True, slots=True)
class SettingsParameters:
    """Which ConfigMaps nobody may change, whatever else."""

    guarded: Annotated[
        tuple[Annotated[str, Len(1, 253)], ...],
        Len(0, 32),
        doc("ConfigMaps that count where a rule names them as well: on EKS aws-auth says who is cluster-admin."),
    ] = ("aws-auth", "coredns", "kube-proxy")


@check(
    "The account cannot change others' settings",
    severity=Severity.LOW,
    category=Category.SECURITY,
    kind=Kind.RELATION,
    reads=_READS,
    remedy="Name the ConfigMaps that the program keeps in resourceNames, and elect leaders by Leases.",
)
def no_config_map_permissions(
    workload: Workload, cluster: Snapshot, parameters: SettingsParameters
) -> Iterator[Finding]:
    """
    Who may write all ConfigMaps of a namespace configures the other programs in it: their log-ins, their upstreams.

    Rule: no rule of a role of the pods' ServiceAccount allows update, patch, delete or deletecollection on configmaps,
    other than on those that it names; of these none is one of guarded.
    """
    power = Power("", ("configmaps",), _CHANGE[1:], names=parameters.guarded)
    yield from _judged(workload, cluster, _powers(power))


@check(
    "The roles of the account exist",
    severity=Severity.MEDIUM,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=_READS,
    remedy="Create the role that the binding names, or delete the binding.",
)
def roles_exist(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A binding to a role that is not there gives nothing, until somebody makes one of that name, with whatever is in it.

    Rule: each binding of the pods' ServiceAccount, or of a group that it is in, names a role that is there. That it is
    missing counts in a cluster; manifests may leave it to somebody else.
    """
    if (barrier := _barrier(workload, cluster)) is not None:
        yield barrier
        return
    for grant in cluster.grants_of(workload):
        if grant.role is None:
            absent = Fail("", f"{grant.binding.ref} gives {grant.binding.role}, which is not there")
            yield absent if cluster.live else _missing(grant)


def _powers(*powers: Power) -> Callable[[Grant], Iterator[str]]:
    """What of these powers a grant gives, in words."""

    def given(rule: PolicyRule) -> str:
        found = [words for power in powers if (words := power.within(rule))]
        return f"may {_listed(found, ', ')}" if found else ""

    return _by_rule(given)


def _by_rule(said: Callable[[PolicyRule], str]) -> Callable[[Grant], Iterator[str]]:
    def of(grant: Grant) -> Iterator[str]:
        for rule in grant.role.rules if grant.role is not None else ():
            if words := said(rule):
                yield words

    return of


def _judged(workload: Workload, cluster: Snapshot, said: Callable[[Grant], Iterator[str]]) -> Iterator[Finding]:
    """A failure for each thing that a grant gives too much, and what is not known."""
    if (barrier := _barrier(workload, cluster)) is not None:
        yield barrier
        return
    account, path = workload.pod.service_account, f"{workload.pod.path}.serviceAccountName"
    for grant in cluster.grants_of(workload):
        binding, role = grant.binding, grant.role
        found = list(dict.fromkeys(said(grant)))
        for words in found:
            message = f"ServiceAccount {account} {words} {binding.scope}: {binding.ref} gives it {binding.role}"
            yield Fail(path, message)
        if not found and not cluster.live and (role is None or (role.aggregated and not role.rules)):
            yield _missing(grant)


def _missing(grant: Grant) -> Unknown:
    what = "is not" if grant.role is None else "has no rules"
    return Unknown(f"{grant.binding.role}, which {grant.binding.ref} gives, {what} among the manifests")


def _barrier(workload: Workload, cluster: Snapshot) -> Skip | Unknown | None:
    """Why what its account may do does not matter, or is not known."""
    if not cluster.has_token(workload):
        return Skip("no token for the API server is mounted")
    if cluster.live and not cluster.serves(RoleBinding):
        return Unknown("the cluster does not serve roles", Reason.NOT_INSTALLED)
    if not cluster.live and not cluster.grants_of(workload):
        account = workload.pod.service_account
        return Unknown(f"no binding of ServiceAccount {account} is among the manifests", Reason.NOT_EVALUATED)
    return None


def _listed(words: Iterable[str], last: str = " and ") -> str:
    *first, end = words
    return f"{', '.join(first)}{last}{end}" if first else end
