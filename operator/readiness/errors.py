"""
The exceptions of this package.

    ReadinessError
    ├── InputError          what the user handed us cannot be read: file, line, what was expected
    └── UnsupportedSchema   a model says what a CRD cannot (raised while generating only)

The client of the API server raises `readiness.runtime.api.ApiError`, and what writes fixes into files
`readiness.adapters.fixes.RefusedError`; both are a `ReadinessError` as well.
"""


class ReadinessError(Exception):
    """Base of every error that this package raises on purpose."""


class InputError(ReadinessError):
    """The user's input cannot be used; the message names the place and what was expected."""


class UnsupportedSchemaError(ReadinessError):
    """A pydantic model uses something that a structural CRD schema cannot express."""
