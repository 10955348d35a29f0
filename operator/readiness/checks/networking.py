"""Networking: who may talk to the pods, and to whom they may talk."""

from collections.abc import Iterator
from typing import Annotated, Literal

from readiness.checks.check import Kind, check
from readiness.checks.parameters.limits import Len, doc
from readiness.model import Category, Fail, Finding, NetworkPolicy, Severity, Skip, Snapshot, Workload
from readiness.model.records import dataclass


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
    requireDefaultDeny none of these policies has a rule for it without from or to. Pods on the host's network are left
    out, since policies do not reach them. Policies of network plug-ins are not read.
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
