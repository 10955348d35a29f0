"""The catalogue; its table of contents is `contents.py`."""

from readiness.checks.check import Catalogue, Check, Kind, NoParameters, check
from readiness.checks.library import Library

CATALOGUE = Library()

__all__ = ["CATALOGUE", "Catalogue", "Check", "Kind", "NoParameters", "check"]
