"""Waivers and attestations for tests: right ones, at their bounds, and those that are refused."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

_SUBJECT = {"workloadRef": {"kind": "Deployment", "name": "cart"}}
_SPECS: dict[str, dict[str, Any]] = {
    "ReadinessWaiver": {
        "requirements": ["run-as-non-root"],
        **_SUBJECT,
        "reason": "The vendor's image starts as root and drops later.",
        "approvedBy": "platform@shop.example",
        "approvedTime": "2026-11-20T10:00:00Z",
        "expirationTime": "2026-12-31T00:00:00Z",
    },
    "ReadinessAttestation": {
        "claim": "load-test",
        **_SUBJECT,
        "evidenceURL": "https://ci.shop.example/runs/981",
        "attestedBy": "sre@shop.example",
        "attestedTime": "2026-11-20T16:00:00Z",
        "expirationTime": "2027-02-20T16:00:00Z",
    },
}
_BAD = yaml.load(Path(__file__).with_name("bad_claims.yaml").read_bytes(), Loader=yaml.CSafeLoader)


def claim(kind: str, name: str = "it", namespace: str = "shop", **fields: Any) -> dict[str, Any]:
    """A waiver or an attestation that is right, with these fields of the spec instead; None takes one away."""
    spec = {key: value for key, value in {**deepcopy(_SPECS[kind]), **fields}.items() if value is not None}
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "readiness.dev/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}


def bad_claims() -> list[dict[str, Any]]:
    """Cases with `name`, `object`, `message` and `path`, as those of policies."""
    return [{**case, "object": claim(case["kind"], "bad", "default", **case["with"])} for case in _BAD]


def _name(number: int) -> str:
    return f"n{number:03}-".ljust(63, "x")


def claims_at_their_bounds() -> list[dict[str, Any]]:
    """A waiver and an attestation in which everything reaches its bound somewhere."""
    selector = {"matchLabels": {f"{'p' * 253}/{number:02}".ljust(317, "k"): "v" * 63 for number in range(16)}}
    waiver = claim(
        "ReadinessWaiver",
        workloadRef=None,
        selector=selector,
        policyRef={"kind": "ClusterReadinessPolicy", "name": "p" * 253},
        requirements=[_name(number) for number in range(64)],
        checks=[_name(number) for number in range(64)],
        containers=[_name(number) for number in range(32)],
        reason="r" * 1024,
        approvedBy="a" * 253,
        approvedTime="2026-11-20T11:00:00.123456789+01:00",
        expirationTime="2027-11-21T10:00:00.123456Z",
        ticket="t" * 253,
    )
    attestation = claim(
        "ReadinessAttestation",
        claim=_name(1),
        workloadRef={"apiVersion": "apps/v1", "kind": "K" * 63, "name": "n" * 253},
        value={f"measured{number}": {"p95": [number, 0.5, True]} for number in range(32)},
        evidenceURL=f"https://{'e' * 2040}",
        attestedBy="a" * 253,
        image="i" * 512,
    )
    return [waiver, attestation]
