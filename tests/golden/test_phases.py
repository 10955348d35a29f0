"""A document in phases, with criteria of success: what its ticks come to, and what they cannot."""

from tests.golden.scene import scorecard, shares


def test_go_ecommerce_has_one_box_open_and_a_criterion_without_a_box() -> None:
    card = scorecard("go-ecommerce")
    phases = shares(card["stages"])
    passed, boxes = (sum(phase[number] for phase in phases.values()) for number in (0, 1))
    assert (passed, boxes, 100 * passed // boxes) == (62, 63, 98)
    assert [total for _, total, _ in phases.values()] == [7, 9, 4, 5, 4, 6, 6, 5, 3, 3, 3, 3, 5]
    assert {name for name, share in phases.items() if share[0] < share[1]} == {"phase-4"}
    assert card["stage"] == "phase-3"
    assert card["items"] == "62/64"
    assert card["gates"] == [{"name": "success-criteria", "passed": False, "failing": ["critical-path-coverage"]}]
    open_ = {item["name"]: item["outcome"] for item in card["requirements"] if item["outcome"] != "pass"}
    assert open_ == {"query-optimisation-tests": "fail", "critical-path-coverage": "unknown"}


def test_a_backup_every_six_hours_keeps_no_recovery_point_of_one_hour() -> None:
    card = scorecard("go-ecommerce", without="Cluster")
    assert shares(card["stages"])["phase-10"] == (2, 3, 66)
    recovery = next(item for item in card["requirements"] if item["name"] == "disaster-recovery")
    failing = {check["name"]: check["findings"] for check in recovery["checks"] if check["outcome"] == "fail"}
    message = "up to 6 hours pass between two backups, more than 1h, and no log is archived"
    assert failing == {"restore-objectives": [{"message": message}]}
