"""From edits of a manifest to the manifest as it becomes, and to the fewest changes of its text that make it so."""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

from readiness.checks.fix import REMOVED, Edit
from readiness.engine.paths import Step, Word, child, words_of
from readiness.model.records import dataclass

Raw = dict[str, Any]
Steps = tuple[Step, ...]
_MAPPINGS = frozenset({"labels", "annotations"})
"""Fields whose `[words]` are keys; those of other fields are names of items. It matters where there is none yet."""


@dataclass(frozen=True, slots=True)
class Change:
    """
    A value to replace, to add or to take away (REMOVED), by the keys and indexes that lead to it.

    What it is in exists. An index as large as the list is one item more.
    """

    steps: Steps
    value: Any


def edited(obj: Raw, edits: Iterable[Edit]) -> Raw:
    """
    An object as it is after these edits; of several of one path the first counts.

    A field that loses all it had goes as well.
    """
    result = deepcopy(obj)
    first = {edit.path: edit for edit in reversed(list(edits))}
    for edit in reversed(first.values()):
        words = words_of(edit.path)
        if edit.value is REMOVED:
            _remove(result, words)
        else:
            _put(result, words, edit.value)
    return result


def _remove(node: Any, words: list[Word]) -> bool:
    """Take a field or item away; tells whether nothing is left of what it was in."""
    step = child(node, words[0].text)
    if step is None:
        return False
    if words[1:] and (not _remove(node[step], words[1:]) or isinstance(node, list)):
        return False
    del node[step]
    return not node


def _put(node: Any, words: list[Word], value: Any) -> None:
    """Set a field or item, and make what is missing on the way to it; nothing where a plain value is in the way."""
    for word, following in zip(words, [*words[1:], None], strict=True):
        if type(node) not in (dict, list):
            return
        step = child(node, word.text)
        if step is None:
            step = _place(node, word.text)
        if following is None:
            node[step] = deepcopy(value)
        elif node[step] is None:
            node[step] = [] if following.inside and word.text not in _MAPPINGS else {}
        node = node[step]


def _place(node: dict[str, Any] | list[Any], word: str) -> Step:
    """A new place in a mapping or at the end of a list."""
    if isinstance(node, dict):
        node[word] = None
        return word
    node.append(None if word == "+" else {"name": word})
    return len(node) - 1


def changes(old: Any, new: Any, steps: Steps = ()) -> Iterator[Change]:
    """What leads from one value to another."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old:
            if key in new:
                yield from changes(old[key], new[key], (*steps, key))
            else:
                yield Change((*steps, key), REMOVED)
        yield from (Change((*steps, key), new[key]) for key in new if key not in old)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _of_items(old, new, steps)
    elif type(old) is not type(new) or old != new:
        yield Change(steps, new)


def _of_items(old: list[Any], new: list[Any], steps: Steps) -> Iterator[Change]:
    """Items changed and added, or items gone; whatever else became of a list makes it another one as a whole."""
    pairs = list(zip(old, new, strict=False))
    if any(isinstance(one, (dict, list)) and type(one) is not type(other) for one, other in pairs):
        yield Change(steps, new)
    elif len(new) >= len(old):
        for number, (one, other) in enumerate(pairs):
            yield from changes(one, other, (*steps, number))
        yield from (Change((*steps, number), new[number]) for number in range(len(old), len(new)))
    else:
        gone = _gone(old, new)
        yield from [Change(steps, new)] if gone is None else [Change((*steps, number), REMOVED) for number in gone]


def _gone(old: list[Any], new: list[Any]) -> list[int] | None:
    """The numbers of the items that are no longer there; None where more has changed."""
    gone, kept = [], 0
    for number, item in enumerate(old):
        if kept < len(new) and item == new[kept]:
            kept += 1
        else:
            gone.append(number)
    return gone if kept == len(new) else None
