"""The catalogue as everybody uses it: a check's module is imported when that check is asked for."""

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import import_module
from pathlib import Path

from readiness.checks.check import Catalogue, Check

_INDEX = Path(__file__).with_name("index.json")


class LazyCatalogue:
    """
    As a Catalogue of all checks.

    The profile `recommended` needs thirteen of eighty modules: not to import the others saves `readiness audit` 35 ms
    of its start. The index that says which module has a check is generated, and only a hint: what it does not know,
    or knows wrongly, is looked for among all.
    """

    def get(self, check_id: str) -> Check | None:
        """The check of an id."""
        module = self._modules.get(check_id)
        if module is not None:
            found = Catalogue.of(import_module(f"{__package__}.{module}")).get(check_id)
            if found is not None:
                return found
        return self._all.get(check_id)

    def __iter__(self) -> Iterator[Check]:
        """Check by check."""
        return iter(self._all)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._all)

    @property
    def checks(self) -> Mapping[str, Check]:
        """The checks by id, in the order of the table of contents."""
        return self._all.checks

    @property
    def reads(self) -> frozenset[type]:
        """Every kind that some check looks at."""
        return self._all.reads

    @cached_property
    def _modules(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(_INDEX.read_text())
        return found

    @cached_property
    def _all(self) -> Catalogue:
        from readiness.checks.contents import TOPICS  # noqa: PLC0415 - what is not asked for is not imported

        return Catalogue.of(*TOPICS)
