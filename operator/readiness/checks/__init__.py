"""The catalogue; its table of contents is `contents.py`."""

from readiness.checks.check import Catalogue, Check, Kind, NoParameters, check
from readiness.checks.lazy import LazyCatalogue

CATALOGUE = LazyCatalogue()

__all__ = ["CATALOGUE", "Catalogue", "Check", "Kind", "NoParameters", "check"]
