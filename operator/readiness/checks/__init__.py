"""The catalogue: its table of contents."""

from readiness.checks import resources
from readiness.checks.check import Catalogue, Check, Kind, NoParameters, check

CATALOGUE = Catalogue.of(resources)

__all__ = ["CATALOGUE", "Catalogue", "Check", "Kind", "NoParameters", "check"]
