"""Indexes by label pair: who is selected, and who selects, without looking at everybody."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Generic, Protocol, TypeVar

from readiness.model.labels import Labels, Selector
from readiness.model.ref import Ref


class Selecting(Protocol):
    """An object with a name and a selector for pods of its own namespace."""

    @property
    def ref(self) -> Ref: ...  # noqa: D102

    @property
    def selector(self) -> Selector | None: ...  # noqa: D102


S = TypeVar("S", bound=Selecting)
Pair = tuple[str, str] | None


class SelectorIndex(Generic[S]):
    """Objects that select pods, found by the labels of a pod: each stands under one pair that it demands."""

    def __init__(self) -> None:
        self._shelves: dict[str, dict[Pair, dict[Ref, S]]] = {}

    def put(self, item: S) -> None:
        """Add an object; one that selects nothing is left out."""
        if item.selector is not None:
            shelf = self._shelves.setdefault(item.ref.namespace, {})
            shelf.setdefault(item.selector.anchor, {})[item.ref] = item

    def drop(self, item: S) -> None:
        """Remove an object as it was put."""
        if item.selector is None:
            return
        shelf = self._shelves[item.ref.namespace]
        anchor = item.selector.anchor
        del shelf[anchor][item.ref]
        if not shelf[anchor]:
            del shelf[anchor]
        if not shelf:
            del self._shelves[item.ref.namespace]

    def selecting(self, namespace: str, labels: Labels) -> list[S]:
        """The objects of a namespace that select these labels, by name."""
        shelf = self._shelves.get(namespace)
        if not shelf:
            return []
        found = [item for item in shelf.get(None, {}).values() if item.selector and item.selector.matches(labels)]
        for pair in labels.items():
            found += [item for item in shelf.get(pair, {}).values() if item.selector and item.selector.matches(labels)]
        found.sort(key=lambda item: item.ref)
        return found


class LabelIndex:
    """Refs under the labels of their pods, found by a selector."""

    def __init__(self) -> None:
        self._by_pair: dict[str, dict[Pair, set[Ref]]] = defaultdict(lambda: defaultdict(set))
        self._labels: dict[Ref, Labels] = {}

    def put(self, ref: Ref, labels: Labels) -> None:
        """Add a ref with its pods' labels."""
        shelf = self._by_pair[ref.namespace]
        shelf[None].add(ref)
        for pair in labels.items():
            shelf[pair].add(ref)
        self._labels[ref] = labels

    def drop(self, ref: Ref) -> None:
        """Remove a ref that was put."""
        labels = self._labels.pop(ref)
        shelf = self._by_pair[ref.namespace]
        for pair in (None, *labels.items()):
            shelf[pair].discard(ref)
            if not shelf[pair]:
                del shelf[pair]
        if not shelf:
            del self._by_pair[ref.namespace]

    def selected(self, namespace: str, selector: Selector | None) -> Iterator[Ref]:
        """The refs of a namespace whose pods a selector selects."""
        if selector is None or namespace not in self._by_pair:
            return
        for ref in self._by_pair[namespace].get(selector.anchor, ()):
            if selector.matches(self._labels[ref]):
                yield ref

    def labels_of(self, ref: Ref) -> Labels:
        """The labels that a ref was put with."""
        return self._labels[ref]

    def refs(self) -> Iterable[Ref]:
        """All refs."""
        return self._labels.keys()

    def inside(self, namespace: str) -> Iterator[Ref]:
        """All refs of a namespace."""
        if namespace in self._by_pair:
            yield from self._by_pair[namespace].get(None, ())
