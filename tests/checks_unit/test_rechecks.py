"""When live checks want to be asked again: what cases do not state."""

from datetime import UTC, datetime

import pytest
from tests import cases

from readiness.model import Recheck


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "case, moment",
    [
        ("liveness-endpoint/unknown.too-young-for-kubelet", "2026-11-21T10:00:10"),
        ("liveness-endpoint/unknown.crashes-while-its-surroundings-start", "2026-11-21T10:00:50"),
        ("liveness-endpoint/fail.restarted-again-and-up-for-a-moment", "2026-11-21T10:00:50"),
        ("liveness-endpoint/pass.newcomer-of-a-rollout", "2026-11-21T10:03:22"),
        ("readiness-endpoint/unknown.starts-for-a-while", "2026-11-21T10:01:00"),
        ("service-endpoints/pass.settling", "2026-11-21T10:01:00"),
        ("service-endpoints/pass.pods-that-go", "2026-11-21T10:02:20"),
        ("service-endpoints/unknown.young-workload", "2026-11-21T10:01:31"),
        ("container-restarts/unknown.image-is-tried-again", "2026-11-21T10:01:00"),
        ("container-restarts/fail.out-of-memory", "2026-11-22T07:59:50"),
        ("container-restarts/fail.again-and-again", "2026-11-22T07:59:50"),
        ("container-restarts/fail.more-than-the-policy-tolerates", "2026-11-21T10:30:00"),
        ("graceful-shutdown-observed/pass.exited", "2026-11-27T08:00:00"),
        ("graceful-shutdown-observed/fail.killed", "2026-11-28T08:00:00"),
        ("backup-recent/pass.cron-job", "2026-11-21T13:04:01"),
        ("backup-recent/unknown.not-due-yet", "2026-11-21T16:00:01"),
        ("backup-verification/pass.cron-job", "2026-11-22T04:20:01"),
        ("data-retention/pass.cron-job", "2026-11-23T02:00:01"),
        ("secret-references-resolve/pass.cannot-tell-yet", "2026-11-21T10:01:30"),
        ("secret-references-resolve/unknown.just-created", "2026-11-21T10:01:00"),
        ("secret-rotation/pass.written-lately", "2027-01-30T08:00:01"),
        ("multi-region/pass.while-pods-move", "2026-11-21T10:01:00"),
        ("multi-region/unknown.just-created", "2026-11-21T10:01:10"),
    ],
)
def test_what_time_may_change_is_looked_at_again(case: str, moment: str) -> None:
    found = cases.read(cases.CASES / f"{case}.yaml").judge()
    assert [item for item in found if isinstance(item, Recheck)] == [Recheck(at(moment))]
