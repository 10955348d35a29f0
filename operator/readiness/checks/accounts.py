"""Accounts: as whom pods talk to the API server, and whether they do at all."""

import re
from collections.abc import Iterator

from readiness.checks.check import Kind, NoParameters, check
from readiness.checks.fix import REMOVED, Edit, Fix, put
from readiness.model import Category, Fail, Finding, ServiceAccount, Severity, Snapshot, Unknown, Workload

_TOKEN = re.compile(r"-token-[bcdfghjklmnpqrstvwxz2456789]{5}$")  # what Kubernetes appended before 1.24


@check(
    "The workload has a ServiceAccount of its own",
    severity=Severity.LOW,
    category=Category.SECURITY,
    remedy="Create a ServiceAccount for the workload, and name it in serviceAccountName.",
)
def own_service_account(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    What runs as the account default shares it with all that forgot to choose: a right for one is a right for everybody.

    Rule: serviceAccountName is set, and not default.
    """
    if workload.pod.service_account == "default":
        yield Fail(f"{workload.pod.path}.serviceAccountName", "its pods run as the ServiceAccount default")


@check(
    "The ServiceAccount exists",
    severity=Severity.HIGH,
    category=Category.RELIABILITY,
    kind=Kind.RELATION,
    reads=(ServiceAccount,),
    remedy="Create the ServiceAccount in the workload's namespace, or correct serviceAccountName.",
)
def service_account_exists(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    No pod is created for an account that is not there: the rollout stands still with no pod to look at.

    Rule: the pods' ServiceAccount is in their namespace; `default` always is. That it is missing counts in a cluster;
    manifests may leave it to somebody else.
    """
    name = workload.pod.service_account
    if name == "default" or cluster.service_account_of(workload) is not None:
        return
    if cluster.live:
        yield Fail(f"{workload.pod.path}.serviceAccountName", f"there is no ServiceAccount {name}")
    else:
        yield Unknown(f"ServiceAccount {name} is not among the manifests")


@check(
    "No token is mounted",
    severity=Severity.LOW,
    category=Category.SECURITY,
    kind=Kind.RELATION,
    reads=(ServiceAccount,),
    remedy="Set automountServiceAccountToken: false on the pod or its ServiceAccount, unless it calls the API server.",
    fix=put(value=False, risk="programs that call the API server"),
)
def no_token_mounted(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    Hardly any service calls the API server, and every token that lies in a container is one to steal.

    Rule: automountServiceAccountToken of the pod, else of its ServiceAccount, is false; absent means true. Unlike
    `service-account-token` this asks it of every account: waive it for what does call the API server.
    """
    pod = workload.pod
    mounts = pod.automount_token
    if mounts is None:
        account = cluster.service_account_of(workload)
        mounts = None if account is None else account.automount_token
    if mounts is not False:
        message = f"the token of ServiceAccount {pod.service_account} is mounted"
        yield Fail(f"{pod.path}.automountServiceAccountToken", message)


def _renamed(workload: Workload, fail: Fail, _parameters: NoParameters) -> Iterator[Edit]:
    yield Edit(f"{fail.path}Name", workload.pod.deprecated_account)
    yield Edit(fail.path, REMOVED)


@check(
    "The ServiceAccount is named in the field that stays",
    severity=Severity.INFO,
    category=Category.DELIVERY,
    remedy="Rename serviceAccount to serviceAccountName.",
    fix=Fix(_renamed),
)
def service_account_field(workload: Workload, _cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    The field serviceAccount is deprecated: tools that only know the newer one take such pods for those of default.

    Rule: the pod spec does not have serviceAccount alone. Beside serviceAccountName it is the API server's own copy.
    """
    name = workload.pod.deprecated_account
    if name:
        yield Fail(f"{workload.pod.path}.serviceAccount", f"ServiceAccount {name} is named in a deprecated field")


@check(
    "The ServiceAccount has no token that lasts for ever",
    severity=Severity.LOW,
    category=Category.SECRETS,
    kind=Kind.RELATION,
    reads=(ServiceAccount,),
    remedy="Delete the token's Secret when nobody uses it any more, and ask for tokens with `kubectl create token`.",
)
def no_legacy_token(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    Until 1.24 each account got a token in a Secret. It has no end, and works wherever a copy of it has come to.

    Rule: the pods' ServiceAccount lists no Secret in `secrets` with the name of such a token (…-token-x7k2p), and no
    volume shows one.
    """
    pod, account = workload.pod, cluster.service_account_of(workload)
    listed = account.secrets if account is not None else ()
    for name in filter(_TOKEN.search, listed):
        yield Fail(f"{pod.path}.serviceAccountName", f"ServiceAccount {pod.service_account} has the token {name}")
    for reference in pod.references("Secret"):
        if not reference.container and _TOKEN.search(reference.to.name):
            yield Fail(reference.path, f"the token {reference.to.name} is mounted")
    if account is None and not cluster.live:
        yield Unknown(f"ServiceAccount {pod.service_account} is not among the manifests")
