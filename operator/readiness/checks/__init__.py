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
)

__all__ = ["CATALOGUE", "Catalogue", "Check", "Kind", "NoParameters", "check"]
