"""Why a file is left as it is."""

from readiness.errors import ReadinessError


class RefusedError(ReadinessError):
    """A file that no fix is written into, with the reason in words."""
