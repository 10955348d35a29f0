"""Regular expressions of policies: RE2's, which no pattern and no text can make slow."""

from functools import cache
from typing import Annotated

from readiness.checks.parameters.limits import Len, Predicate
from readiness.model.credentials import Searchable


@cache
def compiled(pattern: str) -> Searchable:
    """The pattern, ready to search with. Raises ValueError when it is none."""
    import re2  # noqa: PLC0415 - 3 ms that an audit without patterns does without

    options = re2.Options()
    options.log_errors = False  # re2 would write to stderr
    options.max_mem = 1 << 20
    try:
        found: Searchable = re2.compile(pattern, options)
    except re2.error as error:
        raise ValueError(str(error)) from None
    return found


def is_regular_expression(pattern: str) -> bool:
    """Whether RE2 can read it (the name stands in the error that a policy's author sees)."""
    try:
        compiled(pattern)
    except ValueError:
        return False
    return True


Pattern = Annotated[str, Len(1, 512), Predicate(is_regular_expression)]
