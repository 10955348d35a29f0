"""Changes are written into the text, and every other character stays."""

from difflib import ndiff
from typing import Any

import pytest

from readiness.adapters.fixes import RefusedError, spliced
from readiness.adapters.manifests import Document, parse_bytes
from readiness.checks.fix import REMOVED, Edit, Octal
from readiness.engine.edits import changes, edited

HEAD = "apiVersion: v1\nkind: Odd\n"


def objects(data: bytes) -> list[dict[str, Any]]:
    return [item.obj for item in parse_bytes(data, "odd.yaml") if isinstance(item, Document)]


def fixed(data: bytes, *edits: Edit, document: int = 0) -> bytes:
    """The text after edits, which must say what the edited object says, and the other documents as before."""
    before = objects(data)
    expected = [edited(obj, edits) if number == document else obj for number, obj in enumerate(before)]
    after = spliced(data, {document: list(changes(before[document], expected[document]))})
    assert objects(after) == expected
    return after


def moved(text: str, *edits: Edit) -> list[str]:
    """The lines that go and come."""
    before = HEAD + text
    after = fixed(before.encode(), *edits).decode()
    return [line for line in ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]


@pytest.mark.parametrize(
    "what, text, edits, lines",
    [
        ("a scalar", "a: 1  # one\n", [Edit("a", 2)], ["- a: 1  # one", "+ a: 2  # one"]),
        ("a quoted scalar", "a:   'x'\nb: 1\n", [Edit("a", value=True)], ["- a:   'x'", "+ a:   true"]),
        ("nothing, and a word that is none", "a:\nb: 1\n", [Edit("a", "yes")], ["- a:", '+ a: "yes"']),
        ("a file mode", "a: 420\n", [Edit("a", Octal(0o640))], ["- a: 420", "+ a: 0640"]),
        ("a key before blank lines", "a:\n  b: 1\n\n# end\n", [Edit("a.c", "1Gi")], ["+   c: 1Gi"]),
        (
            "brackets that were empty",
            "a:\n    b: {}\n",
            [Edit("a.b.c.d", 1)],
            ["-     b: {}", "+     b:", "+         c:", "+             d: 1"],
        ),
        ("a key without a value", "a:  # why\n", [Edit("a.b", 1)], ["+   b: 1"]),
        ("braces", "a: {b: 1}  # x\n", [Edit("a.c", ["ALL"])], ["- a: {b: 1}  # x", "+ a: {b: 1, c: [ALL]}  # x"]),
        ("the first in braces", "a: {b: 1, c: 2}\n", [Edit("a.b", REMOVED)], ["- a: {b: 1, c: 2}", "+ a: {c: 2}"]),
        (
            "the last in braces",
            "a: {b: 1, c: 2}\n",
            [Edit("a.c", REMOVED), Edit("a.d", 3)],
            ["- a: {b: 1, c: 2}", "+ a: {b: 1, d: 3}"],
        ),
        ("the only one in braces", "a: {b: 1}\nc: 1\n", [Edit("a.b", REMOVED)], ["- a: {b: 1}"]),
        (
            "the only one in braces replaced",
            "a: {b: 1}\n",
            [Edit("a.b", REMOVED), Edit("a.c", 1)],
            ["- a: {b: 1}", "+ a: {c: 1}"],
        ),
        ("a pair", "a:\n  # kept\n  b: 1  # gone\n  c: 2\n", [Edit("a.b", REMOVED)], ["-   b: 1  # gone"]),
        (
            "what was around it too",
            "a:\n  b:\n    c: 1\nd: 1\n",
            [Edit("a.b.c", REMOVED)],
            ["- a:", "-   b:", "-     c: 1"],
        ),
        (
            "beside a dash",
            "a:\n- b: 1\n  name: x\n",
            [Edit("a[x].b", REMOVED)],
            ["- - b: 1", "-   name: x", "+ - name: x"],
        ),
        ("all beside a dash", "a:\n- b: 1\n", [Edit("a[0].b", REMOVED)], ["- - b: 1", "+ - {}"]),
        ("an item", "a:\n- K\n- L  # why\n- M\n", [Edit("a[L]", REMOVED)], ["- - L  # why"]),
        (
            "items in brackets",
            "a: [K, L, M]\n",
            [Edit("a[L]", REMOVED), Edit("a[M]", REMOVED)],
            ["- a: [K, L, M]", "+ a: [K]"],
        ),
        ("another list", "a:\n- K\n- L\n", [Edit("a", ["ALL"])], ["+ a: [ALL]", "- a:", "- - K", "- - L"]),
        (
            "one more item",
            "a:\n- name: x\nb: 1\n",
            [Edit("a[+]", {"name": "z", "c": {"d": 1}})],
            ["+ - name: z", "+   c:", "+     d: 1"],
        ),
        ("a list like the others", "a:\n  - name: x\n", [Edit("b[z].c", 1)], ["+ b:", "+   - name: z", "+     c: 1"]),
        ("after a block of text", "a:\n  b: |\n    x\n\nc: 1\n", [Edit("a.d", 1)], ["+   d: 1"]),
        ("after a block that keeps its end", "a:\n  b: |+\n    x\n\n", [Edit("a.d", 1)], ["+   d: 1"]),
        ("of a key that is set twice the one that counts", "a: 1\na: 2\n", [Edit("a", 3)], ["- a: 2", "+ a: 3"]),
        ("over what is merged in", "base: &base {x: 1}\na:\n  <<: *base\n", [Edit("a.x", 2)], ["+   x: 2"]),
    ],
    ids=lambda value: value if isinstance(value, str) and "\n" not in value else "",
)
def test_only_what_an_edit_is_about_moves(what: str, text: str, edits: list[Edit], lines: list[str]) -> None:
    assert moved(text, *edits) == lines, what


def test_children_come_before_what_follows_their_parent() -> None:
    text = "spec:\n  containers:\n  - name: app"
    lines = moved(text, Edit("c", 1), Edit("spec.b", 2), Edit("spec.containers[app].a", 3))
    assert lines == ["+     a: 3", "+   b: 2", "+ c: 1"]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_marks_and_ends_of_lines_stay(mark: bytes, end: bytes) -> None:
    data = mark + HEAD.encode().replace(b"\n", end) + b"a:" + end + b"  b: 1"
    assert fixed(data, Edit("a.c", 2)) == data + end + b"  c: 2"
    assert fixed(data + end, Edit("a.c", 2)) == data + end + b"  c: 2" + end


def test_characters_of_any_width_do_not_shift_anything() -> None:
    assert moved("é: 😀\na: {b: 'ü'}\n", Edit("a.c", "ß")) == ["- a: {b: 'ü'}", "+ a: {b: 'ü', c: \"ß\"}"]


def test_one_of_many_documents_changes() -> None:
    data = f"# first\n---\n{HEAD}a: 1\n---\n# none\n---\n{HEAD}a: 1\n...\n".encode()
    with_two = spliced(data, {2: list(changes({"a": 1}, {"a": 2}))})
    assert with_two == data[: data.rindex(b"a: 1")] + b"a: 2\n...\n"


def test_json_stays_json() -> None:
    flat = b'{"apiVersion": "v1", "kind": "Odd", "a": {"b": 1}}'
    assert (
        fixed(flat, Edit("a.c", {"d": ["X"]}))
        == b'{"apiVersion": "v1", "kind": "Odd", "a": {"b": 1, "c": {"d": ["X"]}}}'
    )
    lines = b'{\n  "apiVersion": "v1",\n  "kind": "Odd",\n  "a": {\n    "b": 1\n  }\n}\n'
    assert fixed(lines, Edit("a.c", "d")) == lines.replace(b'"b": 1', b'"b": 1,\n    "c": "d"')


@pytest.mark.parametrize(
    "text, edit, why",
    [
        ("a: &x {b: 1}\nc: *x\n", Edit("a.b", 2), "other places share a through an alias"),
        ("a: &x {b: 1}\nc: *x\n", Edit("c.b", 2), "other places share a through an alias"),
        ("base: &x {b: {c: 1}}\na:\n  <<: *x\n", Edit("a.b.c", 2), "other places share base through an alias"),
        ("base: &x {b: 1}\na:\n  <<: *x\n  c: 1\n", Edit("a.b", REMOVED), "b is merged in from elsewhere"),
        ("a:\n- - K\n  - L\n", Edit("a[0][K]", REMOVED), "a list in a list has no lines of its own"),
        ("a: !!seq\n- {name: x}\n", Edit("a[+]", {"name": "y"}), "a list has an anchor or a tag"),
    ],
)
def test_what_would_touch_something_else_is_refused(text: str, edit: Edit, why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        fixed((HEAD + text).encode(), edit)


@pytest.mark.parametrize(
    "data", [b"a: {{ x }}-{{ y }}\n", b"a: [\n", b"a: " + b"[" * 800 + b"]" * 800, "a: ü".encode("latin-1"), b""]
)
def test_what_is_no_yaml_is_refused(data: bytes) -> None:
    with pytest.raises(RefusedError):
        spliced(data, {0: []})
