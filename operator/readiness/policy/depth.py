"""How deeply something that a user wrote may be nested: beyond that it is refused, since all that walks it recurses."""

from typing import Any

MAX_DEPTH = 32  # objects and lists inside of each other; a policy itself needs 8


def is_too_deep(value: Any, left: int = MAX_DEPTH) -> bool:
    """Whether objects and lists stand in each other more than `left` times."""
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return left == 0 or any(is_too_deep(item, left - 1) for item in inner)
