"""Writes changes of values into the text that the values were read from, and leaves every other character alone."""

import codecs
from collections.abc import Iterable, Iterator, Mapping, Sequence

from readiness.adapters.fixes.emit import Layout, dashed, inline, pair
from readiness.adapters.fixes.flow import flow_splices
from readiness.adapters.fixes.refusal import RefusedError
from readiness.adapters.fixes.text import Splice, Text
from readiness.adapters.fixes.tree import Document, Node, documents
from readiness.checks.fix import REMOVED
from readiness.engine.edits import Change, Steps


def spliced(data: bytes, wanted: Mapping[int, Sequence[Change]]) -> bytes:
    """
    The bytes of a file with changes of its documents, which are given by their number from 0.

    Raises RefusedError where that is not possible without touching something else.
    """
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    try:
        text = Text(data.removeprefix(mark).decode())
    except UnicodeDecodeError as error:
        raise RefusedError("it is not UTF-8") from error
    found = documents(text.text)
    if max(wanted, default=0) >= len(found):
        raise RefusedError("its documents are told apart in another way here")
    splices = [
        splice
        for number, changes in wanted.items()
        for steps, own in _by_container(found[number].root, changes).items()
        for splice in _splices(text, found[number], steps, own)
    ]
    return mark + text.with_all(splices).encode()


def _by_container(root: Node, changes: Iterable[Change]) -> dict[Steps, list[Change]]:
    """The changes by what they are in; what is put into empty brackets takes the place of these."""
    groups: dict[Steps, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.steps[:-1], []).append(change)
    for steps in [steps for steps in groups if steps and not _at(root, steps).children]:
        filling = groups.pop(steps)
        is_list = isinstance(filling[0].steps[-1], int)
        value = [c.value for c in filling] if is_list else {c.steps[-1]: c.value for c in filling}
        groups.setdefault(steps[:-1], []).append(Change(steps, value))
    return groups


def _at(node: Node, steps: Steps) -> Node:
    """The node at keys and indexes; raises RefusedError for one that other places have as well."""
    for step in steps:
        place = node.place(step) if isinstance(step, str) else step
        if node.children is None or place is None or place >= len(node.children):
            raise RefusedError(f"{step} is merged in from elsewhere")
        node = node.children[place]
        if node.shared:
            raise RefusedError(f"other places share {step} through an alias")
    return node


def _splices(text: Text, document: Document, steps: Steps, changes: list[Change]) -> Iterator[Splice]:
    node, depth = _at(document.root, steps), len(steps)
    assert node.children is not None
    layout = Layout(document.step, document.offset, json=document.is_json)
    removed: set[int] = set()
    added: list[Change] = []
    for change in changes:
        step = change.steps[-1]
        place = node.place(step) if isinstance(step, str) else step
        if place is None or place == len(node.children):
            added.append(change)
        elif change.value is REMOVED:
            removed.add(place)
        elif node.flow:
            yield _in_place(text, node.children[place], change, layout)
        else:
            yield from _replaced(text, node, place, change, layout)
    if any(change.value is REMOVED for change in added):
        raise RefusedError(f"{added[0].steps[-1]} is merged in from elsewhere")
    if node.flow:
        yield from flow_splices(text, node, removed, added, layout)
        return
    yield from (_without(text, node, place, removed) for place in sorted(removed))
    if added:
        lines = [line for change in added for line in _lines(text, node, change, layout)]
        yield text.insertion(node.end, lines, depth)


def _lines(text: Text, node: Node, change: Change, layout: Layout) -> Iterator[str]:
    """The lines of a new key, or of a new item."""
    key = change.steps[-1]
    if isinstance(key, str):
        return pair(key, change.value, node.column, layout)
    if text.text[node.start] != "-":
        raise RefusedError("a list has an anchor or a tag")
    return dashed(change.value, node.column, layout)


def _replaced(text: Text, node: Node, place: int, change: Change, layout: Layout) -> Iterator[Splice]:
    """Another value in a mapping or list that is written in lines."""
    assert node.children is not None
    value, key = node.children[place], change.steps[-1]
    if not isinstance(key, str):
        yield _in_place(text, value, change, layout)
        return
    assert node.keys is not None
    lines = list(pair(key, change.value, node.column, layout))
    if len(lines) == 1 and not value.is_block:
        yield _in_place(text, value, change, layout)
        return
    colon = text.text.index(":", node.keys[place].end) + 1
    yield Splice(colon, value.end, f" {inline(change.value, layout)}" if len(lines) == 1 else "")
    if len(lines) > 1:
        yield text.insertion(value.end, lines[1:], len(change.steps))


def _in_place(text: Text, value: Node, change: Change, layout: Layout) -> Splice:
    """Another value where one is now, on one line."""
    if value.is_block or (value.start == value.end and text.text[value.start - 1] not in ":-"):
        raise RefusedError(f"{change.steps[-1]} is written in a way that is not understood")
    gap = " " if value.start == value.end else ""
    return Splice(value.start, value.end, gap + inline(change.value, layout))


def _without(text: Text, node: Node, place: int, removed: set[int]) -> Splice:
    """The lines of a pair or an item taken away; the next pair moves up beside a dash."""
    assert node.children is not None
    value = node.children[place]
    head = value if node.keys is None else node.keys[place]
    start = text.line_start(head.start)
    before = text.text[start : head.start].strip(" ")
    if before == ("" if node.keys is not None else "-"):
        return Splice(start, text.line_end(value.end), "")
    if node.keys is None or before.strip("- "):
        raise RefusedError("a list in a list has no lines of its own")
    following = next((n for n in range(place + 1, len(node.keys)) if n not in removed), None)
    if following is None:
        return Splice(head.start, value.end, "{}")
    return Splice(head.start, node.keys[following].start, "")
