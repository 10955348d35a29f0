"""
The world as values: what a cluster or a folder of manifests holds, how it hangs together, and what is said of it.

Checks import from here; the parts live in one file each.
"""

from readiness.model.container import (
    Container,
    Env,
    Handler,
    KeyRef,
    Mount,
    PodSpec,
    Port,
    Probe,
    Role,
    Security,
    Strategy,
    Volume,
)  # fmt: skip
from readiness.model.evidence import Answer, Demand, Observation, Probing, Question, Reading, Scheme
from readiness.model.finding import (
    Category,
    Fail,
    Finding,
    Outcome,
    Recheck,
    Severity,
    Skip,
    Topic,
    Unknown,
    Verdict,
)  # fmt: skip
from readiness.model.pod import ContainerState, Pod
from readiness.model.ref import Owner, Ref
from readiness.model.snapshot import SETTLING, Snapshot
from readiness.model.surroundings import (
    Condition,
    ConfigMap,
    EndpointSlice,
    HorizontalPodAutoscaler,
    Ingress,
    LimitRange,
    Namespace,
    NetworkPolicy,
    PodDisruptionBudget,
    Service,
    ServiceAccount,
)  # fmt: skip
from readiness.model.workload import Replicas, Workload

__all__ = [
    "SETTLING", "Answer", "Category", "Condition", "ConfigMap", "Container", "ContainerState", "Demand",
    "EndpointSlice", "Env", "Fail", "Finding", "Handler", "HorizontalPodAutoscaler", "Ingress", "KeyRef", "LimitRange",
    "Mount", "Namespace", "NetworkPolicy", "Observation", "Outcome", "Owner", "Pod", "PodDisruptionBudget",
    "PodSpec", "Port", "Probe", "Probing", "Question", "Reading", "Recheck", "Ref", "Replicas", "Role", "Scheme",
    "Security", "Service", "ServiceAccount", "Severity", "Skip", "Snapshot", "Strategy", "Topic", "Unknown",
    "Verdict", "Volume", "Workload",
]  # fmt: skip
