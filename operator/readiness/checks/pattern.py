"""Regular expressions of policies: RE2's, which no pattern and no text can make slow."""

from functools import cache
from typing import Annotated

import re2

from readiness.checks.limits import Len, Predicate
from readiness.model.credentials import Searchable

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False  # re2 would write to stderr
_OPTIONS.max_mem = 1 << 20


@cache
def compiled(pattern: str) -> Searchable:
    """The pattern, ready to search with. Raises re2.error when it is none."""
    found: Searchable = re2.compile(pattern, _OPTIONS)
    return found


def is_regular_expression(pattern: str) -> bool:
    """Whether RE2 can read it (the name stands in the error that a policy's author sees)."""
    try:
        compiled(pattern)
    except re2.error:
        return False
    return True


Pattern = Annotated[str, Len(1, 512), Predicate(is_regular_expression)]
