"""The catalogue: its table of contents."""

from readiness.checks import (
    autoscaling,
    availability,
    delivery,
    disruption,
    health,
    identity,
    images,
    lifecycle,
    live,
    mounts,
    networking,
    pod_security_baseline,
    pod_security_restricted,
    resources,
    secret_references,
    secrets,
)
from readiness.checks.check import Catalogue, Check, Kind, NoParameters, check

CATALOGUE = Catalogue.of(
    health,
    live,
    resources,
    identity,
    secrets,
    secret_references,
    mounts,
    availability,
    disruption,
    autoscaling,
    delivery,
    networking,
    images,
    lifecycle,
    pod_security_baseline,
    pod_security_restricted,
)

__all__ = ["CATALOGUE", "Catalogue", "Check", "Kind", "NoParameters", "check"]
