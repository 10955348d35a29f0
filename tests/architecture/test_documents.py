"""What five real checklists ask is in the catalogue, answered by what their analysis said could answer it."""

from pathlib import Path

import pytest

from readiness.checks import CATALOGUE, Kind

ASKED = dict(line.split() for line in (Path(__file__).parents[1] / "golden/catalogue_ids.txt").read_text().splitlines())

# Answered by the metadata of Secrets, and by their values.
_MISSING = frozenset({"secret-rotation", "secret-strength"})
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
