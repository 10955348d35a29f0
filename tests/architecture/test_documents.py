"""What five real checklists ask is in the catalogue, answered by what their analysis said could answer it."""

from pathlib import Path

import pytest

from readiness.checks import CATALOGUE, Kind

ASKED = dict(line.split() for line in (Path(__file__).parents[1] / "golden/catalogue_ids.txt").read_text().splitlines())

# Answered by objects of others, which are read one after the other.
_MISSING = frozenset(
    {
        "alert-rules", "alert-runbook-links", "backup-failure-alert", "backup-recent", "backup-retention",
        "backup-retry", "backup-schedule", "backup-verification", "base-image-supported", "config-validation",
        "dashboards", "data-retention", "dependency-reachable", "environment-separation", "exposed-secret-scan",
        "external-secret-store", "feature-flags", "leader-election", "metrics-scraped", "migration-job",
        "minimal-image", "recovery-objectives", "resource-headroom", "sbom", "scheduled-jobs", "secret-rotation",
        "secret-strength", "slo-defined", "smoke-tests", "staging-environment", "storage-encryption",
        "tracing-backend", "vulnerability-scan",
    }
)  # fmt: skip
_PROBED = {"probe:passive": Kind.PROBE, "probe:active": Kind.ACTIVE, "probe:watch": Kind.WATCH, "probe:log": Kind.LOG}


def test_the_documents_ask_205_things() -> None:
    assert len(ASKED) == 205


def test_every_one_of_them_is_a_check() -> None:
    assert set(ASKED) - set(CATALOGUE.checks) <= _MISSING


@pytest.mark.parametrize("check_id", sorted(set(ASKED) & set(CATALOGUE.checks)))
def test_what_only_people_or_running_pods_can_answer_is_asked_of_them(check_id: str) -> None:
    check = CATALOGUE.checks[check_id]
    meant = _PROBED.get(ASKED[check_id], ASKED[check_id])
    if meant in (*_PROBED.values(), Kind.ATTESTATION, Kind.STYLE):
        assert check.kind == meant
    else:
        assert check.kind in (Kind.STATIC, Kind.RELATION, Kind.SECRET)
        assert check.implemented
