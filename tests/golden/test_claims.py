"""A document that claims percentages: its categories as they are counted, beside what it claims."""

from tests.golden.scene import scorecard, told

CLAIMED = {
    "Database Security": 100,
    "Error Handling": 100,
    "Monitoring": 100,
    "Testing": 30,
    "Secrets Management": 50,
    "Distributed Tracing": 0,
    "Database Transactions": 0,
    "Code Quality": 55,
    "API Improvements": 65,
    "Load Testing": 0,
    "Security Audit": 0,
    "External API Resilience": 45,
    "Disaster Recovery": 50,
}
"""What the last document claims of its categories, in percent."""


def test_python_mongo_multitenant_is_counted_beside_what_it_claims() -> None:
    card = scorecard("python-mongo-multitenant")
    assert told(card) == ("NoGo", 29, "26/88")
    assert {
        item["name"]: (item["passed"], item["total"], item["percent"], item["target"], item["state"])
        for item in card["categories"]
    } == {
        "Database Security": (4, 4, 100, 100, "Complete"),
        "Error Handling": (4, 4, 100, 100, "Complete"),
        "Monitoring": (3, 3, 100, 100, "Complete"),
        "Testing": (4, 10, 40, 70, "InProgress"),
        "Secrets Management": (2, 8, 25, 100, "InProgress"),
        "Distributed Tracing": (1, 5, 20, 100, "InProgress"),
        "Database Transactions": (2, 10, 20, 100, "InProgress"),
        "Code Quality": (2, 8, 25, 80, "InProgress"),
        "API Improvements": (0, 8, 0, 85, "Pending"),
        "Load Testing": (0, 8, 0, 100, "Pending"),
        "Security Audit": (0, 6, 0, 100, "Pending"),
        "External API Resilience": (2, 6, 33, 90, "InProgress"),
        "Disaster Recovery": (2, 8, 25, 100, "InProgress"),
    }
    counted = {item["name"]: item["percent"] for item in card["categories"]}
    right = {name for name, claimed in CLAIMED.items() if counted[name] == claimed}
    complete = {"Database Security", "Error Handling", "Monitoring"}
    assert right == complete | {"Load Testing", "Security Audit"}
    assert sum(CLAIMED.values()) // len(CLAIMED) == 45  # not the 60 that the document calls its status
