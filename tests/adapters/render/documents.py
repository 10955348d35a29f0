"""Lists of reports, as the API has them, to render."""

from typing import Any

Raw = dict[str, Any]

SOURCE = "readiness.dev/source"


def line(name: str, outcome: str, severity: str = "high", **fields: Any) -> Raw:
    """A requirement of a scorecard."""
    return {"name": name, "severity": severity, "outcome": outcome, "blocking": outcome == "fail", **fields}


def finding(message: str, path: str = "", file: str = "deploy/cart.yaml", at: int = 12) -> Raw:
    """A finding in a manifest, or without one."""
    told: Raw = {"message": message, "path": path} if path else {"message": message}
    return told | ({"file": file, "line": at, "column": 9} if file else {})


def card(*lines: Raw, policy: str = "production", verdict: str = "NoGo", **fields: Any) -> Raw:
    """A scorecard; its counts are those of its lines, besides `passed` and `notApplicable` names."""
    words = {"warn": "warned", "fail": "failed", "error": "unknown", "unknown": "unknown", "waived": "waived"}
    told: Raw = {
        "policyRef": {"kind": "ReadinessPolicy", "name": policy},
        "verdict": verdict,
        "score": 40,
        "items": "2/5",
        "passed": ["min-replicas", "resource-limits"],
        "notApplicable": ["cache-ttl"],
        "requirements": list(lines),
        "live": [],
    } | fields
    counts = dict.fromkeys(("passed", "warned", "failed", "unknown", "notApplicable", "waived"), 0)
    counts |= {"passed": len(told["passed"]), "notApplicable": len(told["notApplicable"])}
    for item in lines:
        counts[words[item["outcome"]]] += 1
    return told | {"summary": counts}


def report(*cards: Raw, name: str = "cart", namespace: str = "shop", source: str = "deploy/cart.yaml:1") -> Raw:
    """The report of a Deployment."""
    blockers = sum(card["summary"]["failed"] for card in cards)
    return {
        "apiVersion": "readiness.dev/v1alpha1",
        "kind": "ReadinessReport",
        "metadata": {"name": f"deployment-{name}", "namespace": namespace}
        | ({"annotations": {SOURCE: source}} if source else {}),
        "spec": {"workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}},
        "status": {
            "verdict": cards[0]["verdict"],
            "score": cards[0]["score"],
            "items": cards[0]["items"],
            **({"stage": cards[0]["stage"]} if "stage" in cards[0] else {}),
            "blockersTotal": blockers,
            "policies": len(cards),
            "scorecards": list(cards),
            "conditions": [],
        },
    }


def document(*reports: Raw) -> Raw:
    """A ReadinessReportList with its summary."""
    verdicts = [item["status"]["verdict"] for item in reports]
    counts = [card["summary"] for item in reports for card in item["status"]["scorecards"]]
    words = ("passed", "warned", "failed", "unknown", "notApplicable", "waived")
    requirements = {word: sum(count[word] for count in counts) for word in words} | {"notEvaluated": 1}
    go = {"go": "Go", "goWithConditions": "GoWithConditions", "noGo": "NoGo", "unknown": "Unknown"}
    return {
        "apiVersion": "readiness.dev/v1alpha1",
        "kind": "ReadinessReportList",
        "metadata": {},
        "items": list(reports),
        "summary": {
            "workloads": {"total": len(reports), **{word: verdicts.count(name) for word, name in go.items()}},
            "requirements": requirements,
            **({"score": 61} if reports else {}),
            "blockers": requirements["failed"],
            "unselected": [],
        },
    }


def everything() -> Raw:
    """All that a scorecard can have: a workload by two policies, one of a cluster, a good one."""
    root = finding("container app runs as root: runAsUser is 0", "spec.template.spec.containers[app].securityContext")
    first = card(
        line("run-as-non-root", "fail", "critical", title="Containers do not run as root", findings=[root],
             category="Security", stage="beta", references=["4.2"], remedy="Set runAsNonRoot: true on the pod."),
        line("hardened", "unknown", title="Is hardened", category="Security", checks=[
            {"id": "seccomp-profile", "outcome": "unknown", "reason": "EvidenceMissing",
             "findings": [{"message": "no pod could be asked yet"}]}]),
        line("topology-spread", "warn", "medium", title="Replicas are spread", category="Reliability",
             findings=[finding("nothing spreads its pods", at=9)], remedy="Add a topologySpreadConstraint."),
        line("legacy-root", "waived", title="Old image", findings=[finding("old")],
             waiver={"name": "legacy", "expirationTime": "2026-12-31T00:00:00Z"}),
        stage="alpha",
        stages=[{"name": "alpha", "passed": 2, "total": 2, "percent": 100, "reached": True},
                {"name": "beta", "passed": 0, "total": 3, "percent": 0, "reached": False}],
        categories=[{"name": "Security", "passed": 0, "total": 2, "percent": 0, "target": 90, "state": "Pending"},
                    {"name": "Reliability", "passed": 2, "total": 3, "percent": 66, "target": 60, "state": "Complete"}],
        gates=[{"name": "success-criteria", "passed": False, "failing": ["load-test"]}],
    )  # fmt: skip
    second = card(line("run-as-non-root", "warn", "high", findings=[root]), policy="extra")
    cluster = card(line("run-as-non-root", "fail", "critical", findings=[{"message": "container web may run as root"}]))
    good = card(verdict="Go", score=100, items="2/2")
    return document(
        report(good, name="catalog", source="deploy/catalog.yaml:1"),
        report(first, second),
        report(cluster, name="search", namespace="web", source=""),
    )
