"""Writes fixes into files of manifests, and nothing else: comments, order and layout stay as they are."""

from readiness.adapters.fixes.diff import unified
from readiness.adapters.fixes.files import is_below, overwrite
from readiness.adapters.fixes.refusal import RefusedError
from readiness.adapters.fixes.splice import spliced

__all__ = ["RefusedError", "is_below", "overwrite", "spliced", "unified"]
