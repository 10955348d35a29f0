"""Networking: who may talk to the pods, and to whom they may talk."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Literal

from readiness.checks.check import Kind, NoParameters, check
from readiness.checks.parameters.limits import Len, doc
from readiness.model import (
    Category,
    Fail,
    Finding,
    Namespace,
    NetworkPolicy,
    Recheck,
    Severity,
    Skip,
    Snapshot,
    Unknown,
    Workload,
)
from readiness.model.records import dataclass

_PACE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class TrafficParameters:
    """Which traffic must be restricted, and how strictly."""

    directions: Annotated[
        tuple[Literal["Ingress", "Egress"], ...], Len(1, 2), doc("The directions that must be restricted.")
    ] = ("Ingress",)
    require_default_deny: Annotated[
        bool, doc("No rule may be open to everybody: one without from or to undoes every other policy.")
    ] = False


@check(
    "Traffic is restricted by NetworkPolicy",
    severity=Severity.MEDIUM,
    category=Category.NETWORKING,
    kind=Kind.RELATION,
    reads=(NetworkPolicy,),
    remedy="Add a NetworkPolicy that selects the pods, names the direction in policyTypes, and lists its peers.",
)
def network_policy(workload: Workload, cluster: Snapshot, parameters: TrafficParameters) -> Iterator[Finding]:
    """
    Without a policy every pod of the cluster may reach this one: one broken-into blog is a way to the database.

    Rule: for each direction a networking.k8s.io/v1 NetworkPolicy selects the pods and restricts it. With
    requireDefaultDeny none of these policies has a rule for it without from or to, or one whose peer is every address
    (0.0.0.0/0) or every pod of every namespace. Pods on the host's network are left out, since policies do not reach
    them. Policies of network plug-ins are not read.
    """
    if workload.pod.host_network:
        yield Skip("NetworkPolicies do not reach pods on the host's network")
        return
    policies = cluster.network_policies_for(workload)
    for direction in parameters.directions:
        applying = [policy for policy in policies if direction in policy.directions]
        if not applying:
            yield Fail("", f"no NetworkPolicy restricts its {direction.lower()}")
        elif parameters.require_default_deny:
            for policy in applying:
                if direction in policy.open_directions:
                    peer = "from everybody" if direction == "Ingress" else "to everybody"
                    yield Fail("", f"{policy.ref} allows {direction.lower()} {peer}")


@check(
    "NetworkPolicies mean pods that exist",
    severity=Severity.LOW,
    category=Category.NETWORKING,
    kind=Kind.RELATION,
    reads=(NetworkPolicy, Namespace, Workload),
    remedy="Correct the peer's podSelector and namespaceSelector, or remove it when those pods are gone.",
)
def network_policy_peers(workload: Workload, cluster: Snapshot, _parameters: NoParameters) -> Iterator[Finding]:
    """
    A peer with a misspelt label lets nobody in: the calls that were meant to pass run into a time-out.

    Rule: each peer with a podSelector or namespaceSelector of the NetworkPolicies that select the pods means the pods
    of some workload. That there are none counts in a cluster, where this is judged every five minutes; manifests may
    leave them to somebody else. Blocks of addresses are left out.
    """
    peers = [(policy, peer) for policy in cluster.network_policies_for(workload) for peer in policy.peers]
    if not peers:
        yield Skip("no NetworkPolicy of its pods names other pods")
        return
    if cluster.live:
        yield Recheck(cluster.now + _PACE)
    for policy, peer in peers:
        if next(cluster.workloads_among(peer, policy), None) is not None:
            continue
        word = "from" if peer.direction == "Ingress" else "to"
        message = f"{policy.ref} allows {peer.direction.lower()} {word} {peer}, of which there are none"
        yield Fail("", message) if cluster.live and cluster.whole else Unknown(f"{message} here")
