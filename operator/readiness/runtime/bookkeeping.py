"""What is published: reports as the API server has them, and as we just wrote them."""

from collections.abc import Iterator

from readiness.engine.published import Published
from readiness.model import Ref
from readiness.runtime.versions import newer


class PublishedReports:
    """
    The published reports by workload.

    Our own write is known before the watch tells of it; what the watch tells later about an older version is old news.
    """

    def __init__(self) -> None:
        self._reports: dict[Ref, Published] = {}
        self._written_at: dict[Ref, float] = {}
        self._settled: dict[Ref, tuple[int, bytes]] = {}  # what an evaluation came to, and the report that says so

    def __len__(self) -> int:
        """How many reports there are."""
        return len(self._reports)

    def __iter__(self) -> Iterator[Ref]:
        """The workloads that have a report."""
        return iter(list(self._reports))

    def of(self, subject: Ref) -> Published | None:
        """The report about a workload."""
        return self._reports.get(subject)

    def saw(self, old: Published | None, new: Published | None) -> Ref | None:
        """Take in what the watch tells; returns the workload to look at again, if this is news to us."""
        record = new or old
        if record is None or record.subject is None:
            return None
        held = self._reports.get(record.subject)
        if new is None:
            if held is not None and held.uid == record.uid:
                self._forget(record.subject)
                return record.subject
            return None
        if held is not None and not newer(new.resource_version, held.resource_version):
            return None
        self._reports[record.subject] = new
        return record.subject if held is None or held.digest != new.digest else None

    def wrote(self, published: Published, at: float) -> None:
        """Remember our own write, at monotonic seconds; the watch may have told of a later edit meanwhile."""
        subject = published.subject
        if subject is not None:
            held = self._reports.get(subject)
            if held is None or newer(published.resource_version, held.resource_version):
                self._reports[subject] = published
            self._written_at[subject] = at

    def settle(self, subject: Ref, mark: int) -> None:
        """Remember that what is published says what an evaluation with this mark came to."""
        published = self._reports.get(subject)
        if published is not None:
            self._settled[subject] = (mark, published.digest)

    def is_settled(self, subject: Ref, mark: int) -> bool:
        """Whether what is published says what an evaluation with this mark came to."""
        published = self._reports.get(subject)
        return published is not None and self._settled.get(subject) == (mark, published.digest)

    def deleted(self, subject: Ref) -> None:
        """Remember that we deleted a report."""
        self._forget(subject)

    def written_at(self, subject: Ref) -> float:
        """When we last wrote a report, in monotonic seconds; long ago if never."""
        return self._written_at.get(subject, float("-inf"))

    def _forget(self, subject: Ref) -> None:
        self._reports.pop(subject, None)
        self._written_at.pop(subject, None)
        self._settled.pop(subject, None)
