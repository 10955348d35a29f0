"""Which policies select a workload, and who is in scope at all."""

from collections.abc import Iterable
from dataclasses import field

from readiness.model import Namespace, Workload
from readiness.model.labels import Selector
from readiness.model.records import dataclass
from readiness.policy.compiled import Policy

SYSTEM_NAMESPACES = frozenset({"kube-system", "kube-public", "kube-node-lease"})
_NAME_LABEL = "kubernetes.io/metadata.name"


@dataclass(frozen=True, slots=True)
class Scope:
    """Namespaces that are judged only where a policy names them: Kubernetes' own, and the operator's."""

    excluded: frozenset[str] = field(default=SYSTEM_NAMESPACES)

    @classmethod
    def around(cls, operator_namespace: str) -> "Scope":
        """The scope of an operator that runs in this namespace."""
        return cls(SYSTEM_NAMESPACES | ({operator_namespace} if operator_namespace else frozenset()))

    def selects(self, policy: Policy, workload: Workload, namespace: Namespace | None) -> bool:
        """
        Whether a policy selects a workload in its namespace (None: the namespace's labels are not known).

        What only `helm test` runs no policy selects.
        """
        where = workload.ref.namespace
        if workload.trial or (policy.kinds and workload.ref.api_kind not in policy.kinds):
            return False
        if policy.ref.kind == "ReadinessPolicy":
            return where == policy.ref.namespace and policy.selector.matches(workload.labels)
        labels = {_NAME_LABEL: where, **(namespace.labels if namespace else {})}  # manifests of namespaces lack it
        return (
            (where not in self.excluded or _names(policy.namespace_selector, where))
            and policy.namespace_selector.matches(labels)
            and policy.selector.matches(workload.labels)
        )

    def policies_for(self, workload: Workload, namespace: Namespace | None, policies: Iterable[Policy]) -> list[Policy]:
        """The policies that select a workload, by name."""
        found = [policy for policy in policies if self.selects(policy, workload, namespace)]
        found.sort(key=lambda policy: policy.ref)
        return found


def _names(selector: Selector, namespace: str) -> bool:
    """Whether a namespace selector says a namespace by name."""
    return (_NAME_LABEL, namespace) in selector.pairs or any(
        item.key == _NAME_LABEL and item.operator == "In" and namespace in item.values for item in selector.expressions
    )
