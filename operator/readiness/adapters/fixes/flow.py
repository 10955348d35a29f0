"""Changes within brackets and braces: JSON, and YAML that is written like it."""

from collections.abc import Iterator, Sequence

from readiness.adapters.fixes.emit import Layout, inline
from readiness.adapters.fixes.text import Splice, Text
from readiness.adapters.fixes.tree import Node
from readiness.engine.edits import Change


def flow_splices(
    text: Text, node: Node, removed: set[int], added: Sequence[Change], layout: Layout
) -> Iterator[Splice]:
    """What takes pairs or items out, by their place, and puts others behind the last one."""
    assert node.children
    heads = node.children if node.keys is None else node.keys
    kept = [place for place in range(len(heads)) if place not in removed]
    lead = _lead(text, node, heads[-1])
    new = lead.join(_written(change, layout) for change in added)
    if not kept:
        yield Splice(heads[0].start, node.children[-1].end, new)
        return
    for place in sorted(removed):
        if place < kept[-1]:
            yield Splice(heads[place].start, heads[place + 1].start, "")
    if kept[-1] < len(heads) - 1:
        yield Splice(node.children[kept[-1]].end, node.children[-1].end, "")
    if new:
        end = node.children[-1].end
        yield Splice(end, end, lead + new)


def _written(change: Change, layout: Layout) -> str:
    key, value = change.steps[-1], inline(change.value, layout)
    return value if isinstance(key, int) else inline({key: change.value}, layout)[1:-1]


def _lead(text: Text, node: Node, last: Node) -> str:
    """What stands before a new pair or item: where the last one has a line of its own, so has this."""
    start = text.line_start(last.start)
    indent = text.text[start : last.start]
    is_alone = start > node.start and not indent.strip()
    return f",{text.newline(start)}{indent}" if is_alone else ", "
