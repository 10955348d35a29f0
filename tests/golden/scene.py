"""
The state that a document describes: `tests/golden/<document>/`.

`objects.yaml` has Kubernetes objects, the judged workload first. `observations.yaml` has what probes saw, by the uid of
the pod, as in the cases of checks. `claims.yaml` has what people attest, from a claim to its value or to a list of
values: each is a ReadinessAttestation of the day before, with a link, that ends a month later. Kinds of others are
installed where there is an object of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import yaml
from tests.cases import NOW, observed, record_of

from readiness.engine.judged import judge
from readiness.model import Snapshot, Workload
from readiness.model.inventory import Inventory
from readiness.model.parse.kind import Foreign
from readiness.policy.compile import compile_profile

FOLDER = Path(__file__).parent
_DAY = timedelta(days=1)

Card = Mapping[str, Any]


class _Loader(yaml.CSafeLoader):
    """YAML whose times stay text, as in Kubernetes."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def scorecard(document: str, without: str = "") -> Card:
    """The scorecard, spelled out, of a document's workload by the profile of its name; `without` a kind of object."""
    written = yaml.load_all((FOLDER / document / "objects.yaml").read_text(), Loader=_Loader)
    objects = [raw for raw in written if raw["kind"] != without]
    subject = objects[0]["metadata"]
    ref = {"kind": objects[0]["kind"], "name": subject["name"]}
    inventory = Inventory()
    records = [record_of(raw) for raw in [*objects, *_attestations(document, ref, subject["namespace"])]]
    for record in records:
        inventory.put(record)
    workload = records[0]
    assert isinstance(workload, Workload)
    missing = frozenset(kind for kind in get_args(Foreign) if not any(inventory.all(kind)))
    seen = _read(document, "observations.yaml") or []
    cluster = replace(Snapshot(inventory, NOW, not_served=missing), observe=observed(seen, NOW))
    judged = judge(workload, [compile_profile(document)], cluster, full=True)
    card: Card = judged.report["status"]["scorecards"][0]
    return card


def outcomes(card: Card) -> dict[str, int]:
    """How often each outcome occurs, without those that do not."""
    return {outcome: count for outcome, count in card["summary"].items() if count}


def shares(items: Iterable[Mapping[str, Any]]) -> dict[str, tuple[int, int, int]]:
    """Passed, total and percent by the name of a category or a stage."""
    return {item["name"]: (item["passed"], item["total"], item["percent"]) for item in items}


def told(card: Card) -> tuple[str, int, str]:
    """Verdict, score and items."""
    return card["verdict"], card["score"], card["items"]


def _read(document: str, name: str) -> Any:
    file = FOLDER / document / name
    return yaml.load(file.read_text(), Loader=_Loader) if file.exists() else None


def _attestations(document: str, workload: Mapping[str, str], namespace: str) -> Iterator[dict[str, Any]]:
    for claim, values in (_read(document, "claims.yaml") or {}).items():
        for number, value in enumerate(values if isinstance(values, list) else [values]):
            spec = {
                "claim": claim,
                "workloadRef": workload,
                "value": value or {},
                "evidenceURL": f"https://evidence.example/{document}/{claim}/{number}",
                "attestedBy": "team@shop.example",
                "attestedTime": (NOW - _DAY).isoformat(),
                "expirationTime": (NOW + 30 * _DAY).isoformat(),
            }
            metadata = {"name": f"{claim}-{number}", "namespace": namespace, "uid": f"uid-{claim}-{number}"}
            yield {
                "apiVersion": "readiness.dev/v1alpha1",
                "kind": "ReadinessAttestation",
                "metadata": metadata,
                "spec": spec,
            }
