"""Who we are to the API server: the value of the Authorization header, kept fresh."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from readiness.runtime.api import CredentialsError

_FRESH_SECONDS = 60.0
_PACE_SECONDS = 5.0


class Credentials(Protocol):
    """Where the Authorization header comes from; None when a client certificate alone says who we are."""

    async def authorization(self) -> str | None:
        """Return the header's current value; raises `CredentialsError` when there is none to be had."""
        ...

    def distrust(self) -> None:
        """Fetch the value anew before the next request: the API server has refused it."""
        ...


@dataclass(frozen=True, slots=True)
class Anonymous:
    """Sends no header: a client certificate, or a server that asks for nothing."""

    async def authorization(self) -> str | None:
        """Return None."""
        return None

    def distrust(self) -> None:
        """Nothing could be fetched anew."""


class TokenFile:
    """A mounted token that kubelet replaces: read again when the file changes, and once a minute.

    Reading is done in place: the file is a kilobyte in memory, a thread would cost more.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._clock = clock
        self._header = ""
        self._changed_ns = -1
        self._read_at = 0.0

    async def authorization(self) -> str | None:
        """Return "Bearer" and the token."""
        try:
            changed_ns = self._path.stat().st_mtime_ns
            if changed_ns != self._changed_ns or self._clock() - self._read_at >= _FRESH_SECONDS:
                self._header = f"Bearer {self._path.read_text().strip()}"
                self._changed_ns = changed_ns
                self._read_at = self._clock()
        except OSError as error:
            raise CredentialsError(f"cannot read the token file {self._path}: {error.strerror}") from error
        return self._header

    def distrust(self) -> None:
        """Read the file before the next request, whatever its time says."""
        self._changed_ns = -1


class LoadedToken:
    """A value that somebody else's code loads and refreshes, perhaps by running a program: done in a thread.

    `load` gets True when the last value was refused and must not come out of a cache.
    """

    def __init__(self, load: Callable[[bool], str | None], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._load = load
        self._clock = clock
        self._header: str | None = None
        self._loaded_at = float("-inf")
        self._distrusted = False
        self._loading = asyncio.Lock()

    async def authorization(self) -> str | None:
        """Return the loaded value; asked for again once a minute, after a refusal every five seconds."""
        async with self._loading:
            age = self._clock() - self._loaded_at
            if age >= (_PACE_SECONDS if self._distrusted else _FRESH_SECONDS):
                self._header = await asyncio.to_thread(self._load, self._distrusted)
                self._loaded_at = self._clock()
                self._distrusted = False
        return self._header

    def distrust(self) -> None:
        """Load anew before the next request, unless that was done seconds ago."""
        self._distrusted = True
