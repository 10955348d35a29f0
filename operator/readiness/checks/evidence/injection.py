"""What the OpenTelemetry operator is asked to inject into pods, and by which of its Instrumentations."""

from readiness.checks.evidence.values import switch
from readiness.model import Instrumentation, Snapshot, Workload

INJECTION = "instrumentation.opentelemetry.io/inject-"


def injections(workload: Workload) -> dict[str, str]:
    """The languages that annotations of the pod template ask for, and whom they name for each: true, or a name."""
    notes = workload.pod.annotations.items()
    return {
        key.removeprefix(INJECTION): on for key, on in notes if key.startswith(INJECTION) and switch(on) is not False
    }


def instrumentations(named: str, workload: Workload, cluster: Snapshot) -> list[Instrumentation]:
    """Those that the value of such an annotation names: any of its namespace, or one, which may be in another."""
    namespace, _, name = named.rpartition("/")
    here = [
        item
        for item in cluster.about(workload, Instrumentation)
        if item.ref.namespace == (namespace or workload.ref.namespace)
    ]
    return here if not namespace and switch(name) else [item for item in here if item.ref.name == name]
