"""Which of the kinds that are read on demand there are, and which some policy asks for."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import uniform

from readiness.model.parse import Kind
from readiness.runtime.api import Api, ApiError
from readiness.runtime.backoff import Backoff

_AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
_BACKOFF = Backoff(first=2.0, limit=60.0)

log = logging.getLogger(__name__)


async def served(api: Api, kinds: Iterable[Kind]) -> dict[str, Kind]:
    """
    The kinds that the API server serves, by name, each in the newest version that we can read.

    Takes one call, and no permission beyond what every account has. Raises ApiError.
    """
    answer = await api.request("GET", "/apis", accept=_AGGREGATED)
    there = {
        (group["metadata"]["name"], item["resource"], version["version"])
        for group in answer.get("items") or ()
        for version in group.get("versions") or ()
        for item in version.get("resources") or ()
    }
    found = {}
    for kind in kinds:
        ours = (version for version in kind.versions if (kind.group, kind.plural, version) in there)
        version = next(ours, None) if kind.foreign else kind.version
        if version is not None:
            found[kind.name] = kind.at(version)
    return found


class Outlook:
    """
    Looks again and again which kinds there are; `wanted` are the records that somebody asks for.

    `problem` says why that is not known, or is old (empty: it is known).
    """

    def __init__(self, api: Api, kinds: Iterable[Kind], pace: float = 60.0) -> None:
        self.served: Mapping[str, Kind] = {}
        self.wanted: frozenset[type] | None = None
        self.known = False
        self.problem = ""
        self.looked = asyncio.Event()  # once, with or without success
        self._api = api
        self._kinds = tuple(kind for kind in kinds if kind.on_demand)
        self._pace = pace
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Look until cancelled: one call a minute."""
        failures = 0
        while True:
            try:
                found = await served(self._api, self._kinds)
            except ApiError as error:
                failures += 1
                self._say(f"cannot see which kinds there are: {error}")
            else:
                failures = 0
                self._say("")
                self.known, changed = True, found != self.served
                self.served = found
                if changed:
                    self._tell()
            self.looked.set()
            await asyncio.sleep(_BACKOFF.delay(failures) if failures else self._pace * uniform(0.8, 1.0))  # noqa: S311

    def want(self, records: frozenset[type]) -> None:
        """Have these records read, and no others, where there is a choice."""
        if records != self.wanted:
            self.wanted = records
            self._tell()

    def asks_for(self, kind: Kind) -> bool:
        """Whether some policy asks for records of a kind."""
        return self.wanted is not None and kind.record in self.wanted

    def open(self, kind: Kind) -> Kind | None:
        """The kind in the version to read, when it is there and asked for."""
        return self.served.get(kind.name) if self.asks_for(kind) else None

    async def settled(self) -> None:
        """Return when it was looked, and it is known what is asked for."""
        await self.looked.wait()
        while self.wanted is None:
            await self._news.wait()

    async def opened(self, kind: Kind) -> Kind:
        """Return when a kind is there and asked for."""
        while (found := self.open(kind)) is None:
            await self._news.wait()
        return found

    def _tell(self) -> None:
        told, self._news = self._news, asyncio.Event()
        told.set()

    def _say(self, problem: str) -> None:
        if problem and not self.problem:
            log.warning("%s", problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Gate:
    """The way to one kind."""

    outlook: Outlook
    kind: Kind

    async def path(self) -> str | None:
        """Where to read the kind, as soon as that is known; None: there is nothing to read, or nobody asks."""
        await self.outlook.settled()
        found = self.outlook.open(self.kind)
        return found.path if found else None

    async def opened(self) -> str:
        """Wait until there is something to read, and somebody asks; returns where."""
        return (await self.outlook.opened(self.kind)).path
