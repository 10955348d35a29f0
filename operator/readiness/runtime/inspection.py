"""Looks at values of Secrets, where that is allowed, and keeps nothing of them but how strong they are."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from readiness.checks.secret_values import StrengthParameters, uses
from readiness.model import Ref, Strength
from readiness.model.inventory import Inventory
from readiness.model.parse.secrets import strengths
from readiness.policy.compiled import Policy
from readiness.runtime.api import Api, ApiError
from readiness.runtime.policybook import PolicyBook

_PERIOD = 60.0  # seconds between two rounds
_ROUNDS = 5  # after which what was seen is looked at again
_PACE = 0.02  # seconds between two Secrets: nobody waits for them

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Inspector:
    """
    Reads, one by one and by name, the Secrets in which policies want to know how strong values are.

    `changed` is told of each workload that uses a Secret which is seen otherwise than before; `looked` says whether
    the first round is over.
    """

    api: Api
    inventory: Inventory
    book: PolicyBook
    changed: Callable[[Ref], None]
    looked: bool = False
    _seen: dict[Ref, Mapping[str, Strength]] = field(default_factory=dict)

    def strengths(self, ref: Ref) -> Mapping[str, Strength] | None:
        """How strong the values of a Secret were when it was last seen, by key; None where it could not be read."""
        return self._seen.get(ref)

    async def run(self) -> None:
        """Look until cancelled: at new ones every minute, at all every few."""
        count = 0
        while True:
            await self.look(again=count % _ROUNDS == 0)
            count += 1
            await asyncio.sleep(_PERIOD)

    async def look(self, *, again: bool = True) -> None:
        """Read the Secrets that are asked for, those that were seen only if `again`; forget all others."""
        asked = set(self._asked())
        for ref in self._seen.keys() - asked:
            del self._seen[ref]
        for ref in sorted(asked if again else asked - self._seen.keys()):
            before, after = self._seen.get(ref), await self._read(ref)
            if after is not None:
                self._seen[ref] = after
            else:
                self._seen.pop(ref, None)
            if after != before:
                for user in self.inventory.users_of("Secret", ref.namespace, ref.name):
                    self.changed(user)
            await asyncio.sleep(_PACE)
        self.looked = True

    async def _read(self, ref: Ref) -> Mapping[str, Strength] | None:
        try:
            return strengths(await self.api.request("GET", f"/api/v1/namespaces/{ref.namespace}/secrets/{ref.name}"))
        except ApiError as error:
            if error.is_not_found or error.is_forbidden:
                return None
            log.info("a Secret cannot be read now: %s", error.reason)
            return self._seen.get(ref)

    def _asked(self) -> Iterator[Ref]:
        for entry in self.book:
            policy = entry.active
            if policy is not None and Strength in policy.reads:
                yield from asked_by(policy, self.inventory, self.book.selected(policy, self.inventory))


def asked_by(policy: Policy, inventory: Inventory, subjects: set[Ref]) -> Iterator[Ref]:
    """The Secrets of these workloads whose values a policy wants to have looked at."""
    asked = (ask.parameters for item in policy.requirements for ask in item.asks)
    wanted = [item for item in asked if isinstance(item, StrengthParameters) and item.inspect]
    for subject in subjects:
        workload = inventory.workload(subject)
        for use in uses(workload.without(policy.ignored).pod) if workload is not None else ():
            if any(use.wanted(item.keys) for item in wanted):
                yield Ref("Secret", subject.namespace, use.secret)
