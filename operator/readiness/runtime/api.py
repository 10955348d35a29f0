"""What the operator may ask of the API server, and what a refusal looks like; the client is an adapter."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any, Protocol, Self

from readiness.errors import InputError, ReadinessError

PAGE_SIZE = 250  # about 1.5 MB of pods: client-go's 500 leave 3.5 MB more behind for each 5,000
METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
METADATA_STREAM = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
APPLY_PATCH = "application/apply-patch+yaml"
MERGE_PATCH = "application/merge-patch+json"


class ApiError(ReadinessError):
    """The API server refused a request, or said nothing: then `status` is 0.

    `reason` is a metav1.StatusReason or the HTTP phrase, `retry_after` is in seconds, `causes` are the
    reasons of `details.causes`.
    """

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        *,
        retry_after: float | None = None,
        causes: tuple[str, ...] = (),
    ) -> None:
        super().__init__(f"{status or 'no answer'} {reason}: {message}")
        self.status = status
        self.reason = reason
        self.message = message
        self.retry_after = retry_after
        self.causes = causes

    @classmethod
    def of(cls, document: Mapping[str, Any], *, status: int = 0, retry_after: float | None = None) -> Self:
        """Read a metav1.Status, as an error body or as the object of a watch's ERROR event."""
        details = document.get("details") or {}
        return cls(
            document.get("code") or status,
            document.get("reason") or "Unknown",
            document.get("message") or "",
            retry_after=retry_after if retry_after is not None else details.get("retryAfterSeconds"),
            causes=tuple(cause.get("reason", "") for cause in details.get("causes") or ()),
        )

    @property
    def is_silence(self) -> bool:
        """Nothing more came on an open connection for as long as we listen."""
        return self.status == 0 and self.reason == "SocketTimeoutError"

    @property
    def is_unauthorized(self) -> bool:
        """Our credentials are not, or no longer, accepted."""
        return self.status == 401  # noqa: PLR2004

    @property
    def is_forbidden(self) -> bool:
        """We are known and may not."""
        return self.status == 403  # noqa: PLR2004

    @property
    def is_not_found(self) -> bool:
        """No such object, or no such kind."""
        return self.status == 404  # noqa: PLR2004

    @property
    def is_conflict(self) -> bool:
        """Somebody was faster: another resourceVersion or uid, or the name is taken."""
        return self.status == 409  # noqa: PLR2004

    @property
    def is_gone(self) -> bool:
        """The resourceVersion or continue token is older than what the server remembers."""
        return self.status == 410  # noqa: PLR2004

    @property
    def is_temporary(self) -> bool:
        """Worth another try, later and unchanged: nothing came, throttled, or the server's own trouble."""
        return self.status in (0, 408, 429) or self.status >= 500  # noqa: PLR2004

    @property
    def is_namespace_terminating(self) -> bool:
        """The namespace is going away, so nothing new may be created in it."""
        return self.is_forbidden and "NamespaceTerminating" in self.causes


class CredentialsError(InputError):
    """There is no usable address or credential for an API server; the message says what is missing."""


class Api(Protocol):
    """A client of one API server. Where it cannot answer, both methods raise `ApiError` and nothing else."""

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
        """Send one request under a time-out; return the decoded JSON, or text when the answer is not JSON."""
        ...

    def stream(
        self, path: str, params: Mapping[str, str], *, accept: str | None = None
    ) -> AsyncGenerator[dict[str, Any]]:
        """Yield the JSON lines of a watch until the server ends it; close it with `contextlib.aclosing`."""
        ...


async def list_pages(
    api: Api,
    path: str,
    *,
    params: Mapping[str, str] | None = None,
    accept: str | None = None,
    page_size: int = PAGE_SIZE,
) -> AsyncIterator[dict[str, Any]]:
    """Yield a collection page by page, each a List document; 410 when its snapshot expires in between."""
    query = {**(params or {}), "limit": str(page_size)}
    while True:
        page = await api.request("GET", path, params=query, accept=accept)
        token = page["metadata"].get("continue")
        yield page
        if not token:
            return
        query["continue"] = token
