"""Reports as YAML, for people who would rather not read JSON."""

from collections.abc import Mapping
from typing import Any

import yaml

from readiness.adapters.render.paint import PLAIN, Paint


def to_yaml(document: Mapping[str, Any] | list[Any], _paint: Paint = PLAIN) -> str:
    """The document in the order of its keys."""
    text: str = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return text


class _Dumper(yaml.CSafeDumper):
    """Writes what stands in two places twice: an anchor says nothing to a reader."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Never make an anchor."""
        return True


_Dumper.add_multi_representer(str, lambda dumper, word: dumper.represent_str(str(word)))  # words of enumerations
