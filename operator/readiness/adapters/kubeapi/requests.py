"""Requests to the API server over one session: typed refusals, a time-out on everything, each one counted."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Self

import aiohttp
import orjson
from yarl import URL

from readiness import __version__
from readiness.adapters.kubeapi.connection import Connection
from readiness.adapters.kubeapi.lines import split_lines
from readiness.runtime.api import ApiError, CredentialsError

_CONNECT_SECONDS = 5.0
_HEADERS = {
    "User-Agent": f"readiness-operator/{__version__}",
    # Compressing lists costs both sides more CPU than the bytes are worth inside a cluster.
    "Accept-Encoding": "identity",
}


class KubeApi:
    """The `Api` of one server; an async context manager that owns its session.

    `on_request(verb, code)` is told of every answer, with code 0 when there was none; streams count as WATCH.
    `total` bounds a request, `idle` the silence of a stream, in seconds: bookmarks come every minute.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        on_request: Callable[[str, int], None] = lambda _verb, _code: None,
        total: float = 30.0,
        idle: float = 90.0,
    ) -> None:
        self._connection = connection
        self._on_request = on_request
        self._bounded = aiohttp.ClientTimeout(total=total, sock_connect=_CONNECT_SECONDS)
        self._endless = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS, sock_read=idle)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        is_tls = self._connection.server.startswith("https:")
        self._session = aiohttp.ClientSession(
            # No limit: callers bound themselves, and the Lease must not queue behind two dozen streams.
            connector=aiohttp.TCPConnector(limit=0, ssl=self._connection.tls() if is_tls else True),
            headers=_HEADERS,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def request(
        self,
        verb: str,
        path: str,
        *,
        body: object = None,
        params: Mapping[str, str] | None = None,
        content_type: str | None = None,
        accept: str | None = None,
    ) -> Any:
        """See `Api.request`. A refused credential is fetched anew and the request sent once more."""
        headers = {"Accept": accept or "application/json"}
        data = None
        if body is not None:
            headers["Content-Type"] = content_type or "application/json"
            data = orjson.dumps(body)
        options = {"headers": headers, "data": data, "params": params, "timeout": self._bounded}
        try:
            return await self._exchange(verb, path, options)
        except ApiError as error:
            if not error.is_unauthorized:
                raise
        return await self._exchange(verb, path, options)

    async def stream(
        self, path: str, params: Mapping[str, str], *, accept: str | None = None
    ) -> AsyncGenerator[dict[str, Any]]:
        """See `Api.stream`; a read that stays silent for too long ends it with an `ApiError`."""
        options = {
            "headers": {"Accept": accept or "application/json"},
            "params": params,
            "timeout": self._endless,
        }
        async with self._answer("GET", path, options, counted_as="WATCH") as response:
            async for line in split_lines(response.content.iter_any()):
                yield orjson.loads(line)

    async def _exchange(self, verb: str, path: str, options: Mapping[str, Any]) -> Any:
        async with self._answer(verb, path, options, counted_as=verb) as response:
            content = await response.read()
            return orjson.loads(content) if response.content_type.endswith("json") else content.decode()

    @asynccontextmanager
    async def _answer(
        self, verb: str, path: str, options: Mapping[str, Any], *, counted_as: str
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send, and enter with a success; all else, also while the answer is read, is an `ApiError`."""
        assert self._session is not None, "enter the client before using it"
        code = 0
        try:
            authorization = await self._connection.credentials.authorization()
            headers = {**options["headers"], **({"Authorization": authorization} if authorization else {})}
            async with self._session.request(
                verb,
                URL(self._connection.server + path),
                **{**options, "headers": headers},
                allow_redirects=False,  # the token is for this server alone
                proxy=self._connection.proxy,
                server_hostname=self._connection.server_name,
            ) as response:
                code = response.status
                if not 200 <= response.status < 300:  # noqa: PLR2004
                    raise await self._refusal(response)
                yield response
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
            raise ApiError(0, type(error).__name__, str(error) or "no answer in time") from error
        except CredentialsError as error:
            raise ApiError(0, "CredentialsError", str(error)) from error
        except ValueError as error:  # what came is neither JSON nor text
            raise ApiError(0, "Unreadable", str(error)) from error
        finally:
            self._on_request(counted_as, code)

    async def _refusal(self, response: aiohttp.ClientResponse) -> ApiError:
        if response.status == 401:  # noqa: PLR2004
            self._connection.credentials.distrust()
        after = response.headers.get("Retry-After", "")
        retry_after = float(after) if after.isdecimal() else None
        content = await response.read()
        try:
            document = orjson.loads(content)
        except ValueError:
            document = None
        if not isinstance(document, dict):
            message = content[:256].decode(errors="replace").strip()
            document = {"reason": response.reason, "message": message}
        return ApiError.of(document, status=response.status, retry_after=retry_after)
