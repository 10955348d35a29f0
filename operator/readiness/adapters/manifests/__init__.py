"""Reads manifests from files, folders and standard input as Kubernetes does, and knows their lines."""

from readiness.adapters.manifests.document import Document, Level, Problem, Step
from readiness.adapters.manifests.reading import parse_bytes, read, read_source
from readiness.adapters.manifests.sources import MAX_BYTES, STDIN, SUFFIXES, Source, discover, read_bytes

__all__ = [
    "MAX_BYTES",
    "STDIN",
    "SUFFIXES",
    "Document",
    "Level",
    "Problem",
    "Source",
    "Step",
    "discover",
    "parse_bytes",
    "read",
    "read_bytes",
    "read_source",
]
