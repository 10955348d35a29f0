"""Scorecards of documents, computed from the state that each describes."""

from tests.golden.scene import outcomes, scorecard, shares, told


def test_orchestratorm8_is_nineteen_of_thirty_three() -> None:
    card = scorecard("orchestratorm8")
    assert told(card) == ("NoGo", 57, "19/33")
    assert outcomes(card) == {"passed": 19, "warned": 13, "failed": 1}
    assert [item["name"] for item in card["requirements"] if item["outcome"] == "fail"] == ["test-coverage"]
    assert shares(card["categories"]) == {
        "Security": (6, 10, 60),
        "Performance": (4, 7, 57),
        "Reliability": (3, 5, 60),
        "Maintainability": (3, 7, 42),
        "Compliance": (3, 4, 75),
    }


def test_navarch_has_reached_nothing() -> None:
    card = scorecard("navarch")
    assert told(card) == ("NoGo", 0, "0/78")
    assert "stage" not in card
    assert shares(card["stages"]) == {
        "alpha": (0, 14, 0),
        "beta": (0, 18, 0),
        "v1.0": (0, 33, 0),
        "post-v1.0": (0, 13, 0),
    }


def test_social_support_app_has_ticked_every_box() -> None:
    card = scorecard("social-support-app")
    assert told(card) == ("Go", 100, "51/51")
    assert card["stage"] == "phase-4"
    assert shares(card["categories"]) == {
        "Infrastructure": (5, 5, 100),
        "Developer Experience": (4, 4, 100),
        "Documentation": (3, 3, 100),
        "Core Wiring": (5, 5, 100),
        "Dependency Injection": (3, 3, 100),
        "Auth and Security": (5, 5, 100),
        "Config and Secrets": (3, 3, 100),
        "Observability": (4, 4, 100),
        "Data": (4, 4, 100),
        "Real-time": (3, 3, 100),
        "Reliability": (3, 3, 100),
        "Testing": (3, 3, 100),
        "CI/CD": (3, 3, 100),
        "Docs and Ops": (3, 3, 100),
    }
