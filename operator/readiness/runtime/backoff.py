"""How long to wait before trying again: exponential, capped, jittered so that nobody marches in step."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Delays that double from `first` up to `limit` seconds."""

    first: float = 1.0
    limit: float = 30.0

    def delay(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row: between half and all of the full delay."""
        doublings = min(max(failures, 1) - 1, 64)  # the limit is reached long before a float overflows
        full = min(self.limit, self.first * 2.0**doublings)
        return full * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing
