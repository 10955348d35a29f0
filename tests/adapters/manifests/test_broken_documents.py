"""A broken document is named, with its line, and everything else is still read."""

import codecs
import itertools

import pytest
from yaml.error import YAMLError

from readiness.adapters.manifests import Document, Problem, parse_bytes
from readiness.adapters.manifests.faults import Fault


def named(name: str) -> bytes:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n".encode()


def names(items: list[Document | Problem]) -> list[str]:
    """The names of the documents, and `line:column` of the problems."""
    return [
        item.obj["metadata"]["name"] if isinstance(item, Document) else f"{item.line}:{item.column}" for item in items
    ]


BROKEN = {  # message: text, and line and column in it
    "mapping values are not allowed in this context": (b"a: b: c\n", 1, 5),
    "did not find expected ',' or ']'": (b"a: [1\n", 2, 1),
    "found unexpected end of stream": (b"a: 'x\n", 2, 1),
    "found character that cannot start any token": (b"a: 1\nb:\t@x\n", 2, 4),
    "control characters are not allowed (0x00)": (b"a: 1\nb: x\0y\n", 2, 5),
    "control characters are not allowed (0x07)": (b"a: \x07\n", 1, 4),
    "invalid leading UTF-8 octet (0xff)": (b"a: 1\nb: \xc3\xa9 \xff\n", 2, 6),
    "unknown anchor 'x'": (b"a: *x\n", 1, 4),
    "anchor 'x' contains itself": (b"a: &x [*x]\n", 1, 8),
    "cannot be a key": (b"a: 1\n? [b]\n: c\n", 2, 3),
    "null cannot be a key": (b"a: 1\n~: 2\n", 2, 1),
    "JSON has no infinity": (b"a: 1\nb: .inf\n", 2, 4),
    "'x' is no !!int": (b"a: !!int x\n", 1, 4),
    "!!binary is not followed by valid base64": (b"a: !!binary x\n", 1, 4),
    "<< takes a mapping": (b"a:\n  <<: 1\n", 2, 7),
}


@pytest.mark.parametrize("message", BROKEN)
def test_good_documents_before_and_after_a_broken_one_survive(message: str) -> None:
    broken, line, column = BROKEN[message]
    items = parse_bytes(b"---\n".join([named("one"), named("two"), broken, named("three")]), "a.yaml")
    assert names(items) == ["one", "two", f"{10 + line}:{column}", "three"]
    problem = items[2]
    assert isinstance(problem, Problem)
    assert problem.level == "error"
    assert message in problem.message
    last = items[3]
    assert isinstance(last, Document)
    assert last.line == 10 + broken.count(b"\n") + 2


def test_several_broken_documents_are_all_named() -> None:
    parts = [b"a: [\n", named("one"), b"a: b: c\n", named("two"), b"a: 'x\n"]
    assert names(parse_bytes(b"---\n".join(parts), "a.yaml")) == ["2:1", "one", "8:5", "two", "16:1"]


def test_the_numbers_of_documents_count_broken_and_null_ones() -> None:
    items = parse_bytes(b"---\n".join([b"a: [\n", b"\n", named("one")]), "a.yaml")
    assert [item.index for item in items if isinstance(item, Document)] == [2]
    items = parse_bytes(b"---\n---\n" + named("one"), "a.yaml")
    assert [item.index for item in items if isinstance(item, Document)] == [1]


def test_a_good_document_before_rubbish_in_the_same_part_survives() -> None:
    assert names(parse_bytes(named("one") + b"...\n]\n", "a.yaml")) == ["one", "6:1"]


def test_dashes_inside_a_block_do_not_end_a_document() -> None:
    text = named("one") + b"data:\n  a: |\n    ---\n    b\n---\na: [\n"
    assert names(parse_bytes(text, "a.yaml")) == ["one", "11:1"]


def test_a_version_of_yaml_that_kubernetes_refuses_is_an_error_of_that_document_only() -> None:
    items = parse_bytes(named("one") + b"...\n%YAML 1.2\n---\n" + named("two") + b"---\n" + named("three"), "a")
    assert names(items) == ["one", "6:1", "three"]
    assert "Kubernetes reads YAML 1.1, not 1.2" in str(items[1])


@pytest.mark.parametrize(
    "data",
    [b"", b"\n\n", b"# comment\n", b"---\n", b"---\n---\n# x\n---", b"null\n", codecs.BOM_UTF8, b"~", b"\r\n"],
)
def test_nothing_is_said_of_nothing(data: bytes) -> None:
    assert parse_bytes(data, "a.yaml") == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_skipped(encoding: str) -> None:
    items = parse_bytes(named("é").decode().encode(encoding), "a.yaml")
    assert names(items) == ["é"]


def test_utf_16_in_big_endian_order_is_read() -> None:
    assert names(parse_bytes(codecs.BOM_UTF16_BE + named("x").decode().encode("utf-16-be"), "a.yaml")) == ["x"]


def test_half_a_utf_16_character_is_an_error() -> None:
    [problem] = parse_bytes(codecs.BOM_UTF16_LE + b"a\0b", "a.yaml")
    assert str(problem) == "a.yaml: not UTF-16: truncated data"


def test_files_put_together_with_their_byte_order_marks_are_read() -> None:
    text = codecs.BOM_UTF8 + named("one") + b"---\n" + codecs.BOM_UTF8 + named("two")
    assert names(parse_bytes(text, "a.yaml")) == ["one", "two"]


@pytest.mark.parametrize("data", [b"\x7fELF\x02\x01\0\0", b"\x1f\x8b\x08\0\0\0{{", bytes(range(256)) * 100])
def test_a_binary_file_is_one_problem(data: bytes) -> None:
    [problem] = parse_bytes(data, "a.yaml")
    assert str(problem).startswith("a.yaml:1:1: control characters are not allowed (0x")


def test_a_helm_template_says_what_to_do_once() -> None:
    template = b"{{- if .Values.on }}\napiVersion: v1\nkind: {{ .Values.kind }}\n{{- end }}\n"
    items = parse_bytes(template + b"---\n" + template, "a.yaml")
    [problem] = items
    assert isinstance(problem, Problem)
    assert problem.level == "error"
    assert problem.message.startswith("looks like a Helm template: render it first with `helm template` (")


def test_braces_in_a_string_are_no_helm_template() -> None:
    text = named("one") + b"data:\n  rule: '{{ $labels.pod }} is down'\n"
    assert names(parse_bytes(text, "a.yaml")) == ["one"]


def test_json_objects_in_a_row_are_read_as_kubectl_reads_them() -> None:
    one = b'{"apiVersion": "v1",\n "kind": "A",\n "metadata": {"name": "one"}}'
    two = b'{"apiVersion":"v1","kind":"A","metadata":{"name":"two"}}'
    items = parse_bytes(one + b"\n" + two + two + b"\n\n" + one, "a.json")
    assert names(items) == ["one", "two", "two", "one"]
    documents = [item for item in items if isinstance(item, Document)]
    assert [document.locate(("kind",)) for document in documents][::3] == [(2, 2), (7, 2)]
    assert [document.index for document in documents] == [0, 1, 2, 3]


def test_json_that_yaml_refuses_is_read_without_the_lines_of_its_fields() -> None:
    text = b'\n{"apiVersion": "v1", "kind": "A",\n "metadata": {"name": "\\ud83d\\ude00", "n": 1.0, "e": 1e3}}'
    [document] = parse_bytes(text, "a.json")
    assert isinstance(document, Document)
    assert document.obj["metadata"] == {"name": "😀", "n": 1, "e": 1000}
    assert document.locate(("metadata", "name")) == (2, 1)


@pytest.mark.parametrize("text", [b'{"a": "\\ud83d"}', b'{"a": NaN, "b": "\\ud83d\\ude00"}', b'{"a": '])
def test_broken_json_is_a_problem(text: bytes) -> None:
    [problem] = parse_bytes(text, "a.json")
    assert isinstance(problem, Problem)
    assert problem.level == "error"
    assert problem.line is not None


def test_what_follows_json_and_is_none_is_a_problem() -> None:
    assert names(parse_bytes(b'{"apiVersion": "v1", "kind": "A", "metadata": {"name": "x"}}\n x', "a.json")) == [
        "x",
        "2:2",
    ]


def test_an_error_without_a_place_is_told_all_the_same() -> None:
    assert Fault.of(YAMLError("odd"), b"") == Fault("odd")
    assert Fault.of(YAMLError(), b"").moved(3) == Fault("not YAML")


def test_every_prefix_of_a_file_is_read_without_an_exception() -> None:
    text = named("one") + b"---\n" + named("two") + b"x: &a {b: [1, 'c', \"\\u00e9\"]}\ny: *a\nz: |\n  \xc3\xa9\n"
    for end, start in itertools.product(range(len(text)), (0, 7)):
        for item in parse_bytes(text[start:end], "a.yaml"):
            assert isinstance(item, (Document, Problem))
