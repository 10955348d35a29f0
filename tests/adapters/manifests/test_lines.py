"""Every field, item and problem knows its line."""

import pickle

import pytest

from readiness.adapters.manifests import Document, Problem, parse_bytes

DEPLOYMENT = b"""\
# a comment
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, labels: {app: shop}}
spec:
  template:
    spec:
      containers:
        - name: main
          image: shop.example/web:1.0
          args:
            - --verbose
            - |
              two
              lines
        -
          image: shop.example/side:1.0
"""


def only_document(data: bytes) -> Document:
    [document] = parse_bytes(data, "a.yaml")
    assert isinstance(document, Document)
    return document


@pytest.mark.parametrize(
    "path,expected",
    [
        ((), (3, 1)),
        (("kind",), (4, 1)),
        (("metadata", "name"), (5, 12)),
        (("metadata", "labels", "app"), (5, 33)),
        (("spec",), (6, 1)),
        (("spec", "template", "spec", "containers"), (9, 7)),
        (("spec", "template", "spec", "containers", 0), (10, 11)),
        (("spec", "template", "spec", "containers", 0, "image"), (11, 11)),
        (("spec", "template", "spec", "containers", 0, "args", 1), (14, 15)),
        (("spec", "template", "spec", "containers", 1, "image"), (18, 11)),
    ],
)
def test_a_field_is_where_its_key_is(path: tuple[str | int, ...], expected: tuple[int, int]) -> None:
    assert only_document(DEPLOYMENT).locate(path) == expected


@pytest.mark.parametrize(
    "path,expected",
    [
        (("status", "replicas"), (3, 1)),
        (("spec", "replicas"), (6, 1)),
        (("spec", "template", "spec", "containers", 2, "image"), (9, 7)),
        (("spec", "template", "spec", "containers", -1), (9, 7)),
        (("spec", "template", "spec", "containers", "main"), (9, 7)),
        (("spec", "template", "spec", "containers", 0, "image", "tag"), (11, 11)),
        (("kind", 0), (4, 1)),
    ],
)
def test_a_field_that_is_missing_is_where_its_nearest_ancestor_is(
    path: tuple[str | int, ...], expected: tuple[int, int]
) -> None:
    assert only_document(DEPLOYMENT).locate(path) == expected


def test_lines_count_over_all_documents_of_a_file() -> None:
    first, second = parse_bytes(DEPLOYMENT + b"---\n" + DEPLOYMENT, "a.yaml")
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert (first.index, first.line) == (0, 3)
    assert (second.index, second.line) == (2, 22)  # a null document is between
    assert second.locate(("spec", "template", "spec", "containers", 0, "image")) == (30, 11)


def test_windows_line_ends_and_wide_characters_do_not_move_lines() -> None:
    document = only_document("kind: A\r\n# é日😀\r\napiVersion: é\r\nd: {é: 1, b: 2}\r\n".encode())
    assert document.locate(("apiVersion",)) == (3, 1)
    assert document.locate(("d", "b")) == (4, 11)


def test_what_an_alias_brings_is_where_it_was_written_and_the_alias_where_it_is_used() -> None:
    document = only_document(b"kind: A\napiVersion: v1\na: &x\n  b: [1,\n  2]\nc: *x\nd:\n- *x\n")
    assert document.locate(("c",)) == (6, 1)
    assert document.locate(("c", "b", 1)) == (5, 3)
    assert document.locate(("d", 0)) == (8, 3)
    assert document.locate(("d", 0, "b")) == (4, 3)


def test_merged_keys_are_where_they_were_written_unless_overridden() -> None:
    text = b"kind: A\napiVersion: v1\na: &x\n  p: 1\n  q: [1]\nb:\n  r: 1\n  <<: *x\n  p: 2\n  q:\n  - 2\n  s: 3\n"
    document = only_document(text)
    assert document.obj["b"] == {"r": 1, "p": 2, "q": [2], "s": 3}
    assert document.locate(("b", "r")) == (7, 3)
    assert document.locate(("b", "p")) == (9, 3)
    assert document.locate(("b", "q", 0)) == (11, 5)
    assert document.locate(("b", "s")) == (12, 3)
    assert document.locate(("a", "p")) == (4, 3)
    assert document.locate(("a", "q", 0)) == (5, 7)


def test_a_merge_after_a_key_overrides_it_as_in_go_yaml() -> None:
    document = only_document(b"kind: A\napiVersion: v1\na: &x\n  p: 1\nb:\n  p: 2\n  <<: *x\n")
    assert document.obj["b"] == {"p": 1}
    assert document.locate(("b", "p")) == (4, 3)


def test_of_a_duplicate_key_the_last_wins_and_both_lines_are_told() -> None:
    text = b"kind: A\napiVersion: v1\nspec:\n  a: {x: 1}\n  b: 2\n  a:\n    z: 3\n  c: 4\n"
    problem, document = parse_bytes(text, "a.yaml")
    assert problem == Problem(
        "a.yaml",
        6,
        3,
        "warning",
        "key 'a' is set in line 4 and again in line 6: the last one counts here, a strict decoder refuses the object",
    )
    assert isinstance(document, Document)
    assert document.obj["spec"] == {"a": {"z": 3}, "b": 2, "c": 4}
    assert document.locate(("spec", "a", "z")) == (7, 5)
    assert document.locate(("spec", "b")) == (5, 3)
    assert document.locate(("spec", "c")) == (8, 3)


def test_a_key_that_overrides_a_merged_one_is_no_duplicate_but_a_second_is() -> None:
    text = b"kind: A\napiVersion: v1\na: &x {p: 1}\nb:\n  <<: *x\n  p: 2\n"
    assert [type(item) for item in parse_bytes(text, "a.yaml")] == [Document]
    problem, _ = parse_bytes(text + b"  p: 3\n", "a.yaml")
    assert isinstance(problem, Problem)
    assert problem.message.startswith("key 'p' is set in line 6 and again in line 7")


def test_a_document_is_sent_to_another_process_with_its_lines() -> None:
    document = only_document(DEPLOYMENT)
    arrived = pickle.loads(pickle.dumps(document))
    assert (arrived.source, arrived.obj) == (document.source, document.obj)
    assert arrived.locate(("spec", "template", "spec", "containers", 0, "image")) == (11, 11)
    assert pickle.loads(pickle.dumps(arrived)).obj == document.obj, "and on to the next"


def test_a_problem_reads_as_compilers_write_it() -> None:
    assert str(Problem("a.yaml", 3, 5, "error", "wrong")) == "a.yaml:3:5: wrong"
    assert str(Problem("a.yaml", None, None, "error", "wrong")) == "a.yaml: wrong"
