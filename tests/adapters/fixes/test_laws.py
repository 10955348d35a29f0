"""Whatever is edited, however it is written: the text then says just that, and what is left of it is in its order."""

import json
from functools import partial
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from readiness.adapters.fixes import spliced
from readiness.adapters.manifests import Document, parse_bytes
from readiness.checks.fix import REMOVED, Edit
from readiness.engine.edits import changes, edited

FIELDS = ("alpha", "beta", "gamma")
SCALARS = st.sampled_from([True, False, None, 0, 7, "x", "yes", "1Gi", "a: b", "", "two\nlines\n", "ß # no"])
NAMED = st.lists(st.sampled_from(("app", "proxy", "job")), unique=True, max_size=3)


@st.composite
def _items(draw: st.DrawFn, children: st.SearchStrategy[Any]) -> list[Any]:
    return [{"name": name, "alpha": draw(children)} for name in draw(NAMED)]


def _containers(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(st.sampled_from(FIELDS), children, max_size=3) | _items(children)


VALUES = st.recursive(SCALARS | st.just([]) | st.just(["K", "L"]), _containers, max_leaves=12)
OBJECTS = st.dictionaries(st.sampled_from(FIELDS), VALUES, min_size=1).map(
    lambda obj: {"apiVersion": "v1", "kind": "Odd", **obj}
)


class _Plain(yaml.SafeDumper):
    """Writes no aliases: what they share is refused, which other tests see."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


class _Indented(_Plain):
    """Writes lists indented below their key, as many people do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:  # noqa: FBT001, FBT002
        return super().increase_indent(flow, indentless=False)


WRITERS = (
    partial(yaml.dump, Dumper=_Plain, sort_keys=False),
    partial(yaml.dump, Dumper=_Plain, sort_keys=False, indent=4, default_flow_style=None, allow_unicode=True),
    partial(yaml.dump, Dumper=_Plain, sort_keys=False, default_flow_style=True),
    partial(yaml.dump, Dumper=_Plain, sort_keys=False, default_style="|"),
    partial(yaml.dump, Dumper=_Indented, sort_keys=False),
    json.dumps,
    partial(json.dumps, indent=2, ensure_ascii=False),
)


@st.composite
def edits(draw: st.DrawFn, obj: Any) -> Edit:
    """An edit of something that is there, or next to it."""
    path = draw(st.sampled_from([field for field in FIELDS if field in obj]))
    node = obj[path]
    while isinstance(node, (dict, list)) and node and draw(st.booleans()):
        if isinstance(node, dict):
            word = draw(st.sampled_from(sorted(node)))
            path, node = f"{path}.{word}", node[word]
        elif isinstance(node[0], dict):
            item = draw(st.sampled_from(node))
            path, node = f"{path}[{item['name']}].alpha", item["alpha"]
        else:
            return Edit(f"{path}[{draw(st.sampled_from(node))}]", REMOVED)
    if (node is None or isinstance(node, dict)) and draw(st.booleans()):
        return Edit(f"{path}.new.field", draw(st.sampled_from([1, "z", ["ALL"], {"a": [{"b": 1}]}])))
    return Edit(path, draw(st.sampled_from([REMOVED, 2, "z", ["ALL"], {"type": "Z"}])))


def _objects(data: bytes) -> list[Any]:
    return [item.obj for item in parse_bytes(data, "odd") if isinstance(item, Document)]


@given(data=st.data(), obj=OBJECTS, write=st.sampled_from(WRITERS), end=st.sampled_from(["\n", "\r\n"]))
def test_the_text_says_what_was_meant(data: st.DataObject, obj: Any, write: Any, end: str) -> None:
    before = write(obj).replace("\n", end).encode()
    (read,) = _objects(before)
    wanted = edited(read, data.draw(st.lists(edits(read), min_size=1, max_size=3)))
    after = spliced(before, {0: list(changes(read, wanted))})
    assert _objects(after) == [wanted]
    assert (after == before) == (wanted == read)
    assert b"\r" in after if end == "\r\n" and b"\r" in before else b"\r" not in after
