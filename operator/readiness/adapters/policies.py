"""
Our own resources through kopf: lifecycle, login and the watches of policies, waivers and attestations.

The handlers are `on.event` only, take no `patch` and return nothing, so kopf writes to no object. What kopf does not
tell, deletions that it missed, comes from a list every few minutes and after each of its own relists.
"""

import asyncio
import dataclasses
import itertools
import json
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import kopf

from readiness.policy.claims import CLAIM_KINDS
from readiness.policy.compiled import PolicyRef
from readiness.policy.names import API_PATH, API_VERSION, GROUP, PLURALS, VERSION
from readiness.runtime.api import Api, ApiError, list_pages
from readiness.runtime.claimbook import ClaimRef

KINDS = ("ReadinessPolicy", "ClusterReadinessPolicy", "ReadinessWaiver", "ReadinessAttestation")
_LOGIN_PACE = 2.0  # seconds between two logins: kopf asks again at once when the API server says 401
_LOGIN_LIFE = timedelta(minutes=50)

# Kopf wants one for its peering, which we do not use, and looks for a user name that a container's uid does not have.
_IDENTITY: Any = "readiness-operator"

log = logging.getLogger(__name__)

Raw = Mapping[str, Any]


class _ForEver:
    """Pauses between tries of kopf's requests: it iterates them anew for each, and gives up where they end."""

    def __iter__(self) -> Iterator[float]:
        return itertools.chain((1, 1, 2, 3, 5, 8, 13, 21), itertools.repeat(30))


def settings() -> kopf.OperatorSettings:
    """How kopf is to behave: no writes, no peering, no scanning, and never giving up."""
    made = kopf.OperatorSettings()
    made.persistence.finalizer = f"{GROUP}/never-used"  # kopf strips this one from whatever it watches
    made.posting.enabled = False
    made.peering.standalone = True
    made.scanning.disabled = True
    made.process.ultimate_exiting_timeout = 25
    made.watching.server_timeout = 290
    made.watching.client_timeout = 330
    made.watching.connect_timeout = 10
    made.watching.reconnect_backoff = 1.0
    made.watching.inactivity_timeout = 1e8  # a shorter one can end a watcher silently
    made.watching.chunk_size = 500
    made.queueing.idle_timeout = 0.5
    made.networking.request_timeout = 30
    made.networking.connect_timeout = 5
    made.networking.error_backoffs = _ForEver()
    made.networking.enforce_retry_after = True
    made.networking.trust_env = False
    return made


@dataclass(frozen=True, slots=True)
class Listener:
    """
    Who is told, on the operator's own event loop.

    `saw` of an object as it is, `lost` of one that is gone and at which resourceVersion, `relisted` of a new list,
    `ended` when kopf gave up, with its error if it had one.
    """

    saw: Callable[[Raw], None]
    lost: Callable[[PolicyRef | ClaimRef, str], None]
    relisted: Callable[[], None]
    ended: Callable[[BaseException | None], None]


class PolicyWatch:
    """
    Kopf on a thread and an event loop of its own.

    There it can neither take our signals nor cancel our tasks at its exit, as it does on a shared loop.
    """

    def __init__(self, connect: Callable[[], Awaitable[kopf.ConnectionInfo]], listener: Listener) -> None:
        self._connect = connect
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kopf", daemon=True)
        self._serial = itertools.count()

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    async def stop(self, within: float = 5.0) -> None:
        """Stop watching, and wait for the end of it for at most so many seconds."""
        self._stop.set()
        await asyncio.to_thread(self._thread.join, within)

    async def __aenter__(self) -> Self:
        """Watch while the context is open."""
        self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop watching."""
        await self.stop()

    def _run(self) -> None:
        error: BaseException | None = None
        registry = kopf.OperatorRegistry()
        kopf.on.login(registry=registry, backoff=_LOGIN_PACE)(self._login)
        for plural in map(PLURALS.__getitem__, KINDS):
            kopf.on.event(GROUP, VERSION, plural, registry=registry, id=f"see-{plural}")(self._handle)
        try:
            asyncio.run(
                kopf.operator(
                    registry=registry,
                    settings=settings(),
                    clusterwide=True,
                    standalone=True,
                    identity=_IDENTITY,
                    stop_flag=self._stop,
                )
            )
        except Exception as failure:  # noqa: BLE001 - told to the operator, which ends the process
            error = failure
        if not self._stop.is_set():
            self._loop.call_soon_threadsafe(self._listener.ended, error)

    async def _login(self, **_: Any) -> kopf.ConnectionInfo:
        number = next(self._serial)
        if number:
            await asyncio.sleep(_LOGIN_PACE)
        # Kopf ends the process when a new login equals the refused one: the serial number makes each differ.
        expiration = datetime.now(UTC) + _LOGIN_LIFE + timedelta(microseconds=number)
        return dataclasses.replace(await self._connect(), expiration=expiration)

    async def _handle(self, **event: Any) -> None:
        body = json.loads(json.dumps(dict(event["body"])))  # kopf's views are tied to its own thread's objects
        if event["type"] == "DELETED":
            metadata = body["metadata"]
            of = ClaimRef if body["kind"] in CLAIM_KINDS else PolicyRef
            ref = of(body["kind"], metadata.get("namespace") or "", metadata["name"])
            self._loop.call_soon_threadsafe(self._listener.lost, ref, metadata["resourceVersion"])
            return
        if event["type"] is None:
            self._loop.call_soon_threadsafe(self._listener.relisted)
        self._loop.call_soon_threadsafe(self._listener.saw, body)


async def listed(api: Api) -> tuple[list[dict[str, Any]], str]:
    """All policies and claims, and the resourceVersion that they were at, the first kind's. Raises ApiError."""
    found, version = [], ""
    for kind in KINDS:
        async for page in list_pages(api, f"{API_PATH}/{PLURALS[kind]}"):
            version = version or page["metadata"]["resourceVersion"]
            for item in page["items"]:
                item.setdefault("apiVersion", API_VERSION)
                item.setdefault("kind", kind)
                found.append(item)
    return found, version


class Sweeper:
    """Lists all policies and claims now and then, and soon after kopf has listed anew."""

    def __init__(
        self, api: Api, sweep: Callable[[list[Raw], str], None], *, period: float = 300.0, soon: float = 1.0
    ) -> None:
        self._api = api
        self._sweep = sweep
        self._period = period
        self._soon = soon
        self._asked = asyncio.Event()
        self.synced = asyncio.Event()
        self.problem = "not read yet"  # why the last list is not to be had; empty: it is

    def ask(self) -> None:
        """Sweep soon."""
        self._asked.set()

    async def run(self) -> None:
        """Sweep until cancelled; a list that fails is tried again."""
        wait = 0.0
        while True:
            try:
                await asyncio.wait_for(self._asked.wait(), timeout=wait)
                await asyncio.sleep(self._soon)
            except TimeoutError:
                pass
            self._asked.clear()
            try:
                found, version = await listed(self._api)
            except ApiError as error:
                log.warning("cannot list policies and claims: %s", error)
                self.problem = f"cannot be listed: {error}"
                wait = min(5.0, self._period)
            else:
                self._sweep(list(found), version)
                self.synced.set()
                self.problem = ""
                wait = self._period
