"""Where pods may run, and who gives way to whom: what a pod spec says to the scheduler."""

from collections.abc import Mapping
from dataclasses import field

from readiness.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Toleration:
    """A toleration; an empty key or effect means every one of them."""

    key: str = ""
    operator: str = "Equal"
    effect: str = ""


@dataclass(frozen=True, slots=True)
class Placement:
    """What decides on which nodes the pods end up, under which runtime, and with what rank."""

    node_name: str = ""
    node_selector: Mapping[str, str] = field(default_factory=dict)
    node_affinity: bool = False
    tolerations: tuple[Toleration, ...] = ()
    priority_class: str = ""
    runtime_class: str = ""
