"""What the runtime needs from the outside: each a small protocol that an adapter fulfils."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from readiness.engine.demand import Plan
from readiness.engine.published import Published
from readiness.model import Observation, Pod, Question, Reading, Ref
from readiness.policy.compiled import PolicyRef
from readiness.runtime.claimbook import ClaimRef


@dataclass(frozen=True, slots=True)
class Regarding:
    """The object that an event is about, or is related to."""

    api_version: str
    kind: str
    namespace: str
    name: str
    uid: str


@dataclass(frozen=True, slots=True)
class Event:
    """A transition worth telling. `worse` makes it a Warning; `related` is the policy behind it."""

    regarding: Regarding
    reason: str
    action: str
    note: str
    worse: bool
    related: Regarding | None = None


class Reports(Protocol):
    """Writes ReadinessReports. Raises ApiError."""

    async def write(self, report: Mapping[str, Any], published: Published | None) -> Published:
        """Create a report, or replace the published one; returns what is published now."""
        ...

    async def delete(self, published: Published) -> None:
        """Delete a report; one that is gone is no error."""
        ...

    async def read(self, published: Published) -> Mapping[str, Any]:
        """The raw report of a published one."""
        ...


class Statuses(Protocol):
    """Writes the status of policies and claims. Raises ApiError."""

    async def write(
        self, ref: PolicyRef | ClaimRef, resource_version: str, status: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Apply a status; returns the object as it is now. A conflict means that it changed meanwhile."""
        ...


class Events(Protocol):
    """Tells events: never waits, never fails."""

    def tell(self, event: Event) -> None:
        """Queue an event."""
        ...


class Prober(Protocol):
    """Asks one pod one question."""

    async def ask(self, address: str, question: Question, timeout: float) -> Reading:  # noqa: ASYNC109 - total
        """The answer, within `timeout` seconds in all; every way to fail is a Reading too."""
        ...


class Watchtower(Protocol):
    """Keeps asking the endpoints of pods, and remembers what they said."""

    def plan(self, ref: Ref, plans: list[Plan], pods: Iterable[Pod]) -> None:
        """Ask this of the pods of a workload from now on, instead of what was planned before."""
        ...

    def forget(self, ref: Ref) -> None:
        """Ask nothing more for a workload, and forget what was seen."""
        ...

    def observe(self, pod: str, question: Question) -> Observation | None:
        """What the pod with this uid answered lately."""
        ...


class Clock(Protocol):
    """The time of day, and a monotonic time in seconds."""

    def now(self) -> datetime:
        """The time of day, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow."""
        ...
