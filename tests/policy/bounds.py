"""A policy and its status as large as their schemas allow: what the API server must accept, and quickly."""

from typing import Any

_OUTCOMES = ("passed", "warned", "failed", "unknown", "notApplicable", "waived")


def _name(number: int) -> str:
    return f"n{number:03}-".ljust(63, "x")


def _category(number: int) -> str:
    return f"Category {number:02}".ljust(63, "y")


def _kinds() -> list[str]:
    return [f"K{'k' * 62}.{'g' * 186}{number:03}" for number in range(16)]


def _selector() -> dict[str, Any]:
    return {
        "matchLabels": {f"{'p' * 253}/{number:02}".ljust(317, "k"): "v" * 63 for number in range(16)},
        "matchExpressions": [
            {
                "key": f"key{number}".ljust(63, "k"),
                "operator": "NotIn",
                "values": [f"value{value}".ljust(63, "v") for value in range(16)],
            }
            for number in range(8)
        ],
    }


def _checks() -> list[dict[str, Any]]:
    parameters = {f"parameter{number}": number for number in range(32)}
    return [{"id": _name(number), "name": _name(number), "parameters": parameters} for number in range(8)]


def _requirement(number: int) -> dict[str, Any]:
    if number > 0:
        return {
            "name": f"requirement-{number:03}",
            "severity": "high",
            "checks": [{"id": f"check-{number:03}"}],
        }
    return {
        "name": _name(number),
        "title": "t" * 128,
        "category": _category(0),
        "severity": "critical",
        "stage": _name(0),
        "match": "Any",
        "references": [f"{number}".ljust(32, "§") for number in range(8)],
        "appliesWhen": {
            "exposed": True,
            "stateful": False,
            "kinds": _kinds()[:4],
            "matchLabels": {f"label{number:02}".ljust(63, "k"): "v" * 63 for number in range(16)},
        },
        "compensatedBy": [f"requirement-{number:03}" for number in range(1, 9)],
        "waivable": True,
        "attestable": True,
        "disabled": False,
        "checks": _checks(),
    }


def policy_at_its_bounds() -> dict[str, Any]:
    """A ReadinessPolicy in which everything reaches its bound somewhere, within the 64 KiB of a spec."""
    return {
        "apiVersion": "readiness.dev/v1alpha1",
        "kind": "ReadinessPolicy",
        "metadata": {"name": "at-bounds", "namespace": "default"},
        "spec": {
            "selector": _selector(),
            "kinds": _kinds(),
            "profile": {"name": _name(0)},
            "requirements": [_requirement(number) for number in range(256)],
            "stages": [{"name": _name(number)} for number in range(16)],
            "categories": [{"name": _category(number), "target": 100} for number in range(16)],
            "gates": [
                {"name": _name(number), "requirements": [f"requirement-{one:03}" for one in range(1, 65 - 8 * number)]}
                for number in range(8)
            ],
            "blockingSeverities": ["critical", "high", "medium", "low", "info"],
            "ignoreContainers": [_name(number) for number in range(32)],
            "waivers": "Forbidden",
            "probing": {
                "mode": "Passive",
                "interval": "24h",
                "timeout": "30s",
                "podsPerWorkload": 100,
                "failureThreshold": 100,
            },
            "interval": "24h",
            "suspend": True,
        },
    }


def _condition(number: int) -> dict[str, Any]:
    return {
        "type": f"Type{number}".ljust(63, "T"),
        "status": "Unknown",
        "reason": "R" * 63,
        "message": "m" * 1024,
        "observedGeneration": 1,
        "lastTransitionTime": "2026-11-21T10:00:00Z",
    }


def _sections() -> dict[str, Any]:
    share = {"passed": 256, "total": 256, "percent": 100}
    return {
        "categories": [
            {"name": _category(number), **share, "target": 100, "state": "InProgress"} for number in range(32)
        ],
        "stages": [{"name": _name(number), **share, "reached": False} for number in range(16)],
        "gates": [
            {"name": _name(number), "passed": False, "failing": [_name(one) for one in range(20)]}
            for number in range(8)
        ],
    }


def _blocker(number: int) -> dict[str, Any]:
    return {
        "requirement": _name(number),
        "severity": "critical",
        "workloads": 10_000,
        "workloadRef": {"namespace": _name(0), "kind": "K" * 63, "name": "w" * 253},
        "message": "m" * 512,
    }


def _waiver(number: int) -> dict[str, Any]:
    return {
        "namespace": _name(number),
        "name": f"w{number:02}".ljust(253, "w"),
        "expirationTime": "2026-12-31T00:00:00Z",
    }


def status_at_its_bounds() -> dict[str, Any]:
    """The status of a policy with every list full."""
    return {
        "observedGeneration": 1,
        "verdict": "GoWithConditions",
        "score": 100,
        "previousScore": 100,
        "activeWaivers": [_waiver(number) for number in range(20)],
        "activeWaiversTotal": 4000,
        "items": "12345678901/12345678901",
        "stage": _name(0),
        "summary": {
            "workloads": dict.fromkeys(("total", "go", "goWithConditions", "noGo", "unknown", "percent"), 99),
            "requirements": dict.fromkeys(_OUTCOMES, 256),
        },
        "namespaces": [{"name": _name(number), "total": 9, "noGo": 9} for number in range(20)],
        **_sections(),
        "blockers": [_blocker(number) for number in range(20)],
        "blockersTotal": 256,
        "nextSteps": [
            {"requirement": _name(number), "stage": _name(0), "severity": "critical", "remedy": "r" * 256}
            for number in range(10)
        ],
        "history": [
            {"time": "2026-11-21T10:00:00Z", "verdict": "GoWithConditions", "score": 100, "stage": _name(0)}
            for _ in range(10)
        ],
        "conditions": [_condition(number) for number in range(12)],
    }
