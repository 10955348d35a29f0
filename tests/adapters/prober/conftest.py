"""A prober by the clock on the wall."""

from datetime import UTC, datetime
from time import monotonic

import pytest

from readiness.adapters.prober import EndpointProber


class WallClock:
    """The real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return monotonic()


@pytest.fixture
def prober() -> EndpointProber:
    return EndpointProber(WallClock(), "1.2.3")
