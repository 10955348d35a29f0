"""Which replica leads: a small elector over a coordination.k8s.io Lease that never has two leaders."""

import asyncio
import logging
import math
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from readiness.runtime.api import Api, ApiError

_GROUP = "coordination.k8s.io/v1"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """All in seconds.

    To others a lease lasts `duration` from its last renewal; to its holder `margin` less, which is what a
    write that it began as the leader may take to arrive. An attempt to renew may last `retry`.
    """

    duration: float = 10.0
    renew: float = 3.0
    retry: float = 2.0
    margin: float = 2.0

    def __post_init__(self) -> None:
        if not 0 < self.retry <= self.renew or self.renew + self.retry > self.duration - self.margin:
            raise ValueError(f"a leader needs time for one failed renewal at least: {self}")


def make_identity(pod: str) -> str:
    """Name this process: a restarted container must not take itself for its predecessor."""
    return f"{pod}_{secrets.token_hex(4)}"


class Elector:
    """Campaigns for one lease and says at any moment whether this process leads.

    `on_change(leading)` is called synchronously at every change; `gained` and `lost` are set accordingly, for
    waiting. Remote timestamps are never judged: a foreign lease has expired when *we* have seen it unchanged
    for its duration, by `clock` (monotonic, in seconds). Leadership ends by the clock as well, so a request
    that hangs prolongs nothing.
    """

    def __init__(
        self,
        api: Api,
        path: str,
        identity: str,
        *,
        timing: Timing = Timing(),
        on_change: Callable[[bool], None] = lambda _leading: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.identity = identity
        self.gained = asyncio.Event()
        self.lost = asyncio.Event()
        self.lost.set()
        self._api = api
        self._path = path
        self._timing = timing
        self._on_change = on_change
        self._clock = clock
        self._leader_until = -math.inf
        self._end: asyncio.TimerHandle | None = None
        self._lease: dict[str, Any] | None = None  # ours, as last written; None: read before the next write
        self._seen: dict[str, Any] = {}  # the spec of whoever holds it
        self._seen_at = -math.inf
        self._error = ""

    def is_leader(self) -> bool:
        """Whether a write may begin now; ask immediately before each one."""
        return self._clock() < self._leader_until

    @property
    def holder(self) -> str:
        """Who held the lease when we last looked; empty when nobody did."""
        return self._seen.get("holderIdentity") or ""

    async def run(self) -> None:
        """Campaign and renew until cancelled; then step down and hand over: stop the writers before."""
        try:
            while True:
                began = self._clock()
                renewed = await self._attempt()
                following = began + self._timing.renew if renewed else self._retry_at(began)
                await asyncio.sleep(max(following - self._clock(), self._timing.retry / 10))
        finally:
            self._step_down()
            await self._release()

    async def _attempt(self) -> bool:
        """Try once to hold the lease from now on; every failure means to read it before the next write."""
        began = self._clock()
        lease, self._lease = self._lease, None
        try:
            async with asyncio.timeout(self._timing.retry):
                lease = lease or await self._read()
                if not self._is_ours_to_take():
                    self._step_down()
                    self._complain("")
                    return False
                self._lease = await self._write(lease)
        except ApiError as error:
            self._complain(str(error) if not error.is_conflict else "")  # a conflict is a lost race
            return False
        except TimeoutError:
            self._complain(f"no answer within {self._timing.retry:g} seconds")
            return False
        self._complain("")
        self._lead(until=began + self._timing.duration - self._timing.margin)
        return True

    def _retry_at(self, began: float) -> float:
        """When to try again: after the retry interval, or when the lease we wait for expires."""
        soon = began + self._timing.retry * random.uniform(0.8, 1.0)  # noqa: S311 - keeps replicas apart
        return min(soon, self._expires_at()) if self._clock() < self._expires_at() else soon

    async def _read(self) -> dict[str, Any] | None:
        try:
            lease: dict[str, Any] = await self._api.request("GET", self._path)
        except ApiError as error:
            if error.is_not_found:
                return None
            raise
        self._observe(lease)
        return lease

    def _observe(self, lease: dict[str, Any]) -> None:
        spec = lease.setdefault("spec", {})
        if spec != self._seen:
            self._seen, self._seen_at = spec, self._clock()

    def _is_ours_to_take(self) -> bool:
        """Judge the lease last seen: somebody may have deleted it, and its holder does not know yet."""
        return self.holder in ("", self.identity) or self._clock() >= self._expires_at()

    def _expires_at(self) -> float:
        """When the lease last seen ends: by its own duration or ours, whichever trusts the holder longer."""
        declared = self._seen.get("leaseDurationSeconds") or 0
        return self._seen_at + max(declared, self._timing.duration)

    async def _write(self, lease: dict[str, Any] | None) -> dict[str, Any]:
        """Create the lease, or replace exactly the one given; a conflict says that somebody else did."""
        now = _timestamp()
        spec: dict[str, Any] = {**(lease["spec"] if lease is not None else {"leaseTransitions": 0})}
        if spec.get("holderIdentity") != self.identity:
            transitions = spec.get("leaseTransitions") or 0
            spec |= {"acquireTime": now, "leaseTransitions": transitions + (lease is not None)}
        spec |= {
            "holderIdentity": self.identity,
            "leaseDurationSeconds": math.ceil(self._timing.duration),
            "renewTime": now,
        }
        written: dict[str, Any]
        if lease is not None:
            written = await self._api.request("PUT", self._path, body={**lease, "spec": spec})
        else:
            collection, _, name = self._path.rpartition("/")
            body = {"apiVersion": _GROUP, "kind": "Lease", "metadata": {"name": name}, "spec": spec}
            written = await self._api.request("POST", collection, body=body)
        self._observe(written)
        return written

    def _lead(self, *, until: float) -> None:
        if until <= self._clock():
            return
        self._leader_until = until
        self._await_end()
        if not self.gained.is_set():
            self.lost.clear()
            self.gained.set()
            log.info("leading as %s", self.identity)
            self._on_change(True)  # noqa: FBT003 - reads as it should: leading is true

    def _await_end(self) -> None:
        """End the leadership when its time is up, whatever a request is waiting for."""
        if self._end is not None:
            self._end.cancel()
        if self.is_leader():
            remaining = self._leader_until - self._clock()
            self._end = asyncio.get_running_loop().call_later(remaining, self._await_end)
        else:
            log.warning("the lease could not be renewed in time")
            self._step_down()

    def _step_down(self) -> None:
        self._leader_until = -math.inf
        if self._end is not None:
            self._end.cancel()
            self._end = None
        if self.gained.is_set():
            self.gained.clear()
            self.lost.set()
            log.info("no longer leading as %s", self.identity)
            self._on_change(False)  # noqa: FBT003

    async def _release(self) -> None:
        """Give the lease back if it is ours; whoever waits then need not wait for its end."""
        try:
            async with asyncio.timeout(self._timing.retry):
                lease = await self._read()
                if lease is None or self.holder != self.identity:
                    return
                spec = {**lease["spec"], "holderIdentity": "", "renewTime": _timestamp()}
                await self._api.request("PUT", self._path, body={**lease, "spec": spec})
        except (ApiError, TimeoutError) as error:
            log.warning("the lease was not released, others wait for its end: %r", error)

    def _complain(self, message: str) -> None:
        if message and message != self._error:
            log.warning("lease: %s", message)
        self._error = message


def lease_path(namespace: str, name: str) -> str:
    """Return where the API server keeps the lease."""
    return f"/apis/{_GROUP}/namespaces/{namespace}/leases/{name}"


def _timestamp() -> str:
    """RFC 3339 with microseconds, UTC: what a MicroTime must look like."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
