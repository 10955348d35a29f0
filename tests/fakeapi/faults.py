"""What can go wrong between a client and the API server, and for which requests."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto


class Harm(Enum):
    """What happens to a request."""

    REFUSE = auto()  # answer with a status
    HANG = auto()  # do nothing, answer nothing
    DELAY = auto()  # answer when the fault is lifted
    SWALLOW = auto()  # do what was asked, answer nothing
    DROP = auto()  # close the connection without an answer
    GARBLE = auto()  # answer 200 with something that is no JSON


@dataclass
class Fault:
    """Harm for the requests of a verb under a path; "" stands for all, else verbs as in `server.Request`.

    It begins after `skip` such requests and ends after `times` more, at an event loop time, or when lifted.
    """

    harm: Harm
    verb: str = ""
    path: str = ""
    skip: int = 0
    times: int | None = None
    until: float = float("inf")
    status: int = 503
    reason: str = "ServiceUnavailable"
    causes: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    lifted: asyncio.Event = field(default_factory=asyncio.Event)

    def strikes(self, verb: str, path: str) -> bool:
        """Whether this request is hit; counts it if so."""
        if self.lifted.is_set() or self.times == 0 or asyncio.get_running_loop().time() >= self.until:
            return False
        if self.verb not in ("", verb) or not path.startswith(self.path):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def lift(self) -> None:
        """End the fault; requests that hang go on."""
        self.lifted.set()
