"""What five real checklists ask is in the catalogue, answered by what their analysis said could answer it."""

from pathlib import Path

from readiness.checks import CATALOGUE, Check, Kind

ASKED = dict(line.split() for line in (Path(__file__).parents[1] / "golden/catalogue_ids.txt").read_text().splitlines())

_PROBED = {"probe:passive": Kind.PROBE, "probe:active": Kind.ACTIVE, "probe:watch": Kind.WATCH, "probe:log": Kind.LOG}


def test_the_documents_ask_205_things() -> None:
    assert len(ASKED) == 205


def test_every_one_of_them_is_a_check() -> None:
    assert set(ASKED) <= set(CATALOGUE.checks)


def _is_asked_as(check: Check, meant: str) -> bool:
    if meant in (*_PROBED, Kind.ATTESTATION, Kind.STYLE):
        return check.kind == _PROBED.get(meant, meant)
    return check.implemented and check.kind in (Kind.STATIC, Kind.RELATION, Kind.SECRET)


def test_what_only_people_or_running_pods_can_answer_is_asked_of_them() -> None:
    found = [(CATALOGUE.checks[check_id], ASKED[check_id]) for check_id in set(ASKED) & set(CATALOGUE.checks)]
    assert not [(check.id, check.kind, meant) for check, meant in found if not _is_asked_as(check, meant)]
