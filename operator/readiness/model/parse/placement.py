"""What a pod spec says to the scheduler: raw mapping to `Placement`."""

from sys import intern

from readiness.model.parse.fields import Raw, items, labels, mapping, text
from readiness.model.placement import Placement, Toleration

_ANYWHERE = Placement()


def placement(raw: Raw) -> Placement:
    """The placement that a pod spec asks for; most ask for nothing, and share one record."""
    found = Placement(
        node_name=text(raw, "nodeName"),
        node_selector=labels(raw, "nodeSelector"),
        node_affinity=_has_affinity(mapping(mapping(raw, "affinity"), "nodeAffinity")),
        tolerations=tuple(
            Toleration(text(item, "key"), text(item, "operator", "Equal"), text(item, "effect"))
            for item in items(raw, "tolerations")
        ),
        priority_class=intern(text(raw, "priorityClassName")),
        runtime_class=intern(text(raw, "runtimeClassName")),
    )
    return _ANYWHERE if found == _ANYWHERE else found


def _has_affinity(raw: Raw) -> bool:
    preferred = items(raw, "preferredDuringSchedulingIgnoredDuringExecution")
    return isinstance(raw.get("requiredDuringSchedulingIgnoredDuringExecution"), dict) or any(preferred)
