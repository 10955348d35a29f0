"""Why a document cannot be read: libyaml's errors and our own, in one form."""

from dataclasses import replace
from typing import Self

from yaml.error import MarkedYAMLError, YAMLError
from yaml.reader import ReaderError

from readiness.adapters.manifests.document import column_of, line_of
from readiness.model.records import dataclass


class BrokenDocumentError(YAMLError):
    """A document that is YAML, but not such as Kubernetes reads; `at` is a position."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class Fault:
    """What stands in the place of a broken document; line and column count from 0, None is the whole file."""

    message: str
    line: int | None = None
    column: int | None = None

    @classmethod
    def of(cls, error: YAMLError, data: bytes) -> Self:
        """The fault that an error found in the data."""
        if isinstance(error, BrokenDocumentError):
            return cls(str(error), line_of(error.at), column_of(error.at))
        if isinstance(error, ReaderError):
            before = data[: error.position]
            last_line = before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")
            return cls(f"{error.reason} (0x{error.character:02x})", before.count(b"\n"), len(last_line))
        if isinstance(error, MarkedYAMLError) and error.problem_mark:
            message = f"{error.problem} ({error.context})" if error.context else str(error.problem)
            return cls(message, error.problem_mark.line, error.problem_mark.column)
        return cls(str(error) or "not YAML")

    def moved(self, lines: int) -> Self:
        """The same fault in a file in which so many lines come before."""
        return self if self.line is None else replace(self, line=self.line + lines)

    def in_template(self) -> Self:
        """The same fault, with what is behind it."""
        hint = "looks like a Helm template: render it first with `helm template`"
        return replace(self, message=f"{hint} ({self.message})")
