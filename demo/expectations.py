"""What the operator must say about the samples, and waiting until it does."""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from demo.errors import DemoError
from demo.place import Place

SHOP = "shop"
_PATIENCE = 180  # seconds; on an idle machine it takes some 15
_PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class Expectation:
    """A condition of a policy: its status and, for a fault, the workload that its message names, and no other."""

    policy: str
    condition: str
    status: str
    about: str = ""

    def __str__(self) -> str:
        """As `kubectl wait` would put it."""
        return f"{self.policy}: {self.condition}={self.status}" + (f", because of {self.about}" if self.about else "")

    def met_by(self, status: Mapping[str, Any]) -> bool:
        """Whether the status of the policy says so."""
        found = condition(status, self.condition)
        if found.get("status") != self.status:
            return False
        named = {name for name in WORKLOADS if f"Deployment/{name}" in found.get("message", "")}
        return not self.about or named == {self.about}


WORKLOADS = ("catalog", "search", "billing", "thumbnails", "checkout")
EXPECTED = (
    Expectation("good-only", "Compliant", "True"),
    Expectation("production", "Compliant", "False"),
    Expectation("production", "ResourceLimitsSet", "False", about="thumbnails"),
    Expectation("production", "RunsAsNonRoot", "False", about="billing"),
    Expectation("production", "SecretsProtected", "False", about="checkout"),
    Expectation("production", "HealthEndpointsHealthy", "False", about="search"),
)


def condition(status: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    """A condition of a status; empty when there is none of that type."""
    return next((item for item in status.get("conditions", ()) if item["type"] == kind), {})


def statuses(place: Place) -> dict[str, Mapping[str, Any]]:
    """The status of each policy of the shop, by name."""
    found = json.loads(place.kubectl("get", "readinesspolicies", "--namespace", SHOP, "--output=json"))
    return {item["metadata"]["name"]: item.get("status", {}) for item in found["items"]}


def await_all(place: Place, wanted: Iterable[Expectation] = EXPECTED, patience: float = _PATIENCE) -> list[Expectation]:
    """Wait until every expectation is met at once; returns them in the order in which they first were.

    Raises DemoError with what is said instead.
    """
    deadline = time.monotonic() + patience
    met: list[Expectation] = []
    while True:
        said = statuses(place)
        now = [each for each in wanted if each.met_by(said.get(each.policy, {}))]
        met += [each for each in now if each not in met]
        missing = [each for each in wanted if each not in now]
        if not missing:
            return met
        if time.monotonic() > deadline:
            raise DemoError(
                "\n".join([f"after {patience:.0f} s this is not so:", *(_missed(each, said) for each in missing)])
            )
        time.sleep(_PAUSE)


def _missed(wanted: Expectation, said: Mapping[str, Mapping[str, Any]]) -> str:
    if wanted.policy not in said:
        return f"  {wanted}; there is no such policy"
    found = condition(said[wanted.policy], wanted.condition)
    return f"  {wanted}; it says {found.get('status', 'nothing')} {found.get('reason', '')}: {found.get('message', '')}"
