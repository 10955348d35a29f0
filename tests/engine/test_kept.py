"""What stays of a published report when some of its policies no longer judge."""

from typing import Any

from readiness.engine.kept import MAX_SCORECARDS, kept_cards, only_kept, with_kept
from readiness.policy.compiled import PolicyRef

FROZEN = PolicyRef("ReadinessPolicy", "shop", "frozen")


def card(name: str, verdict: str = "Go", score: int = 100, failed: int = 0) -> dict[str, Any]:
    """A scorecard as a report has it."""
    ref = {"kind": "ReadinessPolicy", "name": name}
    return {
        "policyRef": ref,
        "verdict": verdict,
        "score": score,
        "items": f"{score}/100",
        "summary": {"failed": failed},
    }


def report(*cards: dict[str, Any]) -> dict[str, Any]:
    """A published report with these scorecards."""
    return {
        "apiVersion": "readiness.dev/v1alpha1",
        "kind": "ReadinessReport",
        "metadata": {"name": "deployment-cart", "namespace": "shop", "uid": "u-1", "ownerReferences": [{"uid": "w-1"}]},
        "spec": {"workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "cart"}},
        "status": {"verdict": "NoGo", "policies": len(cards), "scorecards": list(cards), "conditions": ["as it was"]},
    }


def test_the_cards_of_policies_that_do_not_judge_are_found_by_kind_and_name() -> None:
    frozen = card("frozen")
    assert kept_cards(report(card("other"), frozen), {FROZEN}) == [frozen]
    assert kept_cards(report(frozen), {PolicyRef("ClusterReadinessPolicy", "", "frozen")}) == []
    assert kept_cards({"status": {}}, {FROZEN}) == []


def test_they_join_the_new_ones_as_far_as_there_is_room_and_all_are_counted() -> None:
    new = [card(f"new-{number}") for number in range(MAX_SCORECARDS - 1)]
    status = with_kept(report(*new), [card("frozen"), card("too-many")])["status"]
    assert [each["policyRef"]["name"] for each in status["scorecards"]][-2:] == ["new-14", "frozen"]
    assert status["policies"] == MAX_SCORECARDS + 1


def test_alone_they_make_the_report_and_its_figures() -> None:
    left = [card("frozen", "GoWithConditions", 40), card("second", "NoGo", 70, failed=2), card("third", "NoGo", 60)]
    kept = only_kept(report(card("gone"), *left), left)
    assert kept["metadata"]["labels"] == {"readiness.dev/verdict": "NoGo"}
    assert "uid" not in kept["metadata"]
    status = kept["status"]
    assert (status["verdict"], status["score"], status["items"]) == ("NoGo", 40, "60/100")
    assert (status["blockersTotal"], status["policies"], status["scorecards"]) == (2, 3, left)
    assert status["conditions"] == ["as it was"]


def test_the_stage_is_that_of_the_worst_that_is_left() -> None:
    climbing, stuck = card("climbing", "NoGo", 60) | {"stage": "alpha"}, card("stuck", "NoGo", 50)
    before = report(climbing, stuck)
    before["status"]["stage"] = "beta"
    assert "stage" not in only_kept(before, [climbing, stuck])["status"]
    assert only_kept(before, [climbing])["status"]["stage"] == "alpha"
