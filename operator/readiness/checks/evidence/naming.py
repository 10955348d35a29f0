"""What a workload is called where others speak of it: in series, alerts, objectives and dashboards."""

import re

from readiness.model import Snapshot, Workload

_NAMES = ("app", "app.kubernetes.io/name", "app.kubernetes.io/instance")  # labels


def names_of(workload: Workload, cluster: Snapshot) -> set[str]:
    """Its name, those of its Services and containers, and what its labels say. Who uses it reads Service."""
    found = {workload.ref.name, *(service.ref.name for service in cluster.services_for(workload))}
    found |= {container.name for container in workload.pod.app_containers}
    labels = {**workload.labels, **workload.pod.labels}
    return found | {labels[key] for key in _NAMES if key in labels}


def has_word(text: str, names: set[str]) -> bool:
    """Whether one of these names stands in a text as a word: cart in `errors{service="cart"}`, and not in cartoon."""
    return any(re.search(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", text) for name in names)


def plain(text: str) -> str:
    """A name without what its spelling adds: HighErrorRate and high-error-rate are the same."""
    return re.sub(r"[^a-z0-9]", "", text.lower())
